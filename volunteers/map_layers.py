"""What voluntary service shows on the plan of an estate: open orders, claimed posts and zones."""

from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from stations.registries import map_layers
from volunteers.access import VIEW, VIEW_ORDERS
from volunteers.models import Order, Post


def open_orders(area, user):
    """{building id: orders that are not done}, one query."""
    rows = Order.objects.visible_to(user).open().filter(area=area, building__isnull=False)
    return dict(rows.order_by().values_list("building_id").annotate(n=Count("pk")))


def claimed_posts(area, user):
    """{building id: posts and zones that somebody holds}, one query."""
    rows = Post.objects.current().filter(
        area=area, building__isnull=False, claims__isnull=False, claims__ended_at=None
    )
    return dict(rows.order_by().values_list("building_id").annotate(n=Count("pk", distinct=True)))


def listed(address, building, **facts):
    """The list of what was counted."""
    query = urlencode({"area": building.area_id, "building": building.pk} | facts)
    return f"{reverse(address)}?{query}"


map_layers.declare(
    "volunteers.orders",
    label="点单",
    icon="shopping-bag",
    colour="zhuqing",
    unit="单",
    count=open_orders,
    url=lambda building: listed("volunteers:orders", building, view="open"),
    opened_by=VIEW_ORDERS,
)
map_layers.declare(
    "volunteers.posts",
    label="认领的岗位",
    icon="badge",
    colour="zhe",
    unit="个",
    count=claimed_posts,
    url=lambda building: listed("volunteers:posts", building),
    opened_by=VIEW,
)
