"""日历: what a volunteer has ahead, as a file that telephones read. No names of helped people."""

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from stations.foundation.sealed import index_key
from volunteers.choices import ORDER_TAKEN, EventState, SignUpState, VolunteerState
from volunteers.foundation.ics import calendar_file
from volunteers.models import Order, SignUp, Volunteer

KEPT = timedelta(days=30)  # what is past stays so long
MOST = 300
STATUS = {
    SignUpState.IN: "CONFIRMED",
    SignUpState.PRESENT: "CONFIRMED",
    SignUpState.LEFT: "CONFIRMED",
    SignUpState.OFFERED: "TENTATIVE",
    SignUpState.CANCELLED: "CANCELLED",
    SignUpState.EXPIRED: "CANCELLED",
}


def calendar_token(volunteer):
    """The secret part of one's own calendar address: a keyed hash.

    It hangs on the password: a new password makes a new address, and the old one is dead. So
    whoever lost a telephone takes the calendar back too.
    """
    said = f"{volunteer.uuid}|{volunteer.user.password}"
    digest = hmac.new(index_key("volunteers.calendar"), said.encode(), hashlib.sha256).hexdigest()
    return f"{volunteer.pk}-{digest[:40]}"


def volunteer_of(token):
    """Whose calendar this is, or None: wrong, of somebody who left, or out of use."""
    pk, _, _ = token.partition("-")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    rows = Volunteer.objects.select_related("user").filter(user__is_active=True)
    volunteer = rows.exclude(state=VolunteerState.LEFT).filter(pk=int(pk)).first()
    if volunteer is None or not hmac.compare_digest(
        token.encode(), calendar_token(volunteer).encode()
    ):
        return None
    return volunteer


def own_calendar(volunteer, now=None):
    """The file of everything this person signed up for and took on."""
    now = now or timezone.now()
    entries = [*_slots(volunteer, now), *_orders(volunteer, now)]
    return calendar_file(entries, name="同心志愿服务", now=now)


def _slots(volunteer, now):
    """One entry a slot, however often they signed up for it: the last word counts."""
    rows = SignUp.objects.filter(
        volunteer=volunteer, state__in=STATUS, starts_at__gte=now - KEPT
    ).select_related("slot__event")
    latest, times = {}, {}
    for row in rows.order_by("-starts_at", "-pk")[:MOST][::-1]:
        latest[row.slot_id] = row
        times[row.slot_id] = times.get(row.slot_id, 0) + 1
    for slot_id, row in latest.items():
        off = is_off(row.slot) or STATUS[row.state] == "CANCELLED"
        yield slot_entry(row.slot) | {
            "status": "CANCELLED" if off else STATUS[row.state],
            "sequence": 2 * (times[slot_id] - 1) + off,
        }


def slot_entry(slot):
    """A slot as an entry of a calendar."""
    event = slot.event
    return {
        "uid": f"slot-{slot.pk}@{host()}",
        "title": event.title,
        "begins": slot.starts_at,
        "ends": slot.ends_at,
        "place": event.place,
        "words": event.risks and f"要注意：{event.risks}",
        "url": f"{settings.SITE_ADDRESS}/mine/events/{event.pk}/",
        "status": "CANCELLED" if is_off(slot) else "CONFIRMED",
        "sequence": int(is_off(slot)),
    }


def is_off(slot):
    """Whether it does not take place: called off alone, or with its whole event."""
    return bool(slot.cancelled_at) or slot.event.state == EventState.CANCELLED


def _orders(volunteer, now):
    """Accepted orders with a day, as days: what and where, never who."""
    rows = Order.objects.filter(
        volunteer=volunteer,
        state__in=ORDER_TAKEN,
        wanted_on__gte=timezone.localdate(now) - KEPT,
    ).select_related("area", "building", "entrance__building")
    return map(order_entry, rows.order_by("-pk")[:MOST])


def order_entry(order):
    """An order that has a day as an entry of a calendar."""
    part = f"（{order.get_part_display()}）" if order.part is not None else ""
    return {
        "uid": f"order-{order.pk}@{host()}",
        "title": f"{order.get_help_display()}{part}",
        "begins": order.wanted_on,
        "place": f"{order.area}{order.entrance or order.building or ''}",
        "url": f"{settings.SITE_ADDRESS}/mine/orders/{order.pk}/",
    }


def one_slot(slot, now=None):
    """The file of one slot, for whoever wants it in their calendar once."""
    return calendar_file([slot_entry(slot)], name="同心活动", now=now or timezone.now())


def one_order(order, now=None):
    """The file of one order, the same."""
    return calendar_file([order_entry(order)], name="同心点单", now=now or timezone.now())


def host():
    """What makes our keys the only ones of their kind in the world."""
    return settings.SITE_ADDRESS.split("//")[-1].split("/")[0].split(":")[0] or "localhost"
