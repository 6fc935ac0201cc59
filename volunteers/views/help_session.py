"""Which orders this browser has shown the code of. Kept in the session, at most ten."""

from datetime import timedelta

from django.shortcuts import get_object_or_404
from django.utils import timezone

from stations.choices import Level
from stations.models import Area
from volunteers.models import Order
from volunteers.services import orders as services

MOST = 10
RECEIPT_STAYS = timedelta(minutes=30)
KNOWN, OPENED, RECEIPT = "help_orders", "opened_help_orders", "help_receipt"


def estate_or_404(code):
    """The estate of a public address."""
    return get_object_or_404(Area, code=code, level=Level.ESTATE)


def remember(request, order, *, key=KNOWN):
    """This browser has given the code (or, for OPENED, the digits too)."""
    rest = [pk for pk in request.session.get(key, []) if pk != order.pk]
    request.session[key] = [order.pk, *rest][:MOST]


def forget(request, order):
    """看完了: somebody else's phone should not go on showing it."""
    for key in (KNOWN, OPENED):
        request.session[key] = [pk for pk in request.session.get(key, []) if pk != order.pk]


def known_order(request, pk):
    """The order, when this browser may see its way; else None."""
    if pk not in request.session.get(KNOWN, []):
        return None
    way = ("area", "building", "entrance__building", "beneficiary", "volunteer__user")
    return Order.objects.select_related(*way).filter(pk=pk).first()


def made_before(request, form, estate):
    """The order that this browser has just made with the same wish; None when it is a new one."""
    keys = request.session.get(KNOWN, [])
    if not keys:
        return None
    wish = form.cleaned_data
    return services.same_just_now(among=keys, token=form.token, area=estate, wish=wish)


def has_opened(request, order):
    """True when the last four digits were given too: own words may be shown."""
    return order.pk in request.session.get(OPENED, [])


def keep_receipt(request, order, code):
    """Carry the code to the next page in the session: it must not stand in an address."""
    remember(request, order)
    request.session[RECEIPT] = {
        "order": order.pk,
        "code": code,
        "at": timezone.now().timestamp(),
    }


def receipt(request):
    """(order pk, code) for half an hour, so that a reloaded page still shows it; or None."""
    kept = request.session.get(RECEIPT)
    if not kept or timezone.now().timestamp() - kept["at"] > RECEIPT_STAYS.total_seconds():
        return None
    return kept["order"], kept["code"]
