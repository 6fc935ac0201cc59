"""What can be due with voluntary service: orders to dispatch, late ones, ones to confirm."""

from stations.choices import COMMUNITY_STAFF, Role
from stations.registries import duties
from volunteers.models import Order
from volunteers.services.orders.calling import CALL_DUTY
from volunteers.services.orders.chain import CONFIRM_DUTY, DISPATCH_DUTY, LATE_DUTY
from volunteers.services.orders.hearing import ANSWER_DUTY, DISPATCH_DAYS
from volunteers.services.orders.keeping import (
    CONFIRM_DAYS,
    LATE_DAYS,
    late_orders,
    unanswered_orders,
    unconfirmed_orders,
)


def order_url(pk):
    """Where an order is dispatched and followed."""
    return f"/orders/{pk}/"


def declare(key, **facts):
    duties.declare(
        key,
        group="点单",
        icon="heart-handshake",
        role=Role.WORKER,
        url=order_url,
        seen_by=COMMUNITY_STAFF,
        **facts,
    )


declare(
    DISPATCH_DUTY,
    label="派单",
    verb="派单",
    days=DISPATCH_DAYS,
    truth=lambda: Order.objects.to_dispatch().values_list("pk", flat=True),
    order=12,
)
declare(
    ANSWER_DUTY,
    label="等人接单",
    verb="给居民回话",
    days=DISPATCH_DAYS,
    truth=lambda: unanswered_orders().values_list("pk", flat=True),
    order=15,
)
declare(
    LATE_DUTY,
    label="点单没按时",
    verb="问问志愿者",
    days=LATE_DAYS,
    truth=lambda: late_orders().values_list("pk", flat=True),
    order=13,
)
declare(
    CONFIRM_DUTY,
    label="确认点单",
    verb="打电话确认",
    days=CONFIRM_DAYS,
    truth=lambda: unconfirmed_orders().values_list("pk", flat=True),
    order=65,
)
declare(
    CALL_DUTY,
    label="电话回访",
    verb="打电话问",
    days=1,
    truth=lambda: Order.objects.filter(call_since__isnull=False).values_list("pk", flat=True),
    order=14,
)
