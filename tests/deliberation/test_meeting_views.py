"""四方议事 on screen and on paper: who may, what happens, what is refused, at what cost."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deliberation.choices import ItemState, MeetingState, Party, State, TaskState
from deliberation.models import AgendaItem, Attendance, Meeting, Position, Seat, Task
from deliberation.services import agenda, meetings, triage
from tests.factories import SeatFactory, StationFactory, meeting_at, report

pytestmark = pytest.mark.django_db

EVERYBODY = (
    "worker",
    "secretary",
    "officer",
    "district",
    "volunteer",
    "admin",
    "sibling_worker",
    "far_officer",
    "stranger",
    "anonymous",
)


def statuses(*codes):
    return dict(zip(EVERYBODY, codes, strict=True))


LIST = statuses(200, 200, 200, 403, 403, 403, 200, 200, 403, 302)
CONVENE = statuses(200, 200, 403, 403, 403, 403, 200, 403, 403, 302)
SEE = statuses(200, 200, 200, 404, 404, 404, 404, 404, 404, 302)
HOLD_PAGE = statuses(200, 200, 403, 404, 404, 404, 404, 404, 404, 302)
ACT = statuses(302, 302, 403, 404, 404, 404, 404, 404, 404, 302)


def url(name, *args):
    return reverse(f"deliberation:{name}", args=args)


def in_days(days):
    return timezone.now() + timedelta(days=days)


def html(response):
    return response.content.decode()


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def words(response):
    """What a person reads of a page, in one line."""
    return re.sub(r"\s+", "", soup(response).get_text())


@pytest.fixture
def issue(estate, cast):
    """An issue that waits for a meeting."""
    return waiting(estate, cast("worker"))


def waiting(estate, by, **more):
    one = report(estate, **more)
    triage.accept_issue(issue=one, by=by)
    triage.put_before_parties(issue=one, by=by)
    one.refresh_from_db()
    return one


@pytest.fixture
def planned(estate, cast, issue):
    """A meeting in three days with one issue, and an own item after it."""
    meeting = meeting_at(estate, cast("worker"), issues=[issue])
    agenda.add_item(meeting=meeting, by=cast("worker"), title="上次决议回头看")
    return meeting


@pytest.fixture
def running(planned, cast):
    """The meeting goes on, all four parties are here, the issue is on the table."""
    meetings.start_meeting(meeting=planned, by=cast("worker"))
    for party, name in zip(Party, ("李建国", "孙玉华", "何平", "刘建军"), strict=True):
        meetings.mark_attendance(meeting=planned, by=cast("worker"), party=party, name=name)
    planned.refresh_from_db()
    return planned


@pytest.fixture
def item(running):
    return running.items.get(state=ItemState.OPEN)


def all_agree(item, by):
    for party in Party:
        meetings.state_position(item=item, by=by, party=party, stance="agree")


def plan(item, by):
    return meetings.plan_task(
        item=item, by=by, title="装桩", responsible="property", due_at=in_days(9)
    )


# --- who may ----------------------------------------------------------------------------


def answers(sign_in, ask):
    """{who: status} of the same request by everybody, each undone at once."""
    found = {}
    for who in EVERYBODY:
        client = sign_in(who)
        point = transaction.savepoint()
        found[who] = ask(client).status_code
        transaction.savepoint_rollback(point)
    return found


def test_who_may_open_the_lists(estate, sign_in):
    for name in ("meetings", "resolutions"):
        assert answers(sign_in, lambda client, name=name: client.get(url(name))) == LIST


def test_who_may_convene(estate, other_estate, far_estate, sign_in):
    assert answers(sign_in, lambda client: client.get(url("meeting_new"))) == CONVENE


@pytest.mark.parametrize("name", ["meeting", "meeting_notice", "meeting_sheet", "meeting_minutes"])
def test_who_may_see_a_meeting(running, sign_in, name):
    assert answers(sign_in, lambda client: client.get(url(name, running.pk))) == SEE


def test_who_may_see_the_page_before_the_end(running, sign_in):
    address = url("meeting_ending", running.pk)
    assert answers(sign_in, lambda client: client.get(address)) == HOLD_PAGE


TOMORROW = {"day": "", "hour": "19:30", "place": "凉亭", "chair": "李建国"}
ON_PLANNED = {
    "meeting_change": lambda m: (m.pk, TOMORROW | {"day": timezone.localdate(in_days(5))}),
    "meeting_cancel": lambda m: (m.pk, {"reason": "停电"}),
    "meeting_start": lambda m: (m.pk, {}),
    "item_add": lambda m: (m.pk, {"title": "垃圾桶放哪里"}),
    "item_move": lambda m: (m.items.first().pk, {"way": "down"}),
    "item_take_off": lambda m: (m.items.first().pk, {"reason": "人不在"}),
}
ON_RUNNING = {
    "attendance_add": lambda m: (m.pk, {"party": "owners", "name": "黄伟", "presence": "room"}),
    "attendance_remove": lambda m: (m.attendances.first().pk, {}),
    "item_open": lambda m: (m.items.get(state="waiting").pk, {}),
    "item_position": lambda m: (open_pk(m), {"party": "owners", "stance": "agree"}),
    "item_draft": lambda m: (open_pk(m), {"text": "装四个。"}),
    "item_postpone": lambda m: (open_pk(m), {"reason": "等报价"}),
    "item_escalate": lambda m: (open_pk(m), {"reason": "要供电局来"}),
    "item_task": lambda m: (
        open_pk(m),
        {"title": "装桩", "responsible": "owners", "due_at": timezone.localdate(in_days(9))},
    ),
    "meeting_end": lambda m: (m.pk, {"words": "散会"}),
}


def open_pk(meeting):
    return meeting.items.get(state="open").pk


@pytest.mark.parametrize("name", ON_PLANNED)
def test_who_may_plan(planned, sign_in, name):
    pk, data = ON_PLANNED[name](planned)
    assert answers(sign_in, lambda client: client.post(url(name, pk), data)) == ACT


@pytest.mark.parametrize("name", ON_RUNNING)
def test_who_may_act_in_the_room(running, sign_in, name):
    pk, data = ON_RUNNING[name](running)
    assert answers(sign_in, lambda client: client.post(url(name, pk), data)) == ACT


def test_who_may_pass_and_drop(item, cast, sign_in):
    all_agree(item, cast("worker"))
    plan(item, cast("worker"))
    spare = plan(item, cast("worker"))
    drop, passing = url("planned_task_drop", spare.pk), url("item_pass", item.pk)
    assert answers(sign_in, lambda client: client.post(drop)) == ACT
    assert answers(sign_in, lambda client: client.post(passing, {"text": "装四个。"})) == ACT


@pytest.mark.parametrize("name", [*ON_PLANNED, *ON_RUNNING, "item_pass", "planned_task_drop"])
def test_acts_are_never_links(running, item, cast, sign_in, name):
    task = plan(item, cast("worker"))
    pks = {"attendance": running.attendances.first().pk, "item": item.pk, "planned": task.pk}
    pk = pks.get(name.split("_")[0], running.pk)
    pk = running.pk if name in ("item_add", "attendance_add") else pk
    assert sign_in("worker").get(url(name, pk)).status_code == 405


# --- before -----------------------------------------------------------------------------


def test_convene_with_a_waiting_issue(estate, issue, sign_in):
    client = sign_in("worker")
    page = client.get(url("meeting_new"), {"issue": issue.pk})
    assert soup(page).find("input", {"name": "issues", "checked": True})["value"] == str(issue.pk)
    day = timezone.localdate(in_days(3))
    data = {"forum": "four", "day": day, "hour": "19:30", "place": "听雨亭", "chair": "李建国"}
    response = client.post(
        url("meeting_new") + f"?estate={estate.pk}", data | {"issues": [issue.pk]}
    )
    meeting = Meeting.objects.get()
    assert response.url == meeting.get_absolute_url()
    assert (meeting.place, meeting.area, meeting.number) == ("听雨亭", estate, 1)
    assert f"{timezone.localtime(meeting.starts_at):%H:%M}" == "19:30"
    assert meeting.items.get().issue == issue
    assert "听雨亭" in html(client.get(url("meeting_new"))), "places are offered again"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"day": ""}, "选一天。"),
        ({"day": "2020-01-01"}, "这一天已经过去了"),
        ({"day": "9999-12-31"}, "太远了"),
        ({"day": "明天"}, "写成年月日"),
        ({"hour": "99:99"}, "写成几点几分"),
        ({"place": "长" * 41}, "40"),
        ({"forum": "secret"}, "选一个列出来的"),
        ({"issues": ["999999999999999999999"]}, "选一个列出来的"),
        ({"chair": "李\x00建国"}, "认不出的符号"),
    ],
)
def test_convening_refused_keeps_what_was_typed(estate, sign_in, wrong, sentence):
    data = {
        "forum": "four",
        "day": timezone.localdate(in_days(3)),
        "hour": "19:30",
        "place": "听雨亭",
        "chair": "李建国",
    }
    response = sign_in("worker").post(url("meeting_new") + f"?estate={estate.pk}", data | wrong)
    assert response.status_code == 422
    assert sentence in html(response)
    kept = soup(response).find("input", {"name": "place"})["value"]
    assert kept == (data | wrong)["place"]
    assert not Meeting.objects.exists()


def test_today_is_too_late_when_the_hour_has_passed(estate, sign_in):
    data = {"forum": "four", "place": "亭", "chair": "李", "hour": "00:00"}
    data["day"] = timezone.localdate()
    response = sign_in("worker").post(url("meeting_new") + f"?estate={estate.pk}", data)
    assert response.status_code == 422
    assert "开会时间要在现在以后" in html(response)


def test_an_estate_of_others_is_not_offered(estate, other_estate, cast, sign_in):
    theirs = waiting(other_estate, cast("sibling_worker"))
    client = sign_in("worker")
    assert client.get(url("meeting_new"), {"estate": other_estate.pk}).status_code == 404
    assert client.get(url("meeting_new"), {"issue": theirs.pk}).status_code == 200
    assert theirs.title not in html(client.get(url("meeting_new"), {"issue": theirs.pk}))


@pytest.mark.parametrize("odd", ["x", "-1", "1e9", "9" * 40, "\x00", "１"])
def test_odd_addresses_are_ignored(estate, running, sign_in, odd):
    client = sign_in("worker")
    for page in ("meetings", "meeting_new", "resolutions"):
        for key in ("after", "before", "issue", "estate", "q"):
            status = client.get(url(page), {key: odd}).status_code
            assert status in (200, 404), (page, key)
    assert client.get(url("meeting", running.pk), {"item": odd}).status_code == 200


def test_plan_shows_whom_to_tell_and_what_waits(planned, estate, cast, sign_in):
    SeatFactory(area=estate, party=Party.OWNERS, name="何平", title="主任")
    other = waiting(estate, cast("worker"), text="广场舞几点结束")
    page = sign_in("worker").get(planned.get_absolute_url())
    told = html(page)
    assert "何平" in told
    assert "还不知道请谁" in told
    assert other.title in told
    assert 'data-copy="请参加锦绣江山第1次四方议事' in told


def test_officer_sees_the_plan_without_acts(planned, sign_in):
    page = soup(sign_in("officer").get(planned.get_absolute_url()))
    acts = [form["action"] for form in page.main.find_all("form")]
    assert acts == []


def test_agenda_moves_grows_and_shrinks(planned, estate, cast, issue, sign_in):
    client = sign_in("worker")
    first, second = planned.items.all()
    client.post(url("item_move", second.pk), {"way": "up"})
    client.post(url("item_move", second.pk), {"way": "up"})
    assert list(planned.items.all()) == [second, first]
    client.post(url("item_take_off", first.pk), {"reason": "楼长出差"})
    page = client.get(planned.get_absolute_url())
    assert issue.title in html(page), "it waits again and can be put back"
    client.post(url("item_add", planned.pk), {"issue": issue.pk})
    assert planned.items.filter(issue=issue, state=ItemState.WAITING).count() == 1
    client.post(url("meeting_start", planned.pk))
    shown = [(i.order, i.title) for i in planned.items.on_agenda()]
    assert shown == [(1, second.title), (2, issue.title)]


def test_agenda_refuses_in_a_sentence(planned, estate, other_estate, cast, sign_in):
    client = sign_in("worker")
    theirs = waiting(other_estate, cast("sibling_worker"))
    response = client.post(url("item_add", planned.pk), {"issue": theirs.pk})
    assert response.status_code == 422
    response = client.post(url("item_add", planned.pk), {"title": " "})
    assert response.status_code == 422
    assert "写上议什么" in html(response)
    item = planned.items.first()
    response = client.post(url("item_take_off", item.pk), {"reason": ""})
    assert response.status_code == 422
    assert planned.items.on_agenda().count() == 2


def test_move_and_cancel_a_meeting(planned, issue, sign_in):
    client = sign_in("worker")
    day = timezone.localdate(in_days(6))
    client.post(url("meeting_change", planned.pk), TOMORROW | {"day": day})
    planned.refresh_from_db()
    assert (timezone.localdate(planned.starts_at), planned.place) == (day, "凉亭")
    refused = client.post(url("meeting_change", planned.pk), TOMORROW | {"day": "2020-02-30"})
    assert refused.status_code == 422
    refused = client.post(url("meeting_cancel", planned.pk), {"reason": ""})
    assert refused.status_code == 422
    client.post(url("meeting_cancel", planned.pk), {"reason": "台风"})
    planned.refresh_from_db()
    assert planned.state == MeetingState.CANCELLED
    assert "台风" in html(client.get(planned.get_absolute_url()))
    again = client.post(url("meeting_start", planned.pk))
    assert again.status_code == 422
    assert "这次会已经开过了" in html(again)
    assert issue.title in html(client.get(url("meetings")))


# --- in the room ------------------------------------------------------------------------


def test_the_way_through_the_room(planned, estate, issue, sign_in):
    """Sign in with one press, say, write, plan, pass, end: all without JavaScript."""
    for party, name in zip(Party, ("李建国", "孙玉华", "何平", "刘建军"), strict=True):
        SeatFactory(area=estate, party=party, name=name, title="代表")
    client = sign_in("worker")
    client.post(url("meeting_start", planned.pk))
    room = planned.get_absolute_url()
    page = soup(client.get(room))
    presses = page.select("form.press")
    assert len(presses) == 4
    for form in presses:
        data = {i["name"]: i["value"] for i in form.select("input[type=hidden]")}
        client.post(form["action"], data | {"presence": "room"})
    item = planned.items.get(state=ItemState.OPEN)
    assert "四方到齐，都还没有表态" in words(client.get(room))
    for party, stance, said in (
        ("branch", "agree", "这个月就装"),
        ("residents", "abstain", ""),
        ("owners", "if", "公共收益最多出两万元；"),
        ("property", "agree", ""),
    ):
        data = {"party": party, "stance": stance, "words": said}
        client.post(url("item_position", item.pk), data)
    assert soup(client.get(room)).select_one("#pass button").has_attr("disabled")
    client.post(url("item_draft", item.pk), {"text": "同意装四个。", "seen": "", "insert": "1"})
    page = soup(client.get(room))
    text = page.select_one("#id_text").get_text()
    assert text.strip() == "同意装四个。\n公共收益最多出两万元。〔条件1〕"
    assert "至少派一项任务" in page.select_one("#pass").get_text()
    data = {"title": "装桩", "responsible": "property", "person": "刘建军"}
    client.post(url("item_task", item.pk), data | {"due_at": timezone.localdate(in_days(9))})
    page = soup(client.get(room))
    assert not page.select_one("#pass button").has_attr("disabled")
    seen = page.select_one("[name=seen]")["value"]
    client.post(url("item_pass", item.pk), {"text": text, "seen": seen})
    issue.refresh_from_db()
    task = Task.objects.get()
    assert (issue.state, task.state) == (State.HANDLING, TaskState.OPEN)
    assert f"{timezone.localtime(task.due_at):%H:%M}" == "17:30"
    page = client.get(room, {"item": item.pk})
    assert "锦江议〔" in html(page)
    assert task.get_absolute_url() in html(page)
    keep = {"words": "记到一半", "listeners": "居民 6 位", "keep": "1"}
    assert client.post(url("meeting_end", planned.pk), keep).url == room
    client.post(url("meeting_end", planned.pk), {"words": "都到齐了", "listeners": "居民 6 位"})
    planned.refresh_from_db()
    assert planned.state == MeetingState.ENDED
    record = words(client.get(room))
    assert "1项决议，1项缓议" in record
    assert "居民6位" in record
    assert task.get_absolute_url() in html(client.get(room))


def test_position_refused_is_said_in_its_row(item, sign_in):
    client = sign_in("worker")
    data = {"party": "owners", "stance": "if", "words": ""}
    response = client.post(url("item_position", item.pk), data)
    assert response.status_code == 422
    row = soup(response).select_one("#stand-owners")
    assert "附条件要写明条件是什么" in row.get_text()
    assert row.select_one("input[value=if]").has_attr("checked")
    assert "附条件" not in soup(response).select_one("#refusal").get_text()
    for wrong in ({"stance": "maybe"}, {"stance": ""}, {"party": "nobody"}, {"words": "长" * 301}):
        response = client.post(url("item_position", item.pk), data | {"words": "一"} | wrong)
        assert response.status_code == 422
    assert not Position.objects.exists()


def test_party_that_is_not_here_cannot_state_anything(item, running, sign_in):
    client = sign_in("worker")
    gone = running.attendances.get(party="owners")
    client.post(url("attendance_remove", gone.pk), {"item": item.pk})
    assert not Attendance.objects.filter(pk=gone.pk).exists()
    page = soup(client.get(running.get_absolute_url()))
    assert page.select_one("#stand-owners fieldset").has_attr("disabled")
    assert page.select_one("#attend").has_attr("open")
    response = client.post(url("item_position", item.pk), {"party": "owners", "stance": "agree"})
    assert response.status_code == 422
    assert "业主委员会还没有人到会" in html(response)


def test_same_words_again_are_no_new_act(item, cast, sign_in):
    from stations.models import Act

    client = sign_in("worker")
    data = {"party": "owners", "stance": "agree", "words": "好"}
    for _ in range(3):
        client.post(url("item_position", item.pk), data)
    assert Act.objects.filter(verb="deliberation.state_position").count() == 1


def test_person_added_is_known_next_time(running, estate, sign_in):
    client = sign_in("worker")
    data = {"party": "owners", "name": " 黄伟 ", "title": "副主任", "presence": "video"}
    client.post(url("attendance_add", running.pk), data)
    client.post(url("attendance_add", running.pk), data)
    assert running.attendances.filter(name="黄伟").count() == 1
    assert Seat.objects.filter(area=estate, name="黄伟").count() == 1
    response = client.post(url("attendance_add", running.pk), data | {"name": "", "title": "新"})
    assert response.status_code == 422
    assert soup(response).select_one(".add-person input[name=title]")["value"] == "新"


def test_passing_is_decided_by_the_server(item, cast, sign_in):
    client = sign_in("worker")
    all_agree(item, cast("worker"))
    meetings.state_position(
        item=item, by=cast("worker"), party="owners", stance="if", words="账要公开"
    )
    plan(item, cast("worker"))
    response = client.post(url("item_pass", item.pk), {"text": "装四个。"})
    assert response.status_code == 422
    assert "条件 1 写进决议才算数" in html(response)
    assert soup(response).select_one("#id_text").get_text().strip() == "装四个。"
    item.refresh_from_db()
    assert item.state == ItemState.OPEN


def test_resolution_with_a_phone_number_is_refused(item, cast, sign_in):
    all_agree(item, cast("worker"))
    plan(item, cast("worker"))
    response = sign_in("worker").post(url("item_pass", item.pk), {"text": "有事找 13900006021。"})
    assert response.status_code == 422
    assert "手机号" in html(response)


def test_postpone_and_escalate_end_an_item(item, running, issue, cast, sign_in):
    client = sign_in("worker")
    plan(item, cast("worker"))
    for name in ("item_postpone", "item_escalate"):
        response = client.post(url(name, item.pk), {"reason": ""})
        assert response.status_code == 422
    client.post(url("item_escalate", item.pk), {"reason": "要供电局来"})
    issue.refresh_from_db()
    assert issue.state == State.STREET
    assert Task.objects.get().state == TaskState.CANCELLED
    following = running.items.get(state=ItemState.OPEN)
    assert following.issue is None
    client.post(url("item_postpone", following.pk), {"reason": "下次再看"})
    page = client.get(running.get_absolute_url())
    assert "都议完了" in html(page)
    assert url("meeting_ending", running.pk) in html(page)


def test_ending_drops_what_was_planned_but_not_passed(item, running, issue, cast, sign_in):
    task = plan(item, cast("worker"))
    sign_in("worker").post(url("meeting_end", running.pk), {})
    task.refresh_from_db()
    item.refresh_from_db()
    issue.refresh_from_db()
    assert (task.state, item.state) == (TaskState.CANCELLED, ItemState.POSTPONED)
    assert issue.state == State.DELIBERATING


def test_ending_refused_keeps_the_words(running, sign_in):
    client = sign_in("worker")
    data = {"words": "记下来的话", "listeners": "长" * 201}
    response = client.post(url("meeting_end", running.pk), data)
    assert response.status_code == 422
    assert "记下来的话" in html(response)
    client.post(url("meeting_end", running.pk), {})
    again = client.post(url("meeting_end", running.pk), {"words": "又一次"})
    assert again.status_code == 422
    assert "会已经散了" in html(again)
    ending = client.get(url("meeting_ending", running.pk))
    assert ending.url == running.get_absolute_url()


def test_own_item_is_resolved_without_a_task(running, cast, sign_in):
    own = running.items.get(issue=None)
    client = sign_in("worker")
    client.post(url("item_open", own.pk))
    all_agree(own, cast("worker"))
    page = client.get(running.get_absolute_url())
    assert "谁来办就写进决议里" in html(page)
    client.post(url("item_pass", own.pk), {"text": "三项都办好了。"})
    own.refresh_from_db()
    assert own.state == ItemState.RESOLVED


# --- two recorders ----------------------------------------------------------------------


def test_draft_of_another_recorder_is_not_overwritten(item, sign_in):
    client = sign_in("worker")
    room = item.meeting.get_absolute_url()
    client.post(url("item_draft", item.pk), {"text": "第一稿。", "seen": ""})
    seen = soup(client.get(room)).select_one("[name=seen]")["value"]
    other = {"text": "另一台写的。", "seen": seen}
    assert client.post(url("item_draft", item.pk), other).status_code == 302
    mine = {"text": "这一台写的。", "seen": seen}
    response = client.post(url("item_draft", item.pk), mine)
    assert response.status_code == 422
    page = soup(response)
    assert page.select_one("#id_text").get_text().strip() == "这一台写的。"
    assert "另一台写的。" in page.select_one(".clash .stored").get_text()
    assert page.select_one("[name=seen]")["value"] == seen, "saving by itself stays refused"
    assert client.post(url("item_draft", item.pk), mine | {"mine": "1"}).status_code == 302
    item.refresh_from_db()
    assert item.resolution.text == "这一台写的。"


def test_sending_the_same_text_again_is_no_clash(item, sign_in):
    client = sign_in("worker")
    for _ in range(2):
        data = {"text": "同一句。", "seen": ""}
        assert client.post(url("item_draft", item.pk), data).status_code == 302


def test_item_turned_away_by_another_recorder(item, running, sign_in):
    """One recorder opened the next item; the other's page still shows the first."""
    client = sign_in("worker")
    own = running.items.get(issue=None)
    client.post(url("item_open", own.pk))
    assert running.items.get(state=ItemState.OPEN) == own
    stale = client.post(url("item_position", item.pk), {"party": "owners", "stance": "agree"})
    assert stale.status_code == 422
    assert "现在议的不是这一项" in soup(stale).select_one("#refusal").get_text()
    twice = client.post(url("item_open", own.pk))
    assert twice.status_code == 422
    assert running.items.filter(state=ItemState.OPEN).count() == 1


