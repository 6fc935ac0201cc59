"""签到签退: who was there, from when until when; what came of it are hours to be confirmed."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.choices import EventKind, EventState, HourSource, SignUpState
from volunteers.models import Event, SignUp, Slot
from volunteers.services.hours import open_hour
from volunteers.services.sign_ups import HERE, locked_slot, said_kindly

EARLY = timedelta(minutes=30)
# Who comes to a club or a course was there, but served nobody: no hours.
GIVES_HOURS = (EventKind.SERVICE, EventKind.CLEANUP)
BATCH = 100
LATELY = timedelta(days=30)


def locked_sign_up(sign_up):
    """The sign-up as it stands now, held until the act ends."""
    rows = SignUp.objects.select_for_update(of=("self",))
    return rows.select_related("area", "volunteer__user").get(pk=sign_up.pk)


@transaction.atomic
def check_in(*, sign_up, by):
    """签到, from half an hour before until the end. `by` is the volunteer, or who does it by hand."""
    slot, now = locked_slot(sign_up.slot), timezone.now()
    row = locked_sign_up(sign_up)
    if slot.event.state != EventState.OPEN:
        refuse(f"“{slot.event}”{slot.event.get_state_display()}，不用签到。")
    if slot.cancelled_at:
        refuse("这一场取消了，不用签到。")
    if row.state == SignUpState.PRESENT:
        refuse("已经签到了。")
    if row.state == SignUpState.WAITING:
        refuse("还在候补，名单里没有空位。请问一问现场的队长。")
    if row.state not in (SignUpState.IN, SignUpState.OFFERED):
        refuse(f"现在是“{row.get_state_display()}”，不能签到。")
    if now < slot.starts_at - EARLY:
        refuse("来早了，开始前30分钟才能签到。")
    if now >= slot.ends_at:
        refuse("这一场已经结束了。")
    row.state, row.present_at, row.offered_until = SignUpState.PRESENT, now, None
    try:
        with transaction.atomic():
            row.save(update_fields=["state", "present_at", "offered_until"])
    except IntegrityError as error:
        said_kindly(error)
    record("volunteers.check_in", on=row, by=by, by_hand=by.pk != row.volunteer.user_id)
    return row


@transaction.atomic
def check_out(*, sign_up, by):
    """签退: presence ends now, and the time between becomes hours to be confirmed."""
    slot = locked_slot(sign_up.slot)
    row = locked_sign_up(sign_up)
    if row.state != SignUpState.PRESENT:
        refuse("还没签到。" if row.state == SignUpState.IN else "已经签退了。")
    return leave(slot, row, at=timezone.now(), by=by)


def leave(slot, row, *, at, by):
    """A present one leaves; `by` None: the slot is over and nobody checked out."""
    row.state, row.left_at = SignUpState.LEFT, max(at, row.present_at)
    row.save(update_fields=["state", "left_at"])
    record("volunteers.check_out", on=row, by=by)
    open_hours(slot, row)
    return row


def open_hours(slot, row):
    """The time they were there, never before the beginning nor after the end, nor after it was
    called off."""
    began = max(row.present_at, slot.starts_at)
    ended = min(row.left_at, slot.ends_at, slot.cancelled_at or slot.ends_at)
    if slot.event.kind not in GIVES_HOURS or ended - began < timedelta(minutes=1):
        return None
    return open_hour(
        volunteer=row.volunteer,
        area=row.area,
        help=slot.event.help,
        began_at=began,
        ended_at=ended,
        source=HourSource.SLOT,
        team=slot.event.team,
        words=slot.event.title[:100],
        sign_up=row,
    )


@transaction.atomic
def close_slots(now=None):
    """After the end: who never came is a no-show, who never checked out left at the end.

    A no-show is seen by the team's leader and the station; nothing follows from it by itself.
    Returns how many rows were closed.
    """
    now, closed = now or timezone.now(), 0
    slots = Slot.objects.select_for_update(of=("self",), skip_locked=True)
    for slot in slots.filter(pk__in=left_open(now)).order_by("pk"):
        slot.event = Event.objects.select_related("area", "team").get(pk=slot.event_id)
        closed += close(slot)
    end_past_events(now)
    return closed


def left_open(now):
    """Keys of slots that are over and have rows to close: found by these rows, which are few
    however many slots there ever were."""
    keys = set()
    for states in (HERE, (SignUpState.OFFERED,)):
        rows = SignUp.objects.filter(state__in=states, ends_at__lte=now).order_by()
        keys.update(rows.values_list("slot", flat=True).distinct()[:BATCH])
    return keys


def close(slot):
    """End a slot whose time is over: who is still there leaves at its end, who never came is
    written down as absent, an offer that nobody answered runs out."""
    states = (*HERE, SignUpState.OFFERED)
    found = slot.sign_ups.select_for_update(of=("self",)).filter(state__in=states)
    rows = list(found.select_related("area", "volunteer__user"))
    for row in rows:
        if row.state == SignUpState.PRESENT:
            leave(slot, row, at=slot.ends_at, by=None)
            continue
        never = SignUpState.NO_SHOW if row.state == SignUpState.IN else SignUpState.EXPIRED
        row.state, row.offered_until = never, None
        row.save(update_fields=["state", "offered_until"])
        if never == SignUpState.NO_SHOW:
            record("volunteers.no_show", on=row, by=None)
    return len(rows)


def end_past_events(now):
    """Events whose last slot is over (lately) are over."""
    ahead = Slot.objects.standing().filter(event=OuterRef("pk"), ends_at__gt=now)
    lately = Slot.objects.filter(starts_at__gte=now - LATELY, ends_at__lte=now)
    rows = Event.objects.open().filter(~Exists(ahead), pk__in=lately.order_by().values("event"))
    rows = rows.select_related("area")
    for event in rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BATCH]:
        event.state = EventState.OVER
        event.save(update_fields=["state"])
        record("volunteers.end_event", on=event, by=None)
