"""Orders by number or by the whole telephone; who is looked after, by the telephone."""

from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from stations.registries import Found, finders
from volunteers.access import KEEP_PACKAGES, VIEW_ORDERS
from volunteers.choices import HELP_ICONS
from volunteers.models import Beneficiary, Order
from volunteers.services.beneficiaries import phone_index

from .titled import facts, here

PLACES = ("area", "building", "entrance__building")


def found_list(sought):
    """The list of the orders of one telephone: the address holds its fingerprint alone."""
    if not sought.phone:
        return ""
    query = urlencode({"view": "found", "who": phone_index(sought.phone)})
    return f"{reverse('volunteers:orders')}?{query}"


@finders.register(
    "volunteers.orders",
    label="点单",
    icon="hand-click",
    permission=VIEW_ORDERS,
    hint="DD-12，或者点单时留的整个电话",
    whole=found_list,
    order=30,
)
def orders(user, sought, most):
    """What and where, never for whom."""
    number, _ = sought.number("DD")
    wanted = Q(pk=number) if number is not None else Q(pk__in=())
    if sought.phone:
        wanted = Q(beneficiary__phone_index=phone_index(sought.phone))
    rows = here(Order.objects.filter(wanted), user, VIEW_ORDERS)
    return [
        Found(
            title=order.title,
            text=facts(order.number, order.area, order.get_state_display()),
            url=order.get_absolute_url(),
            icon=HELP_ICONS[order.help],
            exact=order.pk == number,
        )
        for order in rows.select_related(*PLACES).order_by("-pk")[:most]
    ]


@finders.register(
    "volunteers.helped",
    label="服务对象",
    icon="heart",
    permission=KEEP_PACKAGES,
    hint="整个电话；姓名是加密的，找不了",
    order=32,
)
def helped(user, sought, most):
    """Who is looked after with this telephone, as "3栋2单元的邻居"."""
    if not sought.phone:
        return []
    rows = Beneficiary.objects.regular().filter(phone_index=phone_index(sought.phone))
    return [
        Found(
            title=person.label,
            text=str(person.area),
            url=reverse("volunteers:beneficiary", args=[person.pk]),
        )
        for person in here(rows, user, KEEP_PACKAGES).select_related(*PLACES)[:most]
    ]