def test_position_is_one_per_party_in_the_database(item, cast):
    meetings.state_position(item=item, by=cast("worker"), party="owners", stance="agree")
    with pytest.raises(IntegrityError), transaction.atomic():
        Position.objects.create(item=item, party="owners", stance="against")


def at_once(*acts):
    """Run the acts in threads that start together; their results or refusals."""
    barrier, results = Barrier(len(acts)), [None] * len(acts)

    def run(at, act):
        barrier.wait(10)
        try:
            results[at] = act()
        except ValidationError as refusal:
            results[at] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_passing_twice_at_once_passes_once(item, cast):
    worker, secretary = cast("worker"), cast("secretary")
    all_agree(item, worker)
    plan(item, worker)
    results = at_once(
        lambda: meetings.pass_resolution(item=item, by=worker, text="装四个。"),
        lambda: meetings.pass_resolution(
            item=AgendaItem.objects.get(pk=item.pk), by=secretary, text="装六个。"
        ),
    )
    refused = [result for result in results if isinstance(result, ValidationError)]
    assert len(refused) == 1
    passed = next(result for result in results if result not in refused)
    item.refresh_from_db()
    assert item.resolution.text == passed.text
    assert item.issue.events.filter(kind="resolved").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_recorders_write_one_position_and_two_numbers(item, cast):
    worker, secretary = cast("worker"), cast("secretary")

    def say(by, party, said):
        return lambda: meetings.state_position(
            item=item, by=by, party=party, stance="if", words=said
        )

    at_once(
        say(worker, "owners", "账要公开"),
        say(secretary, "owners", "账要贴出来"),
        say(worker, "property", "不占通道"),
    )
    assert item.positions.filter(party="owners").count() == 1
    numbers = item.positions.values_list("condition_number", flat=True)
    assert sorted(numbers) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_two_recorders_open_two_items_and_one_is_open(running, cast):
    worker = cast("worker")
    third = agenda.add_item(meeting=running, by=worker, title="第三项")
    second = running.items.get(title="上次决议回头看")
    at_once(
        lambda: meetings.open_item(item=second, by=worker),
        lambda: meetings.open_item(item=third, by=worker),
    )
    assert running.items.filter(state=ItemState.OPEN).count() == 1


