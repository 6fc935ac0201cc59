"""找人帮忙: the form, the receipt, and following an order by its code. No account."""

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import public
from stations.foundation.codes import code_digest
from stations.foundation.gate import Held
from stations.foundation.http import carry_out
from stations.foundation.limits import client_address
from stations.foundation.qr import qr_svg
from stations.models import Station
from volunteers.choices import ORDER_WAITING, OrderState
from volunteers.forms.help import CancelForm, CodeForm, HelpForm, RateForm, TailForm
from volunteers.models import Order
from volunteers.services import help_gate as gate
from volunteers.services import orders as services
from volunteers.services.beneficiaries import facts_of
from volunteers.services.orders.chain import when_of
from volunteers.services.orders.journey import heading_of, rings_of, said_of
from volunteers.views.help_session import (
    OPENED,
    estate_or_404,
    forget,
    has_opened,
    keep_receipt,
    known_order,
    made_before,
    receipt,
    remember,
)

NOT_FOUND = "没有查到。号码是 16 位字母和数字，请对着纸条或截图再看一眼。"
WRONG_TAIL = "和点单时留的电话对不上，请再看一眼。"


def private(response, *, retry_after=0):
    """Never kept by a browser: each visit is fresh, and phones are lent."""
    patch_cache_control(response, no_store=True)
    if retry_after:
        response["Retry-After"] = retry_after
    return response


@public("居民点单不用账号")
@sensitive_post_parameters("name", "phone", "door", "words")
@require_http_methods(["GET", "POST"])
def help(request, code):
    """The one page of an order. Sent twice, or again after going back, it is one order."""
    estate = estate_or_404(code)
    form = HelpForm(request.POST or None, estate=estate, at=request.GET.get("at", "")[:20])
    if request.method == "GET" or not form.is_valid():
        return _form(request, estate, form)
    if order := made_before(request, form, estate):
        return _already(request, order)
    try:
        phone = form.cleaned_data["phone"]
        address = client_address(request)
        gate.check_help(token=form.token, area=estate, address=address, phone=phone)
    except Held as held:
        form.add_error(None, str(held))
        return _form(request, estate, form, status=held.status, retry_after=held.retry_after)
    done = carry_out(form, services.order_help, token=form.token, area=estate)
    if done is None:
        return _form(request, estate, form)
    keep_receipt(request, *done)
    return redirect("volunteers:help_received")


def _already(request, order):
    """Sent again after going back: the receipt while it is kept, else the order's page."""
    messages.info(request, "这一单您刚才已经点过了。")
    kept = receipt(request)
    if kept and kept[0] == order.pk:
        return redirect("volunteers:help_received")
    return redirect("volunteers:help_order", order.pk)


def _form(request, estate, form, *, status=None, retry_after=0):
    context = {"estate": estate, "form": form, "station": Station.objects.nearest_to(estate)}
    status = status or (200 if request.method == "GET" else 422)
    page = render(request, "volunteers/help.html", context, status=status)
    return private(page, retry_after=retry_after)


@public("居民看点单回执")
@require_GET
def help_received(request):
    """收到了: the code, large. It came in the session; no address ever holds it."""
    kept = receipt(request)
    order = known_order(request, kept[0]) if kept else None
    if order is None:
        return redirect("volunteers:help_track")
    link = f"{settings.SITE_ADDRESS}/help/track/#{kept[1]}"
    context = {
        "order": order,
        "when": when_of(order),
        "estate": order.area,
        "station": Station.objects.nearest_to(order.area),
        "code": kept[1],
        "link": link,
        "qr": qr_svg(link, title="看点单的二维码"),
    }
    return private(render(request, "volunteers/help_received.html", context))


@public("居民凭号码看点单")
@sensitive_post_parameters("code", "tail")
@require_http_methods(["GET", "POST"])
def help_track(request):
    """Ask for the code. It is posted, so it stands in no address and no log."""
    form = CodeForm(request.POST or None)
    status, retry_after = (422 if request.method == "POST" else 200), 0
    if request.method == "POST" and form.is_valid():
        try:
            if order := _look_up(request, form):
                return redirect("volunteers:help_order", order.pk)
            form.add_error(None, NOT_FOUND)
        except Held as held:
            form.add_error(None, str(held))
            status, retry_after = held.status, held.retry_after
    known = Order.objects.filter(pk__in=request.session.get("help_orders", []))
    context = {"form": form, "mine": known.select_related("area")[:10]}
    page = render(request, "volunteers/help_track.html", context, status=status)
    return private(page, retry_after=retry_after)


def _look_up(request, form):
    """The order of this code, noted in the session; None takes just as long."""
    gate.check_look_up(address=client_address(request))
    digest = code_digest(form.cleaned_data["code"])
    order = Order.objects.select_related("beneficiary").filter(code_digest=digest).first()
    if order:
        remember(request, order)
        tail = form.cleaned_data["tail"]
        if tail and not _open(request, order, tail):
            messages.warning(request, f"号码对，电话后四位{WRONG_TAIL}")
    return order


