"""报名: a seat or a place in the waiting list, which moves up by itself."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.choices import (
    ORDER_TAKEN,
    SEAT_HOURS,
    EventState,
    Part,
    SignUpState,
    VolunteerState,
)
from volunteers.messages import events as messages
from volunteers.models import Event, Order, SignUp, Slot, Volunteer
from volunteers.services.events import LIVE, MOST_SEATS

HERE = (SignUpState.IN, SignUpState.PRESENT)
HELD = (*LIVE, SignUpState.PRESENT, SignUpState.LEFT)
PART_HOURS = {Part.MORNING: (0, 12), Part.AFTERNOON: (12, 18), Part.EVENING: (18, 24)}
ONE_PLACE = "volunteers_signup_one_place_at_a_time"
BATCH = 200


def locked_slot(slot):
    """The slot as it is now, held until the act is done; its event read after the lock."""
    row = Slot.objects.select_for_update(of=("self",)).select_related("area").get(pk=slot.pk)
    row.event = Event.objects.select_related("area", "team").get(pk=row.event_id)
    return row


def locked_volunteer(volunteer):
    """One sign-up of a person at a time, so that two clicks see each other."""
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("user").get(pk=volunteer.pk)


@transaction.atomic
def sign_up(*, slot, volunteer, by):
    """A seat, or a place in the waiting list when all are taken (offered seats count).

    Refused: somebody who is elsewhere at that time, risky work without insurance, minors where it
    does not fit, somebody who rests or has left, and what has begun or was cancelled.
    """
    slot = locked_slot(slot)
    volunteer = locked_volunteer(volunteer)
    check_open(slot)
    check_person(slot, volunteer)
    if SignUp.objects.filter(slot=slot, volunteer=volunteer, state__in=HELD).exists():
        refuse("您已经报过这一场了。")
    check_elsewhere(slot, volunteer)
    let_go(slot)
    fill_seats(slot)
    is_full = seats_taken(slot) >= slot.seats
    try:
        with transaction.atomic():
            row = SignUp.objects.create(
                slot=slot,
                volunteer=volunteer,
                area_id=slot.area_id,
                state=SignUpState.WAITING if is_full else SignUpState.IN,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
            )
    except IntegrityError as error:
        said_kindly(error)
    record("volunteers.sign_up", on=row, by=by, waits=is_full)
    return row


def check_open(slot):
    """Refuse a slot nobody can sign up for (any more), saying why."""
    if slot.event.state == EventState.DRAFT:
        refuse("这个活动还没开放报名。")
    if slot.event.state != EventState.OPEN:
        refuse(f"“{slot.event}”{slot.event.get_state_display()}，不能报名。")
    if slot.cancelled_at:
        refuse("这一场取消了，看看别的时段。")
    if slot.starts_at <= timezone.now():
        refuse("这一场已经开始了，看看别的时段。")


def check_person(slot, volunteer):
    """Whether this person may come to this event on that day (志愿服务条例 第15、17条)."""
    day = timezone.localdate(slot.starts_at)
    if volunteer.state == VolunteerState.PAUSED:
        refuse("您现在歇着，先在“我的”里点“我回来了”，再报名。")
    if volunteer.state != VolunteerState.ACTIVE:
        refuse("队长同意以后才能报名。")
    if volunteer.is_minor(day) and not slot.event.fits_minors:
        refuse("这个活动要满18岁才能参加，看看标着“未成年人可以参加”的。")
    if slot.event.is_risky and not volunteer.is_insured(day):
        refuse("这个活动有风险，要先上保险。请找服务站登记保险。")


def check_elsewhere(slot, volunteer, *, but=None):
    """Refuse who is somewhere else then, naming what: a sign-up, or an accepted order with a day
    and a part of the day. An order without a part can be done before or after."""
    rows = SignUp.objects.filter(volunteer=volunteer, state__in=HERE)
    other = (
        rows.filter(starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
        .exclude(pk=but)
        .select_related("slot__event")
        .first()
    )
    if other:
        refuse(f"您{messages.when_of(other)}已经报了“{other.slot.event}”，两头赶不上。")
    for order in orders_then(slot, volunteer):
        day, part = order.wanted_on, order.get_part_display()
        refuse(f"您{day:%-m月%-d日}{part}接了一单：{order}，两头赶不上。")


def orders_then(slot, volunteer):
    """Accepted orders of this person whose part of the day meets the slot."""
    begins, ends = timezone.localtime(slot.starts_at), timezone.localtime(slot.ends_at)
    rows = Order.objects.filter(
        volunteer=volunteer,
        state__in=ORDER_TAKEN,
        wanted_on__range=(begins.date(), ends.date()),
        part__isnull=False,
    ).select_related("area", "building", "entrance__building")
    return [order for order in rows if meets(order, begins, ends)]


def meets(order, begins, ends):
    """Whether the part of an order's day overlaps the time between two local moments."""
    first, last = PART_HOURS[order.part]
    midnight = begins.replace(
        year=order.wanted_on.year,
        month=order.wanted_on.month,
        day=order.wanted_on.day,
        hour=0,
        minute=0,
        second=0,
        microsecond=0,
    )
    return midnight + timedelta(hours=first) < ends and begins < midnight + timedelta(hours=last)