# --- parts are what a reload shows ------------------------------------------------------

PARTS = ("round", "verdict", "conditions", "pass", "handed", "saved", "refusal")


def test_parts_the_page_takes_are_there_and_equal_after_reload(item, sign_in):
    """htmx takes the parts out of the page that the redirect leads to."""
    client = sign_in("worker")
    data = {"party": "owners", "stance": "if", "words": "账要公开"}
    answer = client.post(
        url("item_position", item.pk), data, headers={"HX-Request": "true"}, follow=True
    )
    reload = client.get(answer.redirect_chain[-1][0].split("#")[0])

    def part(page, name):
        return re.sub(r'value="[^"]{64}"', "", str(soup(page).select_one(f"#{name}")))

    for name in PARTS:
        assert part(answer, name) == part(reload, name) != "None", name
    taken = set()
    for element in soup(reload).select("[hx-select]"):
        for attribute in ("hx-target", "hx-select", "hx-select-oob"):
            taken |= set(re.findall(r"#([\w-]+)", element.get(attribute, "")))
    ids = {element["id"] for element in soup(reload).select("[id]")}
    assert taken
    assert taken <= ids


# --- paper ------------------------------------------------------------------------------


def test_notice_names_nobody(planned, estate, community, cast, sign_in):
    StationFactory(area=community, name="锦绣社区党群服务站")
    SeatFactory(area=estate, party=Party.RESIDENTS, name="孙玉华")
    agenda.add_item(meeting=planned, by=cast("worker"), title="3栋2单元401的13900006021说灯不亮")
    page = words(sign_in("worker").get(url("meeting_notice", planned.pk)))
    assert "锦绣江山小区四方议事会" in page
    assert "锦绣社区党群服务站" in page
    for personal in ("孙玉华", "李建国", "13900006021", "401", "周桂兰"):
        assert personal not in page


