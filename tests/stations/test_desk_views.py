"""The way in, the frame, and the desk."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from deliberation.services import triage
from stations.choices import Role
from stations.models import Duty, Message, User
from stations.services import desk as desks
from stations.services.duties import end_duty, start_duty
from stations.views import frame as frames
from tests.factories import AreaFactory, PostingFactory, UserFactory, meeting_at, report
from tests.support.queries import count_queries

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 10, 14, 9, 12, tzinfo=SHANGHAI)  # a Wednesday


@pytest.fixture(autouse=True)
def wednesday(time_machine):
    time_machine.move_to(NOW, tick=False)


def due(area, *, until, kind="deliberation.accept", since=None, **more):
    """A duty on a place of its own, so that many can be open."""
    place = AreaFactory(level=area.level, parent=area.parent)
    facts = {"title": "路灯不亮", "since": since or NOW - timedelta(days=1), "until": until}
    return start_duty(kind, on=place, fresh=True, **(facts | more))


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def sentence(page):
    return "".join(page.select_one(".morning p").get_text().split())


# --- the way in ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "target"),
    [
        ("worker", "/desk/"),
        ("secretary", "/desk/"),
        ("officer", "/desk/"),
        ("district", "/dashboard/"),
        ("admin", reverse("stations:work")),
        ("volunteer", "/mine/"),
    ],
)
def test_home_leads_everybody_to_their_work(sign_in, who, target):
    response = sign_in(who).get("/home/")
    assert (response.status_code, response["Location"]) == (302, target)


def test_home_tells_those_without_a_page_what_comes(sign_in):
    response = sign_in("stranger").get("/home/")
    assert response.status_code == 200
    assert "岗位还没有定" in response.content.decode()


def test_home_asks_the_anonymous_to_sign_in(client):
    assert client.get("/home/")["Location"].startswith("/account/login/")


# --- access -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("worker", 200),
        ("secretary", 200),
        ("officer", 200),
        ("sibling_worker", 200),
        ("district", 403),
        ("volunteer", 403),
        ("admin", 403),
        ("stranger", 403),
        ("anonymous", 302),
    ],
)
def test_who_has_a_desk(sign_in, estate, who, status):
    assert sign_in(who).get("/desk/").status_code == status


def test_desk_shows_nothing_of_other_places(sign_in, cast, estate):
    report(estate, text="三栋门口的灯坏了。")
    assert "三栋门口的灯坏了" in sign_in("worker").get("/desk/").content.decode()
    assert "三栋门口的灯坏了" not in sign_in("sibling_worker").get("/desk/").content.decode()


def test_each_role_counts_only_where_it_is_held(sign_in, estate, other_estate, cast):
    """Worker here, secretary next door: next door's accepting is not theirs to do."""
    both = cast("worker")
    PostingFactory(user=both, area=other_estate.parent, role=Role.SECRETARY)
    report(estate, text="这里的事。")
    report(other_estate, text="隔壁的事。")
    page = sign_in("worker").get("/desk/").content.decode()
    assert "这里的事" in page and "隔壁的事" not in page


# --- the sentence and the rows --------------------------------------------------------------


def test_sentence_says_the_state_from_the_data(sign_in, estate):
    due(estate, until=NOW - timedelta(hours=2), title="电梯停了", since=NOW - timedelta(hours=26))
    due(estate, until=NOW + timedelta(hours=1))
    due(estate, until=NOW + timedelta(hours=3))
    due(estate, until=NOW + timedelta(days=1))
    page = soup(sign_in("worker").get("/desk/"))
    assert sentence(page) == (
        "早上好，worker。今天要办2件，另有1件超期；最急的是电梯停了，等了26小时。"
    )
    heads = [" ".join(head.stripped_strings) for head in page.select("th.day")]
    assert heads == ["已超期 1 件", "今天 2 件", "明天 1 件"]
    links = {link.get_text(): link["href"] for link in page.select(".morning a")}
    assert links["1 件超期"].endswith("#late") and page.select_one("#late")
    assert links["2 件"].endswith("#today") and page.select_one("#today")


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([], "早上好，worker。今天的事都办完了。"),
        ([-3], "早上好，worker。有1件超期；最急的是路灯不亮，等了24小时。"),
        ([2], "早上好，worker。今天要办1件；最急的是路灯不亮，等了24小时。"),
        ([30], "早上好，worker。今天没有到期的，下一件是路灯不亮，明天15:12。"),
    ],
)
def test_sentence_of_quiet_days(sign_in, estate, hours, words):
    for hour in hours:
        due(estate, until=NOW + timedelta(hours=hour))
    assert sentence(soup(sign_in("worker").get("/desk/"))) == words


