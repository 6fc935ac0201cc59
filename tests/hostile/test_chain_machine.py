"""Any acts in any order, by anybody: the chain of an issue stays whole.

Hypothesis presses the buttons, also those no page shows at that moment (two tabs, an old page,
an address typed by hand). An act may be refused; then nothing changed. Whatever is done:
every change of state is in the table and leaves a line, no line is lost or changed, what is due
is exactly what the objects say, and nothing is closed with a link missing.
"""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from deliberation.choices import (
    ALLOWED,
    ALLOWED_BACK,
    OPEN_STATES,
    ItemState,
    Link,
    Party,
    Stance,
    State,
    TaskState,
)
from deliberation.models import AgendaItem, Event, Issue, Meeting, Notice, Task
from deliberation.services import agenda, closing, intake, meetings, tasks, triage
from stations.models import Figure
from stations.services.figures import MOMENT, count_again, count_moment
from tests.factories import meeting_at, report
from tests.support.duties import assert_duties_are_true

pytestmark = pytest.mark.django_db

MOST_ISSUES, MOST_MEETINGS = 5, 3
N = st.integers(0, 11)  # picks one of a list, however long it is
PEOPLE = st.sampled_from(["worker", "colleague", "secretary"])
LINE = ("pk", "issue", "kind", "at", "words", "public_words", "data", "by", "actor")
ON_THE_TABLE = (ItemState.WAITING, ItemState.OPEN)


def in_days(days):
    return timezone.now() + timedelta(days=days)


