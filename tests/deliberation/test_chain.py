"""The whole way of an issue, act by act, without a browser."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from deliberation.choices import Link, Party, State
from deliberation.models import Issue, Task
from deliberation.services import agenda, closing, intake, meetings, tasks, triage
from stations.models import Act, Stale
from tests.factories import meeting_at, report
from tests.support.duties import assert_duties_are_true

pytestmark = pytest.mark.django_db


def in_days(days):
    return timezone.now() + timedelta(days=days)


def resolve(issue, worker):
    """Take an accepted issue through a four-party meeting. Returns its task."""
    meeting = meeting_at(issue.area, worker)
    triage.put_before_parties(issue=issue, by=worker, meeting=meeting)
    meetings.start_meeting(meeting=meeting, by=worker)
    item = meeting.items.get()
    for party in Party:
        meetings.mark_attendance(meeting=meeting, by=worker, party=party, name=f"代表{party}")
        assert_duties_are_true()
    for party in (Party.BRANCH, Party.RESIDENTS, Party.PROPERTY):
        meetings.state_position(item=item, by=worker, party=party, stance="agree")
    meetings.state_position(
        item=item, by=worker, party=Party.OWNERS, stance="if", words="公共收益最多出两万元"
    )
    with pytest.raises(ValidationError, match="条件 1"):
        meetings.pass_resolution(item=item, by=worker)
    text = "在 3 栋车棚装四个充电桩。\n公共收益出资不超过两万元。〔条件1〕"
    meetings.draft_resolution(item=item, by=worker, text=text)
    meetings.plan_task(
        item=item, by=worker, title="装充电桩", responsible="property", due_at=in_days(10)
    )
    meetings.pass_resolution(item=item, by=worker)
    meetings.end_meeting(meeting=meeting, by=worker)
    return Task.objects.get(issue=issue)


def test_issue_goes_all_the_way(estate, cast):
    worker, colleague, secretary = cast("worker"), cast("colleague"), cast("secretary")
    issue = report(estate)
    assert issue.title == "车棚的插座坏了三个，有一个都烧黑了"
    assert_duties_are_true()
    triage.accept_issue(issue=issue, by=worker, reply="下周开会商量。")
    assert_duties_are_true()
    task = resolve(issue, worker)
    assert_duties_are_true()
    tasks.report_progress(task=task, by=worker, words="施工队进场")
    tasks.finish_task(task=task, by=worker, words="四个充电桩通电")
    assert_duties_are_true()
    with pytest.raises(ValidationError, match="另一个人"):
        tasks.verify_task(task=task, by=worker)
    tasks.verify_task(task=task, by=colleague)
    issue.refresh_from_db()
    assert (issue.state, issue.solved_at_level) == (State.DONE, "estate")
    with pytest.raises(ValidationError):
        closing.close_issue(issue=issue, by=secretary)
    with pytest.raises(ValidationError, match="手机号"):
        closing.publish_notice(
            issue=issue, by=worker, title="装好了", body="有事打 13900006021 找周桂兰"
        )
    closing.publish_notice(issue=issue, by=worker, title="装好了", body="四个充电桩通电。")
    assert_duties_are_true()
    closing.rate_issue(issue=issue, level=5, words="很好")
    closing.close_issue(issue=issue, by=secretary)
    assert_duties_are_true()
    issue.refresh_from_db()
    assert issue.state == State.CLOSED
    closing.reinspect_issue(issue=issue, by=worker, held=True, words="没有反弹")
    assert_duties_are_true()
    assert Act.objects.filter(on_id=issue.pk, on_type="deliberation.issue").count() >= 10
    assert Stale.objects.filter(area=estate, day=issue.received_on).exists()


def test_low_rating_reopens_once_and_asks_for_a_call(estate, cast):
    worker, colleague, secretary = cast("worker"), cast("colleague"), cast("secretary")
    issue = report(estate, consent_public=False)
    for level in (1, 2):
        if issue.state == State.RECEIVED:
            triage.accept_issue(issue=issue, by=worker)
        triage.route_directly(
            issue=issue, by=worker, title="换插座", responsible="property", due_at=in_days(5)
        )
        task = issue.tasks.get(state="open")
        tasks.finish_task(task=task, by=worker, words="换好了")
        tasks.verify_task(task=task, by=colleague)
        closing.skip_notice(issue=issue, by=worker)
        closing.rate_issue(issue=issue, level=level)
        assert_duties_are_true()
        issue.refresh_from_db()
        if level == 1:
            assert (issue.state, issue.reopened_count) == (State.ACCEPTED, 1)
    assert issue.state == State.RATED
    assert closing.missing_links(issue) == [Link.CALL_BACK]
    with pytest.raises(ValidationError, match="回访"):
        closing.close_issue(issue=issue, by=secretary)
    closing.record_call_back(issue=issue, by=worker, words="说清楚了")
    closing.close_issue(issue=issue, by=secretary)
    assert_duties_are_true()


def test_sent_twice_is_one_issue(estate):
    first = report(estate)
    again, code = intake.submit_issue(
        token=first.token, area=estate, category="leak", text="别的", phone=""
    )
    assert again == first
    assert Issue.objects.count() == 1
    assert intake.code_from(first.token) == code


def test_undo_takes_the_last_act_back(estate, cast):
    worker = cast("worker")
    issue = report(estate)
    due = issue.due_at
    triage.accept_issue(issue=issue, by=worker)
    triage.undo_last_act(issue=issue, by=worker)
    issue.refresh_from_db()
    assert (issue.state, issue.due_at, issue.responded_at) == (State.RECEIVED, due, None)
    assert_duties_are_true()
    triage.accept_issue(issue=issue, by=worker)
    triage.route_directly(
        issue=issue, by=worker, title="换", responsible="property", due_at=in_days(5)
    )
    triage.undo_last_act(issue=issue, by=worker)
    assert_duties_are_true()
    issue.refresh_from_db()
    assert issue.state == State.ACCEPTED
    with pytest.raises(ValidationError, match="不能撤销"):
        triage.undo_last_act(issue=issue, by=worker)


def test_merge_withdraw_ask_return_and_street(estate, cast):
    worker, officer = cast("worker"), cast("officer")
    one, two, three, four = (report(estate) for _ in range(4))
    triage.merge_issues(issue=one, others=[two], by=worker)
    one.refresh_from_db()
    assert one.households == 2
    assert_duties_are_true()
    triage.ask_back(issue=one, by=worker, question="是哪一排？")
    assert_duties_are_true()
    intake.add_remark(issue=one, words="左边那排")
    assert_duties_are_true()
    intake.withdraw_issue(issue=three)
    triage.return_issue(issue=four, by=worker, reason="归供电局管，请打 95598。")
    assert_duties_are_true()
    triage.accept_issue(issue=one, by=worker)
    triage.pass_to_street(issue=one, by=worker, reason="要供电局")
    assert_duties_are_true()
    triage.send_back_from_street(issue=one, by=officer, reason="社区先摸底")
    triage.pass_to_street(issue=one, by=worker, reason="摸过底了")
    triage.answer_from_street(issue=one, by=officer, words="已协调供电局", is_solved=True)
    assert_duties_are_true()
    one.refresh_from_db()
    assert (one.state, one.solved_at_level) == (State.DONE, "street")
    meeting = meeting_at(estate, worker)
    agenda.cancel_meeting(meeting=meeting, by=worker, reason="停电")
    assert_duties_are_true()


def test_found_by_name_until_the_contact_is_erased(estate, cast):
    from deliberation.services.retention import KEEP_CONTACTS, erase_old_contacts

    issue = report(estate, name="欧阳桂兰")
    assert list(Issue.objects.matching("欧阳桂兰")) == [issue]
    long_ago = timezone.now() - KEEP_CONTACTS - timedelta(days=1)
    intake.withdraw_issue(issue=issue)
    Issue.objects.filter(pk=issue.pk).update(stage_since=long_ago)
    assert erase_old_contacts() == 1
    assert not Issue.objects.matching("欧阳桂兰").exists()
    assert list(Issue.objects.matching("充电")) == [issue]


def test_what_never_holds_goes_up_to_the_street(estate, cast):
    """Twice the community does it again; when it still does not hold, the street answers."""
    worker, colleague, secretary = cast("worker"), cast("colleague"), cast("secretary")
    issue = report(estate, consent_public=False)
    triage.accept_issue(issue=issue, by=worker)
    for expected in (State.ACCEPTED, State.ACCEPTED, State.STREET):
        triage.route_directly(
            issue=issue, by=worker, title="补漏", responsible="property", due_at=in_days(5)
        )
        task = issue.tasks.get(state="open")
        tasks.finish_task(task=task, by=worker, words="补好了")
        tasks.verify_task(task=task, by=colleague)
        closing.skip_notice(issue=issue, by=worker)
        closing.rate_issue(issue=issue, level=4)
        closing.close_issue(issue=issue, by=secretary)
        closing.reinspect_issue(issue=issue, by=worker, held=False, words="又漏了")
        issue.refresh_from_db()
        assert issue.state == expected
        assert_duties_are_true()
    assert (issue.route, issue.reopened_count) == ("street", 3)
    triage.answer_from_street(issue=issue, by=cast("officer"), words="整管换新", is_solved=True)
    assert_duties_are_true()


def test_a_remark_pressed_twice_is_said_once(estate, cast):
    worker = cast("worker")
    issue = report(estate)
    first = triage.add_note(issue=issue, by=worker, words="去看过了")
    assert triage.add_note(issue=issue, by=worker, words="去看过了") == first
    assert triage.add_note(issue=issue, by=cast("colleague"), words="去看过了") != first
    assert issue.events.filter(kind="note").count() == 2
