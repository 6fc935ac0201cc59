"""Every issue of the demo is a small life: act, wait, act. A clock runs them all together.

Each life is a generator that yields the moment of its next act; at that moment the clock
stands there and the act is done through the real service. What has not come yet, has not.
"""

import heapq
import itertools
import uuid
from datetime import datetime, time, timedelta

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from deliberation.choices import OPEN_STATES, Channel, Party, State
from deliberation.demo import texts
from deliberation.models import Issue, Photo
from deliberation.services import agenda, closing, intake, meetings, tasks, triage
from stations.choices import Role
from stations.foundation.calendar import is_workday, next_workday
from stations.foundation.photos import remake
from stations.models import Building, Place, Posting
from stations.registries import demo

WEEKS = 12
ISSUES = 640
PICTURES = {
    "ebike": ("shed-wires", "shed-socket", "shed-work", "shed-after"),
    "parking": ("garage-before", "garage-before", "garage-after", "garage-after"),
}
# What these pictures show; other stories go without.
SHOWN = {"ebike": ("插座", "充电口"), "parking": ("灯坏了",)}
# How many issues an estate has, by its homes, but the small ones not too few.
LEAST_HOMES = 300


@demo.register("deliberation.life", label="十二周的诉求和议事", order=20)
def live_through_twelve_weeks(cast):
    """Run all lives in the order of their clocks, from twelve weeks ago until now."""
    City(cast).live()
    return cast


