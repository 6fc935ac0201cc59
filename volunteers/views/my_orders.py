"""接单 on a volunteer's phone: who asks, yes or no, on the way, begun, done."""

from datetime import timedelta
from io import BytesIO

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from stations.access import requires
from stations.forms import NothingAsked
from stations.foundation.downloads import attachment
from stations.foundation.http import carry_out, show
from volunteers.access import SERVE
from volunteers.choices import (
    HELP_ICONS,
    ORDER_OPEN,
    ORDER_SERVED,
    ORDER_TAKEN,
    ORDER_WAITING,
    AskState,
    OrderState,
)
from volunteers.forms.help import AgreeForm
from volunteers.forms.orders import (
    AcceptForm,
    AheadForm,
    DeclineForm,
    FinishForm,
    HandOverForm,
)
from volunteers.models import Ask, Order
from volunteers.services import calendars
from volunteers.services import orders as services
from volunteers.services.busy import busy_for
from volunteers.services.orders.chain import day_to_come, time_key, when_of
from volunteers.views.own import own

PAGE = "volunteers/my_order.html"
LATELY = timedelta(days=30)
MOST = 20
CALENDAR = "text/calendar; charset=utf-8"
PLACES = ("area", "building", "entrance__building")


def told(order):
    """An order with what a card of it says."""
    order.when, order.seen = when_of(order), time_key(order)
    order.icon = HELP_ICONS[order.help]
    return order


@requires(SERVE)
@require_GET
def my_orders(request):
    """接单: who asks, what is in hand, what was done lately."""
    me = own(request)
    asks = Ask.objects.waiting().filter(volunteer=me, order__state=OrderState.DISPATCHED)
    asks = list(asks.select_related(*(f"order__{place}" for place in PLACES))[:MOST])
    before = services.times_before(asks)
    busy = busy_for(me, [ask.order for ask in asks])
    for ask in asks:
        told(ask.order)
        ask.busy = busy.get(ask.order_id)
        ask.before = before.get(ask.pk)
    if could := next((ask for ask in asks if not ask.busy), None):
        could.is_next = True  # the one red button of the page
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
    rows = Order.objects.filter(pk__in=Order.objects.all().own_keys(request.user)).filter(pk=pk)
    way = (*PLACES, "beneficiary", "team", "volunteer__user")
    if (order := rows.select_related(*way).first()) is None:
        raise Http404
    return me, order


@requires(SERVE)
@require_GET
def my_order(request, pk):
    """One order: what, where and when; after the yes also who, how to ring, and which door."""
    return page_of(request, pk)


def page_of(request, pk, refused=None, agree_form=None):
    me, order = own_order(request, pk)
    ask = Ask.objects.filter(order=order, volunteer=me).last()
    if ask:
        ask.order = order
        ask.before = services.times_before([ask]).get(ask.pk)
        ask.busy = busy_for(me, [order]).get(order.pk)
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
        "may_again": bool(ask) and services.may_answer_again(order, ask),
        "is_gone": not is_mine and order.state not in ORDER_WAITING,
        "is_off": order.state not in (*ORDER_OPEN, *ORDER_SERVED),
        "undo_set_out": is_mine and services.can_undo_set_out(order),
        "is_in_hand": is_mine and order.state in ORDER_TAKEN,
        "is_early": order.state == OrderState.ACCEPTED and day_to_come(order),
        "is_done": is_mine and order.state in ORDER_SERVED,
        "helped": helped,
        "words": services.words_of(order) if helped else "",
        "hand_over_form": HandOverForm(),
        "finish_form": refused if isinstance(refused, FinishForm) else FinishForm(),
        "clock": services.clock_minutes(order),
        "refused": refused,
    }
    if is_mine and services.needs_day(order):
        context["agree_form"] = agree_form or AgreeForm()
    return show(request, PAGE, context, status=422 if refused or agree_form else None)


def act(request, pk, form, service, said, *, to="my_order", undo="", **arguments):
    """One act on one order: refused, the page says why; done, it says so. `undo` names the
    address that takes it back."""
    if carry_out(form, service, by=request.user, **arguments) is None:
        return page_of(request, pk, refused=form)
    tags = f"undo:{reverse(f'volunteers:{undo}', args=[pk])}" if undo else ""
    messages.success(request, said, extra_tags=tags)
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
    """我去."""
    ask = own_ask(request, pk)
    said = "接好了，谢谢您。电话和门牌在这里。"
    return act(request, pk, AcceptForm(request.POST), services.accept, said, ask=ask)


@requires(SERVE)
@require_POST
def my_decline(request, pk):
    """去不了."""
    form, ask = DeclineForm(request.POST), own_ask(request, pk)
    said, to = "知道了，我们再问别人。", "volunteers:my_orders"
    undo = "my_answer_again"
    return act(request, pk, form, services.decline, said, to=to, undo=undo, ask=ask)


@requires(SERVE)
@require_POST
def my_answer_again(request, pk):
    """又能去了: asked again, as long as nobody has taken it."""
    said, ask = "好，去得了就点“我去”。", own_ask(request, pk)
    return act(request, pk, NothingAsked(request.POST), services.answer_again, said, ask=ask)


@requires(SERVE)
@require_POST
def my_agree_day(request, pk):
    """打电话说好了哪天去."""
    _, order = own_order(request, pk)
    form, said = AgreeForm(request.POST), "记下了，对方也看得到。"
    if carry_out(form, services.agree_day, by=request.user, order=order) is None:
        return page_of(request, pk, agree_form=form)
    messages.success(request, said)
    return redirect("volunteers:my_order", pk)


@requires(SERVE)
@require_POST
def my_set_out(request, pk):
    """出发."""
    _, order = own_order(request, pk)
    said = "路上当心。到了按一下“到了，开始”。"
    form, undo = AheadForm(request.POST), "my_undo_set_out"
    return act(request, pk, form, services.set_out, said, undo=undo, order=order)


@requires(SERVE)
@require_POST
def my_undo_set_out(request, pk):
    """还没出发: pressed by mistake."""
    _, order = own_order(request, pk)
    said = "撤销了，还没出发。"
    return act(request, pk, NothingAsked(request.POST), services.undo_set_out, said, order=order)


@requires(SERVE)
@require_GET
def my_order_calendar(request, pk):
    """存进日历: an order one has taken, on its day; what and where, never who."""
    me, order = own_order(request, pk)
    if order.volunteer_id != me.pk or order.state not in ORDER_TAKEN or not order.wanted_on:
        raise Http404
    file = BytesIO(calendars.one_order(order))
    return attachment(file, name=f"{order.number}.ics", content_type=CALENDAR)


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
    form = FinishForm(request.POST, order=order)
    return act(request, pk, form, services.finish, said, order=order)
