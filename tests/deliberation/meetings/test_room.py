"""In the room: positions, resolutions, tasks, two recorders, and parts that equal a reload."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from deliberation.choices import ItemState, MeetingState, Party, State, TaskState
from deliberation.models import AgendaItem, Attendance, Position, Seat, Task
from deliberation.services import agenda, meetings
from tests.deliberation.meetings.rows import all_agree, html, in_days, plan, soup, url, words
from tests.factories import SeatFactory
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


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
    refused = [result for result in results if isinstance(result, str)]
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
