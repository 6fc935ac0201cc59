"""活动: the pages of the station, of the leader, of volunteers, and of everybody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.volunteers.events import begun, event_in, in_days, signed, slot_of
from tests.volunteers.parts.events import facts
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.models import Event, SignUp
from volunteers.services import attendance, events, sign_ups

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(community, cast):
    return volunteer_in(community, user=cast("volunteer"))


def page(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def form_of(estate, **more):
    class Stage:
        pass

    Stage.estate = estate
    given = facts(Stage, None) | {"area": estate.pk, "team": "", "opens": "on"}
    return given | more


# the station


def test_staff_set_up_an_event_for_two_weeks(estate, sign_in):
    client = sign_in("worker")
    assert "发出去" in page(client, "/events/new/")
    answer = client.post("/events/new/", form_of(estate))
    event = Event.objects.get()
    assert answer["Location"] == f"/events/{event.pk}/"
    begins = [timezone.localtime(slot.starts_at) for slot in event.slots.order_by("starts_at")]
    assert begins[1] - begins[0] == timedelta(weeks=1) and begins[0].hour == 9
    assert event.state == "open"


def test_a_refused_form_keeps_what_was_typed(estate, sign_in, other_estate):
    client = sign_in("worker")
    for wrong in ({"ends": "08:00"}, {"day": "2020-01-01"}, {"area": other_estate.pk}):
        answer = client.post("/events/new/", form_of(estate) | wrong)
        assert answer.status_code == 422, wrong
        assert "周六义诊" in answer.content.decode()
    assert not Event.objects.exists()


def test_the_list_costs_the_same_for_many(
    estate, worker, sign_in, community, django_assert_max_num_queries
):
    client = sign_in("worker")
    for n in range(4):
        slot = slot_of(event_in(estate, worker, days=(2 + n,), seats=2))
        signed(slot, *(volunteer_in(community) for _ in range(3)))
    with django_assert_max_num_queries(14):
        said = page(client, "/events/")
    assert said.count("data-row>") == 4 and said.count("候补 1") == 4
    assert page(client, "/events/?kind=club").count("data-row>") == 0
    assert page(client, "/events/?view=past").count("data-row>") == 0
    event_in(estate, worker, title="先存着", opens=False)
    drafts = page(client, "/events/?view=draft")
    assert "先存着" in drafts and "先存着" not in page(client, "/events/")


def test_the_page_of_an_event_shows_names_to_the_community_only(
    estate, worker, sign_in, me, community, django_assert_max_num_queries
):
    event = event_in(estate, worker, days=(2, 3, 4), seats=1)
    for slot in event.slots.all():
        signed(slot, me, volunteer_in(community))
    client = sign_in("worker")
    with django_assert_max_num_queries(14):
        said = page(client, f"/events/{event.pk}/")
    assert said.count("候补 1") == 3 and said.count(me.get_absolute_url()) == 3
    assert me.get_absolute_url() not in page(sign_in("officer"), f"/events/{event.pk}/")


def test_cancelling_asks_for_a_reason(estate, worker, sign_in):
    event = event_in(estate, worker)
    client = sign_in("worker")
    assert client.post(f"/events/{event.pk}/cancel/", {"why": ""}).status_code == 422
    client.post(f"/events/{event.pk}/cancel/", {"why": "下大雨"})
    assert "下大雨" in page(client, f"/events/{event.pk}/")
    event.refresh_from_db()
    assert event.state == "cancelled"


def test_the_code_and_the_sheet(estate, worker, sign_in, me):
    slot = slot_of(event_in(estate, worker))
    signed(slot, me)
    client = sign_in("worker")
    code = page(client, f"/events/slots/{slot.pk}/qr/")
    assert "<svg" in code and "扫码签到" in code
    assert str(me) in page(client, f"/events/slots/{slot.pk}/sheet/")


def test_staff_check_in_by_hand(estate, worker, sign_in, me):
    slot = slot_of(event_in(estate, worker))
    [row] = signed(slot, me)
    client = sign_in("worker")
    assert "代签到" not in page(client, f"/events/slots/{slot.pk}/")  # two days too early
    begun(slot)
    assert "代签到" in page(client, f"/events/slots/{slot.pk}/")
    client.post(f"/events/sign-ups/{row.pk}/in/")
    assert "代签退" in page(client, f"/events/slots/{slot.pk}/")
    client.post(f"/events/sign-ups/{row.pk}/out/")
    row.refresh_from_db()
    assert row.state == "left"


def test_staff_change_the_number_of_seats(estate, worker, sign_in, me):
    slot = slot_of(event_in(estate, worker))
    client = sign_in("worker")
    assert client.post(f"/events/slots/{slot.pk}/seats/", {"seats": "0"}).status_code == 422
    assert client.post(f"/events/slots/{slot.pk}/seats/", {"seats": "7"}).status_code == 302
    slot.refresh_from_db()
    assert slot.seats == 7


@pytest.mark.parametrize("who", ["sibling_worker", "stranger"])
def test_nobody_else_sees_an_event(estate, worker, sign_in, me, who):
    event = event_in(estate, worker)
    slot = slot_of(event)
    [row] = signed(slot, me)
    client = sign_in(who)
    for url in (f"events/{event.pk}", f"events/slots/{slot.pk}", f"events/slots/{slot.pk}/qr"):
        assert client.get(f"/{url}/").status_code == 404
    assert client.post(f"/events/sign-ups/{row.pk}/in/").status_code == 404


# volunteers


def test_from_the_list_to_a_seat_and_back(estate, worker, sign_in, me):
    event = event_in(estate, worker)
    slot = slot_of(event)
    client = sign_in("volunteer")
    listed = page(client, "/mine/events/")
    assert "陪老人晒太阳" in listed and "还没报名" in listed
    assert "我要参加" in page(client, f"/mine/events/{event.pk}/")
    said = client.post(f"/mine/slots/{slot.pk}/sign-up/", follow=True).content.decode()
    assert "报上了，到时候见" in said and "不去了" in said
    row = SignUp.objects.get()
    again = client.post(f"/mine/slots/{slot.pk}/sign-up/", follow=True).content.decode()
    assert "已经报过" in again
    said = client.post(f"/mine/sign-ups/{row.pk}/leave/", follow=True).content.decode()
    assert "退好了" in said and "我要参加" in said


def test_the_waiting_list_on_the_phone(estate, worker, sign_in, me, community):
    slot = slot_of(event_in(estate, worker, seats=1))
    [first] = signed(slot, volunteer_in(community))
    client = sign_in("volunteer")
    said = client.post(f"/mine/slots/{slot.pk}/sign-up/", follow=True).content.decode()
    assert "候补第1位" in said
    assert "候补第 1 位" in page(client, "/mine/events/")
    sign_ups.leave_slot(sign_up=first, by=first.volunteer.user)
    said = page(client, f"/mine/events/{slot.event_id}/")
    assert "给您留到" in said and "去不了，让给下一位" in said
    row = SignUp.objects.get(volunteer=me)
    said = client.post(f"/mine/sign-ups/{row.pk}/take/", follow=True).content.decode()
    assert "位子给您留好了" in said


def test_the_day_filters_and_strange_days_do_not(estate, worker, sign_in, me):
    event_in(estate, worker, days=(2,), title="后天的")
    event_in(estate, worker, days=(3,), title="大后天的")
    client = sign_in("volunteer")
    day = in_days(2)[0].date()
    said = page(client, f"/mine/events/?day={day}")
    assert "后天的" in said and "大后天的" not in said
    assert "大后天的" in page(client, "/mine/events/?day=nonsense")
    assert "没有能报的" in page(client, f"/mine/events/?day={day + timedelta(days=5)}")


def test_ones_own_page_costs_the_same_for_many(
    estate, worker, sign_in, me, community, django_assert_max_num_queries
):
    for n in range(5):
        slot = slot_of(event_in(estate, worker, days=(2 + n,), seats=1))
        signed(slot, *([volunteer_in(community), me] if n % 2 else [me]))
    for n in range(5):
        event_in(estate, worker, days=(20 + n,))
    client = sign_in("volunteer")
    with django_assert_max_num_queries(12):
        said = page(client, "/mine/events/")
    assert said.count("ev-card") == 10


def test_nobody_answers_for_somebody_else(estate, worker, sign_in, me, community):
    slot = slot_of(event_in(estate, worker, team=team_in(community, leader=me)))
    [row] = signed(slot, volunteer_in(community))
    client = sign_in("volunteer")  # the leader sees the sign-up, and may not sign off for them
    assert client.post(f"/mine/sign-ups/{row.pk}/leave/").status_code == 403
    other = slot_of(event_in(estate, worker))
    [hidden] = signed(other, volunteer_in(community))
    assert client.post(f"/mine/sign-ups/{hidden.pk}/leave/").status_code == 404
    assert client.get(f"/mine/slots/{other.pk}/").status_code == 403


def test_checking_in_by_the_code(estate, worker, sign_in, me):
    slot = slot_of(event_in(estate, worker))
    [row] = signed(slot, me)
    client = sign_in("volunteer")
    url = f"/c/{slot.code}/"
    assert "来早了" in page(client, url)
    begun(slot)
    assert "我到了，签到" in page(client, url)
    assert "签退" in client.post(url, follow=True).content.decode()
    later = timezone.now() - timedelta(minutes=5)
    SignUp.objects.filter(pk=row.pk).update(present_at=later)
    assert "辛苦了" in client.post(f"{url}out/", follow=True).content.decode()
    assert page(client, "/c/nosuchcode/", 404)


def test_who_has_no_seat_is_told_at_the_door(estate, worker, sign_in, me):
    slot = begun(slot_of(event_in(estate, worker)), minutes=-20)
    client = sign_in("volunteer")
    assert "没有报这一场" in page(client, f"/c/{slot.code}/")
    client.post(f"/c/{slot.code}/")
    assert not SignUp.objects.exists()


def test_somebody_signed_out_comes_back_to_the_code(estate, worker, client):
    slot = slot_of(event_in(estate, worker))
    answer = client.get(f"/c/{slot.code}/")
    assert answer.status_code == 302 and slot.code in answer["Location"]


# the leader


def test_a_leader_sets_up_and_cancels_for_the_own_team(estate, community, sign_in, me):
    client = sign_in("volunteer")
    assert client.get("/mine/events/new/").status_code == 403
    team = team_in(community, leader=me)
    other = team_in(community)
    assert team.name in page(client, "/mine/events/new/")
    posted = form_of(estate)
    answer = client.post(f"/mine/events/new/?team={other.pk}", posted)
    event = Event.objects.get()  # another team's key is nothing: it is one's own
    assert (event.team, event.area, event.state) == (team, community, "open")
    assert answer["Location"] == f"/mine/events/{event.pk}/"
    slot = slot_of(event)
    assert "签到名单" in page(client, f"/mine/events/{event.pk}/")
    assert "<svg" in page(client, f"/mine/slots/{slot.pk}/qr/")
    client.post(f"/mine/events/{event.pk}/cancel/", {"why": "队长病了"})
    event.refresh_from_db()
    assert event.cancelled_why == "队长病了"


def test_a_leader_checks_in_by_hand(estate, worker, community, sign_in, me):
    slot = slot_of(event_in(estate, worker, team=team_in(community, leader=me)))
    [row] = signed(slot, volunteer_in(community))
    begun(slot)
    client = sign_in("volunteer")
    assert row.volunteer.user.phone in page(client, f"/mine/slots/{slot.pk}/")
    client.post(f"/mine/sign-ups/{row.pk}/in/")
    row.refresh_from_db()
    assert row.state == "present"
    attendance.check_out(sign_up=row, by=worker)


def test_a_draft_is_nothing_for_volunteers(estate, worker, sign_in, me):
    event = event_in(estate, worker, opens=False)
    assert sign_in("volunteer").get(f"/mine/events/{event.pk}/").status_code == 403


# everybody


def test_the_public_list_names_nobody(
    estate, community, other_estate, worker, client, django_assert_max_num_queries
):
    me = volunteer_in(community)
    signed(slot_of(event_in(estate, worker, title="义诊")), me)
    event_in(community, worker, title="合唱团", kind="club")
    event_in(other_estate, worker, title="别处的")
    event_in(estate, worker, title="没发布的", opens=False)
    with django_assert_max_num_queries(8):
        said = page(client, f"/e/{estate.code}/events/")
    assert "义诊" in said and "还要 2 位志愿者" in said
    assert "合唱团" in said and "到时候直接来" in said
    assert "别处的" not in said and "没发布的" not in said and str(me) not in said
    assert "义诊" not in page(client, f"/e/{estate.code}/events/?kind=club")
    cancelled = Event.objects.get(title="义诊")
    events.cancel_event(event=cancelled, by=worker, why="雨")
    assert "义诊" not in page(client, f"/e/{estate.code}/events/")


def test_one_slot_for_the_calendar(estate, worker, sign_in, me):
    slot = slot_of(event_in(estate, worker))
    answer = sign_in("volunteer").get(f"/mine/slots/{slot.pk}/calendar/")
    assert answer["Content-Type"].startswith("text/calendar")
    assert f"UID:slot-{slot.pk}@".encode() in b"".join(answer.streaming_content)