class Chain(RuleBasedStateMachine):
    """One estate, its staff and residents. `place` is set by the test."""

    place = None

    def __init__(self):
        super().__init__()
        self.point = transaction.savepoint()
        self.states, self.lines, self.rounds = {}, {}, {}
        self.undoing = False

    def teardown(self):
        if self.lines:
            assert_figures_are_true(self.estate)
        transaction.savepoint_rollback(self.point)

    # What the buttons need -----------------------------------------------------------------

    @property
    def estate(self):
        return self.place["estate"]

    def act(self, service, **arguments):
        """Press a button. A refusal leaves everything as it was."""
        try:
            with transaction.atomic():
                return service(**arguments)
        except ValidationError:
            return None

    def staff(self, service, who, **arguments):
        return self.act(service, by=self.place[who], **arguments)

    def one(self, rows, n):
        rows = list(rows.order_by("pk"))
        return rows[n % len(rows)] if rows else None

    def issue(self, n):
        return self.one(Issue.objects.filter(area=self.estate), n)

    def on_issue(self, service, who, n, **arguments):
        return self.staff(service, who, issue=self.issue(n), **arguments)

    def on_task(self, service, who, n, **arguments):
        if task := self.one(Task.objects.all(), n):
            self.staff(service, who, task=task, **arguments)

    def on_item(self, service, who, n, **arguments):
        if item := self.one(AgendaItem.objects.all(), n):
            self.staff(service, who, item=item, **arguments)

    def on_meeting(self, service, who, n, **arguments):
        if meeting := self.one(Meeting.objects.all(), n):
            self.staff(service, who, meeting=meeting, **arguments)

    # What residents do ---------------------------------------------------------------------

    @initialize(far=st.tuples(*[st.integers(0, 9)] * 2), by_table=st.booleans())
    def two_on_their_way(self, far, by_table):
        """One may be shown to the public, one not; each some usual acts on its way."""
        for n, steps in enumerate(far):
            report(self.estate, consent_public=n == 0)
            for _ in range(steps):
                self.onward(n, 1, by_table)
                self.every_change_is_in_the_table_and_leaves_a_line()

    @rule(consent=st.booleans())
    def report_one(self, consent):
        if Issue.objects.count() < MOST_ISSUES:
            report(self.estate, consent_public=consent)

    @rule(n=N)
    def remark(self, n):
        self.act(intake.add_remark, issue=self.issue(n), words="还是那样")

    @rule(n=N)
    def withdraw(self, n):
        self.act(intake.withdraw_issue, issue=self.issue(n), why="好了")

    @rule(n=N, level=st.integers(1, 5))
    def rate(self, n, level):
        self.act(closing.rate_issue, issue=self.issue(n), level=level, words="嗯")

    # What the staff does with an issue --------------------------------------------------------

    @rule(n=N, who=PEOPLE)
    def accept(self, n, who):
        self.on_issue(triage.accept_issue, who, n)

    @rule(n=N, who=PEOPLE)
    def ask(self, n, who):
        self.on_issue(triage.ask_back, who, n, question="是哪一排？")

    @rule(n=N, who=PEOPLE)
    def return_(self, n, who):
        self.on_issue(triage.return_issue, who, n, reason="归供电局管。")

    @rule(n=N, m=N, who=PEOPLE)
    def merge(self, n, m, who):
        self.on_issue(triage.merge_issues, who, n, others=[self.issue(m)])

    @rule(n=N, who=PEOPLE)
    def direct(self, n, who):
        facts = {"title": "换灯", "responsible": "property", "due_at": in_days(5)}
        self.on_issue(triage.route_directly, who, n, **facts)

    @rule(n=N, m=N, who=PEOPLE, at_once=st.booleans())
    def parties(self, n, m, who, at_once):
        planned = Meeting.objects.filter(state="planned")
        meeting = self.one(planned, m) if at_once else None
        self.on_issue(triage.put_before_parties, who, n, meeting=meeting)

    @rule(n=N, who=PEOPLE)
    def street(self, n, who):
        self.on_issue(triage.pass_to_street, who, n, reason="要供电局")

    @rule(n=N, is_solved=st.booleans())
    def answer(self, n, is_solved):
        self.on_issue(triage.answer_from_street, "officer", n, words="协调了", is_solved=is_solved)

    @rule(n=N)
    def send_back(self, n):
        self.on_issue(triage.send_back_from_street, "officer", n, reason="先摸底")

    @rule(n=N, who=PEOPLE)
    def undo(self, n, who):
        self.undoing = self.on_issue(triage.undo_last_act, who, n) is not None

    @rule(n=N, who=PEOPLE)
    def note(self, n, who):
        self.on_issue(triage.add_note, who, n, words="打过电话")

    # Tasks ------------------------------------------------------------------------------------

    @rule(n=N, who=PEOPLE, days=st.integers(1, 30))
    def another_task(self, n, who, days):
        facts = {"title": "再刷漆", "responsible": "community", "due_at": in_days(days)}
        self.on_issue(tasks.create_task, who, n, **facts)

    @rule(n=N, who=PEOPLE)
    def progress(self, n, who):
        self.on_task(tasks.report_progress, who, n, words="拆了旧的")

    @rule(n=N, who=PEOPLE)
    def finish(self, n, who):
        self.on_task(tasks.finish_task, who, n, words="好了")

    @rule(n=N, who=PEOPLE)
    def verify(self, n, who):
        self.on_task(tasks.verify_task, who, n)

    @rule(n=N, who=PEOPLE)
    def refuse(self, n, who):
        self.on_task(tasks.refuse_task, who, n, words="还漏")

    @rule(n=N, who=PEOPLE)
    def cancel(self, n, who):
        self.on_task(tasks.cancel_task, who, n, words="并到别处")

    # The table of the parties --------------------------------------------------------------------

    @rule(who=PEOPLE, n=N)
    def convene(self, who, n):
        if Meeting.objects.count() < MOST_MEETINGS:
            waiting = Issue.objects.off_agenda()
            issue = self.one(waiting, n)
            with transaction.atomic():
                meeting_at(self.estate, self.place[who], issues=[issue] if issue else [])

    @rule(n=N, m=N, who=PEOPLE)
    def to_agenda(self, n, m, who):
        self.on_meeting(agenda.add_item, who, m, issue=self.issue(n))

    @rule(n=N, who=PEOPLE)
    def take_off(self, n, who):
        self.on_item(agenda.take_off_item, who, n, reason="材料不齐")

    @rule(n=N, who=PEOPLE)
    def call_off(self, n, who):
        self.on_meeting(agenda.cancel_meeting, who, n, reason="停电")

    @rule(n=N, who=PEOPLE)
    def start(self, n, who):
        self.on_meeting(meetings.start_meeting, who, n)

    @rule(n=N, who=PEOPLE)
    def turn_to(self, n, who):
        self.on_item(meetings.open_item, who, n)

    @rule(n=N, who=PEOPLE, party=st.sampled_from(Party))
    def attend(self, n, who, party):
        self.on_meeting(meetings.mark_attendance, who, n, party=party, name=f"代表{party}")

    @rule(n=N, who=PEOPLE, party=st.sampled_from(Party), stance=st.sampled_from(Stance))
    def state(self, n, who, party, stance):
        words = "先公示价格" if stance == Stance.IF else ""
        self.on_item(meetings.state_position, who, n, party=party, stance=stance, words=words)

    @rule(n=N, who=PEOPLE)
    def plan(self, n, who):
        facts = {"title": "装桩", "responsible": "property", "due_at": in_days(9)}
        self.on_item(meetings.plan_task, who, n, **facts)

    @rule(n=N, who=PEOPLE)
    def drop_plan(self, n, who):
        self.on_task(meetings.drop_planned_task, who, n)

    @rule(n=N, who=PEOPLE)
    def pass_(self, n, who):
        self.on_item(meetings.pass_resolution, who, n, text="照办。〔条件1〕〔条件2〕")

    @rule(n=N, who=PEOPLE, agreed=st.booleans())
    def hold(self, n, who, agreed):
        """A whole meeting at one go: chance alone would hardly ever get four parties to agree."""
        item = self.one(AgendaItem.objects.filter(state__in=ON_THE_TABLE), n)
        if item is None:
            return
        meeting = item.meeting
        self.staff(meetings.start_meeting, who, meeting=meeting)
        self.staff(meetings.open_item, who, item=item)
        for party in Party:
            name = f"代表{party}"
            self.staff(meetings.mark_attendance, who, meeting=meeting, party=party, name=name)
            self.staff(meetings.state_position, who, item=item, party=party, stance="agree")
        if agreed:
            self.plan(list(AgendaItem.objects.order_by("pk")).index(item), who)
            self.staff(meetings.pass_resolution, who, item=item, text="照办。〔条件1〕〔条件2〕")

    @rule(n=N, who=PEOPLE)
    def postpone(self, n, who):
        self.on_item(meetings.postpone_item, who, n, reason="再听听意见")

    @rule(n=N, who=PEOPLE)
    def escalate(self, n, who):
        self.on_item(meetings.escalate_item, who, n, reason="谈不拢")

    @rule(n=N, who=PEOPLE)
    def end(self, n, who):
        self.on_meeting(meetings.end_meeting, who, n)

    # The last links --------------------------------------------------------------------------------

    @rule(n=N, who=PEOPLE)
    def publish(self, n, who):
        self.on_issue(closing.publish_notice, who, n, title="好了", body="换了新的。")

    @rule(n=N, who=PEOPLE)
    def skip(self, n, who):
        self.on_issue(closing.skip_notice, who, n)

    @rule(n=N, who=PEOPLE)
    def take_down(self, n, who):
        if notice := self.one(Notice.objects.all(), n):
            self.staff(closing.take_down_notice, who, notice=notice, why="照片拍到人了")

    @rule(n=N, who=PEOPLE)
    def call_back(self, n, who):
        self.on_issue(closing.record_call_back, who, n, words="说清楚了")

    @rule(n=N, link=st.sampled_from(Link))
    def waive(self, n, link):
        self.on_issue(closing.waive_link, "secretary", n, link=link, reason="家人已搬走")

    @rule(n=N)
    def close(self, n):
        self.on_issue(closing.close_issue, "secretary", n)

    @rule(n=N, who=PEOPLE, held=st.booleans())
    def reinspect(self, n, who, held):
        self.on_issue(closing.reinspect_issue, who, n, held=held, words="看过")

    @rule(n=N, level=st.sampled_from([1, 5]), by_table=st.booleans())
    def onward(self, n, level, by_table):
        """The usual next act, so that long ways are walked too."""
        issue = self.issue(n)
        at = list(Issue.objects.order_by("pk")).index(issue)
        if issue.state == State.HANDLING:
            for task in issue.tasks.open():
                self.staff(tasks.finish_task, "worker", task=task, words="好了")
                self.staff(tasks.verify_task, "colleague", task=task)
        elif issue.state == State.ACCEPTED and by_table:
            self.parties(at, 0, "worker", at_once=False)
        elif issue.state == State.DELIBERATING:
            item = issue.agenda_items.filter(state__in=ON_THE_TABLE).first()
            if item is None:
                self.convene("worker", 0)
            else:
                items = list(AgendaItem.objects.filter(state__in=ON_THE_TABLE).order_by("pk"))
                self.hold(items.index(item), "worker", agreed=True)
        elif issue.state == State.DONE:
            self.publish(at, "worker")
            self.skip(at, "worker")
        elif issue.state in ONWARD:
            ONWARD[issue.state](self, at, level)

    # What always holds ------------------------------------------------------------------------------

    @invariant()
    def every_change_is_in_the_table_and_leaves_a_line(self):
        lines = {row["pk"]: row for row in Event.objects.values(*LINE)}
        assert all(lines.get(pk) == row for pk, row in self.lines.items()), "a line was lost"
        fresh = {}
        for pk in lines.keys() - self.lines.keys():
            fresh.setdefault(lines[pk]["issue"], set()).add(lines[pk]["kind"])
        for pk, state in Issue.objects.values_list("pk", "state"):
            was = self.states.get(pk)
            if was not in (None, state):
                back = ALLOWED_BACK.get(was, ()) if self.undoing else ()
                assert state in ALLOWED[was] or state in back, f"{was} -> {state}"
                assert pk in fresh, f"{was} -> {state} left no line"
                for kind in fresh[pk] & BELONGS.keys():
                    assert was == BELONGS[kind], f"{kind} at {was}"
                if state == State.CLOSED:
                    self.assert_whole(Issue.objects.get(pk=pk))
            self.states[pk] = state
        self.lines, self.undoing = lines, False

    def assert_whole(self, issue):
        """No link of this round is missing, as plain rows say it."""
        number = issue.reopened_count + 1
        began = self.began(issue)
        waived = set(
            Event.objects.filter(issue=issue, kind="waived", at__gte=began).values_list(
                "data__link", flat=True
            )
        )
        verified = issue.tasks.filter(state=TaskState.VERIFIED, created_at__gte=began)
        assert issue.route == "street" or verified.exists() or "task" in waived
        shown = issue.notices.filter(published_at__gte=began, taken_down_at=None).exists()
        assert shown or not issue.reporter.consent_public or "notice" in waived
        rating = issue.ratings.filter(round=number).first()
        assert rating or "rating" in waived
        if rating and rating.is_low:
            assert issue.called_back_at or "call_back" in waived

    def began(self, issue):
        """When the present round began: at the report, or at the last reopening."""
        again = [
            row["at"]
            for row in self.lines.values()
            if row["issue"] == issue.pk
            and (row["kind"] == "reopened" or row["data"].get("held") is False)
        ]
        return max(again, default=issue.created_at)

    @invariant()
    def what_is_due_is_what_the_objects_say(self):
        assert_duties_are_true()
        assert not Issue.objects.filter(state__in=OPEN_STATES, due_at=None).exists()

    @invariant()
    def tasks_and_agendas_belong_to_their_issue(self):
        live = Task.objects.handed_out().open()
        assert not live.exclude(issue__state=State.HANDLING).exists(), "a task nobody waits for"
        planned = Task.objects.open().filter(resolution__passed_at=None, resolution__isnull=False)
        stray = planned.exclude(resolution__item__state__in=ON_THE_TABLE)
        assert not stray.exists(), "a planned task of an item that ended"
        items = AgendaItem.objects.filter(state__in=ON_THE_TABLE, issue__isnull=False)
        assert not items.exclude(issue__state=State.DELIBERATING).exists(), "a stale item"
        opened = Counter(AgendaItem.objects.filter(state="open").values_list("meeting", flat=True))
        assert max(opened.values(), default=0) <= 1
        for task in Task.objects.filter(state=TaskState.VERIFIED):
            assert task.finished_by_id != task.verified_by_id


