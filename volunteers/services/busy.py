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


def _hours_of(day, part, now=None):
    """When this part of that day begins and ends here."""
    first, last = PART_HOURS[Part(part)]
    midnight = timezone.localtime(now).replace(
        year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0, microsecond=0
    )
    return midnight + timedelta(hours=first), midnight + timedelta(hours=last)


def seats_then(day, part, *, now=None):
    """Seats at events that meet this part of the day. A slot that is over is in nobody's way."""
    begins, ends = _hours_of(day, part, now)
    over = Q(ends_at__gt=max(begins, now or timezone.now()))
    return SignUp.objects.filter(over, state__in=HERE, starts_at__lt=ends)


def why_busy(volunteers, day, part, *, but=None):
    """{key: "上午已经接了一单"} of those who are busy then, in two queries however many.

    `but` is the order that is spoken of itself.
    """
    if day is None or part is None:
        return {}
    seats = seats_then(day, part).filter(volunteer__in=volunteers).select_related("slot__event")
    found = {row.volunteer_id: _seated(row) for row in seats.order_by("-starts_at")}
    taken = orders_then(day, part).filter(volunteer__in=volunteers)
    taken = taken.exclude(pk=but.pk) if but else taken
    found |= dict.fromkeys(taken.values_list("volunteer", flat=True), _taken(part))
    return found


def busy_for(volunteer, orders):
    """{key of order: "上午已经接了一单"} of the orders for which one volunteer is busy, so that they
    read it before they answer. Two queries however many orders."""
    asked = [one for one in orders if one.wanted_on is not None and one.part is not None]
    if not asked:
        return {}
    now = timezone.now()
    seats = SignUp.objects.filter(volunteer=volunteer, state__in=HERE, ends_at__gt=now)
    seats = list(seats.select_related("slot__event").order_by("-starts_at"))
    in_hand = Order.objects.filter(volunteer=volunteer, state__in=ORDER_TAKEN)
    in_hand = list(in_hand.values_list("pk", "wanted_on", "part"))
    found = {}
    for order in asked:
        begins, ends = _hours_of(order.wanted_on, order.part)
        for row in seats:
            if row.starts_at < ends and row.ends_at > begins:
                found[order.pk] = _seated(row)
        if any(
            pk != order.pk and (day, part) == (order.wanted_on, order.part)
            for pk, day, part in in_hand
        ):
            found[order.pk] = _taken(order.part)
    return found


def _seated(row):
    return f"{when_of(row)}报了“{row.slot.event}”"


def _taken(part):
    return f"那天{Part(part).label}已经接了一单"


def check_free(order, volunteer):
    """Refuse who has a seat at an event in the order's part of the day, or another order then."""
    found = why_busy([volunteer.pk], order.wanted_on, order.part, but=order)
    for sentence in found.values():
        refuse(f"您{sentence}，两头赶不上。")
