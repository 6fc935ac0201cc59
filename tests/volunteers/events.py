"""Events for tests: with slots that lie ahead, or have begun."""

from datetime import timedelta

from django.utils import timezone

from volunteers.models import SignUp, Slot
from volunteers.services import events, sign_ups


def in_days(days, hour=9, minutes=90):
    """(starts_at, ends_at) of a slot so many days ahead, in whole hours."""
    begins = timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0)
    begins += timedelta(days=days)
    return begins, begins + timedelta(minutes=minutes)


def event_in(area, by, *, days=(2,), seats=3, opens=True, slots=None, **facts):
    """An open event with a slot on each of these days."""
    slots = slots or [(*in_days(day), seats) for day in days]
    defaults = {"title": "陪老人晒太阳", "place": "中心广场", "slots": slots, "opens": opens}
    return events.add_event(area=area, by=by, **defaults | facts)


def slot_of(event):
    return event.slots.order_by("starts_at", "pk").first()


def signed(slot, *volunteers):
    """They sign up in this order."""
    return [sign_ups.sign_up(slot=slot, volunteer=v, by=v.user) for v in volunteers]


def moved_to(slot, begins, ends):
    """As if the slot were at another time, with everybody in it."""
    Slot.objects.filter(pk=slot.pk).update(starts_at=begins, ends_at=ends)
    SignUp.objects.filter(slot=slot).update(starts_at=begins, ends_at=ends)
    slot.refresh_from_db()
    return slot


def begun(slot, minutes=10, lasts=90):
    """The slot began so many minutes ago."""
    begins = timezone.now() - timedelta(minutes=minutes)
    return moved_to(slot, begins, begins + timedelta(minutes=lasts))