def test_sheet_is_filled_in_with_known_people(planned, estate, sign_in):
    SeatFactory(area=estate, party=Party.RESIDENTS, name="孙玉华", title="3 栋楼长")
    page = sign_in("worker").get(url("meeting_sheet", planned.pk))
    assert "孙玉华" in html(page)
    assert "3 栋楼长" in html(page)
    parties = [row.td.get_text() for row in soup(page).find("tbody").find_all("tr")]
    assert parties.count("居民代表") == 2
    assert parties.count("物业公司") == 1


def test_minutes_hold_who_came_what_was_said_and_who_does_it(item, running, cast, sign_in):
    worker = cast("worker")
    all_agree(item, worker)
    meetings.state_position(item=item, by=worker, party="owners", stance="if", words="最多出两万元")
    plan(item, worker)
    meetings.pass_resolution(item=item, by=worker, text="装四个。\n出资不超过两万元。〔条件1〕")
    meetings.end_meeting(meeting=running, by=worker, words="孙玉华提醒别占通道。")
    page = words(sign_in("officer").get(url("meeting_minutes", running.pk)))
    for expected in (
        f"锦江议〔{running.year}〕1号",
        "何平",
        "最多出两万元（条件1）",
        f"锦江议〔{running.year}〕1-1号",
        "出资不超过两万元。（条件1，业委会）",
        "装桩",
        "孙玉华提醒别占通道",
        "主持人",
        "记录人",
        "缓议：这次没有议到",
    ):
        assert expected in page
    assert "〔条件1〕" not in page