def said_kindly(error):
    """What the database refused, in a sentence; anything else is a mistake of ours."""
    if ONE_PLACE in str(error):
        refuse("您这个时间已经报了别的活动，两头赶不上。")
    if "volunteers_signup_once" in str(error):
        refuse("您已经报过这一场了。")
    raise error


def seats_taken(slot):
    """Seats that are taken or offered."""
    return SignUp.objects.filter(slot=slot).seated().count()


def place_in_line(sign_up):
    """候补第几位, from 1."""
    line = SignUp.objects.filter(slot=sign_up.slot_id).waiting()
    earlier = line.filter(asked_at__lt=sign_up.asked_at).count()
    same = line.filter(asked_at=sign_up.asked_at, pk__lte=sign_up.pk).count()
    return earlier + same


def with_place(rows):
    """Sign-ups with `place`, their place in the waiting list, in one query."""
    line = SignUp.objects.filter(slot=OuterRef("slot"), state=SignUpState.WAITING)
    before = line.filter(
        Q(asked_at__lt=OuterRef("asked_at"))
        | Q(asked_at=OuterRef("asked_at"), pk__lt=OuterRef("pk"))
    )
    number = before.order_by().values("slot").annotate(n=Count("pk")).values("n")
    return rows.annotate(place=Coalesce(Subquery(number), 0) + 1)


def own_sign_ups(volunteer, now=None):
    """What this person signed up for and is not over yet, soonest first."""
    rows = SignUp.objects.filter(
        volunteer=volunteer, state__in=HELD, ends_at__gt=now or timezone.now()
    )
    rows = rows.select_related("slot__event__team", "slot__area")
    return with_place(rows).order_by("starts_at", "pk")


@transaction.atomic
def leave_slot(*, sign_up, by):
    """不去了: the seat goes to whoever waits first. Refused after the slot began."""
    slot = locked_slot(sign_up.slot)
    row = SignUp.objects.select_for_update(of=("self",)).get(pk=sign_up.pk)
    if row.state not in LIVE:
        refuse(f"这一场您现在是“{row.get_state_display()}”，不用再退。")
    if slot.starts_at <= timezone.now():
        refuse("已经开始了，去不了请给队长打个电话。")
    if row.state == SignUpState.OFFERED:
        messages.seat_answered(sign_up=row)
    row.state, row.offered_until = SignUpState.CANCELLED, None
    row.save(update_fields=["state", "offered_until"])
    record("volunteers.leave_slot", on=row, by=by)
    fill_seats(slot)
    return row


@transaction.atomic
def take_seat(*, sign_up, by):
    """我去: whoever was offered a seat takes it, while it is kept for them."""
    slot = locked_slot(sign_up.slot)
    volunteer = locked_volunteer(sign_up.volunteer)
    row = SignUp.objects.select_for_update(of=("self",)).get(pk=sign_up.pk)
    if row.state == SignUpState.IN:
        refuse("您已经在名单里了，到时候来就行。")
    if row.state != SignUpState.OFFERED:
        refuse("这个空位已经不在了。")
    check_open(slot)
    if row.offered_until <= timezone.now():
        refuse("来晚了一步，这个空位让给下一位了。您可以再报一次候补。")
    check_person(slot, volunteer)
    check_elsewhere(slot, volunteer, but=row.pk)
    messages.seat_answered(sign_up=row)
    row.state, row.offered_until = SignUpState.IN, None
    try:
        with transaction.atomic():
            row.save(update_fields=["state", "offered_until"])
    except IntegrityError as error:
        said_kindly(error)
    record("volunteers.take_seat", on=row, by=by)
    return row


