"""点单 for staff: the list, its tabs, and an order found again."""

from datetime import time, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from stations.access import can, requires
from stations.foundation.http import show
from stations.foundation.keyset import capped_counts, neighbours, page
from stations.foundation.pages import day_from, key_from
from stations.models import Area
from volunteers.access import DISPATCH, VIEW_ORDERS
from volunteers.choices import (
    HELP_ICONS,
    ORDER_OPEN,
    ORDER_SERVED,
    ORDER_TAKEN,
    Help,
    OrderState,
)
from volunteers.forms.orders import FindForm
from volunteers.models import Order
from volunteers.services.beneficiaries import phone_index
from volunteers.services.orders.chain import at, when_of
from volunteers.services.orders.journey import reached

PLACES = ("area", "building", "entrance__building")
MOST_BACK = 500  # signs of a list's own address
SHOWN = {
    "waiting": ("待派单", Q(state=OrderState.ORDERED)),
    "asked": ("等人接", Q(state=OrderState.DISPATCHED)),
    "taken": ("有人接了", Q(state__in=ORDER_TAKEN)),
    "late": ("过点了", None),
    "confirm": ("等确认", Q(state=OrderState.DONE)),
    "done": ("做完的", Q(state__in=(OrderState.CONFIRMED, OrderState.RATED))),
    "cancelled": ("取消的", Q(state=OrderState.CANCELLED)),
    "open": ("没做完的", Q(state__in=ORDER_OPEN)),
    "all": ("没取消的", ~Q(state=OrderState.CANCELLED)),
    "served": ("去过的", Q(state__in=ORDER_SERVED)),
    "found": ("找到的", Q()),
}
OPEN_VIEWS = ("waiting", "asked", "taken", "late", "open")
BY_DONE = ("done", "served")  # the days of the list are those on which it was done
HIDDEN = ("open", "all", "served", "found")  # what figures and finding lead to; a tab only then


def asked_for(view):
    """The condition of a tab; what is late depends on now."""
    if view == "late":
        return Q(state__in=ORDER_OPEN, due_at__lt=timezone.now())
    return SHOWN[view][1]


def order_of_rows(view):
    """What is due first, what waits longest for a word, else what is newest."""
    if view in OPEN_VIEWS:
        return "due_at"
    return {"confirm": "done_at", "done": "-done_at", "served": "-done_at"}.get(view, "-pk")


def view_of(query):
    """The tab an address asks for; what waits when it asks for none."""
    view = query.get("view")
    return view if view in SHOWN else "waiting"


@requires(VIEW_ORDERS)
@require_GET
def orders(request):
    """点单: what waits for the worker first, then what is on its way. No names and no words: those
    stand on an order's own page, and who opens it is written down."""
    rows, chosen = narrowed(request.user, request.GET)
    view = view_of(request.GET)
    load = Order.objects.select_related(*PLACES, "volunteer__user", "team")
    shown = page(rows.filter(asked_for(view)), request.GET, by=order_of_rows(view), load=load)
    for order in shown.rows:
        order.when, order.icon, order.step = when_of(order), HELP_ICONS[order.help], reached(order)
    context = chosen | {
        "tab": "orders",
        "view": view,
        "tabs": tabs(rows, view, request.GET),
        "rows": shown.rows,
        "links": shown.links(request.GET),
        "helps": Help.choices,
        "now": timezone.now(),
        "may_dispatch": can(request.user, DISPATCH),
        "find_form": FindForm(),
        "back": request.GET.urlencode()[:MOST_BACK],
    }
    return show(request, "volunteers/orders.html", context)