def test_three_party_meeting_asks_for_three(estate, cast, sign_in):
    meeting = meeting_at(estate, cast("worker"), forum="three")
    page = words(sign_in("worker").get(url("meeting_notice", meeting.pk)))
    assert "锦绣江山小区三方联席会议" in page
    assert "业主委员会" not in page


# --- lists, and what they cost ----------------------------------------------------------


def test_list_shows_what_comes_waits_and_was_settled(planned, estate, cast, sign_in):
    one = waiting(estate, cast("worker"), text="广场舞几点结束")
    held = meeting_at(estate, cast("worker"))
    meetings.start_meeting(meeting=held, by=cast("worker"))
    meetings.end_meeting(meeting=held, by=cast("worker"))
    page = sign_in("worker").get(url("meetings"))
    assert "2 项议题" in html(page)
    assert "还不知道请谁" in html(page)
    assert f"{url('meeting_new')}?issue={one.pk}" in html(page)
    assert "没有议事" in html(page)
    officer = sign_in("officer").get(url("meetings"))
    assert "召集一次会" not in html(officer)
    sibling = sign_in("sibling_worker").get(url("meetings"))
    assert one.title not in html(sibling)


def test_empty_list_says_what_belongs_here(estate, sign_in):
    page = html(sign_in("worker").get(url("meetings")))
    assert "还没有开过会" in page
    assert "提请四方议事的诉求会等在这里" in page


