"""找人帮忙: the form, the receipt, and following an order by its code. No account."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import public
from stations.forms import NothingAsked
from stations.foundation.gated import fresh, let_in
from stations.foundation.http import carry_out
from stations.foundation.limits import client_address
from stations.foundation.resident_fields import TailForm
from stations.models import Station
from stations.views.estates import estate_or_404
from volunteers.forms.help import CancelForm, DoubtForm, HelpForm, RateForm, TimeForm
from volunteers.front_page import orders as running
from volunteers.services import help_gate as gate
from volunteers.services import orders as services
from volunteers.services.orders.chain import plain_when
from volunteers.services.orders.promises import promise_of
from volunteers.services.teams import low_price_teams
from volunteers.views.help_session import orders


@public("居民找人帮忙不用账号")
@sensitive_post_parameters("name", "phone", "door", "words")
@require_http_methods(["GET", "POST"])
def help(request, code):
    """The one page of an order. Sent twice, or again after going back, it is one order."""
    estate = estate_or_404(code)
    data = request.POST if request.method == "POST" else None
    form = HelpForm(data, estate=estate, at=request.GET.get("at", "")[:20])
    if not form.is_valid():
        return _form(request, estate, form)
    if order := orders.made_before(request, form, estate):
        return _already(request, order)
    facts = {"address": client_address(request), "phone": form.cleaned_data["phone"]}
    if not let_in(form, gate.check_help, token=form.token, area=estate, **facts):
        return _form(request, estate, form)
    done = carry_out(form, services.order_help, token=form.token, area=estate)
    if done is None:
        return _form(request, estate, form)
    orders.keep_receipt(request, *done)
    return redirect("volunteers:help_received")


def _already(request, order):
    """Sent again after going back: the receipt while it is kept, else the order's page."""
    messages.info(request, "这件事您刚才已经说过了。")
    if orders.receipt(request)[0] == order:
        return redirect("volunteers:help_received")
    return redirect("volunteers:help_order", order.pk)


def _form(request, estate, form):
    context = {
        "estate": estate,
        "form": form,
        "station": Station.objects.nearest_to(estate),
        "mine": running(request, estate),
        "low_price": low_price_teams(estate),
    }
    return fresh(request, "volunteers/help.html", context, form)


@public("居民看点单回执")
@require_GET
def help_received(request):
    """收到了: the code, large."""
    return orders.received(request, "volunteers/help_received.html", _when)


def _when(order):
    return {"when": plain_when(order), "promise": promise_of(order)}


@public("居民凭号码看点单")
@sensitive_post_parameters("code", "tail")
@require_http_methods(["GET", "POST"])
def help_track(request):
    """Ask for the code."""
    return orders.ask(request)


@public("居民凭号码看点单走到哪一步")
@require_GET
@orders.of_this_browser
def help_order(request, order):
    """走到哪一步: where the order stands and what can be done about it."""
    return orders.show(request, order)


@public("居民凭电话后四位看自己写的")
@sensitive_post_parameters("tail")
@require_POST
@orders.of_this_browser
def help_open(request, order):
    """看我写的: the last four digits of the phone, a few tries an hour."""
    return orders.open(request, order)


@public("居民凭号码和电话后四位确认做好了")
@sensitive_post_parameters("tail")
@require_POST
@orders.of_this_browser
def help_confirm(request, order):
    """做好了: it took place. One of the two confirmations of the volunteer's hours."""
    form, said = TailForm(request.POST, auto_id="confirm_%s"), "谢谢您，记下了。再评一评？"
    let_in(form, gate.check_tail, address=client_address(request), order=order)
    service = services.confirm_order_as_served
    return orders.act(request, order, "confirm", form, service, said=said, opens=True)


@public("居民凭号码说没人来，或者没做好")
@require_POST
@orders.of_this_browser
def help_doubt(request, order):
    """没人来, or 来了没做好: the station rings within a working day."""

    def said(done):
        told = services.said_call(done)
        return f"记下了，{told}。" if told else "记下了。"

    return orders.act(
        request, order, "doubt", DoubtForm(request.POST), services.doubt_order, said=said
    )


@public("居民凭号码收回没人来，或者没做好")
@require_POST
@orders.of_this_browser
def help_undoubt(request, order):
    """按错了: as long as nobody has rung."""
    form, said = NothingAsked(request.POST), "收回了，社区不打电话了。做好了，就在下面填一下。"
    return orders.act(request, order, "undoubt", form, services.take_back_doubt, said=said)


@public("居民凭号码评一评")
@require_POST
@orders.of_this_browser
def help_rate(request, order):
    """评一评: five faces. A low one is read by the station."""

    def said(done):
        told = services.said_call(done)
        return f"记下了，{told}问一问。" if told else "谢谢您评。"

    return orders.act(request, order, "rate", RateForm(request.POST), services.rate, said=said)


@public("居民凭号码换个时间")
@require_POST
@orders.of_this_browser
def help_change_time(request, order):
    """换个时间: until somebody is on the way. Whoever was asked hears of it."""
    form = TimeForm(request.POST, order=order)
    if form.is_valid():
        let_in(form, gate.check_time, order=order)
    said = _new_time
    return orders.act(request, order, "time", form, services.change_time, by=None, said=said)


def _new_time(order):
    return f"时间记下了：{plain_when(order)}。"


@public("居民凭号码取消点单")
@require_POST
@orders.of_this_browser
def help_cancel(request, order):
    """不用了: until somebody is on the way."""
    form, said = CancelForm(request.POST), "取消好了。"
    return orders.act(request, order, "cancel", form, services.cancel, by=None, said=said)


@public("居民从这台手机上收起点单")
@require_POST
@orders.of_this_browser
def help_forget(request, order):
    """看完了，收起来."""
    return orders.put_away(request, order)
