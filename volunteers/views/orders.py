"""点单 for staff: one order with its dispatch."""

from django.contrib import messages
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from stations.access import can, requires
from stations.forms import NothingAsked
from stations.foundation.http import carry_out, show
from stations.services.referring import came_from, outcomes_from
from stations.views.passing import offers_of, raise_out
from volunteers.access import DISPATCH, REVEAL, VIEW_ORDERS
from volunteers.choices import (
    ASK_AT_ONCE,
    HELP_ICONS,
    ORDER_TAKEN,
    ORDER_WAITING,
    MemberState,
    OrderEventKind,
    OrderState,
)
from volunteers.forms.order_change import ChangeForm, is_unsaid
from volunteers.forms.orders import (
    DispatchForm,
    PriceForm,
    TimeForm,
    WhyForm,
)
from volunteers.models import Membership, Order, Volunteer
from volunteers.services import orders as services
from volunteers.services.beneficiaries import masked, reveal_beneficiary
from volunteers.services.orders.chain import time_is_over, when_of
from volunteers.services.orders.dispatching import (
    asks_for_this_time,
    may_not,
    needs_price,
    street_path,
)
from volunteers.services.orders.hearing import open_word
from volunteers.services.orders.journey import chain_of
from volunteers.services.orders.picking import picks_of
from volunteers.services.orders.promises import until_words
from volunteers.services.suggest import suggest_volunteers
from volunteers.views.order_list import PLACES, to_order, turn
from volunteers.views.order_new import teams_near
from volunteers.views.order_numbers import number_of

PAGE, FROM_ORDER = "volunteers/order.html", "volunteers.order"
MOST_EVENTS = 60


@requires(VIEW_ORDERS, on=Order)
@require_GET
def order(request, order):
    """One order: its way, whom to ask and why, and everything that happened."""
    return page_of(request, order)


def page_of(request, order, *, status=None, refused=None, **more):
    """The page as it is now, with the form somebody has just sent; `refused` is one that was to
    raise something elsewhere."""
    way = (*PLACES, "beneficiary__area", "team", "volunteer__user", "by", "package")
    order = Order.objects.select_related(*way).get(pk=order.pk)
    latest = order.events.select_related("by").order_by("-at", "-pk")[:MOST_EVENTS]
    events = list(latest)[::-1]
    may_act = can(request.user, DISPATCH, at=order.area)
    asks = list(order.asks.select_related("volunteer__user").order_by("-pk")[:MOST_EVENTS])
    order.when, order.icon = when_of(order), HELP_ICONS[order.help]
    context = {
        "tab": "orders",
        "order": order,
        "words": services.words_of(order),
        "helped": more.get("revealed") or services.reveal_for_staff(order=order, by=request.user),
        "masked_phone": masked(order.beneficiary)["phone"],
        "steps": chain_of(order, events),
        "events": events[::-1],
        "asks": asks,
        "now": timezone.now(),
        "may_act": may_act,
        "may_reveal": can(request.user, REVEAL, at=order.area),
        "is_waiting": order.state in (OrderState.ORDERED, OrderState.DISPATCHED),
        "is_taken": order.state in ORDER_TAKEN,
        "word_until": until_words(word.until) if (word := open_word(order)) else "",
        "is_again": bool(events) and events[-1].kind == OrderEventKind.AGAIN,
        "is_swapped": bool(events) and events[-1].kind == OrderEventKind.HANDED_OVER,
        "is_over": time_is_over(order),
        "doubt": services.doubt_of(order) if order.call_since else "",
        "may_change_time": order.state in services.CHANGEABLE,
        "origins": came_from(order, request.user),
        "referred": outcomes_from(FROM_ORDER, [order.pk]).get(order.pk, []),
        "cancel_form": WhyForm(),
        "time_form": TimeForm(order=order),
        "confirm_form": NothingAsked(),
        "ask_at_once": ASK_AT_ONCE,
        "tracked": number_of(request, order),
    }
    context |= turn(request, order)
    if may_act:
        context |= panel(order) | {"offers": offers_of(request.user, order, refused=refused)}
        context |= changing(order, is_open="change" in request.GET)
    return show(request, PAGE, context | more, status=status)


def changing(order, *, is_open):
    """改内容: the form, where it was asked for, or where nobody has said yet what is wanted."""
    if order.state not in ORDER_WAITING or order.package_id:
        return {}
    unsaid = is_unsaid(order)
    form = ChangeForm(order=order, words=services.words_of(order)) if unsaid or is_open else None
    return {"may_change": True, "is_unsaid": unsaid, "change_form": form}


