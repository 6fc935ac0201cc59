"""The number of an order that was entered for somebody on the phone, for whoever entered it: the
database keeps its digest alone, so it stays in the session for a while, and in no address."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from stations.views.followed import RECEIPT_STAYS

KEY = "order_number"


def keep_number(request, order, code):
    """The number of the order that has just been entered; the one before it is forgotten."""
    at = timezone.now().timestamp()
    request.session[KEY] = {"order": order.pk, "code": code, "at": at}


def number_of(request, order):
    """{"code", "track"}: the number and where it is typed, for half an hour after this browser has
    entered this order; else {}."""
    kept = request.session.get(KEY)
    if not kept or kept["order"] != order.pk:
        return {}
    if timezone.now().timestamp() - kept["at"] > RECEIPT_STAYS.total_seconds():
        return {}
    track = f"{settings.SITE_ADDRESS}{reverse('volunteers:help_track')}"
    return {"code": kept["code"], "track": track}
