"""Notice, sheet and minutes of a meeting, the lists, and what pages cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deliberation.choices import ItemState, MeetingState, Party
from deliberation.models import Meeting
from deliberation.services import agenda, meetings
from tests.deliberation.meetings.rows import (
    all_agree,
    html,
    in_days,
    plan,
    soup,
    url,
    waiting,
    words,
)
from tests.factories import SeatFactory, StationFactory, meeting_at

pytestmark = pytest.mark.django_db


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
