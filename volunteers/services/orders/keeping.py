"""What is kept right by itself: duties of orders, counts of volunteers, and what is erased."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from stations.foundation.calendar import add_workdays
from stations.models import Duty
from stations.services.acts import record
from stations.services.duties import end_duty, start_duties
from volunteers.choices import ERASE_AFTER, ORDER_OPEN, ORDER_SERVED, ORDER_TAKEN, OrderState
from volunteers.models import Ask, Beneficiary, Order, Volunteer

from .chain import CONFIRM_AFTER, CONFIRM_DUTY, LATE_DUTY

LATE_DAYS, CONFIRM_DAYS = 1, 3  # what is late is due at once: the days say how soon it is solved
BATCH = 500
SERVED_WITHIN = timedelta(days=30)


def late_orders():
    """Taken, and past the time at which it was wanted."""
    return Order.objects.filter(state__in=ORDER_TAKEN, due_at__lt=timezone.now())


def unconfirmed_orders():
    """Done for two days, and nobody has said so, of the order or of its hour."""
    rows = Order.objects.filter(state=OrderState.DONE, done_at__lt=timezone.now() - CONFIRM_AFTER)
    return rows.filter(hour__other_at=None)


def keep_order_duties():
    """Late and unconfirmed orders stand on a worker's desk, others do not. Run as often as one
    likes: what is due is read from the orders."""
    for kind, rows, title, days, since in (
        (LATE_DUTY, late_orders(), "过了约好的时间", 0, "due_at"),
        (CONFIRM_DUTY, unconfirmed_orders(), "打电话确认", CONFIRM_DAYS, "done_at"),
    ):
        open_ones = Duty.objects.open().filter(kind=kind)
        known = set(open_ones.values_list("object_id", flat=True))
        fresh = rows.exclude(pk__in=known).select_related("area", "building", "entrance__building")
        start_duties(kind, [_duty(order, title, days, since) for order in fresh[:BATCH]])
        still = set(rows.filter(pk__in=known).values_list("pk", flat=True))
        for order in Order.objects.filter(pk__in=known - still):
            end_duty(kind, on=order)


def _duty(order, title, days, since):
    """What is late is due at once, so it stands among what is overdue."""
    begin = max(getattr(order, since), timezone.now() - timedelta(days=30))
    return {
        "object_id": order.pk,
        "area_id": order.area_id,
        "holder_id": None,
        "title": f"{title}：{order.title}",
        "subtitle": str(order.area),
        "since": begin,
        "until": add_workdays(timezone.now(), days) if days else begin,
    }


def count_served():
    """How many orders each volunteer did in the last thirty days: one statement for all."""
    since = timezone.now() - SERVED_WITHIN
    done = (
        Order.objects.filter(volunteer=OuterRef("pk"), state__in=ORDER_SERVED, done_at__gte=since)
        .order_by()
        .values("volunteer")
        .annotate(n=Count("pk"))
        .values("n")
    )
    number = Coalesce(Subquery(done, output_field=IntegerField()), 0)
    return Volunteer.objects.exclude(served_count=number).update(served_count=number)


@transaction.atomic
def erase_beneficiaries():
    """到期就删 (个人信息保护法 第19、47条): who was helped with single orders that ended 180 days
    ago is erased: name, phone, door, what they said, and what volunteers and staff wrote about it.
    The orders stay, as work that was done.

    One batch; returns how many it were.
    """
    now = timezone.now()
    cut = now - ERASE_AFTER
    rows = list(
        Beneficiary.objects.to_erase(now)
        .filter(since__lt=timezone.localdate(cut))
        .exclude(orders__state__in=ORDER_OPEN)
        .exclude(orders__state_since__gte=cut)
        .select_related("area", "building", "entrance__building")
        .order_by("pk")[:BATCH]
    )
    keys = [row.pk for row in rows]
    Beneficiary.objects.filter(pk__in=keys).update(
        name_sealed="",
        phone_sealed="",
        phone_index="",
        door_sealed="",
        words_sealed="",
        home=None,
        erased_at=now,
    )
    orders = Order.objects.filter(beneficiary__in=keys)
    orders.update(words_sealed="", rating_words="", cancelled_why="", home=None)
    Ask.objects.filter(order__beneficiary__in=keys).update(words="")
    for row in rows:
        record("volunteers.erase_beneficiary", on=row, by=None)
    return len(rows)