def _open(request, order, tail):
    """Show own words too, when these are the last digits of the phone that was left."""
    gate.check_tail(address=client_address(request), order=order)
    if not services.tail_matches(order, tail):
        return False
    remember(request, order, key=OPENED)
    return True


def of_this_browser(view):
    """Hand the view the order when this browser has given its code; else ask for the code."""

    @wraps(view)
    def wrapper(request, pk):
        order = known_order(request, pk)
        if order is None:
            return redirect("volunteers:help_track")
        return view(request, order)

    return wrapper


@public("居民凭号码看点单走到哪一步")
@require_GET
@of_this_browser
def help_order(request, order):
    """走到哪一步: where the order stands and what can be done about it."""
    return _page(request, order)


def _page(request, order, *, status=200, retry_after=0, **forms):
    """The page of an order as it is now, with the forms somebody has just sent."""
    if forms:
        order = known_order(request, order.pk)
    rings = rings_of(order)
    full = has_opened(request, order)
    has_phone = bool(order.beneficiary.phone_sealed)
    context = {
        "order": order,
        "estate": order.area,
        "station": Station.objects.nearest_to(order.area),
        "when": when_of(order),
        "rings": rings,
        "said": said_of(rings),
        "heading": heading_of(order),
        "lines": list(order.events.public())[::-1],
        "words": services.words_of(order) if full else "",
        "name": facts_of(order.beneficiary)["name"] if full else "",
        "can_open": has_phone and not full,
        "can_confirm": order.state == OrderState.DONE and has_phone,
        "can_rate": order.state == OrderState.CONFIRMED,
        "can_cancel": order.state in (*ORDER_WAITING, OrderState.ACCEPTED),
        "confirm_form": TailForm(auto_id="confirm_%s"),
        "tail_form": TailForm(),
        "rate_form": RateForm(),
        "cancel_form": CancelForm(),
    }
    context |= forms
    context["refused"] = [] if status == 200 else _unseen(context, forms)
    page = render(request, "volunteers/help_order.html", context, status=status)
    return private(page, retry_after=retry_after)


def _unseen(context, forms):
    """Refusals of forms the page no longer shows, because the order has moved on meanwhile."""
    shown = {
        "confirm_form": context["can_confirm"],
        "rate_form": context["can_rate"],
        "cancel_form": context["can_cancel"],
    }
    hidden = (form for name, form in forms.items() if not shown.get(name, True))
    return [sentence for form in hidden for sentence in form.non_field_errors()]


@public("居民凭电话后四位看自己写的")
@sensitive_post_parameters("tail")
@require_POST
@of_this_browser
def help_open(request, order):
    """看我写的: the last four digits of the phone, a few tries an hour."""
    form = TailForm(request.POST)
    status, retry_after = 422, 0
    if form.is_valid():
        try:
            if _open(request, order, form.cleaned_data["tail"]):
                return redirect("volunteers:help_order", order.pk)
            form.add_error("tail", WRONG_TAIL)
        except Held as held:
            form.add_error("tail", str(held))
            status, retry_after = held.status, held.retry_after
    return _page(request, order, tail_form=form, status=status, retry_after=retry_after)


@public("居民凭号码和电话后四位确认做好了")
@sensitive_post_parameters("tail")
@require_POST
@of_this_browser
def help_confirm(request, order):
    """做好了: it took place. One of the two confirmations of the volunteer's hours."""
    form = TailForm(request.POST, auto_id="confirm_%s")
    try:
        gate.check_tail(address=client_address(request), order=order)
    except Held as held:
        form.add_error(None, str(held))
        return _page(
            request,
            order,
            confirm_form=form,
            status=held.status,
            retry_after=held.retry_after,
        )
    if carry_out(form, services.confirm_order_as_served, order=order) is None:
        return _page(request, order, confirm_form=form, status=422)
    remember(request, order, key=OPENED)
    messages.success(request, "谢谢您，记下了。再评一评？")
    return redirect("volunteers:help_order", order.pk)


@public("居民凭号码评一评")
@require_POST
@of_this_browser
def help_rate(request, order):
    """评一评: five faces. A low one is read by the station."""
    form = RateForm(request.POST)
    done = carry_out(form, services.rate, order=order)
    if done is None:
        return _page(request, order, rate_form=form, status=422)
    low = "记下了，社区会打电话问问您。"
    messages.success(request, low if done.rating <= 2 else "谢谢您评。")
    return redirect("volunteers:help_order", order.pk)


@public("居民凭号码取消点单")
@require_POST
@of_this_browser
def help_cancel(request, order):
    """不用了: until somebody is on the way."""
    form = CancelForm(request.POST)
    if carry_out(form, services.cancel, order=order, by=None) is None:
        return _page(request, order, cancel_form=form, status=422)
    messages.success(request, "取消好了。")
    return redirect("volunteers:help_order", order.pk)


@public("居民从这台手机上收起点单")
@require_POST
@of_this_browser
def help_forget(request, order):
    """看完了，收起来."""
    forget(request, order)
    messages.success(request, "收起来了。要再看，填号码就行。")
    return redirect("volunteers:help_track")
