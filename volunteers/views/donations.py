"""捐赠: the list, one donation with where it went, its receipt on paper."""

from django.contrib import messages
from django.db.models import F
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import can, requires
from stations.choices import Level
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from stations.foundation.pages import key_from
from stations.models import Area
from volunteers.access import KEEP_LISTS, VIEW
from volunteers.forms.donations import DonationForm, UseForm
from volunteers.foundation.money import capital, yuan
from volunteers.models import Donation
from volunteers.services import donations as services

PAGE = "volunteers/donation.html"
LOAD = Donation.objects.select_related("partner", "area", "received_by", "witness")


@requires(VIEW)
@require_GET
def donations(request):
    """What was given, the latest first, and how much of it is still there."""
    rows = Donation.objects.visible_to(request.user)
    view = request.GET.get("view")
    if view == "left":
        rows = rows.filter(used__lt=F("quantity"))
    shown = page(rows, request.GET, by="-received_on", load=LOAD)
    for donation in shown.rows:
        dress(donation)
    context = {
        "rows": shown.rows,
        "view": "left" if view == "left" else "all",
        "links": shown.links(request.GET),
        "may_keep": can(request.user, KEEP_LISTS),
    }
    return show(request, "volunteers/donations.html", context)


def dress(donation):
    """What a page says of its number."""
    donation.worth = yuan(donation.worth_fen)
    donation.left = donation.quantity - donation.used
    return donation


@requires(KEEP_LISTS)
@require_http_methods(["GET", "POST"])
def donation_new(request):
    """收捐赠, at one community."""
    mine = Area.objects.visible_to(request.user, KEEP_LISTS.roles).filter(level=Level.COMMUNITY)
    communities = list(mine[:100])
    wanted = key_from(request.GET.get("area"))
    area = next((one for one in communities if one.pk == wanted), communities[0])
    initial = {"received_by": request.user.pk}
    form = DonationForm(request.POST or None, area=area, initial=initial)
    if request.method == "POST":
        donation = carry_out(form, services.take_donation, area=area, by=request.user)
        if donation:
            messages.success(request, f"收下了，收据编号 {donation.number}。")
            return redirect("volunteers:donation", pk=donation.pk)
    context = {"form": form, "area": area, "communities": communities}
    return show(request, "volunteers/donation_new.html", context)


@requires(VIEW, on=Donation)
@require_GET
def donation(request, donation):
    """One donation and where every part of it went."""
    return show(request, PAGE, facts_of(request, donation))


def facts_of(request, donation, **more):
    """What the page of a donation says."""
    donation = dress(LOAD.get(pk=donation.pk))
    may_keep = can(request.user, KEEP_LISTS, at=donation.area)
    return {
        "donation": donation,
        "uses": list(donation.uses.select_related("by", "wish")[:200]),
        "may_keep": may_keep,
        "next": UseForm(area=donation.area) if may_keep and donation.left else None,
    } | more


@requires(KEEP_LISTS, on=Donation)
@require_POST
def donation_use(request, donation):
    """去了哪里."""
    form = UseForm(request.POST, area=donation.area)
    if carry_out(form, services.use_donation, donation=donation, by=request.user):
        messages.success(request, "记下了。")
        return redirect("volunteers:donation", pk=donation.pk)
    return show(request, PAGE, facts_of(request, donation, form=form, next=form))


@requires(VIEW, on=Donation)
@require_GET
def donation_receipt(request, donation):
    """The receipt, for paper: A5 by default, A4 with ?size=a4."""
    donation = dress(LOAD.get(pk=donation.pk))
    context = {
        "donation": donation,
        "capital": capital(donation.worth_fen),
        "size": "a4" if request.GET.get("size") == "a4" else "a5",
    }
    return show(request, "volunteers/donation_receipt.html", context)
