"""转成点单: what can be raised here out of other apps' pages, where our own things came from,
the orders around a home, and the door on an estate's public page."""

from urllib.parse import urlencode

from stations.access import can
from stations.registries import Outcome, around_home, doors, origins, referrals
from volunteers.access import DISPATCH, VIEW_ORDERS
from volunteers.choices import Help, OrderChannel
from volunteers.models import Order
from volunteers.services.orders import order_help

MOST_AROUND = 5


def begin_order(*, area, home, building, entrance, text, by, token, from_type=""):
    """An order out of another page: no name, no phone, the words as staff wrote them."""
    order, _ = order_help(
        token=token,
        area=area,
        help=Help.OTHER,
        words=text,
        home=home,
        building=building,
        entrance=entrance,
        channel=OrderChannel.REFERRAL,
        by=by,
    )
    return order


def outcome_of(order):
    """How an order stands, for the other side."""
    return Outcome(
        title=order.title,
        url=order.get_absolute_url(),
        state=order.get_state_display(),
        is_done=not order.is_open,
        since=order.created_at,
    )


def with_places(rows):
    """The orders with where they are, read in the same query."""
    return rows.select_related("area", "building", "entrance__building")


def outcomes(ids):
    """{order id: Outcome} in one query."""
    return {row.pk: outcome_of(row) for row in with_places(Order.objects.filter(pk__in=ids))}


referrals.declare(
    "volunteers.order",
    label="转成点单",
    icon="heart-handshake",
    permission=DISPATCH,
    on_type="volunteers.order",
    begin=begin_order,
    outcomes=outcomes,
    page="/orders/new/",
    hint="帮一把的事",
    told="社区正在请志愿者来帮忙。",
    order=20,
)


@origins.register("volunteers.order", label="点单")
def orders_behind(ids, user):
    """{order id: Outcome}: for whom may not see the order, that it was one and no more."""
    seen = with_places(Order.objects.visible_to(user)).in_bulk(ids)
    return {
        pk: Outcome(
            title=seen[pk].title if pk in seen else "点单",
            url=seen[pk].get_absolute_url() if pk in seen else "",
            state="来自点单",
            is_done=True,
            since=seen[pk].created_at if pk in seen else None,
        )
        for pk in ids
    }


@around_home.register("volunteers.orders", label="这一户的点单", order=10)
def orders_around(home, user):
    """[Outcome] of this home's own open orders, for the community's staff."""
    area = home.entrance.building.area
    if not can(user, VIEW_ORDERS, at=area):
        return []
    rows = with_places(Order.objects.open().filter(home=home, area=area))
    return [outcome_of(order) for order in rows.order_by("due_at")[:MOST_AROUND]]


def help_url(estate, at):
    """The form for help, with the door whose code was scanned."""
    query = f"?{urlencode({'at': at})}" if at else ""
    return f"/e/{estate.code}/help/{query}"


doors.declare(
    "volunteers.help",
    label="找人帮忙",
    words="家里要人搭把手，不用报事：",
    icon="heart-handshake",
    tone="green",
    url=help_url,
    order=10,
)
