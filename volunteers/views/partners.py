"""合伙人 for staff: the list, one partner, its contact for whoever needs to call."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import can, requires
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from volunteers.access import KEEP_TEAMS, VIEW
from volunteers.choices import PartnerKind
from volunteers.forms.brands import PartnerAddForm, PartnerForm
from volunteers.models import Partner
from volunteers.services import partners as services
from volunteers.views.brands import communities_of
from volunteers.views.pressed import posted, press


@requires(VIEW)
@require_GET
def partners(request):
    """合伙人 by kind."""
    rows = Partner.objects.current().visible_to(request.user)
    kind = request.GET.get("kind", "")
    if kind in PartnerKind.values:
        rows = rows.filter(kind=kind)
    shown = page(rows, request.GET, by="-pk", load=Partner.objects.select_related("area"))
    context = {
        "tab": "brands",
        "rows": shown.rows,
        "links": shown.links(request.GET),
        "kinds": PartnerKind.choices,
        "kind": kind,
        "may_keep": can(request.user, KEEP_TEAMS),
    }
    return show(request, "volunteers/partners.html", context)


@requires(VIEW, on=Partner)
@require_GET
def partner(request, partner):
    """One partner: what it brings, its teams; the contact masked."""
    return show(request, "volunteers/partner.html", facts_of(request, partner))


def facts_of(request, partner, **more):
    """What the page of a partner says."""
    may_keep = can(request.user, KEEP_TEAMS, at=partner.area)
    return {
        "tab": "brands",
        "partner": partner,
        "known": None,
        "teams": list(partner.teams.current().select_related("brand")),
        "contact": services.masked_contact(partner) if may_keep else {},
        "may_keep": may_keep,
    } | more


@requires(KEEP_TEAMS, on=Partner)
@require_POST
def partner_contact(request, partner):
    """看联系人: in this one answer only, and the look is recorded."""
    known = press(request, services.reveal_contact, "", partner=partner)
    return show(request, "volunteers/partner.html", facts_of(request, partner, known=known))


@requires(KEEP_TEAMS)
@require_http_methods(["GET", "POST"])
def partner_new(request):
    """登记合伙人."""
    form = PartnerAddForm(posted(request), areas=communities_of(request.user))
    if partner := carry_out(form, services.add_partner, by=request.user):
        messages.success(request, f"{partner}登记好了。")
        return redirect("volunteers:partner", pk=partner.pk)
    return show(request, "volunteers/partner_form.html", {"tab": "brands", "form": form})


@requires(KEEP_TEAMS, on=Partner)
@require_http_methods(["GET", "POST"])
def partner_edit(request, partner):
    """改合伙人: the contact is not shown again; empty stays as it was."""
    initial = {"name": partner.name, "kind": partner.kind, "words": partner.words}
    form = PartnerForm(posted(request), initial=initial)
    if carry_out(form, services.change_partner, partner=partner, by=request.user):
        messages.success(request, "改好了。")
        return redirect("volunteers:partner", pk=partner.pk)
    context = {"tab": "brands", "form": form, "partner": partner}
    return show(request, "volunteers/partner_form.html", context)


@requires(KEEP_TEAMS, on=Partner)
@require_POST
def partner_end(request, partner):
    """合伙人退出."""
    if press(
        request, services.end_partner, f"{partner}退出了，给过的东西都记着。", partner=partner
    ):
        return redirect("volunteers:partners")
    return redirect("volunteers:partner", pk=partner.pk)