def panel(order):
    """派单: the best few with their reason; whoever was asked for this time is not suggested."""
    if order.state not in (OrderState.ORDERED, OrderState.DISPATCHED):
        return {"suggestions": []}
    suggestions, volunteers = suggested(order), to_pick(order)
    teams = teams_near(order.area).exclude(price_fen=None)
    return {
        "suggestions": suggestions,
        "dispatch_form": DispatchForm(
            volunteers=volunteers,
            picks=picks_of(order, volunteers),
            suggestions=suggestions,
            brief=order.brief,
        ),
        "price_form": PriceForm(teams=teams, initial={"team": order.team_id}),
        "low_price": list(teams) if order.state == OrderState.ORDERED else [],
        "needs_price": bool(needs_price(order)),
    }


def suggested(order):
    """Who suits then; nobody for a day that is over."""
    if time_is_over(order):
        return []
    found = suggest_volunteers(
        area=order.area,
        building=order.building,
        help=order.help,
        wanted_on=order.wanted_on,
        part=order.part,
        team=order.team,
        without=asks_for_this_time(order).values_list("volunteer_id", flat=True),
        limit=6,
    )
    return [one for one in found if not may_not(order, one.volunteer)]


def to_pick(order):
    """Whoever can be picked by hand: active volunteers of the street, of a team's order its
    members. May they, says dispatch."""
    rows = Volunteer.objects.active().filter(area__path__startswith=street_path(order.area))
    if order.team_id:
        members = Membership.objects.filter(team=order.team_id, state=MemberState.IN)
        rows = rows.filter(pk__in=members.order_by().values("volunteer"))
    return rows.select_related("user", "area").order_by("pk")


@requires(DISPATCH, on=Order)
@require_POST
def order_dispatch(request, order):
    """派单: ask these at once."""
    volunteers = to_pick(order)
    picks = picks_of(order, volunteers)
    form = DispatchForm(
        request.POST, volunteers=volunteers, picks=picks, suggestions=suggested(order)
    )
    done = carry_out(form, services.dispatch, order=order, by=request.user)
    if done is None:
        return page_of(request, order, dispatch_form=form, status=422)
    messages.success(request, "派出去了。有人接，这里就看得到；没人回话，会自动再问。")
    chosen = {one for one, _ in form.cleaned_data["volunteers"]}
    for one in picks.no_time:
        if one.volunteer in chosen:
            said = f"{one.volunteer}说过{one.words}，给他打个电话，问问这次行不行。"
            messages.warning(request, said)
    return to_order(request, order)


@requires(DISPATCH, on=Order)
@require_POST
def order_price(request, order):
    """说定价钱, before anybody is asked."""
    form = PriceForm(request.POST, teams=teams_near(order.area).exclude(price_fen=None))
    if carry_out(form, services.agree_price, order=order, by=request.user) is None:
        return page_of(request, order, price_form=form, status=422)
    messages.success(request, "价钱记下了，可以派单了。")
    return to_order(request, order)


@requires(DISPATCH, on=Order)
@require_POST
def order_time(request, order):
    """改时间: whoever was asked or took it hears of it and answers anew."""
    form = TimeForm(request.POST, order=order)
    done = carry_out(form, services.change_time, order=order, by=request.user)
    if done is None:
        return page_of(request, order, time_form=form, status=422)
    messages.success(request, f"时间：{when_of(done)}。问过的志愿者都会知道。")
    return to_order(request, order)


@requires(DISPATCH, on=Order)
@require_POST
def order_cancel(request, order):
    """取消: whoever was asked hears that they need not come."""
    form = WhyForm(request.POST)
    if carry_out(form, services.cancel, order=order, by=request.user) is None:
        return page_of(request, order, cancel_form=form, status=422)
    messages.success(request, "取消了，问过的志愿者都会知道。")
    return to_order(request, order)


@requires(DISPATCH, on=Order)
@require_POST
def order_confirm(request, order):
    """打电话问过，做好了: the station's confirmation."""
    form = NothingAsked(request.POST)
    done = carry_out(form, services.confirm_order_as_station, order=order, by=request.user)
    if done is None:
        return page_of(request, order, confirm_form=form, status=422)
    messages.success(request, "确认好了。")
    return to_order(request, order)


@requires(REVEAL, on=Order)
@require_POST
def order_reveal(request, order):
    """看电话: shown on this page alone; the look stands in the act log."""
    helped, why = order.beneficiary, f"order:{order.pk}"
    facts = reveal_beneficiary(beneficiary=helped, by=request.user, why=why)
    return page_of(request, order, revealed=facts)


# passed on


@requires(DISPATCH, on=Order)
@require_POST
def order_refer(request, order):
    """转办: an order that is really something else; the words are staff's own."""
    place = {"home": order.home, "building": order.building, "entrance": order.entrance}
    kind, form, done = raise_out(request, order, **place)
    if kind is None:
        messages.error(request, "这件事在这里转不了，刷新页面再看。")
        return to_order(request, order)
    if done is None:
        return page_of(request, order, refused=form, status=422)
    messages.success(request, f"转好了：{kind.label}。")
    return to_order(request, order)