def test_past_meetings_come_in_pages(estate, cast, sign_in):
    worker = cast("worker")
    for days in range(1, 18):
        meeting = meeting_at(estate, worker)
        Meeting.objects.filter(pk=meeting.pk).update(
            state=MeetingState.ENDED, ended_at=in_days(-days), starts_at=in_days(-days)
        )
    client = sign_in("worker")
    first = soup(client.get(url("meetings")))
    older = first.select_one(".pager a[rel=next]")["href"]
    second = soup(client.get(url("meetings") + older))
    titles = [a.get_text() for page in (first, second) for a in page.select(".rows .ti a")]
    assert len(titles) == len(set(titles)) == 17


def test_resolutions_are_found_by_words_and_estate(item, running, estate, cast, sign_in):
    worker = cast("worker")
    all_agree(item, worker)
    plan(item, worker)
    meetings.pass_resolution(item=item, by=worker, text="同意装四个充电桩。")
    client = sign_in("worker")
    for query, found in (
        ({}, True),
        ({"q": "充电桩"}, True),
        ({"q": "锦江议"}, True),
        ({"q": "广场舞"}, False),
        ({"q": "%"}, False),
        ({"estate": estate.pk}, True),
        ({"estate": estate.pk + 1}, False),
    ):
        assert ("同意装四个充电桩" in html(client.get(url("resolutions"), query))) is found, query
    sibling = sign_in("sibling_worker").get(url("resolutions"))
    assert "充电桩" not in html(sibling).replace('placeholder="充电桩"', "")


