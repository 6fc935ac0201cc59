"""点单 for staff: the list, and one order with its dispatch."""

from datetime import date, time, timedelta

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from stations.access import can, requires
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import capped_counts, page
from stations.foundation.pages import key_from
from stations.models import Area
from stations.services.referring import came_from, offered_to, outcomes_from, refer
from volunteers.access import DISPATCH, REVEAL, VIEW_ORDERS
from volunteers.choices import (
    ASK_AT_ONCE,
    HELP_ICONS,
    ORDER_OPEN,
    ORDER_SERVED,
    ORDER_TAKEN,
    Help,
    OrderState,
)
from volunteers.forms.orders import (
    DispatchForm,
    Nothing,
    PriceForm,
    ReferForm,
    WhyForm,
)
from volunteers.models import Order, Volunteer
from volunteers.services import orders as services
from volunteers.services.beneficiaries import masked, reveal_beneficiary
from volunteers.services.orders.chain import at, when_of
from volunteers.services.orders.dispatching import street_path, why_not
from volunteers.services.orders.journey import chain_of, reached
from volunteers.services.suggest import suggest_volunteers
from volunteers.views.order_new import teams_near

PAGE, FROM_ORDER = "volunteers/order.html", "volunteers.order"
PLACES = ("area", "building", "entrance__building")
MOST_EVENTS = 60
SHOWN = {
    "waiting": ("待派单", Q(state=OrderState.ORDERED)),
    "asked": ("等人接", Q(state=OrderState.DISPATCHED)),
    "taken": ("有人接了", Q(state__in=ORDER_TAKEN)),
    "late": ("过点了", None),
    "confirm": ("等确认", Q(state=OrderState.DONE)),
    "done": ("做完的", Q(state__in=ORDER_SERVED)),
    "cancelled": ("取消的", Q(state=OrderState.CANCELLED)),
    "open": ("没做完的", Q(state__in=ORDER_OPEN)),
    "all": ("没取消的", ~Q(state=OrderState.CANCELLED)),
}
OPEN_VIEWS = ("waiting", "asked", "taken", "late", "open")
HIDDEN = ("open", "all")  # what figures lead to; a tab only while one stands there


def asked_for(view):
    """The condition of a tab; what is late depends on now."""
    if view == "late":
        return Q(state__in=ORDER_OPEN, due_at__lt=timezone.now())
    return SHOWN[view][1]


@requires(VIEW_ORDERS)
@require_GET
def orders(request):
    """点单: what waits for the worker first, then what is on its way."""
    rows, chosen = narrowed(request)
    view = request.GET.get("view")
    view = view if view in SHOWN else "waiting"
    by = "due_at" if view in OPEN_VIEWS else "-pk"
    load = Order.objects.select_related(*PLACES, "volunteer__user", "team")
    shown = page(rows.filter(asked_for(view)), request.GET, by=by, load=load)
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
    }
    return show(request, "volunteers/orders.html", context)


def narrowed(request):
    """(orders, what was chosen): by place, kind of help and days; strange values narrow nothing."""
    estates = list(Area.objects.visible_to(request.user, VIEW_ORDERS.roles).estates())
    area = place_of(request, estates)
    help = request.GET.get("help", "")
    help = help if help in Help.values else ""
    first, last = (read_day(request.GET.get(name, "")) for name in ("first", "last"))
    within = [one for one in estates if area is None or one.path.startswith(area.path)]
    rows = Order.objects.filter(area__in=within)
    rows = rows.filter(help=help) if help else rows
    field = "done_at" if request.GET.get("view") == "done" else "created_at"
    if first:
        rows = rows.filter(**{f"{field}__gte": at(first, time.min)})
    if last:
        rows = rows.filter(**{f"{field}__lt": at(last, time.min) + timedelta(days=1)})
    days = {"first": first, "last": last}
    return rows, {"estates": estates, "area": area, "help": help} | days


def place_of(request, estates):
    """The estate that the address names, or a place above one of them."""
    key = key_from(request.GET.get("area"))
    found = next((one for one in estates if one.pk == key), None)
    if found or key is None:
        return found
    above = {path for one in estates for path in one.lineage_paths()}
    return Area.objects.filter(pk=key, path__in=above).first()


