"""取消这一场: one time of several is called off, everybody in it is told, the others stand."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from stations.models import Act, Message
from tests.support.at_once import at_once
from tests.volunteers.events import begun, event_in, moved_to, signed
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.models import Event, SignUp, Slot
from volunteers.reports import events_of
from volunteers.services import attendance, calendars, events, sign_ups
from volunteers.services.events import open_slots
from volunteers.services.reminders import remind

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(community):
    return [volunteer_in(community) for _ in range(3)]


@pytest.fixture
def event(estate, worker):
    """Three times with two seats each."""
    return event_in(estate, worker, days=(2, 9, 16), seats=2)


def slots_of(event):
    return list(event.slots.order_by("starts_at", "pk"))


def called_off(slot, by, why="下雨"):
    return events.cancel_slot(slot=slot, by=by, why=why)


def states(slot):
    return sorted(slot.sign_ups.values_list("state", flat=True))


def test_everybody_in_it_is_told_and_the_others_stand(event, worker, people):
    first, second, _ = slots_of(event)
    signed(first, *people)  # the third waits
    signed(second, *people)
    called_off(first, worker)
    assert states(first) == ["cancelled"] * 3 and states(second) == ["in", "in", "waiting"]
    told = Message.objects.filter(key=f"slot:{first.pk}:cancelled")
    assert {one.recipient_id for one in told} == {one.user_id for one in people}
    assert "下雨" in told[0].body and "别的时间照常" in told[0].body
    act = Act.objects.get(verb="volunteers.cancel_slot")
    assert act.detail == {"slot": first.pk, "people": 3}
    event.refresh_from_db()
    assert event.state == "open"


def test_nobody_takes_a_seat_in_it(event, worker, people):
    first, second, _ = slots_of(event)
    signed(first, *people)
    called_off(first, worker)
    for act in (
        lambda: signed(first, people[0]),
        lambda: sign_ups.change_seats(slot=first, seats=9, by=worker),
    ):
        with pytest.raises(ValidationError, match="取消了"):
            act()
    assert sign_ups.move_up() == 0 and states(first) == ["cancelled"] * 3
    assert first not in open_slots(Slot.objects.all()) and second in open_slots(Slot.objects.all())
    assert signed(second, people[0])[0].state == "in"


def test_a_seat_that_was_offered_is_gone(event, worker, people):
    first = slots_of(event)[0]
    one, _, waits = signed(first, *people)
    sign_ups.leave_slot(sign_up=one, by=people[0].user)
    waits.refresh_from_db()
    assert waits.state == "offered"
    called_off(first, worker)
    with pytest.raises(ValidationError, match="不在了"):
        sign_ups.take_seat(sign_up=waits, by=people[2].user)


def test_the_check_in_code_refuses_kindly(event, worker, community, cast, client, sign_in):
    first, me = slots_of(event)[0], volunteer_in(community, user=cast("volunteer"))
    signed(first, me)
    called_off(first, worker)
    first = begun(first)
    phone = sign_in("volunteer")
    for answer in (phone.get(f"/c/{first.code}/"), phone.post(f"/c/{first.code}/")):
        assert answer.status_code == 200
        assert "这一场取消了" in answer.content.decode() and "下雨" in answer.content.decode()
    row = SignUp.objects.get()
    SignUp.objects.update(state="in")  # even if somebody were still on the list
    with pytest.raises(ValidationError, match="取消了"):
        attendance.check_in(sign_up=row, by=me.user)


def test_calendars_show_it_cancelled(event, worker, people):
    first, second, _ = slots_of(event)
    signed(first, people[0])
    signed(second, people[0])
    called_off(first, worker)
    first = Slot.objects.select_related("event").get(pk=first.pk)
    parts = calendars.own_calendar(people[0]).decode().split("BEGIN:VEVENT")[1:]
    said = {f"slot-{one.pk}@" in part: part for part in parts for one in [first]}
    assert "STATUS:CANCELLED" in said[True] and "SEQUENCE:1" in said[True]
    assert "STATUS:CONFIRMED" in said[False]
    once = calendars.one_slot(first).decode()
    assert "STATUS:CANCELLED" in once and "SEQUENCE:1" in once


def test_the_last_one_cancels_the_event(event, worker, people):
    for slot in slots_of(event):
        signed(slot, people[0])
        called_off(slot, worker, why="场地在修")
    event.refresh_from_db()
    assert (event.state, event.cancelled_why) == ("cancelled", "场地在修")
    assert Message.objects.filter(key=f"event:{event.pk}:cancelled").count() == 1
    verbs = (
        Act.objects.filter(verb__contains="cancel_").order_by("pk").values_list("verb", flat=True)
    )
    assert list(verbs) == ["volunteers.cancel_slot"] * 2 + ["volunteers.cancel_event"]


def test_what_cannot_be_called_off(event, worker, people, estate):
    first, second, _ = slots_of(event)
    called_off(first, worker)
    with pytest.raises(ValidationError, match="已经取消"):
        called_off(first, worker)
    signed(second, people[0])
    moved_to(second, timezone.now() - timedelta(hours=3), timezone.now() - timedelta(hours=1))
    with pytest.raises(ValidationError, match="已经过去"):
        called_off(second, worker)
    draft = event_in(estate, worker, days=(3, 4), opens=False)
    with pytest.raises(ValidationError, match="没发布"):
        called_off(slots_of(draft)[0], worker)


def test_who_checked_in_was_there(event, worker, people):
    first = slots_of(event)[0]
    (row,) = signed(first, people[0])
    first = begun(first)
    attendance.check_in(sign_up=row, by=worker)
    with pytest.raises(ValidationError, match="有人签到"):
        called_off(first, worker)


def test_what_is_called_off_keeps_no_event_open_and_reminds_nobody(event, worker, people):
    first, second, third = slots_of(event)
    signed(second, people[0])
    called_off(third, worker)
    SignUp.objects.filter(slot=second).update(asked_at=timezone.now() - timedelta(days=3))
    called_off(second, worker)
    moved_to(second, timezone.now() + timedelta(hours=1), timezone.now() + timedelta(hours=2))
    assert remind() == 0
    assert not events_of(worker, timezone.localdate())
    moved_to(first, timezone.now() - timedelta(hours=3), timezone.now() - timedelta(hours=1))
    attendance.close_slots()
    event.refresh_from_db()
    assert event.state == "over"  # the only one that stood is over


def test_a_draft_opens_only_with_a_time_that_stands(event, worker):
    Slot.objects.update(cancelled_at=timezone.now())
    Event.objects.update(state="draft")
    with pytest.raises(ValidationError, match="先排一个"):
        events.open_event(event=event, by=worker)


# the pages


def test_the_station_calls_one_off(event, worker, people, sign_in):
    first, second, third = slots_of(event)
    signed(first, people[0])
    client = sign_in("worker")
    page = client.get(event.get_absolute_url()).content.decode()
    address = reverse("volunteers:slot_cancel", args=[first.pk])
    assert address in page and page.count("取消这一场，告诉大家") == 3
    refused = client.post(address, {"why": ""})
    assert refused.status_code == 422
    assert f'id="why_{first.pk}_why"' in refused.content.decode()
    client.post(address, {"why": "下雨"})
    page = client.get(event.get_absolute_url()).content.decode()
    assert "下雨" in page and address not in page and page.count("取消这一场，告诉大家") == 2
    assert "这一场取消了" in client.get("/events/").content.decode()
    for name in ("slot", "slot_qr"):
        assert (
            "这一场取消了"
            in client.get(reverse(f"volunteers:{name}", args=[first.pk])).content.decode()
        )
    called_off(second, worker)  # the last one: the whole event is cancelled instead
    page = client.get(event.get_absolute_url()).content.decode()
    assert reverse("volunteers:slot_cancel", args=[third.pk]) not in page and "取消活动" in page


def test_the_leader_calls_one_off_on_the_phone(estate, community, worker, cast, people, sign_in):
    me = volunteer_in(community, user=cast("volunteer"))
    team = team_in(community, leader=me)
    event = event_in(estate, worker, days=(2, 9), team=team)
    first, _ = slots_of(event)
    signed(first, people[0])
    phone, address = sign_in("volunteer"), reverse("volunteers:my_slot_cancel", args=[first.pk])
    assert address in phone.get(f"/mine/events/{event.pk}/").content.decode()
    assert "只取消这一场" in phone.get(address).content.decode()
    assert phone.post(address, {"why": ""}).status_code == 422
    phone.post(address, {"why": "下雨"})
    page = phone.get(f"/mine/events/{event.pk}/").content.decode()
    assert "这一场取消了" in page and "下雨" in page and states(first) == ["cancelled"]
    # another team's leader may not
    other = slots_of(event_in(estate, worker, days=(3, 4), team=team_in(community)))[0]
    assert phone.post(reverse("volunteers:my_slot_cancel", args=[other.pk])).status_code == 403


def test_whoever_was_in_it_sees_it_on_the_phone(event, worker, community, cast, sign_in):
    first, second, _ = slots_of(event)
    signed(first, volunteer_in(community, user=cast("volunteer")))
    called_off(first, worker)
    phone = sign_in("volunteer")
    page = phone.get(f"/mine/events/{event.pk}/").content.decode()
    assert "这一场取消了" in page
    assert reverse("volunteers:slot_sign_up", args=[first.pk]) not in page
    assert reverse("volunteers:slot_sign_up", args=[second.pk]) in page


def test_everybody_reads_that_it_is_off(event, estate, worker, client):
    first, _, _ = slots_of(event)
    called_off(first, worker, why="王奶奶住院了")
    page = client.get(f"/e/{estate.code}/events/").content.decode()
    assert page.count("这一场取消了") == 1 and "王奶奶" not in page  # a reason may name people
    assert page.count("还要 2 位志愿者") == 2


@pytest.mark.django_db(transaction=True)
def test_called_off_while_people_sign_up(event, worker, people):
    """Whoever came first: in the end nobody has a seat in it, and who had one was told."""
    first = slots_of(event)[0]
    cancelled, *told = at_once(
        lambda: called_off(first, worker), *(lambda one=one: signed(first, one) for one in people)
    )
    assert not isinstance(cancelled, str)
    refusals = {words for words in told if isinstance(words, str)}
    assert refusals <= {"这一场取消了，看看别的时段。"}
    came = {one.pk for one, said in zip(people, told, strict=True) if not isinstance(said, str)}
    assert set(states(first)) <= {"cancelled"} and len(states(first)) == len(came)
    heard = set(Message.objects.filter(key=f"slot:{first.pk}:cancelled").values_list("recipient"))
    assert heard == {(one.user_id,) for one in people if one.pk in came}
