"""两头赶不上: who is somewhere else in a part of a day. The one rule: `accept` refuses by it,
the suggestions leave people out by it, and whoever picks somebody by hand hears it.

An order without a day or without a part of it can be done before or after: nobody is too busy
for it, and it keeps nobody busy.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from stations.foundation.refusal import refuse
from volunteers.choices import ORDER_TAKEN, Part
from volunteers.messages.events import when_of
from volunteers.models import Order, SignUp
from volunteers.services.sign_ups import HERE, PART_HOURS


def orders_then(day, part):
    """Orders that were taken for the same part of the same day."""
    return Order.objects.filter(state__in=ORDER_TAKEN, wanted_on=day, part=part)


def seats_then(day, part, *, now=None):
    """Seats at events that meet this part of the day. A slot that is over is in nobody's way."""
    first, last = PART_HOURS[Part(part)]
    midnight = timezone.localtime(now).replace(
        year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0
    )
    begins, ends = midnight + timedelta(hours=first), midnight + timedelta(hours=last)
    over = Q(ends_at__gt=max(begins, now or timezone.now()))
    return SignUp.objects.filter(over, state__in=HERE, starts_at__lt=ends)


def why_busy(volunteers, day, part, *, but=None):
    """{key: "上午已经接了一单"} of those who are busy then, in two queries however many.

    `but` is the order that is spoken of itself.
    """
    if day is None or part is None:
        return {}
    said = Part(part).label
    seats = seats_then(day, part).filter(volunteer__in=volunteers).select_related("slot__event")
    found = {
        row.volunteer_id: f"{when_of(row)}报了“{row.slot.event}”"
        for row in seats.order_by("-starts_at")
    }
    taken = orders_then(day, part).filter(volunteer__in=volunteers)
    taken = taken.exclude(pk=but.pk) if but else taken
    found |= dict.fromkeys(taken.values_list("volunteer", flat=True), f"那天{said}已经接了一单")
    return found


def check_free(order, volunteer):
    """Refuse who has a seat at an event in the order's part of the day, or another order then."""
    found = why_busy([volunteer.pk], order.wanted_on, order.part, but=order)
    for sentence in found.values():
        refuse(f"您{sentence}，两头赶不上。")
