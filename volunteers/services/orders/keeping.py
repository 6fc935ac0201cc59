"""What is kept right by itself: duties of orders, counts of volunteers, and what is erased."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from stations.foundation.calendar import add_workdays
from stations.services.acts import record_each
from stations.services.duties import end_stale, start_duties, without_duty
from volunteers.choices import (
    ERASE_AFTER,
    ORDER_OPEN,
    ORDER_SERVED,
    ORDER_TAKEN,
    OrderEventKind,
    OrderState,
)
from volunteers.models import Ask, Beneficiary, Hour, Order, OrderEvent, Volunteer

from .chain import CONFIRM_AFTER, CONFIRM_DUTY, LATE_DUTY
from .hearing import ANSWER_DUTY, DISPATCH_DAYS

LATE_DAYS, CONFIRM_DAYS = 1, 3  # what is late is due at once: the days say how soon it is solved
BATCH = 500
COUNTED = 2000  # volunteers whose services are counted at a time
SERVED_WITHIN = timedelta(days=30)


def late_orders():
    """Taken, and past the time at which it was wanted."""
    return Order.objects.filter(state__in=ORDER_TAKEN, due_at__lt=timezone.now())


def unconfirmed_orders():
    """Done for two days, and nobody has said so, of the order or of the hour; where the station
    has promised a call, or made it, it is not told to ring a second time."""
    rows = Order.objects.filter(
        state=OrderState.DONE, done_at__lt=timezone.now() - CONFIRM_AFTER, call_since=None
    )
    of_it = {"order": OuterRef("pk")}
    said = Hour.objects.filter(**of_it, volunteer=OuterRef("volunteer"), other_at__isnull=False)
    rang = OrderEvent.objects.filter(
        **of_it, kind=OrderEventKind.CALLED, at__gte=OuterRef("done_at")
    )
    return rows.exclude(Exists(said)).exclude(Exists(rang))


def unanswered_orders():
    """Somebody is asked, and nobody has said yes."""
    return Order.objects.filter(state=OrderState.DISPATCHED)


def keep_order_duties():
    """Late and unconfirmed orders, and those nobody has said yes to, stand on a worker's desk,
    others do not. Run as often as one likes: what is due is read from the orders.

    A batch of each at a time; returns the size of the largest: a full one has more behind it.
    """
    now, sizes = timezone.now(), []
    for kind, rows, title, days, since in (
        (LATE_DUTY, late_orders(), "过了约好的时间", 0, "due_at"),
        (CONFIRM_DUTY, unconfirmed_orders(), "打电话确认", CONFIRM_DAYS, "done_at"),
        (ANSWER_DUTY, unanswered_orders(), "等人接", DISPATCH_DAYS, "state_since"),
    ):
        sizes.append(end_stale(kind, rows, BATCH))
        fresh = without_duty(kind, rows).select_related("area", "building", "entrance__building")
        fresh = fresh.order_by("pk")[:BATCH]
        ends = add_workdays(now, days) if days else None
        found = [_duty(order, title, getattr(order, since), ends) for order in fresh]
        sizes.append(start_duties(kind, found))
    return max(sizes)


def _duty(order, title, since, ends):
    """What is late is due at once, so it stands among what is overdue."""
    begin = max(since, timezone.now() - timedelta(days=30))
    return {
        "object_id": order.pk,
        "area_id": order.area_id,
        "holder_id": None,
        "title": f"{title}：{order.title}",
        "subtitle": str(order.area),
        "since": begin,
        "until": ends or begin,
    }


def count_served(after=0):
    """How many orders each volunteer did in the last thirty days: of a batch of volunteers, by
    key from the one after `after`.

    Returns (how many numbers changed, the last key; None with the last batch).
    """
    rows = Volunteer.objects.filter(pk__gt=after).order_by("pk")
    keys = list(rows.values_list("pk", flat=True)[:COUNTED])
    since = timezone.now() - SERVED_WITHIN
    done = (
        Order.objects.filter(volunteer=OuterRef("pk"), state__in=ORDER_SERVED, done_at__gte=since)
        .order_by()
        .values("volunteer")
        .annotate(n=Count("pk"))
        .values("n")
    )
    number = Coalesce(Subquery(done, output_field=IntegerField()), 0)
    some = Volunteer.objects.filter(pk__in=keys)
    changed = some.exclude(served_count=number).update(served_count=number)
    return changed, keys[-1] if len(keys) == COUNTED else None


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
    orders.update(words_sealed="", brief="", rating_words="", cancelled_why="", home=None)
    Ask.objects.filter(order__beneficiary__in=keys).update(words="")
    record_each("volunteers.erase_beneficiary", on=rows, by=None)
    return len(rows)
