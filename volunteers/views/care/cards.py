"""点单卡: given and printed by staff, used by whoever holds it. No name stands on its page."""

import uuid
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_POST

from stations.access import public, requires
from stations.forms import NothingAsked
from stations.foundation.gate import Held
from stations.foundation.http import carry_out, show
from stations.foundation.limits import client_address
from stations.foundation.pages import key_from
from stations.foundation.qr import qr_svg
from stations.models import Station
from volunteers.access import KEEP_PACKAGES
from volunteers.choices import FIRST_HELPS, HELP_ICONS, Help, plain_help
from volunteers.forms.care import CardForm
from volunteers.models import Beneficiary
from volunteers.services import cards as services
from volunteers.services.orders import doubt_order, said_call
from volunteers.services.orders.calling import NOBODY_CAME
from volunteers.views.care.people import PAGE, facts_of_page
from volunteers.views.help_session import orders

GIVEN = "given_card"  # the code of a fresh card, in the session until it is shown
BUTTONS = [(help.value, plain_help(help), HELP_ICONS[help]) for help in FIRST_HELPS]


@requires(KEEP_PACKAGES, on=Beneficiary)
@require_POST
def card_give(request, beneficiary):
    """A new card: its code is shown once, on the page to print."""
    form = NothingAsked(request.POST)
    done = carry_out(form, services.give_card, beneficiary=beneficiary, by=request.user)
    if done is None:
        return show(request, PAGE, facts_of_page(request, beneficiary, form=form))
    request.session[GIVEN] = [beneficiary.pk, done[1]]
    return redirect("volunteers:card_print", beneficiary.pk)


@requires(KEEP_PACKAGES, on=Beneficiary)
@require_GET
def card_print(request, beneficiary):
    """The card on paper, A6. The code is forgotten as soon as it was shown."""
    pk, code, *_ = [*request.session.get(GIVEN, []), None, ""]
    if pk != beneficiary.pk:
        messages.warning(request, "卡片只显示一次。要再印，就发一张新的，旧的那张自动作废。")
        return redirect("volunteers:beneficiary", beneficiary.pk)
    del request.session[GIVEN]
    services.print_card(beneficiary=beneficiary, by=request.user)
    context = {
        "person": beneficiary,
        "qr": qr_svg(f"{settings.SITE_ADDRESS}/h/{code}/", title="点单卡的二维码"),
        "station": Station.objects.nearest_to(beneficiary.area),
        "buttons": BUTTONS,
    }
    response = show(request, "volunteers/card_paper.html", context)
    patch_cache_control(response, no_store=True)
    return response


@requires(KEEP_PACKAGES, on=Beneficiary)
@require_POST
def card_revoke(request, beneficiary):
    """The card stops working at once."""
    form = NothingAsked(request.POST)
    if carry_out(form, services.revoke_card, beneficiary=beneficiary, by=request.user):
        messages.success(request, "点单卡收回了，捡到的人也用不了。")
        return redirect("volunteers:beneficiary", beneficiary.pk)
    return show(request, PAGE, facts_of_page(request, beneficiary, form=form))


def for_holder(view):
    """Hand the view the person the card was given to. Whoever looks too often, or holds a card
    that is no longer good, reads so instead."""

    @wraps(view)
    def opened(request, code):
        try:
            services.check_look(address=client_address(request))
        except Held as held:
            return _gone(request, str(held), held)
        holder = services.holder_of(code)
        return _gone(request) if holder is None else view(request, code, holder)

    return opened


@public("独居老人扫卡点单，不用账号")
@require_GET
@for_holder
def card(request, code, holder):
    """Four large buttons, and how it stands with what was ordered."""
    return _page(request, code, holder)


@public("独居老人扫卡点单，不用账号")
@require_POST
@for_holder
def card_order(request, code, holder):
    """One tap is one order, which this browser may follow and confirm from then on."""
    form = CardForm(request.POST)
    try:
        services.check_press(beneficiary=holder, address=client_address(request))
    except Held as held:
        return _gone(request, str(held), held)
    done = carry_out(form, services.order_by_card, beneficiary=holder)
    if done is None:
        return _page(request, code, holder, form=form)
    order, code_of_order = done
    if code_of_order:
        orders.keep_receipt(request, order, code_of_order)
    else:
        orders.remember(request, order)
    return redirect("volunteers:card", code)


@public("独居老人扫卡取消，不用账号")
@require_POST
@for_holder
def card_cancel(request, code, holder):
    """不用了: what was ordered with the card is taken back."""
    form = NothingAsked(request.POST)
    order = services.of_card(holder, key_from(request.POST.get("order")))
    if order and carry_out(form, services.cancel_by_card, beneficiary=holder, order=order):
        messages.success(request, "取消了。")
    return redirect("volunteers:card", code)


@public("独居老人扫卡说做好没有，不用账号")
@require_POST
@for_holder
def card_say(request, code, holder):
    """做好了: on to where the last four digits are asked. 没来: the station rings."""
    order = services.done_of_card(holder, key_from(request.POST.get("order")))
    if order and request.POST.get("say") == "done":
        orders.remember(request, order)
        return redirect("volunteers:help_order", order.pk)
    form = NothingAsked(request.POST)
    if order and (doubted := carry_out(form, doubt_order, order=order, what=NOBODY_CAME)):
        told = said_call(doubted)
        messages.success(request, f"记下了，{told}。" if told else "您说过了，社区打过电话了。")
    return redirect("volunteers:card", code)


def _page(request, code, holder, **more):
    """Nobody's name stands here, and no browser keeps it."""
    context = {
        "code": code,
        "estate": holder.area,
        "station": Station.objects.nearest_to(holder.area),
        "running": services.shown_on_card(holder),
        "known": orders.known(request),
        "buttons": BUTTONS,
        "other": Help.OTHER,
        "token": uuid.uuid4(),
    } | more
    response = show(request, "volunteers/card.html", context)
    patch_cache_control(response, no_store=True)
    return response


def _gone(request, sentence="", held=None):
    """A card that does not work (any more), or too many tries: kindly, and what to do."""
    status = held.status if held else 404
    context = {"sentence": sentence, "stations": [] if sentence else services.stations_to_ring()}
    response = show(request, "volunteers/card_gone.html", context, status=status)
    if held and held.retry_after:
        response["Retry-After"] = held.retry_after
    return response