def read_day(text):
    """A day of an address, or None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


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


# one order


@requires(VIEW_ORDERS, on=Order)
@require_GET
def order(request, order):
    """One order: its way, whom to ask and why, and everything that happened."""
    return page_of(request, order)


def page_of(request, order, *, status=None, **more):
    """The page as it is now, with the form somebody has just sent."""
    way = (*PLACES, "beneficiary__area", "team", "volunteer__user", "by", "package")
    order = Order.objects.select_related(*way).get(pk=order.pk)
    events = list(order.events.select_related("by")[:MOST_EVENTS])
    may_act = can(request.user, DISPATCH, at=order.area)
    asks = list(order.asks.select_related("volunteer__user").order_by("-pk")[:MOST_EVENTS])
    order.when, order.icon = when_of(order), HELP_ICONS[order.help]
    context = {
        "tab": "orders",
        "order": order,
        "words": services.words_of(order),
        "helped": masked(order.beneficiary),
        "steps": chain_of(order, events),
        "events": events[::-1],
        "asks": asks,
        "now": timezone.now(),
        "may_act": may_act,
        "may_reveal": can(request.user, REVEAL, at=order.area),
        "is_waiting": order.state in (OrderState.ORDERED, OrderState.DISPATCHED),
        "is_taken": order.state in ORDER_TAKEN,
        "origins": came_from(order, request.user),
        "referred": outcomes_from(FROM_ORDER, [order.pk]).get(order.pk, []),
        "cancel_form": WhyForm(),
        "confirm_form": Nothing(),
        "ask_at_once": ASK_AT_ONCE,
    }
    if may_act:
        context |= panel(order, asks) | {"offers": offers(request.user, order)}
    return show(request, PAGE, context | more, status=status)


def panel(order, asks):
    """派单: the best few with their reason; whoever was asked already is not suggested."""
    if order.state not in (OrderState.ORDERED, OrderState.DISPATCHED):
        return {"suggestions": []}
    suggestions = suggested(order, asks)
    teams = teams_near(order.area).exclude(price_fen=None)
    return {
        "suggestions": suggestions,
        "dispatch_form": DispatchForm(volunteers=to_pick(order), suggestions=suggestions),
        "price_form": PriceForm(teams=teams, initial={"team": order.team_id}),
        "low_price": list(teams) if order.state == OrderState.ORDERED else [],
        "needs_price": bool(order.team and order.team.is_low_price and not order.price_agreed_at),
    }


def suggested(order, asks):
    found = suggest_volunteers(
        area=order.area,
        building=order.building,
        help=order.help,
        wanted_on=order.wanted_on,
        part=order.part,
        team=order.team,
        without={ask.volunteer_id for ask in asks},
        limit=6,
    )
    return [one for one in found if not why_not(order, one.volunteer)]


def to_pick(order):
    """Whoever can be picked by hand: active volunteers of the street. May they, says dispatch."""
    rows = Volunteer.objects.active().filter(area__path__startswith=street_path(order.area))
    return rows.select_related("user", "area").order_by("pk")


@requires(DISPATCH, on=Order)
@require_POST
def order_dispatch(request, order):
    """派单: ask these at once."""
    asks = list(order.asks.all())
    rows = to_pick(order)
    form = DispatchForm(request.POST, volunteers=rows, suggestions=suggested(order, asks))
    done = carry_out(form, services.dispatch, order=order, by=request.user)
    if done is None:
        return page_of(request, order, dispatch_form=form, status=422)
    messages.success(request, "派出去了。有人接，这里就看得到；没人回话，会自动再问。")
    return redirect("volunteers:order", order.pk)


@requires(DISPATCH, on=Order)
@require_POST
def order_price(request, order):
    """说定价钱, before anybody is asked."""
    form = PriceForm(request.POST, teams=teams_near(order.area).exclude(price_fen=None))
    if carry_out(form, services.agree_price, order=order, by=request.user) is None:
        return page_of(request, order, price_form=form, status=422)
    messages.success(request, "价钱记下了，可以派单了。")
    return redirect("volunteers:order", order.pk)


@requires(DISPATCH, on=Order)
@require_POST
def order_cancel(request, order):
    """取消: whoever was asked hears that they need not come."""
    form = WhyForm(request.POST)
    if carry_out(form, services.cancel, order=order, by=request.user) is None:
        return page_of(request, order, cancel_form=form, status=422)
    messages.success(request, "取消了，问过的志愿者都会知道。")
    return redirect("volunteers:order", order.pk)


@requires(DISPATCH, on=Order)
@require_POST
def order_confirm(request, order):
    """打电话问过，做好了: the station's confirmation."""
    form = Nothing(request.POST)
    done = carry_out(form, services.confirm_order_as_station, order=order, by=request.user)
    if done is None:
        return page_of(request, order, confirm_form=form, status=422)
    messages.success(request, "确认好了。")
    return redirect("volunteers:order", order.pk)


@requires(REVEAL, on=Order)
@require_POST
def order_reveal(request, order):
    """看姓名电话: shown on this page alone; the look stands in the act log."""
    helped, why = order.beneficiary, f"order:{order.pk}"
    facts = reveal_beneficiary(beneficiary=helped, by=request.user, why=why)
    return page_of(request, order, revealed=facts)


# passed on


def offers(user, order):
    """[(kind, empty form)]: what this order could really be."""
    first = {"kind": "", "text": ""}
    return [
        (kind, ReferForm(initial=first | {"kind": kind.key}, auto_id=f"{kind.key}_%s"))
        for kind in offered_to(user, at=order.area)
        if kind.key != FROM_ORDER
    ]


@requires(DISPATCH, on=Order)
@require_POST
def order_refer(request, order):
    """转办: an order that is really something else; the words are staff's own."""
    offered = {kind.key: kind for kind in offered_to(request.user, at=order.area)}
    offered.pop(FROM_ORDER, None)
    kind = request.POST.get("kind", "")
    if kind not in offered:
        messages.error(request, "这件事在这里转不了，刷新页面再看。")
        return redirect("volunteers:order", order.pk)
    form = ReferForm(request.POST, auto_id=f"{kind}_%s")
    done = carry_out(form, refer, from_obj=order, area=order.area, home=order.home, by=request.user)
    if done is None:
        rest = [pair for pair in offers(request.user, order) if pair[0].key != kind]
        return page_of(request, order, offers=[(offered[kind], form), *rest], status=422)
    messages.success(request, f"转好了：{offered[kind].label}。")
    return redirect("volunteers:order", order.pk)
