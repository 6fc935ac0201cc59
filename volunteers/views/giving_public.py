"""The wall of wishes and where donations went: for everybody, without anybody's name."""

from django.contrib import messages
from django.db.models import Prefetch, Sum
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from stations.access import can, public
from stations.choices import Level
from stations.foundation.gated import fresh, let_in
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from stations.foundation.limits import client_address
from stations.models import Area, Station
from volunteers.access import SERVE
from volunteers.choices import WishState
from volunteers.forms.wishes import AskWishForm
from volunteers.foundation.money import yuan
from volunteers.models import Donation, DonationUse, Partner, Wish
from volunteers.services.wish_gate import check_wish
from volunteers.services.wishes import add_wish

WAITING = (WishState.OPEN, WishState.CLAIMED, WishState.HANDED_IN)
OVER = (WishState.FULFILLED, WishState.THANKED)
LATEST = 6


def estate_at(code):
    """The estate of a public address, with its community."""
    return get_object_or_404(Area.objects.select_related("parent"), code=code, level=Level.ESTATE)


@public("微心愿墙谁都能看，只写名")
@require_GET
def public_wishes(request, code):
    """All wishes of the community: those that wait for somebody first, then fulfilled ones."""
    estate = estate_at(code)
    rows = Wish.objects.filter(area__path__startswith=estate.parent.path)
    is_done = request.GET.get("view") == "done"
    chosen = rows.filter(state__in=OVER if is_done else WAITING)
    shown = page(chosen, request.GET, by="-pk", size=24)
    latest = rows.filter(state__in=OVER).order_by("-pk")[:LATEST] if not is_done else []
    latest = list(latest) if not shown.newer else []
    for wish in (*shown.rows, *latest):
        wish.worth = yuan(wish.worth_fen)
    context = {
        "estate": estate,
        "station": Station.objects.nearest_to(estate),
        "rows": sorted(shown.rows, key=lambda wish: wish.state != WishState.OPEN),
        "latest": latest,
        "is_done": is_done,
        "links": shown.links(request.GET),
        "may_claim": request.user.is_authenticated and can(request.user, SERVE),
        "partner": request.user.is_authenticated
        and Partner.objects.current().filter(user=request.user).first(),
    }
    return show(request, "volunteers/public_wishes.html", context)


@public("居民许愿不用账号，社区看过才上墙")
@sensitive_post_parameters("first_name", "title", "words", "phone")
@require_http_methods(["GET", "POST"])
def public_wish_new(request, code):
    """许个愿: a small wish for the station to read. Sent twice it is one wish."""
    estate = estate_at(code)
    form = AskWishForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        facts = {"address": client_address(request), "phone": form.cleaned_data["phone"]}
        if let_in(form, check_wish, token=form.token, area=estate, **facts) and carry_out(
            form, add_wish, token=form.token, area=estate, by=None
        ):
            messages.success(request, "收到了。社区看一遍再上墙，有不清楚的会给您打电话。")
            return redirect("volunteers:public_wishes", estate.code)
    context = {"estate": estate, "form": form, "station": Station.objects.nearest_to(estate)}
    return fresh(request, "volunteers/public_wish_new.html", context, form)


@public("捐赠去了哪里谁都能看，捐的人不同意就不写名字")
@require_GET
def public_donations(request, code):
    """What was given and where each part of it went. Who gave it, where they agreed."""
    estate = estate_at(code)
    rows = Donation.objects.witnessed().filter(area__path__startswith=estate.parent.path)
    uses = Prefetch("uses", DonationUse.objects.order_by("used_on", "pk"))
    load = Donation.objects.select_related("partner").prefetch_related(uses)
    shown = page(rows, request.GET, by="-received_on", size=20, load=load)
    for donation in shown.rows:
        donation.worth = yuan(donation.worth_fen)
        donation.left = donation.quantity - donation.used
    year = timezone.localdate().year
    this_year = rows.filter(received_on__year=year).aggregate(sum=Sum("worth_fen"))["sum"]
    context = {
        "estate": estate,
        "station": Station.objects.nearest_to(estate),
        "rows": shown.rows,
        "links": shown.links(request.GET),
        "this_year": yuan(this_year or 0),
    }
    return show(request, "volunteers/public_donations.html", context)