# An act belongs to a state, also where the table would allow its change from another.
BELONGS = {
    "accepted": State.RECEIVED,
    "routed": State.ACCEPTED,
    "resolved": State.DELIBERATING,
    "done": State.HANDLING,
    "street_answer": State.STREET,
    "sent_back": State.STREET,
    "noticed": State.DONE,
    "not_noticed": State.DONE,
    "rated": State.NOTICED,
    "closed": State.RATED,
    "reinspected": State.CLOSED,
}
ONWARD = {
    State.RECEIVED: lambda chain, n, level: chain.accept(n, "worker"),
    State.ACCEPTED: lambda chain, n, level: chain.direct(n, "worker"),
    State.STREET: lambda chain, n, level: chain.answer(n, is_solved=True),
    State.NOTICED: lambda chain, n, level: chain.rate(n, level),
    State.RATED: lambda chain, n, level: (chain.call_back(n, "worker"), chain.close(n)),
    State.CLOSED: lambda chain, n, level: chain.reinspect(n, "worker", held=level > 1),
}

# The figures as somebody would count them by hand: key -> condition on an issue.
COUNTED = "state NOT IN ('withdrawn', 'merged')"
FINISHED = f"{COUNTED} AND finished_at IS NOT NULL"
BY_HAND = {
    "deliberation.received": COUNTED,
    "deliberation.responded": f"{COUNTED} AND responded_at <= respond_by",
    "deliberation.finished": FINISHED,
    "deliberation.solved": f"{FINISHED} AND state <> 'returned' AND is_solved",
    "deliberation.on_time": f"{FINISHED} AND finished_at <= finish_by",
    "deliberation.rated": f"{COUNTED} AND last_rating IS NOT NULL",
    "deliberation.satisfied": f"{COUNTED} AND last_rating >= 3",
}
OPEN_BY_HAND = "state IN ('received', 'accepted', 'deliberating', 'handling', 'street', 'done', 'noticed', 'rated')"