@transaction.atomic
def change_seats(*, slot, seats, by):
    """More or fewer people can come. Nobody who has a seat loses it; free ones are offered."""
    slot = locked_slot(slot)
    if slot.event.state not in (EventState.DRAFT, EventState.OPEN):
        refuse(f"“{slot.event}”{slot.event.get_state_display()}，不能再改。")
    if slot.cancelled_at:
        refuse("这一场取消了，不能再改。")
    if not 1 <= seats <= MOST_SEATS:
        refuse(f"人数写1到{MOST_SEATS}之间。")
    if seats < (taken := seats_taken(slot)):
        refuse(f"已经有{taken}个人有位子，人数不能少于{taken}。")
    slot.seats = seats
    slot.save(update_fields=["seats"])
    record("volunteers.change_event", on=slot.event, by=by, slot=slot.pk, seats=seats)
    fill_seats(slot)
    return slot


# the waiting list moves up


def let_go(slot, now=None):
    """Offers of a locked slot whose time ran out. Returns how many."""
    now = now or timezone.now()
    late = list(slot.sign_ups.filter(state=SignUpState.OFFERED, offered_until__lte=now))
    for row in late:
        messages.seat_answered(sign_up=row)
        row.state, row.offered_until = SignUpState.EXPIRED, None
        row.save(update_fields=["state", "offered_until"])
        record("volunteers.leave_slot", on=row, by=None, expired=1)
    return len(late)


def fill_seats(slot, now=None):
    """Offer the free seats of a locked slot to those who wait first. Returns how many.

    Nobody is offered one after it began. Who rests, or is elsewhere then, keeps their place and
    is passed over.
    """
    now = now or timezone.now()
    if slot.event.state != EventState.OPEN or slot.cancelled_at or slot.starts_at <= now:
        return 0
    free = slot.seats - seats_taken(slot)
    if free <= 0:
        return 0
    elsewhere = SignUp.objects.filter(
        volunteer=OuterRef("volunteer"),
        state__in=HERE,
        starts_at__lt=slot.ends_at,
        ends_at__gt=slot.starts_at,
    )
    line = slot.sign_ups.waiting().filter(
        ~Exists(elsewhere), volunteer__state=VolunteerState.ACTIVE
    )
    found = list(line.select_related("volunteer").order_by("asked_at", "pk")[:free])
    for row in found:
        row.state = SignUpState.OFFERED
        row.offered_until = min(now + timedelta(hours=SEAT_HOURS), slot.starts_at)
        row.save(update_fields=["state", "offered_until"])
        record("volunteers.offer_seat", on=row, by=None)
        messages.seat_offered(sign_up=row, event=slot.event)
    return len(found)


@transaction.atomic
def move_up(now=None):
    """Offers that ran out go to the next one. Returns how many seats were offered.

    Slots somebody is just busy with are left for the next turn.
    """
    now = now or timezone.now()
    late = SignUp.objects.filter(
        slot=OuterRef("pk"), state=SignUpState.OFFERED, offered_until__lte=now
    )
    waits = SignUp.objects.filter(slot=OuterRef("pk"), state=SignUpState.WAITING)
    ran_out = set(Slot.objects.filter(Exists(late)).values_list("pk", flat=True)[:BATCH])
    coming = Slot.objects.filter(Exists(waits), starts_at__gt=now, event__state=EventState.OPEN)
    keys = ran_out | set(coming.order_by("starts_at").values_list("pk", flat=True)[:BATCH])
    slots = Slot.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=keys)
    offered = 0
    for slot in slots.order_by("pk"):
        slot.event = Event.objects.select_related("area").get(pk=slot.event_id)
        let_go(slot, now)
        offered += fill_seats(slot, now)
    return offered