def test_empty_desk_is_warm(sign_in, estate):
    page = soup(sign_in("worker").get("/desk/"))
    assert page.select_one(".empty h2").get_text() == "今天的事都办完了"


def test_one_red_button_on_the_most_urgent_row(sign_in, estate):
    first = due(estate, until=NOW - timedelta(days=2))
    due(estate, until=NOW - timedelta(days=1))
    due(estate, until=NOW + timedelta(hours=1))
    page = soup(sign_in("worker").get("/desk/"))
    red = page.select(".btn-main")
    assert [button["href"] for button in red] == [f"/issues/{first.object_id}/"]
    assert red[0].get_text() == "受理"
    assert page.select_one("tr.is-cur .btn-main") is red[0]


def test_rows_lead_to_the_thing_itself(sign_in, estate, cast):
    issue = report(estate)
    meeting = meeting_at(estate, cast("worker"))
    page = soup(sign_in("worker").get("/desk/"))
    assert {link["href"] for link in page.select(".what a")} == {
        f"/issues/{issue.pk}/",
        f"/meetings/{meeting.pk}/",
    }


def test_tabs_by_group_with_counts(sign_in, estate, cast):
    issue = report(estate, text="插座坏了。")
    report(estate)
    triage.accept_issue(issue=issue, by=cast("worker"))
    triage.route_directly(
        issue=issue,
        by=cast("worker"),
        title="换插座",
        responsible="property",
        due_at=NOW + timedelta(days=2),
    )
    client = sign_in("worker")
    page = soup(client.get("/desk/"))
    tabs = [" ".join(tab.stripped_strings) for tab in page.select(".views a")]
    assert tabs == ["全部 2", "诉求 1", "任务 1"]
    only = soup(client.get("/desk/", {"group": "任务"}))
    assert [link.get_text() for link in only.select(".what a")] == ["换插座"]
    assert only.select_one(".views .is-on").get_text() == "任务1"
    # the sentence still speaks of everything
    assert "下一件是车棚" in sentence(only)


def test_overdue_of_others_is_for_their_secretary_and_street_to_urge(sign_in, estate, cast):
    late = due(estate, until=NOW - timedelta(days=1), title="拖着的事")
    answer = due(
        estate, until=NOW - timedelta(days=1), kind="deliberation.answer", title="街道拖着的事"
    )
    for who in ("secretary", "officer"):
        page = soup(sign_in(who).get("/desk/", {"group": "要催"}))
        assert [link.get_text() for link in page.select(".what a")] == ["拖着的事"], who
        assert not page.select(".btn-main")
        everything = soup(sign_in(who).get("/desk/"))
        assert "拖着的事" in everything.select_one("#urge").find_parent("table").get_text()
    mine = soup(sign_in("officer").get("/desk/"))
    assert mine.select_one(".is-cur .what a").get_text() == "街道拖着的事"
    assert "要催" not in sign_in("worker").get("/desk/").content.decode()
    for duty in (late, answer):
        Duty.objects.filter(pk=duty.pk).update(until=NOW + timedelta(days=3))
    assert "要催" not in sign_in("secretary").get("/desk/").content.decode()


def test_street_urges_only_its_own_people(sign_in, estate, far_estate, cast):
    due(far_estate, until=NOW - timedelta(days=1), title="远处的事")
    assert "远处的事" not in sign_in("officer").get("/desk/").content.decode()
    assert "远处的事" in sign_in("far_officer").get("/desk/").content.decode()


