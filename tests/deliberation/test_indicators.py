"""What deliberation counts, case by case; the sums are in tests/stations/test_figures.py."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from deliberation.choices import Category, Party, SolvedAt
from deliberation.filters import FACTS as LISTED
from deliberation.indicators import FACTS
from deliberation.models import Issue, Notice
from deliberation.reports import decisions, finished_issues, notices
from deliberation.services import closing, intake, meetings, tasks, triage
from stations.registries import indicators
from stations.services.figures import recount
from tests.factories import meeting_at, report

pytestmark = pytest.mark.django_db

COUNTS = [i.key for i in indicators if not i.of_the_moment and not i.splits]


def counted(estate):
    """{short name: number} of today, without zeros."""
    today = timezone.localdate()
    found = recount([estate.pk], COUNTS, today, today)
    return {key.removeprefix("deliberation."): n for (_, key, _), n in found.items() if n}


def solve(issue, worker, colleague, responsible="property"):
    """Accept, handle and verify. Returns the issue as it is then."""
    triage.accept_issue(issue=issue, by=worker)
    triage.route_directly(
        issue=issue,
        by=worker,
        title="换灯",
        responsible=responsible,
        due_at=timezone.now() + timedelta(days=3),
    )
    task = issue.tasks.get(state="open")
    tasks.finish_task(task=task, by=worker, words="换好了")
    tasks.verify_task(task=task, by=colleague)
    return Issue.objects.get(pk=issue.pk)


def test_each_step_counts_where_it_should(estate, cast):
    worker, colleague = cast("worker"), cast("colleague")
    issue = report(estate, consent_public=False)
    assert counted(estate) == {"received": 1}
    triage.accept_issue(issue=issue, by=worker)
    assert counted(estate) == {"received": 1, "responded": 1}
    issue = report(estate, consent_public=False)
    solve(issue, worker, colleague)
    done = {"received": 2, "responded": 2, "finished": 1, "solved": 1, "on_time": 1}
    assert counted(estate) == done
    closing.skip_notice(issue=issue, by=worker)
    closing.rate_issue(issue=issue, level=4)
    assert counted(estate) == done | {"rated": 1, "satisfied": 1}


def test_a_low_rating_takes_the_solution_back(estate, cast):
    worker, colleague = cast("worker"), cast("colleague")
    issue = solve(report(estate, consent_public=False), worker, colleague)
    closing.skip_notice(issue=issue, by=worker)
    closing.rate_issue(issue=issue, level=1)
    assert counted(estate) == {"received": 1, "responded": 1, "rated": 1}


def test_turned_down_is_finished_and_not_solved(estate, cast):
    triage.return_issue(issue=report(estate), by=cast("worker"), reason="归供电局管。")
    assert counted(estate) == {"received": 1, "responded": 1, "finished": 1, "on_time": 1}


def test_withdrawn_and_merged_are_no_cases(estate, cast):
    one, two, three = (report(estate) for _ in range(3))
    triage.merge_issues(issue=one, others=[two], by=cast("worker"))
    intake.withdraw_issue(issue=three)
    assert counted(estate)["received"] == 1


def test_too_late_is_not_in_time(estate, cast):
    issue = report(estate)
    Issue.objects.update(respond_by=timezone.now() - timedelta(hours=1))
    Issue.objects.update(finish_by=timezone.now() - timedelta(hours=1))
    solve(issue, cast("worker"), cast("colleague"))
    assert counted(estate) == {"received": 1, "finished": 1, "solved": 1}


@pytest.mark.parametrize(
    ("responsible", "level"),
    [("property", SolvedAt.ESTATE), ("community", SolvedAt.COMMUNITY), ("street", SolvedAt.STREET)],
)
def test_at_which_level_it_was_solved(responsible, level, estate, cast):
    solve(report(estate), cast("worker"), cast("colleague"), responsible)
    today = timezone.localdate()
    found = recount([estate.pk], ["deliberation.solved_level"], today, today)
    assert found == {(estate.pk, "deliberation.solved_level", level.value): 1}


def test_the_kinds_add_up_to_all(estate):
    for category in (Category.LEAK, Category.LEAK, Category.LIGHT):
        report(estate, category=category)
    today = timezone.localdate()
    found = recount([estate.pk], ["deliberation.by_category"], today, today)
    assert {split: n for (_, _, split), n in found.items()} == {"leak": 2, "light": 1}


def test_of_this_moment(estate, cast):
    for category in (Category.LEAK, Category.LEAK, Category.LIGHT):
        report(estate, category=category)
    Issue.objects.filter(category="leak").update(due_at=timezone.now() - timedelta(minutes=1))
    triage.return_issue(
        issue=Issue.objects.get(category="light"), by=cast("worker"), reason="归供电局管。"
    )
    now = {
        i.key.removeprefix("deliberation."): i.run([estate.pk], None)
        for i in indicators
        if i.of_the_moment and i.key.startswith("deliberation.")
    }
    assert now == {
        "open": {(estate.pk, None, ""): 2},
        "overdue": {(estate.pk, None, ""): 2},
        "overdue_kinds": {(estate.pk, None, "leak"): 2},
        "finished_today": {(estate.pk, None, ""): 1},
    }


def test_every_fact_is_known_to_the_list(estate):
    assert set(FACTS) <= set(LISTED)
    for fact in FACTS:
        assert getattr(Issue.objects, fact)().count() == 0


def test_the_list_of_finished_ones(estate, other_estate, community, cast):
    worker, colleague = cast("worker"), cast("colleague")
    solve(
        report(estate, text="周桂兰家 3栋2单元1201 的水管漏了，打 13900006021。"),
        worker,
        colleague,
    )
    triage.return_issue(issue=report(estate), by=worker, reason="归供电局管。")
    report(estate)
    Issue.objects.filter(area=estate).update(received_on=date(2026, 1, 5))
    today = timezone.localdate()
    section = finished_issues(community, today, today)
    assert len(section.rows) == 2
    assert section.words == "本月办结 2 件，其中本月收到的 0 件，以前收到的 2 件。"
    assert len(section.columns) == len(section.widths) == len(section.rows[0])
    assert [row[7] for row in section.rows] == ["小区解决", "不受理"]
    said = str(section.rows)
    for secret in ("周桂兰", "13900006021", "1201"):
        assert secret not in said
    yesterday = today - timedelta(days=1)
    assert finished_issues(community, yesterday, yesterday).rows == []
    assert finished_issues(other_estate.parent, today, today).rows == []


def test_the_list_of_decisions(estate, community, sibling, cast):
    worker = cast("worker")
    issue = report(estate)
    triage.accept_issue(issue=issue, by=worker)
    meeting = meeting_at(estate, worker)
    triage.put_before_parties(issue=issue, by=worker, meeting=meeting)
    meetings.start_meeting(meeting=meeting, by=worker)
    item = meeting.items.get()
    for party in Party:
        meetings.mark_attendance(meeting=meeting, by=worker, party=party, name=f"代表{party}")
        meetings.state_position(item=item, by=worker, party=party, stance="agree")
    meetings.draft_resolution(item=item, by=worker, text="装四个充电桩。\n公共收益出资。")
    meetings.plan_task(
        item=item,
        by=worker,
        title="装桩",
        responsible="property",
        due_at=timezone.now() + timedelta(days=3),
    )
    today = timezone.localdate()
    assert decisions(community, today, today).rows == []  # a draft is no decision
    meetings.pass_resolution(item=item, by=worker)
    [row] = decisions(community, today, today).rows
    assert row[2:] == ["锦绣江山 四方议事", today, "装四个充电桩；公共收益出资", "0/1"]
    assert decisions(sibling, today, today).rows == []


def test_what_the_wall_shows_is_public(estate, street, far_street, cast):
    worker, colleague = cast("worker"), cast("colleague")
    issue = solve(report(estate), worker, colleague)
    assert notices(street, 3) == []
    closing.publish_notice(issue=issue, by=worker, title="充电桩装好了", body="四个。")
    [done] = notices(street, 3)
    assert (done.where, done.what, done.days) == ("锦绣江山", "充电桩装好了", 0)
    assert notices(far_street, 3) == []
    Notice.objects.update(taken_down_at=timezone.now(), taken_down_why="写错了")
    assert notices(street, 3) == []
