"""活动: set up, opened, cancelled; seats, the waiting list that moves up, and one place at a time."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from stations.models import Act, Message
from tests.factories import BuildingFactory
from tests.support.at_once import at_once
from tests.volunteers.events import begun, event_in, in_days, moved_to, signed, slot_of
from tests.volunteers.rows import volunteer_in
from volunteers.choices import SEAT_HOURS, EventState, OrderState, Part, SignUpState
from volunteers.models import Beneficiary, Event, Order, SignUp, Slot
from volunteers.services import events, sign_ups

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(community):
    """Four volunteers."""
    return [volunteer_in(community) for _ in range(4)]


def states(slot):
    return list(slot.sign_ups.order_by("pk").values_list("state", flat=True))


def refused(words, act, **facts):
    with pytest.raises(ValidationError, match=words):
        act(**facts)


# the event


def test_an_event_is_open_only_with_a_time_to_come(estate, worker):
    event = event_in(estate, worker, slots=[], opens=False)
    event.slots.all().delete()
    refused("先排一个", events.open_event, event=event, by=worker)
    events.add_slots(event=event, by=worker, slots=[(*in_days(3), 5)])
    assert events.open_event(event=event, by=worker).state == EventState.OPEN
    refused("不用再发布", events.open_event, event=event, by=worker)


def test_the_same_hour_every_week(estate, worker):
    begins, ends = in_days(2)
    event = event_in(estate, worker, slots=events.weekly(begins, ends, 4, weeks=3))
    found = event.slots.order_by("starts_at").values_list("starts_at", "seats")
    assert list(found) == [(begins + timedelta(weeks=n), 4) for n in range(3)]
    codes = set(event.slots.values_list("code", flat=True))
    assert len(codes) == 3


@pytest.mark.parametrize(
    ("begins", "ends", "seats", "words"),
    [
        ((2, 10), (2, 9), 3, "结束要比开始晚"),
        ((-1, 9), (-1, 10), 3, "已经过了"),
        ((2, 0), (2, 13), 3, "最长12小时"),
        ((2, 9), (2, 10), 0, "1到500"),
    ],
)
def test_slots_that_cannot_be(estate, worker, begins, ends, seats, words):
    slot = (in_days(begins[0], begins[1])[0], in_days(ends[0], ends[1])[0], seats)
    refused(words, event_in, area=estate, by=worker, slots=[slot])
    assert not Event.objects.exists()


def test_risky_work_says_why_and_is_nothing_for_minors(estate, worker):
    refused("要注意什么", event_in, area=estate, by=worker, is_risky=True)
    both = {"is_risky": True, "fits_minors": True, "risks": "戴安全帽"}
    refused("不能让未成年人", event_in, area=estate, by=worker, **both)


def test_everybody_hears_of_a_cancelled_event(estate, worker, people):
    event = event_in(estate, worker, days=(2, 9), seats=1)
    first, second = event.slots.order_by("starts_at")
    signed(first, people[0], people[1])
    signed(second, people[0])
    events.cancel_event(event=event, by=worker, why="下大雨")
    assert states(first) == ["cancelled", "cancelled"] and states(second) == ["cancelled"]
    told = Message.objects.filter(title__contains="取消了")
    assert sorted(told.values_list("recipient", flat=True)) == [
        people[0].user_id,
        people[1].user_id,
    ]
    assert "下大雨" in told.first().body
    refused("不能再改", events.cancel_event, event=event, by=worker, why="又")
    refused("不能报名", sign_ups.sign_up, slot=first, volunteer=people[2], by=people[2].user)


def test_an_event_ends_after_its_last_slot(estate, worker):
    event = event_in(estate, worker)
    refused("还有没到的", events.end_event, event=event, by=worker)
    begun(slot_of(event), minutes=300)
    assert events.end_event(event=event, by=worker).state == EventState.OVER


def test_a_slot_with_people_stays(estate, worker, people):
    event = event_in(estate, worker, days=(2, 3))
    first, second = event.slots.order_by("starts_at")
    signed(first, people[0])
    refused("有人报过名", events.drop_slot, slot=first, by=worker)
    events.drop_slot(slot=second, by=worker)
    assert list(event.slots.all()) == [first]


# seats


def test_the_last_seat_then_the_waiting_list(estate, worker, people):
    slot = slot_of(event_in(estate, worker, seats=2))
    rows = signed(slot, *people)
    assert states(slot) == ["in", "in", "waiting", "waiting"]
    assert [sign_ups.place_in_line(row) for row in rows[2:]] == [1, 2]
    placed = sign_ups.with_place(SignUp.objects.filter(pk=rows[3].pk)).get()
    assert placed.place == 2
    refused("已经报过", sign_ups.sign_up, slot=slot, volunteer=people[3], by=people[3].user)


def test_a_free_seat_is_offered_to_whoever_waits_first(estate, worker, people):
    slot = slot_of(event_in(estate, worker, seats=1))
    first, second, third = signed(slot, *people[:3])
    sign_ups.leave_slot(sign_up=first, by=people[0].user)
    second.refresh_from_db()
    assert states(slot) == ["cancelled", "offered", "waiting"]
    kept = second.offered_until - timezone.now()
    assert timedelta(hours=SEAT_HOURS - 1) < kept <= timedelta(hours=SEAT_HOURS)
    assert Message.objects.get(recipient=people[1].user).title == "“陪老人晒太阳”有空位了"
    # An offered seat counts as taken.
    signed(slot, people[3])
    assert states(slot) == ["cancelled", "offered", "waiting", "waiting"]
    sign_ups.take_seat(sign_up=second, by=people[1].user)
    assert states(slot) == ["cancelled", "in", "waiting", "waiting"]
    refused("已经在名单", sign_ups.take_seat, sign_up=second, by=people[1].user)
    refused("不在了", sign_ups.take_seat, sign_up=third, by=people[2].user)


def test_an_offer_that_ran_out_goes_to_the_next(estate, worker, people):
    slot = slot_of(event_in(estate, worker, seats=1))
    first, second, _third = signed(slot, *people[:3])
    sign_ups.leave_slot(sign_up=first, by=people[0].user)
    assert sign_ups.move_up() == 0
    later = timezone.now() + timedelta(hours=SEAT_HOURS, minutes=1)
    assert sign_ups.move_up(later) == 1
    assert states(slot) == ["cancelled", "expired", "offered"]
    assert sign_ups.move_up(later) == 0
    refused("不在了", sign_ups.take_seat, sign_up=second, by=people[1].user)
    signed(slot, people[1])  # and may wait again, at the end
    assert states(slot)[-1] == "waiting"


def test_a_late_offer_is_refused_even_before_the_sweep(estate, worker, people):
    slot = slot_of(event_in(estate, worker, seats=1))
    first, second = signed(slot, *people[:2])
    sign_ups.leave_slot(sign_up=first, by=people[0].user)
    SignUp.objects.filter(pk=second.pk).update(offered_until=timezone.now())
    refused("来晚了一步", sign_ups.take_seat, sign_up=second, by=people[1].user)


def test_an_offer_lasts_until_the_beginning_at_most(estate, worker, people):
    slot = slot_of(event_in(estate, worker, seats=1))
    first, second = signed(slot, *people[:2])
    begins = timezone.now() + timedelta(hours=2)
    moved_to(slot, begins, begins + timedelta(hours=1))
    sign_ups.leave_slot(sign_up=first, by=people[0].user)
    second.refresh_from_db()
    assert second.offered_until == begins


def test_nobody_is_offered_a_seat_after_it_began(estate, worker, people):
    slot = slot_of(event_in(estate, worker, seats=1))
    first, _ = signed(slot, *people[:2])
    begun(slot)
    refused("已经开始了", sign_ups.leave_slot, sign_up=first, by=people[0].user)
    SignUp.objects.filter(pk=first.pk).update(state="cancelled")
    assert sign_ups.move_up() == 0
    refused("已经开始了", sign_ups.sign_up, slot=slot, volunteer=people[2], by=people[2].user)


def test_who_rests_or_is_elsewhere_is_passed_over(estate, worker, people):
    slot = slot_of(event_in(estate, worker, seats=1))
    first, *_ = signed(slot, *people)
    other = slot_of(event_in(estate, worker, title="别处"))
    signed(other, people[1])  # waits there, and is elsewhere now
    people[2].state = "paused"
    people[2].save()
    sign_ups.leave_slot(sign_up=first, by=people[0].user)
    assert states(slot) == ["cancelled", "waiting", "waiting", "offered"]


def test_more_seats_are_offered_and_none_is_taken_away(estate, worker, people):
    slot = slot_of(event_in(estate, worker, seats=2))
    signed(slot, *people)
    refused("已经有2个人", sign_ups.change_seats, slot=slot, seats=1, by=worker)
    sign_ups.change_seats(slot=slot, seats=3, by=worker)
    assert states(slot) == ["in", "in", "offered", "waiting"]
    events.cancel_event(event=slot.event, by=worker, why="雨")
    refused("不能再改", sign_ups.change_seats, slot=slot, seats=9, by=worker)


# one place at a time


def test_two_places_at_once_are_refused_by_name(estate, worker, people):
    one = slot_of(event_in(estate, worker, title="义诊"))
    other = slot_of(event_in(estate, worker, title="合唱"))
    signed(one, people[0])
    with pytest.raises(ValidationError, match="已经报了“义诊”，两头赶不上"):
        signed(other, people[0])
    _, ends = in_days(2)
    follows = event_in(estate, worker, slots=[(ends, ends + timedelta(hours=1), 3)])
    assert signed(slot_of(follows), people[0])  # one ends, the other begins


def test_the_database_itself_refuses_two_places(estate, worker, people):
    """Also a row that no service wrote."""
    one = slot_of(event_in(estate, worker, title="义诊"))
    signed(one, people[0])
    begins, ends = in_days(2)
    other = slot_of(
        event_in(
            estate, worker, slots=[(begins + timedelta(hours=1), ends + timedelta(hours=1), 3)]
        )
    )
    facts = {
        "slot": other,
        "volunteer": people[0],
        "area": estate,
        "starts_at": other.starts_at,
        "ends_at": other.ends_at,
    }
    with pytest.raises(IntegrityError, match="one_place_at_a_time"), transaction.atomic():
        SignUp.objects.create(state="in", **facts)
    SignUp.objects.create(state="waiting", **facts)  # waiting is no place
    SignUp.objects.create(state="in", **facts | {"volunteer": people[1]})


def order_of(volunteer, estate, *, day, part, state=OrderState.ACCEPTED):
    import uuid

    beneficiary = Beneficiary.objects.create(area=estate, name_sealed="k:x")
    return Order.objects.create(
        token=uuid.uuid4(),
        code_digest=uuid.uuid4().hex,
        area=estate,
        building=BuildingFactory(area=estate, number=3),
        beneficiary=beneficiary,
        help="errand",
        wanted_on=day,
        part=part,
        state=state,
        volunteer=volunteer,
        due_at=timezone.now() + timedelta(days=3),
    )


@pytest.mark.parametrize(
    ("part", "state", "clashes"),
    [
        (Part.MORNING, "accepted", True),
        (Part.MORNING, "on_way", True),
        (Part.AFTERNOON, "accepted", False),
        (None, "accepted", False),
        (Part.MORNING, "done", False),
    ],
)
def test_an_accepted_order_at_that_time(estate, worker, people, part, state, clashes):
    slot = slot_of(event_in(estate, worker))  # 9:00 to 10:30
    order_of(people[0], estate, day=in_days(2)[0].date(), part=part, state=state)
    if clashes:
        with pytest.raises(ValidationError, match="上午接了一单：跑腿代买 · 3栋"):
            signed(slot, people[0])
    else:
        assert signed(slot, people[0])


# who may come


def test_risky_work_needs_insurance_on_that_day(estate, community, worker):
    slot = slot_of(event_in(estate, worker, is_risky=True, risks="戴安全帽"))
    ends = volunteer_in(community, insured_until=timezone.localdate() + timedelta(days=1))
    never = volunteer_in(community, insured_until=None)
    for one in (ends, never):
        with pytest.raises(ValidationError, match="先上保险"):
            signed(slot, one)
    ends.insured_until = timezone.localdate(slot.starts_at)
    ends.save()
    assert signed(slot, ends)


def test_minors_come_where_it_fits(estate, community, worker):
    grown = timezone.localdate() + timedelta(days=30)
    minor = volunteer_in(community, minor_until=grown, guardian_agreed_at=timezone.now())
    with pytest.raises(ValidationError, match="要满18岁"):
        signed(slot_of(event_in(estate, worker)), minor)
    assert signed(slot_of(event_in(estate, worker, fits_minors=True)), minor)
    assert signed(slot_of(event_in(estate, worker, days=(31,))), minor)  # eighteen by then


@pytest.mark.parametrize(("state", "words"), [("paused", "歇着"), ("applied", "队长同意")])
def test_who_is_not_at_work_does_not_sign_up(estate, community, worker, state, words):
    somebody = volunteer_in(community, state=state)
    with pytest.raises(ValidationError, match=words):
        signed(slot_of(event_in(estate, worker)), somebody)


def test_a_draft_takes_nobody(estate, worker, people):
    with pytest.raises(ValidationError, match="还没开放"):
        signed(slot_of(event_in(estate, worker, opens=False)), people[0])


# at the same moment


@pytest.mark.django_db(transaction=True)
def test_the_last_seat_asked_for_by_many_at_once(estate, community, cast):
    slot = slot_of(event_in(estate, cast("worker"), seats=1))
    people = [volunteer_in(community) for _ in range(6)]
    told = at_once(*(lambda v=v: signed(slot, v)[0].state for v in people))
    assert sorted(told) == ["in", *["waiting"] * 5]
    line = sorted(sign_ups.place_in_line(row) for row in slot.sign_ups.waiting())
    assert line == [1, 2, 3, 4, 5]


@pytest.mark.django_db(transaction=True)
def test_one_person_at_two_places_at_once(estate, community, cast):
    one, other = (slot_of(event_in(estate, cast("worker"), title=t)) for t in ("义诊", "合唱"))
    somebody = volunteer_in(community)
    told = at_once(*(lambda slot=slot: signed(slot, somebody)[0].state for slot in (one, other)))
    assert sum(words == "in" for words in told) == 1
    assert any("两头赶不上" in words for words in told)
    assert SignUp.objects.filter(volunteer=somebody).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_leave_and_two_are_offered(estate, community, cast):
    slot = slot_of(event_in(estate, cast("worker"), seats=2))
    people = [volunteer_in(community) for _ in range(4)]
    first, second, *_ = signed(slot, *people)
    at_once(
        lambda: sign_ups.leave_slot(sign_up=first, by=people[0].user),
        lambda: sign_ups.leave_slot(sign_up=second, by=people[1].user),
    )
    assert sorted(states(slot)) == ["cancelled", "cancelled", "offered", "offered"]


@pytest.mark.django_db(transaction=True)
def test_signing_up_while_it_is_cancelled(estate, community, cast):
    """Either the sign-up is cancelled with the others, or it is refused; never left standing."""
    event = event_in(estate, cast("worker"))
    somebody = volunteer_in(community)
    at_once(
        lambda: events.cancel_event(event=event, by=cast("worker"), why="雨"),
        lambda: signed(slot_of(event), somebody)[0],
    )
    assert not SignUp.objects.filter(state=SignUpState.IN).exists()


def test_the_log_names_who_did_it(estate, worker, people):
    slot = slot_of(event_in(estate, worker, seats=1))
    first, second = signed(slot, *people[:2])
    sign_ups.leave_slot(sign_up=first, by=people[0].user)
    acts = Act.objects.filter(verb__in=["volunteers.sign_up", "volunteers.offer_seat"])
    assert list(acts.order_by("pk").values_list("by", "on_id")) == [
        (people[0].user_id, first.pk),
        (people[1].user_id, second.pk),
        (None, second.pk),
    ]
    assert Slot.objects.get(pk=slot.pk).area == estate
