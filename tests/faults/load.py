"""A mixed load with a ledger: what people were told is written down and compared at the end.

Everybody here does what a person does when no answer comes: tries again, or gives up.
"""

import random
import threading
import time
import uuid
from collections import Counter, defaultdict
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from deliberation.choices import Party, State
from deliberation.models import Issue
from deliberation.services import meetings, triage
from deliberation.services.agenda import convene_meeting
from stations.choices import Level, Role
from stations.forms import last_months
from tests.factories import AreaFactory, PostingFactory, UserFactory
from tests.faults.people import NoAnswer, Resident, Staff, field
from tests.support.pictures import jpeg

PHOTOS = [jpeg(), jpeg(colour="#884422")]


class Ledger:
    """What was tried, and what was confirmed: by a receipt, a 302 or a service that returned."""

    def __init__(self):
        self.tried = defaultdict(set)
        self.confirmed = defaultdict(dict)
        self.statuses = Counter()
        self.illegible = []
        self.lock = threading.Lock()

    def try_(self, kind, mark):
        with self.lock:
            self.tried[kind].add(mark)

    def confirm(self, kind, mark, what=True):
        with self.lock:
            self.confirmed[kind][mark] = what

    def saw(self, answer):
        with self.lock:
            self.statuses[answer.status] += 1
            if not answer.is_legible:
                self.illegible.append((answer.status, answer.text[:1500]))
        return answer


class City:
    """Places and people to work with: many estates, so that no limit against floods is met."""

    def __init__(self, site, communities=4, estates=15):
        city = AreaFactory(name="云州市", level=Level.CITY)
        district = AreaFactory(name="天元区", level=Level.DISTRICT, parent=city)
        street = AreaFactory(name="庆云街道", level=Level.STREET, parent=district)
        self.estates, self.crews = [], []
        self.officer = self._person(Role.OFFICER, street)
        for _ in range(communities):
            community = AreaFactory(level=Level.COMMUNITY, parent=street)
            self.estates += [
                AreaFactory(level=Level.ESTATE, parent=community) for _ in range(estates)
            ]
            roles = (Role.WORKER, Role.WORKER, Role.SECRETARY)
            users = [self._person(role, community) for role in roles]
            self.crews.append([community, *(Staff(site, user) for user in users)])

    def _person(self, role, area):
        return PostingFactory(user=UserFactory(), area=area, role=role).user