def test_waiting_for_the_levels_above(sign_in, estate, cast):
    due(estate, until=NOW + timedelta(days=4), kind="deliberation.answer", title="西墙外违停")
    due(estate, until=NOW + timedelta(days=2), kind="deliberation.close", title="等销号的事")
    waits = soup(sign_in("worker").get("/desk/")).select(".aside section")[1]
    assert "街道答复：西墙外违停" in waits.get_text() and "销号：等销号的事" in waits.get_text()
    waits = soup(sign_in("secretary").get("/desk/")).select(".aside section")[1]
    assert "西墙外违停" in waits.get_text() and "等销号的事" not in waits.get_text()
    waits = soup(sign_in("officer").get("/desk/")).select(".aside section")[1]
    assert "没有在等的" in waits.get_text()


def test_schedule_holds_todays_meetings_only(sign_in, estate, cast):
    meeting_at(estate, cast("worker"), starts_at=NOW + timedelta(hours=5))
    meeting_at(estate, cast("worker"), starts_at=NOW + timedelta(days=1))
    today = soup(sign_in("worker").get("/desk/")).select(".aside section")[0]
    assert len(today.select("li")) == 1
    assert "14:12" in today.get_text() and "服务站二楼" in today.get_text()


def test_held_by_a_colleague_is_not_mine(sign_in, estate, cast):
    due(
        estate,
        until=NOW + timedelta(days=1),
        kind="deliberation.do_task",
        holder=cast("colleague"),
        title="同事的任务",
    )
    assert "同事的任务" not in sign_in("worker").get("/desk/").content.decode()
    assert "同事的任务" in sign_in("colleague").get("/desk/").content.decode()


def test_duty_of_an_app_that_is_gone_does_not_break_the_desk(sign_in, estate):
    duty = due(estate, until=NOW + timedelta(days=1))
    Duty.objects.filter(pk=duty.pk).update(kind="gone.visit")
    assert sign_in("worker").get("/desk/").status_code == 200


# --- many, few, strange ----------------------------------------------------------------------


def test_queries_do_not_grow_with_rows(sign_in, estate, cast):
    client = sign_in("secretary")
    cast("worker")

    def fill(count):
        for _ in range(count):
            due(estate, until=NOW + timedelta(hours=2), kind="deliberation.close")
            due(estate, until=NOW - timedelta(hours=2))
            due(estate, until=NOW + timedelta(hours=2), kind="deliberation.answer")

    fill(3)
    client.get("/desk/")
    few = count_queries(client, "/desk/")
    fill(27)
    # session, user, postings; due, urge, meetings, events, waiting; open and unread of the frame
    assert count_queries(client, "/desk/") == few <= 10


def test_a_full_desk_goes_on_by_key(sign_in, estate, monkeypatch):
    monkeypatch.setattr(desks, "PAGE", 4)
    expected = [due(estate, until=NOW + timedelta(hours=n), title=f"第{n}件") for n in range(1, 11)]
    due(estate, until=expected[3].until, title="同一刻")
    client, url, seen = sign_in("worker"), "/desk/", []
    for _ in range(5):
        page = soup(client.get(url))
        seen += [link.get_text() for link in page.select(".what a")]
        more = [link for link in page.select("a.fold") if "接着看" in link.get_text()]
        if not more:
            break
        url = more[0]["href"]
    assert len(seen) == len(set(seen)) == 11
    tabs = [" ".join(tab.stripped_strings) for tab in soup(client.get("/desk/")).select(".views a")]
    assert tabs == ["全部 4+", "诉求 4+"]