def narrowed(user, query):
    """(orders, what was chosen): by place, kind of help and days; strange values narrow nothing."""
    estates = list(Area.objects.visible_to(user, VIEW_ORDERS.roles).estates())
    area = place_of(query, estates)
    help = query.get("help", "")
    help = help if help in Help.values else ""
    first, last = (day_from(query.get(name, "")) for name in ("first", "last"))
    within = [one for one in estates if area is None or one.path.startswith(area.path)]
    rows = Order.objects.filter(area__in=within)
    rows = rows.filter(help=help) if help else rows
    field = "done_at" if query.get("view") in BY_DONE else "created_at"
    if first:
        rows = rows.filter(**{f"{field}__gte": at(first, time.min)})
    if last:
        rows = rows.filter(**{f"{field}__lt": at(last, time.min) + timedelta(days=1)})
    who = query.get("who", "")
    if who.isascii() and who.isalnum():  # the fingerprint of a telephone, see order_find
        rows = rows.filter(beneficiary__phone_index=who)
    return rows, {"estates": estates, "area": area, "help": help, "first": first, "last": last}


def place_of(query, estates):
    """The estate that the address names, or a place above one of them."""
    key = key_from(query.get("area"))
    found = next((one for one in estates if one.pk == key), None)
    if found or key is None:
        return found
    above = {path for one in estates for path in one.lineage_paths()}
    return Area.objects.filter(pk=key, path__in=above).first()


def tabs(rows, view, query):
    """[(key, label, number, more, address, is on)]: all numbers in one query."""
    kept = query.copy()
    for name in ("after", "before", "view"):
        kept.pop(name, None)
    tail = f"&{kept.urlencode()}" if kept else ""
    shown = [key for key in SHOWN if key not in HIDDEN or key == view]
    counts = capped_counts([rows.filter(asked_for(key)) for key in shown])
    return [
        (key, SHOWN[key][0], number, more, f"?view={key}{tail}", key == view)
        for key, (number, more) in zip(shown, counts, strict=True)
    ]


def list_of(request):
    """The list an order was opened from, as its address says: the query of /orders/ and nothing
    else, so it leads nowhere but there. "" where it was opened from elsewhere."""
    return QueryDict(request.GET.get("back", "")[:MOST_BACK]).urlencode()


def kept(request):
    """What an order's own addresses end with, so that after an act its list is still known."""
    back = list_of(request)
    return f"?{urlencode({'back': back})}" if back else ""


def to_order(request, order, part=""):
    """Back to an order's page after an act there; `part` is where on the page."""
    address = reverse("volunteers:order", args=[order.pk])
    return redirect(f"{address}{kept(request)}{part}")


def turn(request, order):
    """{back, kept, turn}: the list an order was opened from, and its neighbours there."""
    query = QueryDict(list_of(request))
    if not query:
        return {"back": "", "kept": "", "turn": None}
    view = view_of(query)
    rows = narrowed(request.user, query)[0].filter(asked_for(view))
    before, after = neighbours(rows, order, by=order_of_rows(view))
    found = {"before": before, "after": after}
    return {"back": query.urlencode(), "kept": kept(request), "turn": found}


@requires(VIEW_ORDERS)
@sensitive_post_parameters("q")
@require_POST
def order_find(request):
    """找单: by its number, or by the whole telephone that was left. Telephones are sealed: only a
    fingerprint is compared, and no address holds the number."""
    form = FindForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["q"]))
        return redirect("volunteers:orders")
    found = form.cleaned_data["q"]
    estates = Area.objects.visible_to(request.user, VIEW_ORDERS.roles).estates()
    rows = Order.objects.filter(area__in=estates)
    if "number" in found:
        if order := rows.filter(pk=found["number"]).first():
            return redirect("volunteers:order", order.pk)
    elif rows.filter(beneficiary__phone_index=phone_index(found["phone"])).exists():
        query = QueryDict(mutable=True)
        query.update({"view": "found", "who": phone_index(found["phone"])})
        return redirect(f"{request.path.removesuffix('find/')}?{query.urlencode()}")
    messages.error(request, "没有找到这一单。看看编号，或者点单时留的是不是别的电话。")
    return redirect("volunteers:orders")