def queries(client, address):
    client.get(address)  # the first request fills what lives longer than one
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def fill(estate, worker, count):
    """`count` planned and ended meetings, waiting issues and seats more."""
    for _ in range(count):
        SeatFactory(area=estate, party=Party.OWNERS)
        waiting(estate, worker)
        meeting_at(estate, worker, issues=[waiting(estate, worker)])
        ended = meeting_at(estate, worker)
        meetings.start_meeting(meeting=ended, by=worker)
        meetings.end_meeting(meeting=ended, by=worker)


def test_list_costs_the_same_with_more_rows(estate, cast, sign_in):
    client = sign_in("worker")
    fill(estate, cast("worker"), 3)
    few = queries(client, url("meetings")), queries(client, url("meeting_new"))
    fill(estate, cast("worker"), 12)
    assert (queries(client, url("meetings")), queries(client, url("meeting_new"))) == few


def test_pages_of_a_meeting_cost_the_same_with_more_in_it(running, item, cast, sign_in):
    worker, client = cast("worker"), sign_in("worker")
    all_agree(item, worker)
    plan(item, worker)
    meetings.draft_resolution(item=item, by=worker, text="装四个。")
    pages = ("meeting", "meeting_ending", "meeting_notice", "meeting_sheet", "meeting_minutes")
    few = {name: queries(client, url(name, running.pk)) for name in pages}
    for n in range(8):
        own = agenda.add_item(meeting=running, by=worker, title=f"第{n}件")
        meetings.mark_attendance(meeting=running, by=worker, party="residents", name=f"居民{n}")
        meetings.open_item(item=own, by=worker)
        all_agree(own, worker)
        meetings.draft_resolution(item=own, by=worker, text="记下。")
        meetings.pass_resolution(item=own, by=worker)
    if not running.items.filter(state=ItemState.OPEN, pk=item.pk).exists():
        meetings.open_item(item=item, by=worker)
    for _ in range(5):
        plan(item, worker)
    many = {name: queries(client, url(name, running.pk)) for name in pages}
    assert many == few