def test_a_long_heading_is_folded_until_asked_for(sign_in, estate):
    for n in range(8):
        due(estate, until=NOW + timedelta(days=20), title=f"以后{n}")
    first = due(estate, until=NOW + timedelta(hours=1), title="今天的")
    page = soup(sign_in("worker").get("/desk/"))
    assert len(page.select(".what a")) == 1 + desks.SHOWN["later"]
    assert page.select_one("#later summary").get_text() == "以后8 件"
    later = page.select_one("details.later")
    assert not later.has_attr("open")
    assert len(later.select(".what a")) == desks.SHOWN["later"]
    assert [link.get_text() for link in page.select("div > .due .what a")] == ["今天的"]
    fold = page.select_one(".fold-row a")
    assert fold.get_text() == "以后还有 3 件"
    whole = soup(sign_in("worker").get(fold["href"]))
    assert [link.get_text() for link in whole.select(".what a")] == [f"以后{n}" for n in range(8)]
    assert whole.select_one("details.later").has_attr("open")
    assert first.title not in [link.get_text() for link in whole.select(".what a")]
    assert len(whole.select(".btn-main")) <= 1


def test_a_desk_with_only_later_things_is_one_fold(sign_in, estate):
    due(estate, until=NOW + timedelta(days=20), title="以后的")
    page = soup(sign_in("worker").get("/desk/"))
    assert len(page.select("table.due")) == 1
    assert page.select_one("details.later:not([open]) .what a").get_text() == "以后的"
    assert not page.select(".empty")


CARE = "residents_map.care"


def test_what_is_urgent_stands_first_today_whatever_its_hour(sign_in, estate):
    due(estate, until=NOW + timedelta(hours=1), title="今天的")
    due(estate, until=NOW + timedelta(hours=23), title="急的", kind=CARE)
    due(estate, until=NOW + timedelta(hours=22), title="明天的")
    client = sign_in("worker")
    page = soup(client.get("/desk/"))
    assert [link.get_text() for link in page.select(".what a")] == ["急的", "今天的", "明天的"]
    assert sentence(page) == "早上好，worker。今天要办2件（其中1件急）；最急的是急的，等了24小时。"
    assert page.select_one("tr.is-cur .what a").get_text() == "急的"
    due(estate, until=NOW - timedelta(hours=1), title="晚了的")
    assert sentence(soup(client.get("/desk/"))).startswith(
        "早上好，worker。今天要办2件（其中1件急），另有1件超期；最急的是晚了的"
    )
    Duty.objects.filter(kind=CARE).delete()
    due(estate, until=NOW - timedelta(minutes=5), title="急的", kind=CARE)
    page = soup(client.get("/desk/"))
    heads = [" ".join(head.stripped_strings) for head in page.select("th.day")]
    assert heads == ["已超期 2 件", "今天 1 件", "明天 1 件"]
    assert "急）" not in sentence(page)


def test_a_group_of_a_full_desk_is_found_behind_the_others(sign_in, estate, monkeypatch):
    monkeypatch.setattr(desks, "PAGE", 4)
    for n in range(1, 8):
        due(estate, until=NOW + timedelta(hours=n))
    due(estate, until=NOW + timedelta(days=2), kind="deliberation.do_task", title="最后的任务")
    page = soup(sign_in("worker").get("/desk/", {"group": "任务"}))
    assert [link.get_text() for link in page.select(".what a")] == ["最后的任务"]


@pytest.mark.parametrize(
    "query",
    [
        "group=x", "part=x", "part=today&after=x", "group=%00", "after=x", "after=,", "after=2026-10-14,1", "after=%00,%00",
        "after=2026-10-14T00:00:00%2B08:00,99999999999999999999", "after=2026-99-99T00:00:00Z,1",
        "after=0001-01-01T00:00:00%2B14:00,5", "group=任务&group=诉求",
        "after=2026-10-14T00:00:00+08:00,5",
    ],
)  # fmt: skip
def test_strange_queries_show_the_desk(sign_in, estate, query):
    due(estate, until=NOW + timedelta(hours=1))
    assert sign_in("worker").get(f"/desk/?{query}").status_code == 200


def test_long_words_and_markup_are_only_words(sign_in, estate):
    due(estate, until=NOW + timedelta(hours=1), title="<b>粗</b>" * 20, subtitle="长" * 160)
    page = sign_in("worker").get("/desk/").content.decode()
    assert "<b>粗</b>" not in page and "&lt;b&gt;粗" in page


