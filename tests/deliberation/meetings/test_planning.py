"""开会之前: convened, its agenda, moved and called off."""

import pytest
from django.utils import timezone

from deliberation.choices import ItemState, MeetingState, Party
from deliberation.models import Meeting
from tests.deliberation.meetings.rows import TOMORROW, html, in_days, soup, url, waiting
from tests.factories import SeatFactory

pytestmark = pytest.mark.django_db


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
