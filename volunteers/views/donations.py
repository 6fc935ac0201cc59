"""捐赠: the list, one donation with where it went, its receipt on paper."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, Sum
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
from volunteers.services.donation_fits import needs_for, wishes_for
from volunteers.views.pressed import posted, press

PAGE = "volunteers/donation.html"
LOAD = Donation.objects.select_related("partner", "area", "received_by", "witness")


@requires(VIEW)
@require_GET
def donations(request):
    """What was given, the latest first, and how much of it is still there."""
    total = total_of(Donation.objects.visible_to(request.user))
    view = request.GET.get("view")
    shown = page(wanted_rows(request), request.GET, by="-received_on", load=LOAD)
    for donation in shown.rows:
        dress(donation)
    context = {
        "rows": shown.rows,
        "view": "left" if view == "left" else "all",
        "links": shown.links(request.GET),
        "total": total,
        "may_keep": bool(communities_of(request.user)),
    }
    return show(request, "volunteers/donations.html", context)


def communities_of(user):
    """Where this person may take something in: a donation is a community's, never an estate's."""
    mine = Area.objects.visible_to(user, KEEP_LISTS.roles).filter(level=Level.COMMUNITY)
    return list(mine[:100])


def wanted_rows(request):
    """The donations that the address asks for: all, or those of which something is left."""
    rows = Donation.objects.visible_to(request.user)
    return rows.filter(used__lt=F("quantity")) if request.GET.get("view") == "left" else rows


def total_of(rows):
    """How many gave, what it is worth, and of how many things something is left. One query."""
    left = Count("pk", filter=Q(used__lt=F("quantity")))
    found = (
        rows.witnessed()
        .order_by()
        .aggregate(givers=Count("partner", distinct=True), sum=Sum("worth_fen"), left=left)
    )
    return found | {"worth": yuan(found["sum"] or 0)}


def dress(donation):
    """What a page says of its number."""
    donation.worth = yuan(donation.worth_fen)
    donation.left = donation.quantity - donation.used
    return donation


@requires(KEEP_LISTS)
@require_http_methods(["GET", "POST"])
def donation_new(request):
    """收捐赠, at one community."""
    communities = communities_of(request.user)
    if not communities:
        raise PermissionDenied
    wanted = key_from(request.GET.get("area"))
    area = next((one for one in communities if one.pk == wanted), communities[0])
    initial = {"received_by": request.user.pk}
    form = DonationForm(posted(request), area=area, initial=initial)
    if request.method == "POST":
        donation = carry_out(form, services.take_donation, area=area, by=request.user)
        if donation:
            said = f"收下了，编号 {donation.number}。等{donation.witness}点头，就能打印收据。"
            messages.success(request, said)
            return redirect("volunteers:donation", pk=donation.pk)
    context = {"form": form, "area": area, "communities": communities}
    return show(request, "volunteers/donation_new.html", context)


@requires(VIEW, on=Donation)
@require_GET
def donation(request, donation):
    """One donation and where every part of it went."""
    return show(request, PAGE, facts_of(request, donation, given=request.GET))


def facts_of(request, donation, given=None, **more):
    """What the page of a donation says. `given`: for which need or wish a part is to be used."""
    donation = dress(LOAD.get(pk=donation.pk))
    may_keep = can(request.user, KEEP_LISTS, at=donation.area)
    may_use = bool(may_keep and donation.left and donation.witnessed_at)
    needs, wishes = (needs_for(donation), wishes_for(donation)) if may_use else ([], [])
    initial = wanted_of(given or {}, donation, needs, wishes)
    return {
        "donation": donation,
        "uses": list(donation.uses.select_related("by", "wish")[:200]),
        "may_witness": not donation.witnessed_at and donation.witness == request.user,
        "needs": needs,
        "wishes": wishes,
        "next": UseForm(area=donation.area, initial=initial) if may_use else None,
    } | more


def wanted_of(given, donation, needs, wishes):
    """What the form begins with when one of the fitting needs or wishes was chosen."""
    need = next((one for one in needs if one.pk == key_from(given.get("need"))), None)
    if need:
        return {"where": need.title, "quantity": min(donation.left, need.wanted)}
    wish = next((one for one in wishes if one.pk == key_from(given.get("wish"))), None)
    return {"where": f"圆心愿：{wish.title}", "quantity": 1, "wish": wish.pk} if wish else {}


@requires(KEEP_LISTS, on=Donation)
@require_POST
def donation_witness(request, donation):
    """见证, by the witness alone."""
    said = "见证好了，收据可以打印了。"
    press(request, services.witness_donation, said, donation=donation)
    return redirect("volunteers:donation", pk=donation.pk)


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
    """The receipt, for paper: A5 by default, A4 with ?size=a4. Not before the witness said yes."""
    donation = dress(LOAD.get(pk=donation.pk))
    if not donation.witnessed_at:
        messages.warning(request, f"等见证人{donation.witness}点头以后，才能打印收据。")
        return redirect("volunteers:donation", pk=donation.pk)
    context = {
        "donation": donation,
        "capital": capital(donation.worth_fen),
        "size": "a4" if request.GET.get("size") == "a4" else "a5",
    }
    return show(request, "volunteers/donation_receipt.html", context)