# --- the frame -------------------------------------------------------------------------------


def entries(page):
    return [link.get_text(" ", strip=True) for link in page.select(".rail-nav a")]


def test_frame_offers_only_what_the_person_may_open(sign_in, estate):
    due(estate, until=NOW + timedelta(hours=1))
    worker = entries(soup(sign_in("worker").get("/desk/")))
    assert worker[0] == "我的待办 1"
    assert "任务" in worker and "操作记录" not in worker and "后台任务" not in worker
    assert "操作记录" in entries(soup(sign_in("officer").get("/desk/")))
    assert entries(soup(sign_in("admin").get(reverse("stations:work"))))[-1] == "后台任务"
    assert entries(soup(sign_in("stranger").get("/home/"))) == []


def test_frame_counts_what_presses_only(sign_in, estate):
    """Late, today, tomorrow; what comes later stands on the desk and does not press."""
    for until in (-30, 1, 38):  # hours; the last is tomorrow, 23:12
        due(estate, until=NOW + timedelta(hours=until))
    for until in (39, 24 * 20):
        due(estate, until=NOW + timedelta(hours=until))
    page = soup(sign_in("worker").get("/desk/"))
    assert entries(page)[0] == "我的待办 3"
    assert page.select_one(".rail-nav b")["title"] == "超期的和今明两天到期的"
    assert page.select_one(".views a b").get_text() == "5"


def test_frame_says_where_one_is_and_who(sign_in, estate):
    page = soup(sign_in("worker").get("/desk/"))
    assert " ".join(page.select_one(".place").stripped_strings) == "庆云街道 锦绣社区"
    assert " ".join(page.select_one(".me summary").stripped_strings) == "w worker 社区工作者"
    on = page.select(".rail-nav [aria-current=page]")
    assert [link["href"] for link in on] == ["/desk/"]
    assert len(page.select(".tabbar > a")) <= 4


def test_entering_an_issue_is_offered_to_the_community_only(sign_in, estate):
    for who, offered in (("worker", True), ("secretary", True), ("officer", False)):
        page = soup(sign_in(who).get("/desk/"))
        assert bool(page.select(".top a[href='/issues/new/']")) == offered, who


def test_frame_counts_stop_at_99(estate, cast):
    for n in range(99):
        due(estate, until=NOW + timedelta(hours=1))
        Message.objects.create(recipient=cast("worker"), key=f"k{n}", title="有事")
    assert frames.frame_of(cast("worker"), "/desk/")["unread"] == "99"
    due(estate, until=NOW + timedelta(hours=1))
    Message.objects.create(recipient=cast("worker"), key="one more", title="有事")
    anew = User.objects.get(pk=cast("worker").pk)  # as the next request loads them
    drawn = frames.frame_of(anew, "/desk/")
    assert drawn["unread"] == "99+"
    assert drawn["nav"][0]["count"] == "99+"


def test_frame_costs_nothing_where_it_is_not_drawn(
    rf, cast, django_assert_num_queries, django_assert_max_num_queries
):
    request = rf.get("/")
    request.user = cast("worker")
    with django_assert_num_queries(0):
        assert frames.frame(request)["frame"] is not None
    with django_assert_max_num_queries(3):
        assert frames.frame(request)["frame"]["place"] == "锦绣社区"


def test_ended_duty_leaves_the_desk(sign_in, estate):
    issue = report(estate)
    client = sign_in("worker")
    assert soup(client.get("/desk/")).select(".what a")
    end_duty("deliberation.accept", on=issue)
    assert not soup(client.get("/desk/")).select(".what a")


def test_user_without_a_name_has_a_seal(sign_in, cast, estate):
    nameless = UserFactory(username="zhoumin", name="")
    PostingFactory(user=nameless, area=estate.parent, role=Role.WORKER, title="第三网格网格员")
    drawn = frames.frame_of(nameless, "/desk/")
    assert drawn["person"] == {
        "name": "zhoumin", "role_label": "第三网格网格员", "initial": "z",
    }  # fmt: skip