def test_planned_page_costs_the_same_with_more_in_it(planned, estate, cast, sign_in):
    client, worker = sign_in("worker"), cast("worker")
    waiting(estate, worker)
    few = queries(client, planned.get_absolute_url())
    for n in range(9):
        waiting(estate, worker)
        agenda.add_item(meeting=planned, by=worker, title=f"第{n}件")
        SeatFactory(area=estate, party=Party.OWNERS)
    assert queries(client, planned.get_absolute_url()) == few


def test_record_and_resolutions_cost_the_same_with_more(running, item, cast, sign_in):
    worker, client = cast("worker"), sign_in("worker")
    for n in range(2):
        agenda.add_item(meeting=running, by=worker, title=f"第{n}件")
    for one in running.items.filter(issue=None):
        if one.state != ItemState.OPEN:
            meetings.open_item(item=one, by=worker)
        all_agree(one, worker)
        meetings.pass_resolution(item=one, by=worker, text="照办。")
    few = queries(client, url("resolutions"))
    for n in range(6):
        own = agenda.add_item(meeting=running, by=worker, title=f"又{n}件")
        meetings.open_item(item=own, by=worker)
        all_agree(own, worker)
        meetings.pass_resolution(item=own, by=worker, text="照办。")
    assert queries(client, url("resolutions")) == few
    meetings.end_meeting(meeting=running, by=worker)
    assert queries(client, running.get_absolute_url()) <= 20
