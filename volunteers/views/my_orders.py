"""接单 on a volunteer's phone: who asks, yes or no, on the way, begun, done."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from stations.access import requires
from stations.foundation.http import carry_out, show
from volunteers.access import SERVE
from volunteers.choices import HELP_ICONS, ORDER_SERVED, ORDER_TAKEN, AskState, OrderState
from volunteers.forms.orders import AheadForm, DeclineForm, FinishForm, HandOverForm, Nothing
from volunteers.models import Ask, Order
from volunteers.services import orders as services
from volunteers.services.orders.chain import day_to_come, when_of
from volunteers.views.own import own

PAGE = "volunteers/my_order.html"
LATELY = timedelta(days=30)
MOST = 20
PLACES = ("area", "building", "entrance__building")


def told(order):
    """An order with what a card of it says."""
    order.when = when_of(order)
    order.icon = HELP_ICONS[order.help]
    return order


@requires(SERVE)
@require_GET
def my_orders(request):
    """接单: who asks, what is in hand, what was done lately."""
    me = own(request)
    asks = Ask.objects.waiting().filter(volunteer=me, order__state=OrderState.DISPATCHED)
    asks = list(asks.select_related(*(f"order__{place}" for place in PLACES))[:MOST])
    for ask in asks:
        told(ask.order)
    mine = Order.objects.filter(volunteer=me).select_related(*PLACES)
    done = mine.filter(state__in=ORDER_SERVED, done_at__gte=timezone.now() - LATELY)
    context = {
        "tab": "orders",
        "me": me,
        "asks": asks,
        "taken": [
            told(one) for one in mine.filter(state__in=ORDER_TAKEN).order_by("due_at")[:MOST]
        ],
        "done": [told(one) for one in done.order_by("-done_at")[:MOST]],
    }
    return show(request, "volunteers/my_orders.html", context)


def own_order(request, pk):
    """(volunteer, order) when they were asked, took it, or lead the team; else 404."""
    me = own(request)
    rows = Order.objects.filter(Order.objects.all().own(request.user), pk=pk).distinct()
    way = (*PLACES, "beneficiary", "team", "volunteer__user")
    if (order := rows.select_related(*way).first()) is None:
        raise Http404
    return me, order


@requires(SERVE)
@require_GET
def my_order(request, pk):
    """One order: what, where and when; after the yes also who, how to ring, and which door."""
    return page_of(request, pk)


def page_of(request, pk, refused=None):
    me, order = own_order(request, pk)
    ask = Ask.objects.filter(order=order, volunteer=me).last()
    is_mine = order.volunteer_id == me.pk
    helped = services.reveal_for_volunteer(order=order, volunteer=me)
    context = {
        "tab": "orders",
        "order": told(order),
        "ask": ask,
        "is_mine": is_mine,
        "can_answer": bool(ask)
        and order.state == OrderState.DISPATCHED
        and ask.state in (AskState.ASKED, AskState.SILENT),
        "is_in_hand": is_mine and order.state in ORDER_TAKEN,
        "is_early": order.state == OrderState.ACCEPTED and day_to_come(order),
        "is_done": is_mine and order.state in ORDER_SERVED,
        "helped": helped,
        "words": services.words_of(order) if helped else "",
        "hand_over_form": HandOverForm(),
        "finish_form": FinishForm(),
        "refused": refused,
    }
    return show(request, PAGE, context, status=422 if refused else None)


def act(request, pk, form, service, said, *, to="my_order", **arguments):
    """One act on one order: refused, the page says why; done, it says so."""
    if carry_out(form, service, by=request.user, **arguments) is None:
        return page_of(request, pk, refused=form)
    messages.success(request, said)
    return redirect("volunteers:my_order", pk) if to == "my_order" else redirect(to)


def own_ask(request, pk):
    """The last time this volunteer was asked about this order."""
    me, order = own_order(request, pk)
    ask = Ask.objects.filter(order=order, volunteer=me).select_related("order").last()
    if ask is None:
        raise Http404
    return ask


@requires(SERVE)
@require_POST
def my_accept(request, pk):
    """接."""
    ask = own_ask(request, pk)
    said = "接好了，谢谢您。电话和门牌在这里。"
    return act(request, pk, Nothing(request.POST), services.accept, said, ask=ask)


@requires(SERVE)
@require_POST
def my_decline(request, pk):
    """来不了."""
    form, ask = DeclineForm(request.POST), own_ask(request, pk)
    said, to = "知道了，我们再问别人。", "volunteers:my_orders"
    return act(request, pk, form, services.decline, said, to=to, ask=ask)


@requires(SERVE)
@require_POST
def my_set_out(request, pk):
    """出发."""
    _, order = own_order(request, pk)
    said = "路上当心。到了按一下“到了，开始”。"
    return act(request, pk, AheadForm(request.POST), services.set_out, said, order=order)


@requires(SERVE)
@require_POST
def my_begin(request, pk):
    """到了，开始."""
    _, order = own_order(request, pk)
    said = "从现在起算时间。"
    return act(request, pk, AheadForm(request.POST), services.begin_service, said, order=order)


@requires(SERVE)
@require_POST
def my_hand_over(request, pk):
    """转给别人."""
    _, order = own_order(request, pk)
    form, to = HandOverForm(request.POST), "volunteers:my_orders"
    said = "转出去了，已经在问别人。"
    return act(request, pk, form, services.hand_over, said, to=to, order=order)


@requires(SERVE)
@require_POST
def my_finish(request, pk):
    """做完了."""
    _, order = own_order(request, pk)
    said = "辛苦了！请对方或者社区确认以后，时数就记上。"
    return act(request, pk, FinishForm(request.POST), services.finish, said, order=order)