class City:
    """The estates, their people and the clock of the demo."""

    def __init__(self, cast):
        self.chance = cast["chance"]
        self.names = cast["names"]
        self.now = timezone.now()
        self.start = (self.now - timedelta(weeks=WEEKS)).replace(minute=0, second=0)
        self.queue = []
        self.count = itertools.count()
        self.estates = [area for area in cast["areas"].values() if area.level == 5]
        self.staff = {estate: self._staff_of(estate) for estate in self.estates}
        self.buildings = {e: list(Building.objects.filter(area=e)) for e in self.estates}
        self.entrances = {
            building: list(building.entrances.all())
            for buildings in self.buildings.values()
            for building in buildings
        }
        self.places = {e: list(Place.objects.filter(area=e)) for e in self.estates}
        self.speakers = {e: {party: self.names.name() for party in Party} for e in self.estates}
        first = next(e for e in self.estates if e.name == "锦绣江山")
        self.speakers[first] = {
            Party.BRANCH: "李建国",
            Party.RESIDENTS: "孙玉华",
            Party.OWNERS: "何平",
            Party.PROPERTY: "刘建军",
        }
        self.pictures = self._pictures()

    def _staff_of(self, estate):
        lineage = Posting.objects.at_or_above(estate).select_related("user")
        staff = {role: [] for role in Role}
        for posting in lineage:
            staff[Role(posting.role)].append(posting.user)
        return staff

    def _pictures(self):
        from django.conf import settings

        folder = settings.BASE_DIR / "static" / "img" / "demo"
        known = {}
        for names in PICTURES.values():
            for name in names:
                path = folder / f"{name}.jpg"
                if name not in known and path.exists():
                    known[name] = remake(SimpleUploadedFile(path.name, path.read_bytes()))
        return known

    # the clock

    def at(self, moment, life):
        heapq.heappush(self.queue, (moment, next(self.count), life))

    def live(self):
        weights = [max(estate.home_count, LEAST_HOMES) for estate in self.estates]
        for estate in self.estates:
            self.at(self.start, self.meetings_of(estate))
        span = (self.now - self.start).total_seconds()
        for _ in range(ISSUES):
            estate = self.chance.choices(self.estates, weights)[0]
            moment = self.start + timedelta(seconds=span * self.chance.random())
            life = self.issue(estate)
            self.at(self.waking(moment), life)
        with time_machine.travel(self.start, tick=False) as clock:
            while self.queue:
                moment, _, life = heapq.heappop(self.queue)
                if moment > self.now - timedelta(minutes=3):
                    continue
                clock.move_to(moment)
                wake = next(life, None)
                if wake is not None:
                    self.at(max(wake, moment), life)

    def waking(self, moment):
        """A moment when people are up and tell of things."""
        local = timezone.localtime(moment)
        hour = self.chance.choices(
            (7, 8, 9, 10, 11, 14, 15, 17, 18, 19, 20, 21), (3, 5, 5, 4, 3, 3, 3, 4, 5, 6, 5, 3)
        )[0]
        return min(
            local.replace(hour=hour, minute=self.chance.randrange(60)),
            self.now - timedelta(minutes=self.chance.randrange(5, 300)),
        )

    def office(self, days, hours=(9, 17)):
        """A moment in office hours, about so many days from the clock's now."""
        moment = timezone.localtime() + timedelta(days=days)
        day = moment.date()
        if not is_workday(day):
            day = next_workday(day)
        at = time(self.chance.randrange(*hours), self.chance.randrange(60))
        then = datetime.combine(day, at, tzinfo=timezone.get_current_timezone())
        return max(then, timezone.now() + timedelta(minutes=7))

    def chosen(self, estate, role):
        return self.chance.choice(self.staff[estate][role])

    def state(self, issue):
        """The issue's state now; others may have moved it."""
        return Issue.objects.values_list("state", flat=True).get(pk=issue.pk)

    def pair(self, estate):
        """Two different workers: who finishes does not verify."""
        workers = self.staff[estate][Role.WORKER]
        return (
            self.chance.sample(workers, 2)
            if len(workers) > 1
            else (workers[0], self.chosen(estate, Role.SECRETARY))
        )

    def photos(self, category, text, *which):
        names = PICTURES.get(category)
        if not names or not any(word in text for word in SHOWN[category]):
            return []
        return [self.pictures[names[n]] for n in which if names[n] in self.pictures]

    # lives

    def meetings_of(self, estate):
        """Every other Tuesday evening the four parties sit down."""
        yield self.start + timedelta(days=self.chance.randrange(1, 8))
        while True:
            worker = self.chosen(estate, Role.WORKER)
            waiting = Issue.objects.filter(area=estate).waiting_for_meeting()
            waiting = waiting.exclude(agenda_items__state__in=("waiting", "open"))
            waiting = list(waiting.order_by("due_at")[:7])
            if waiting:
                moment = timezone.localtime() + timedelta(days=self.chance.randrange(3, 5))
                starts = moment.replace(hour=19, minute=30)
                meeting = agenda.convene_meeting(
                    area=estate,
                    by=worker,
                    starts_at=starts,
                    place=self.chance.choice(("服务站二楼议事室", "服务站茶角", "中心广场")),
                    chair=self.speakers[estate][Party.BRANCH],
                    issues=waiting,
                )
                yield starts + timedelta(minutes=2)
                self.hold(meeting, worker)
            yield timezone.now() + timedelta(days=self.chance.randrange(2, 6))

    def hold(self, meeting, worker):
        """One meeting, from the roll call to the end."""
        meeting = meetings.start_meeting(meeting=meeting, by=worker)
        everybody = self.chance.random() < 0.85
        for party, name in self.speakers[meeting.area].items():
            if everybody or party != Party.OWNERS:
                meetings.mark_attendance(
                    meeting=meeting,
                    by=worker,
                    party=party,
                    name=name,
                    title=texts.FORMAL[party],
                    presence="video" if self.chance.random() < 0.1 else "room",
                )
        while item := meeting.items.filter(state="open").first():
            luck = self.chance.random()
            if not everybody or luck < 0.12:
                why = "业委会没有到" if not everybody else self.chance.choice(texts.POSTPONE)
                meetings.postpone_item(item=item, by=worker, reason=why)
            elif luck < 0.18:
                meetings.escalate_item(
                    item=item, by=worker, reason=self.chance.choice(texts.TO_STREET)
                )
            else:
                self.settle(item, worker)
        meetings.end_meeting(
            meeting=meeting,
            by=worker,
            words="各方都说了话，定下的事照决议去办。",
            listeners="旁听居民 6 位",
        )

    def settle(self, item, worker):
        party, condition = self.chance.choice(texts.CONDITIONS)
        story = self.story_of(item.issue)
        lines = [f"经四方商议，同意{story[1]}。"]
        for one in Party:
            has_condition = one == party
            meetings.state_position(
                item=item,
                by=worker,
                party=one,
                stance="if" if has_condition else "agree",
                words=condition if has_condition else self.chance.choice(texts.AGREED),
            )
        lines.append(f"{condition}〔条件1〕")
        lines.append("办完以后在公告栏公示，请大家看。")
        meetings.draft_resolution(item=item, by=worker, text="\n".join(lines))
        meetings.plan_task(
            item=item,
            by=worker,
            title=story[1],
            responsible="property",
            person=self.speakers[item.meeting.area][Party.PROPERTY],
            due_at=self.office(self.chance.randrange(6, 14), (17, 18)),
        )
        meetings.pass_resolution(item=item, by=worker)

    def story_of(self, issue):
        return next(s for s in texts.STORIES[issue.category] if s[0] == issue.text)

    def report(self, estate):
        category = self.chance.choices(
            list(texts.STORIES), (18, 16, 14, 11, 9, 9, 7, 8, 5, 4, 3, 4)
        )[0]
        story = self.chance.choice(texts.STORIES[category])
        building = self.chance.choice(self.buildings[estate])
        indoors = category in ("leak", "elevator", "light", "noise", "ebike", "fire")
        common = not indoors or self.chance.random() < 0.2
        channel = self.chance.choices(
            (Channel.WEB, Channel.COUNTER, Channel.PHONE, Channel.PATROL), (70, 12, 13, 5)
        )[0]
        worker = None if channel == Channel.WEB else self.chosen(estate, Role.WORKER)
        entrance = self.chance.choice(self.entrances[building])
        issue, _ = intake.submit_issue(
            token=uuid.UUID(int=self.chance.getrandbits(128), version=4),
            area=estate,
            category=category,
            text=story[0],
            entrance=None if common else entrance,
            place=self.chance.choice(self.places[estate]) if common else None,
            spot="" if common else self.chance.choice(texts.SPOTS),
            name=self.names.name(),
            phone=f"139{self.chance.randrange(10**8):08d}",
            door=f"{self.chance.randrange(1, 18)}{self.chance.randrange(1, 5):02d}",
            consent_public=self.chance.random() < 0.85,
            channel=channel,
            by=worker,
            photos=self.photos(category, story[0], 0, 1)[: self.chance.randrange(1, 3)]
            if self.chance.random() < 0.7
            else (),
        )
        return issue, story

    def issue(self, estate):
        """The life of one issue. Most go well; some wait too long; a few go wrong."""
        yield timezone.now()
        issue, story = self.report(estate)
        slow = self.chance.random() < 0.05
        for _ in range(self.chance.choices((0, 1, 2, 4, 9), (50, 25, 13, 8, 4))[0]):
            yield timezone.now() + timedelta(minutes=self.chance.randrange(10, 120))
            if self.state(issue) in OPEN_STATES:
                building = self.chance.choice(self.buildings[estate])
                intake.meet_it_too(
                    issue=issue,
                    who=intake.household_mark(browser=str(self.chance.random())),
                    entrance=self.chance.choice(self.entrances[building]),
                )
        worker, colleague = self.pair(estate)
        yield self.office(self.chance.choice((2, 3, 4)) if slow else self.chance.random() * 0.7)
        if self.chance.random() < 0.03:
            intake.withdraw_issue(issue=issue, why="自己解决了")
            return
        if self.chance.random() < 0.04:
            triage.return_issue(issue=issue, by=worker, reason=self.chance.choice(texts.RETURNED))
            return
        if twin := self.twin_of(issue):
            triage.merge_issues(issue=twin, others=[issue], by=worker)
            return
        triage.accept_issue(issue=issue, by=worker, reply=self.chance.choice(texts.REPLIES))
        yield self.office(self.chance.randrange(6, 9) if slow else self.chance.random() * 2.5)
        yield from self.handle(issue, story, worker, colleague, slow)

    def twin_of(self, issue):
        """Another open issue of the estate that says the same."""
        same = Issue.objects.filter(area=issue.area, text=issue.text).open()
        same = same.filter(state__in=(State.ACCEPTED, State.DELIBERATING)).exclude(pk=issue.pk)
        return same.filter(received_on__gte=issue.received_on - timedelta(days=7)).first()

    def handle(self, issue, story, worker, colleague, slow):
        if self.state(issue) != State.ACCEPTED:
            return  # merged or withdrawn meanwhile
        luck = self.chance.random()
        shared = any(
            word in story[0] for word in ("商量", "大家", "议一议", "规矩", "充电", "车库")
        )
        if luck < 0.05:
            yield from self.by_street(issue, worker)
        elif luck < (0.7 if shared else 0.08):
            triage.put_before_parties(issue=issue, by=worker)
            for _ in range(40):
                yield timezone.now() + timedelta(hours=19)
                if self.state(issue) != State.DELIBERATING:
                    break
            if self.state(issue) == State.STREET:
                yield from self.street_answers(issue)
        else:
            triage.route_directly(
                issue=issue,
                by=worker,
                title=story[1],
                responsible=self.chance.choices(
                    ("property", "community", "owners", "branch"), (60, 25, 10, 5)
                )[0],
                person=self.speakers[issue.area][Party.PROPERTY],
                due_at=self.office(self.chance.randrange(3, 9), (17, 18)),
            )
        if self.state(issue) == State.HANDLING:
            yield from self.do_tasks(issue, story, worker, colleague, slow)
        if self.state(issue) == State.DONE:
            yield from self.finish(issue, story, worker, colleague)

    def by_street(self, issue, worker):
        triage.pass_to_street(issue=issue, by=worker, reason=self.chance.choice(texts.TO_STREET))
        yield from self.street_answers(issue)

    def street_answers(self, issue):
        yield self.office(self.chance.randrange(1, 7))
        officer = self.chosen(issue.area, Role.OFFICER)
        triage.answer_from_street(
            issue=issue,
            by=officer,
            words=self.chance.choice(texts.STREET_ANSWERS),
            is_solved=True,
        )

    def do_tasks(self, issue, story, worker, colleague, slow):
        for task in issue.tasks.filter(state="open"):
            yield self.office(self.chance.random() * 3)
            tasks.report_progress(
                task=task,
                by=worker,
                words=self.chance.choice(texts.PROGRESS),
                photos=self.photos(issue.category, issue.text, 2),
            )
            left = max((task.due_at - timezone.now()).days, 1)
            yield self.office(left + 5 if slow else left * self.chance.uniform(0.3, 1.02))
            tasks.finish_task(
                task=task,
                by=worker,
                words=story[2],
                photos=self.photos(issue.category, issue.text, 3),
            )
            yield self.office(self.chance.random() * 2)
            if self.chance.random() < 0.06:
                tasks.refuse_task(task=task, by=colleague, words="还有一处没有弄好")
                yield self.office(1.5)
                tasks.finish_task(task=task, by=worker, words=story[2])
                yield self.office(1)
            tasks.verify_task(task=task, by=colleague)

    def finish(self, issue, story, worker, colleague):
        yield self.office(self.chance.random() * 2.5)
        if issue.reporter.consent_public:
            photos = {p.stage: p for p in Photo.objects.filter(issue=issue)}
            after = photos.get("after")
            closing.publish_notice(
                issue=issue,
                by=worker,
                title=f"{story[1]}，办好了",
                body=story[2],
                days=self.chance.choice((15, 15, 30)),
                before=photos.get("report") if after else None,
                after=after,
            )
        else:
            closing.skip_notice(issue=issue, by=worker)
        yield self.waking(timezone.now() + timedelta(days=self.chance.randrange(1, 6)))
        secretary = self.chosen(issue.area, Role.SECRETARY)
        if self.chance.random() < 0.1:
            yield self.office(8)
            closing.waive_link(
                issue=issue, by=secretary, link="rating", reason="打了三次电话没有人接"
            )
        else:
            low = self.chance.random() < 0.07
            level = self.chance.choice((1, 2)) if low else self.chance.choice((3, 4, 4, 5, 5))
            said = self.chance.choice(texts.BAD_WORDS if low else texts.GOOD_WORDS)
            closing.rate_issue(issue=issue, level=level, words=said)
            if low:
                yield self.office(self.chance.random() * 1.5)
                closing.record_call_back(
                    issue=issue, by=worker, words="打过电话，说清楚哪里没弄好，这周重做。"
                )
                if self.state(issue) == State.ACCEPTED:
                    yield self.office(1)
                    yield from self.handle(issue, story, worker, colleague, False)
                    return
        yield self.office(self.chance.random() * 3)
        if self.state(issue) == State.RATED:
            closing.close_issue(issue=issue, by=secretary)
            yield self.office(20 + self.chance.random() * 10.2)
            closing.reinspect_issue(issue=issue, by=worker, held=True, words="去看过，没有反弹")
