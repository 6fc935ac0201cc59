"""活动: what people sign up for, and when it takes place."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from stations.foundation.codes import short_code
from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.choices import SEATED, EventKind, EventState, Help, SignUpState
from volunteers.messages import events as messages
from volunteers.models import Event, SignUp, Slot

AHEAD = timedelta(days=60)

LONGEST = timedelta(hours=12)  # of a slot: nobody serves longer at a stretch
MOST_SLOTS = 30  # of an event
MOST_SEATS = 500  # of a slot
LIVE = (SignUpState.IN, SignUpState.WAITING, SignUpState.OFFERED)
CAME = (SignUpState.PRESENT, SignUpState.LEFT)
CHANGEABLE = ("title", "kind", "help", "place", "words", "risks", "is_risky", "fits_minors")


def locked(event):
    """The event as it is now, held until the act is done."""
    return Event.objects.select_for_update(of=("self",)).select_related("area").get(pk=event.pk)


def with_seats(slots):
    """Slots with `taken` (offered seats count), `waiting`, and of what is past how many had `said`
    that they come and how many `came`."""

    def number(*states):
        return Count("sign_ups", filter=Q(sign_ups__state__in=states))

    return slots.annotate(
        taken=number(*SEATED),
        waiting=number(SignUpState.WAITING),
        said=number(SignUpState.IN, SignUpState.NO_SHOW, *CAME),
        came=number(*CAME),
    )


def weekly(starts_at, ends_at, seats, weeks=1):
    """The same slot in so many weeks: [(starts_at, ends_at, seats)], at the same hour."""
    step = [timedelta(weeks=n) for n in range(max(1, weeks))]
    return [(starts_at + week, ends_at + week, seats) for week in step]


@transaction.atomic
def add_event(
    *,
    area,
    title,
    place,
    by,
    kind=EventKind.SERVICE,
    help=Help.OTHER,
    team=None,
    post=None,
    words="",
    risks="",
    is_risky=False,
    fits_minors=False,
    slots=(),
    opens=False,
):
    """Something people can sign up for; `slots` are (starts_at, ends_at, seats).

    Nobody signs up before it is opened. Whatever is risky says what to look out for and is
    nothing for minors (志愿服务条例 第12、15条).
    """
    check_risks(is_risky, fits_minors, risks)
    event = Event.objects.create(
        area=area,
        team=team,
        post=post,
        kind=kind,
        help=help,
        title=title.strip(),
        words=words.strip(),
        risks=risks.strip(),
        place=place.strip(),
        is_risky=is_risky,
        fits_minors=fits_minors,
        by=by,
    )
    record("volunteers.add_event", on=event, by=by)
    for starts_at, ends_at, seats in slots:
        make_slot(event, starts_at, ends_at, seats)
    if opens:
        open_event(event=event, by=by)
        event.refresh_from_db()
    return event


def check_risks(is_risky, fits_minors, risks):
    """Refuse risky events for minors, and risks that are not put into words."""
    if is_risky and fits_minors:
        refuse("有风险的活动不能让未成年人参加，两个勾只能留一个。")
    if is_risky and not risks.strip():
        refuse("有风险的活动要写清楚要注意什么，报名的人才看得到。")


@transaction.atomic
def change_event(*, event, by, **facts):
    """Other words, place or conditions. Who has signed up stays signed up."""
    event = locked(event)
    not_ended(event)
    for name in CHANGEABLE:
        if name in facts:
            value = facts[name]
            setattr(event, name, value.strip() if isinstance(value, str) else value)
    check_risks(event.is_risky, event.fits_minors, event.risks)
    event.save(update_fields=[name for name in CHANGEABLE if name in facts] or None)
    record("volunteers.change_event", on=event, by=by)
    return event


def not_ended(event):
    """Refuse an event that is over or was called off."""
    if event.state in (EventState.CANCELLED, EventState.OVER):
        refuse(f"“{event}”已经{event.get_state_display()}，不能再改。")


@transaction.atomic
def open_event(*, event, by):
    """From now on people sign up. Needs at least one slot that is still to come."""
    event = locked(event)
    if event.state != EventState.DRAFT:
        refuse(f"“{event}”{event.get_state_display()}，不用再发布。")
    if not event.slots.standing().filter(starts_at__gt=timezone.now()).exists():
        refuse("先排一个还没到的时段，才能开放报名。")
    event.state = EventState.OPEN
    event.save(update_fields=["state"])
    record("volunteers.open_event", on=event, by=by)
    return event


@transaction.atomic
def cancel_event(*, event, by, why):
    """It does not take place, for a reason. Everybody who signed up or waits is told."""
    event = locked(event)
    not_ended(event)
    event.state, event.cancelled_why = EventState.CANCELLED, why.strip()
    event.save(update_fields=["state", "cancelled_why"])
    slots = list(event.slots.select_for_update(of=("self",)).order_by("pk"))
    now = timezone.now()
    told = _send_home([slot for slot in slots if slot.ends_at > now])
    _end_early(slots, now)
    for user_id, when in told.items():
        messages.event_cancelled(event=event, user_id=user_id, when=when)
    record("volunteers.cancel_event", on=event, by=by, people=len(told))
    return event


def _end_early(slots, now):
    """Who was there already served until now, and who came early to a later time not at all."""
    ahead = [slot for slot in slots if slot.starts_at > now]
    early = SignUp.objects.filter(slot__in=ahead, state=SignUpState.PRESENT)
    early.update(state=SignUpState.CANCELLED)
    begun = [slot.pk for slot in slots if slot.starts_at <= now < slot.ends_at]
    Slot.objects.standing().filter(pk__in=begun).update(cancelled_at=now)


def _send_home(slots):
    """Nobody comes to these locked slots any more. {user key: when their first one was}."""
    rows = SignUp.objects.filter(slot__in=slots, state__in=LIVE).select_related("volunteer")
    told = {}
    for sign_up in rows.order_by("starts_at"):
        told.setdefault(sign_up.volunteer.user_id, messages.when_of(sign_up))
    SignUp.objects.filter(slot__in=slots, state__in=LIVE).update(
        state=SignUpState.CANCELLED, offered_until=None
    )
    return told


@transaction.atomic
def end_event(*, event, by):
    """It took place. Refused while a slot is still to come: that would be a cancellation."""
    event = locked(event)
    if event.state != EventState.OPEN:
        refuse(f"“{event}”{event.get_state_display()}，不用结束。")
    if event.slots.standing().filter(ends_at__gt=timezone.now()).exists():
        refuse("还有没到的时段。不办了请点“取消活动”，报名的人会收到消息。")
    event.state = EventState.OVER
    event.save(update_fields=["state"])
    record("volunteers.end_event", on=event, by=by)
    return event


# slots


def make_slot(event, starts_at, ends_at, seats):
    """A row, checked. Two slots of an event may lie at the same time (two places at once)."""
    if ends_at <= starts_at:
        refuse("结束要比开始晚。")
    if ends_at - starts_at > LONGEST:
        refuse("一个时段最长12小时，再长请分成两个时段。")
    if starts_at <= timezone.now():
        refuse("开始的时间已经过了，请选还没到的时间。")
    if not 1 <= seats <= MOST_SEATS:
        refuse(f"人数写1到{MOST_SEATS}之间。")
    if event.slots.count() >= MOST_SLOTS:
        refuse(f"一个活动最多{MOST_SLOTS}个时段。")
    return Slot.objects.create(
        event=event,
        area_id=event.area_id,
        starts_at=starts_at,
        ends_at=ends_at,
        seats=seats,
        code=short_code(10),
    )


@transaction.atomic
def add_slots(*, event, by, slots):
    """More times: `slots` as in `add_event`. Returns the new rows."""
    event = locked(event)
    not_ended(event)
    made = [make_slot(event, *slot) for slot in slots]
    record("volunteers.change_event", on=event, by=by, slots=[slot.pk for slot in made])
    return made


@transaction.atomic
def drop_slot(*, slot, by):
    """A time nobody ever signed up for goes. With people on it it is cancelled instead."""
    event = locked(slot.event)
    not_ended(event)
    slot = Slot.objects.select_for_update(of=("self",)).get(pk=slot.pk)
    if slot.sign_ups.exists():
        refuse("这个时段有人报过名，不能直接拿掉。不办了请点“取消这一场”。")
    pk = slot.pk
    slot.delete()
    record("volunteers.change_event", on=event, by=by, dropped=pk)
    return event


@transaction.atomic
def cancel_slot(*, slot, by, why):
    """取消这一场: one time of several is called off, for a reason; the others stand.

    Everybody who signed up for it or waits is told. With the last one still to come the event is
    cancelled, as if that had been asked. Refused once it is over or somebody has checked in.
    """
    event = locked(slot.event)
    if event.state != EventState.OPEN:
        refuse(f"“{event}”{event.get_state_display()}，不用单独取消一场。")
    slot = event.slots.select_for_update(of=("self",)).get(pk=slot.pk)
    now = timezone.now()
    if slot.cancelled_at:
        refuse("这一场已经取消了。")
    if slot.ends_at <= now:
        refuse("这一场已经过去了。")
    if slot.sign_ups.filter(state__in=(SignUpState.PRESENT, SignUpState.LEFT)).exists():
        refuse("已经有人签到了，不能取消。提早散了，请大家签退就行。")
    slot.cancelled_at, slot.cancelled_why = now, why.strip()
    slot.save(update_fields=["cancelled_at", "cancelled_why"])
    if not event.slots.standing().filter(ends_at__gt=now).exists():
        cancel_event(event=event, by=by, why=why)
        return slot
    told = _send_home([slot])
    for user_id, when in told.items():
        messages.slot_cancelled(event=event, slot=slot, user_id=user_id, when=when)
    record("volunteers.cancel_slot", on=event, by=by, slot=slot.pk, people=len(told))
    return slot


def open_slots(rows):
    """Slots one can still sign up for, soonest first, with their seats."""
    return coming_slots(rows.standing())


def coming_slots(rows):
    """Slots of open events that are still to come, those called off alone among them: whoever
    meant to come without signing up reads it."""
    now = timezone.now()
    rows = rows.filter(event__state=EventState.OPEN, starts_at__gt=now, starts_at__lte=now + AHEAD)
    return with_seats(rows.select_related("event__team", "area")).order_by("starts_at", "pk")