def assert_figures_are_true(estate):
    """After the roll-up every level says what plain SQL counts."""
    count_again()
    count_moment()
    day = timezone.localdate()
    for key, condition in BY_HAND.items():
        assert_figure(estate, key, day, f"received_on = '{day}' AND {condition}")
    assert_figure(estate, "deliberation.open", MOMENT, OPEN_BY_HAND)


def assert_figure(estate, key, day, condition):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM deliberation_issue WHERE {condition}")
        (number,) = cursor.fetchone()
    for area in estate.lineage():
        figures = Figure.objects.filter(area=area, key=key, day=day, split="")
        assert sum(figures.values_list("number", flat=True)) == number, (key, area.level)


def press(estate, crew, **more):
    Chain.place = {"estate": estate, **crew}
    run_state_machine_as_test(
        Chain,
        settings=settings(
            database=None, deadline=None, suppress_health_check=list(HealthCheck), **more
        ),
    )


def test_any_acts_in_any_order(estate, crew):
    """Without shrinking, which takes minutes; the long run below tells the shortest way."""
    once = {"derandomize": True, "phases": (Phase.generate,)}
    press(estate, crew, max_examples=40, stateful_step_count=30, **once)


@pytest.mark.long
def test_very_many_acts_in_any_order(estate, crew):
    press(estate, crew, max_examples=600, stateful_step_count=60)