class Load:
    """Threads of residents and staff who work until told to stop."""

    def __init__(self, site, *, residents=3):
        self.site, self.ledger, self.city = site, Ledger(), City(site)
        self.reported = {}  # what was written: whose browser knows the issue
        self.stopping = threading.Event()
        work = [self.reports_something] * residents + [self.follows_up, self.holds_meetings]
        work += [self.asks_for_reports]
        self.threads = [threading.Thread(target=self.keep, args=(act,)) for act in work]
        for crew in self.city.crews:
            self.threads.append(threading.Thread(target=self.keep, args=(self.handles, crew)))
        self.broken = []

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(120)
        assert not any(thread.is_alive() for thread in self.threads)

    def keep(self, act, *arguments):
        """Do it again and again; what a fault does to one time must not end the next."""
        while not self.stopping.is_set():
            try:
                act(*arguments)
            except NoAnswer:
                self.ledger.statuses["no answer"] += 1
            except (DatabaseError, InterfaceError):
                self.ledger.statuses["service failed"] += 1
            except ValidationError:
                self.ledger.statuses["refused"] += 1
            except Exception as trouble:  # a mistake of the test itself: told at the end
                self.broken.append(repr(trouble))
            finally:
                connections.close_all()
            time.sleep(random.uniform(0.1, 0.6))

    # --- Residents -----------------------------------------------------------------------

    def reports_something(self):
        """报个事, with or without photos; sends again, gives up, or presses twice at once."""
        resident, ledger = Resident(self.site), self.ledger
        text = f"车棚的灯坏了 {uuid.uuid4().hex}"
        photos = PHOTOS[: random.choice((0, 0, 1, 2))]
        page = ledger.saw(
            resident.open_form(random.choice(self.city.estates).code, text=text, photos=photos)
        )
        if page.status != 200:
            return
        ledger.try_("report", text)
        if random.random() < 0.15:
            twin = threading.Thread(target=self.send_quietly, args=(resident,))
            twin.start()
            twin.join() if random.random() < 0.5 else None
        for _ in range(random.choice((1, 8, 8, 8))):
            try:
                answer, code = resident.send()
            except NoAnswer:
                ledger.statuses["no answer"] += 1
                time.sleep(1)
                continue
            ledger.saw(answer)
            if code:
                known = ledger.confirmed["report"].get(text)
                if known and known[0] != code:
                    ledger.illegible.append(("two codes", text))
                ledger.confirm("report", text, (code, len(photos)))
                self.reported[text] = resident
                return
            time.sleep(1)

    def send_quietly(self, resident):
        try:
            self.ledger.saw(resident.send()[0])
        except NoAnswer:
            pass

    def follows_up(self):
        """补一句 and 评议, from the browser that has the code."""
        noticed = Issue.objects.filter(state=State.NOTICED).order_by("?")
        issue = noticed.filter(text__in=list(self.reported)).first()
        if issue is None and self.reported:
            issue = Issue.objects.get(text=random.choice(list(self.reported)))
        if issue is None:
            return
        resident = self.reported[issue.text]
        page = self.ledger.saw(resident.get(f"/track/{issue.pk}/"))
        if page.status != 200:
            return
        if issue.state == State.NOTICED:
            mark = f"{issue.pk}:{issue.reopened_count}"
            self.press("rating", mark, resident, f"/track/{issue.pk}/rate/", {"level": "5"})
        elif issue.is_open:
            words = f"还有一句 {uuid.uuid4().hex}"
            fields = {"words": words, "token": field(page.text, "token")}
            self.press("remark", words, resident, f"/track/{issue.pk}/remark/", fields, tries=3)

    def press(self, kind, mark, person, path, fields, *, tries=1, photos=()):
        """Press a button and note the answer. Forms with a token may be sent again."""
        self.ledger.try_(kind, mark)
        for _ in range(tries):
            try:
                answer = self.ledger.saw(person.post(path, fields, photos))
            except NoAnswer:
                self.ledger.statuses["no answer"] += 1
                continue
            if answer.status == 302 and "login" not in answer.headers["Location"]:
                self.ledger.confirm(kind, mark, answer.headers["Location"])
                return answer
            if answer.status < 500:
                return None
        return None

    # --- Staff ---------------------------------------------------------------------------

    def handles(self, crew):
        """The next step of some issue of this community, through its pages."""
        community, worker, colleague, secretary = crew
        for person in (worker, colleague, secretary):
            if "csrftoken" not in person.cookies:
                self.ledger.saw(person.get("/issues/"))
        known = Issue.objects.filter(area__parent=community).exclude(state=State.DELIBERATING)
        issue = known.open().order_by("?").first()
        if issue is None:
            return
        path, round_ = f"/issues/{issue.pk}", issue.reopened_count
        mark = f"{issue.pk}:{round_}"
        if issue.state == State.RECEIVED:
            self.press("accept", mark, worker, f"{path}/accept/", {"reply": "明天来看。"})
        elif issue.state == State.ACCEPTED:
            task = {"title": "换灯", "responsible": "property", "due_at": self.due()}
            self.press("direct", mark, worker, f"{path}/direct/", task)
        elif issue.state == State.HANDLING:
            self.works_on(issue.tasks.open().first(), worker, colleague)
        elif issue.state == State.DONE:
            notice = {"title": "灯修好了", "body": "晚上亮了。", "days": "15", "publish": "1"}
            self.press("notice", mark, secretary, f"{path}/publish/", notice)
        elif issue.state == State.RATED:
            self.press("close", mark, secretary, f"{path}/close/", {})

    def due(self):
        return (timezone.localdate() + timedelta(days=9)).isoformat()

    def works_on(self, task, worker, colleague):
        if task is None:
            return
        path = f"/tasks/{task.pk}"
        if task.state == "finished":
            self.press("verify", task.pk, colleague, f"{path}/verify/", {})
        elif random.random() < 0.3:
            words = f"进场了 {uuid.uuid4().hex}"
            self.press("progress", words, worker, f"{path}/progress/", progress(words))
        else:
            words = {"finish-words": "换好了"}
            self.press("finish", task.pk, worker, f"{path}/finish/", words)

    def holds_meetings(self):
        """A four-party meeting from the call to the resolution, by the services themselves."""
        community, worker, *_ = random.choice(self.city.crews)
        by, ledger = worker.user, self.ledger
        issue = Issue.objects.filter(area__parent=community, state=State.ACCEPTED).first()
        if issue is None:
            return
        place = f"二楼 {uuid.uuid4().hex}"
        ledger.try_("meeting", place)
        starts_at = timezone.now() + timedelta(days=2)
        meeting = convene_meeting(
            area=issue.area, by=by, starts_at=starts_at, place=place, chair="李建国"
        )
        ledger.confirm("meeting", place)
        triage.put_before_parties(issue=issue, by=by, meeting=meeting)
        ledger.try_("resolution", place)
        meetings.start_meeting(meeting=meeting, by=by)
        item = meeting.items.get()
        for party in Party:
            meetings.mark_attendance(meeting=meeting, by=by, party=party, name=f"代表{party}")
            meetings.state_position(item=item, by=by, party=party, stance="agree")
        meetings.draft_resolution(item=item, by=by, text="换灯。")
        due_at = timezone.now() + timedelta(days=10)
        meetings.plan_task(item=item, by=by, title="换灯", responsible="property", due_at=due_at)
        meetings.pass_resolution(item=item, by=by)
        ledger.confirm("resolution", place)
        meetings.end_meeting(meeting=meeting, by=by)

    def asks_for_reports(self):
        """A month's report of a community, asked for by its secretary."""
        community, *_, secretary = random.choice(self.city.crews)
        if "csrftoken" not in secretary.cookies:
            self.ledger.saw(secretary.get("/reports/"))
        month = random.choice(last_months(timezone.localdate())[1:]).isoformat()
        fields = {"area": community.pk, "month": month}
        self.press("month", (community.pk, month), secretary, "/reports/", fields, tries=2)
        time.sleep(2)


def progress(words):
    return {"progress-words": words, "progress-stage": "progress", "progress-is_public": "on"}
