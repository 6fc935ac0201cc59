"""认领公示牌: who leads which building, what hangs on its wall, and the paper to hang."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from residents_map.access import KEEP_PLEDGES
from residents_map.choices import PledgeRole
from residents_map.forms.pledges import PledgeChangeForm, PledgeForm
from residents_map.models import Pledge
from residents_map.services import pledges
from stations.access import requires
from stations.forms import NothingAsked
from stations.foundation.http import carry_out, show
from stations.foundation.pages import key_from
from stations.foundation.qr import qr_svg
from stations.models import Area, Building, Station

MOST_MEMBERS = 10  # fit the paper; the others are counted in a line
SHEETS = ("a4", "a3")
FORM = "residents_map/pledge_form.html"


@requires(KEEP_PLEDGES)
@require_GET
def boards(request):
    """楼栋认领: an estate's buildings with their leads; what nobody leads yet stands out."""
    estates = list(Area.objects.visible_to(request.user, KEEP_PLEDGES.roles).estates())
    asked = key_from(request.GET.get("area"))
    chosen = next((area for area in estates if area.pk == asked), None)
    chosen = chosen or max(estates, key=lambda area: area.home_count, default=None)
    lines = pledges.board_lines(chosen) if chosen else []
    context = {
        "estates": estates,
        "area": chosen,
        "lines": lines,
        "without_lead": sum(line.lead is None for line in lines),
        "gaps": sum(len(line.gaps) for line in lines),
        "members": sum(line.members for line in lines),
    }
    return show(request, "residents_map/boards.html", context)


@requires(KEEP_PLEDGES, on=Building)
@require_GET
def board(request, building):
    """One building: everybody who claimed it, what each agreed to show, and the paper."""
    leads = pledges.leads_of(building)
    rows = [(PledgeRole.BUILDING, None, leads.building)]
    rows += [
        (PledgeRole.ENTRANCE, one, leads.entrances.get(one.pk)) for one in building.entrances.all()
    ]
    rows += [(PledgeRole.MEMBER, None, pledge) for pledge in leads.members]
    ended = Pledge.objects.filter(building=building).exclude(until=None).order_by("-until", "-pk")
    context = {
        "building": building,
        "lead": leads.building,
        "rows": [
            {
                "role": role,
                "entrance": entrance,
                "pledge": pledge,
                "phone": pledges.phone_for_staff(pledge) if pledge else "",
            }
            for role, entrance, pledge in rows
        ],
        "members": leads.members,
        "ended": ended[:10],
    }
    return show(request, "residents_map/board.html", context)


@requires(KEEP_PLEDGES, on=Building)
@require_GET
def board_paper(request, building):
    """公示牌: the paper for the entrance hall. Only what each person agreed to show."""
    leads = pledges.print_board(building=building, by=request.user)
    lead = pledges.Shown.of(leads.building) if leads.building else None
    entrances = [
        (entrance, pledges.Shown.of(leads.entrances[entrance.pk]))
        for entrance in building.entrances.all()
        if entrance.pk in leads.entrances
    ]
    size = request.GET.get("size")
    context = {
        "building": building,
        "estate": building.area,
        "community": building.area.parent,
        "station": Station.objects.nearest_to(building.area),
        "size": size if size in SHEETS else SHEETS[0],
        "lead": lead,
        "entrances": entrances,
        "members": [pledges.Shown.of(pledge) for pledge in leads.members[:MOST_MEMBERS]],
        "more": max(0, len(leads.members) - MOST_MEMBERS),
        "qr": qr_svg(f"{settings.SITE_ADDRESS}/q/{building.code}/", title=f"{building}报个事"),
    }
    return show(request, "residents_map/board_paper.html", context)


@requires(KEEP_PLEDGES, on=Building)
@require_http_methods(["GET", "POST"])
def pledge_new(request, building):
    """登记认领."""
    role = request.GET.get("role")
    now = {
        "role": role if role in PledgeRole.values else PledgeRole.MEMBER,
        "entrance": key_from(request.GET.get("entrance")),
    }
    form = PledgeForm(request.POST or None, building=building, initial=now)
    added = request.method == "POST" and carry_out(
        form, pledges.add_pledge, building=building, by=request.user
    )
    if added:
        messages.success(request, f"登记好了：{added.get_role_display()}{added.name}。")
        return redirect("residents_map:board", pk=building.pk)
    return show(request, FORM, {"form": form, "building": building})


@requires(KEEP_PLEDGES, on=Pledge)
@require_http_methods(["GET", "POST"])
def pledge(request, pledge):
    """改认领: its words, and what the person now agrees to show."""
    now = {key: getattr(pledge, key) for key in (*pledges.CHANGED, "agreed_on")}
    form = PledgeChangeForm(request.POST or None, pledge=pledge, initial=now)
    if request.method == "POST" and carry_out(
        form, pledges.change_pledge, pledge=pledge, by=request.user
    ):
        messages.success(request, "改好了，公示牌要重新打印。")
        return redirect("residents_map:board", pk=pledge.building_id)
    context = {"form": form, "building": pledge.building, "pledge": pledge}
    return show(request, FORM, context)


@requires(KEEP_PLEDGES, on=Pledge)
@require_POST
def pledge_end(request, pledge):
    """结束认领."""
    form = NothingAsked(request.POST)
    if carry_out(form, pledges.end_pledge, pledge=pledge, by=request.user):
        messages.success(request, f"{pledge.name}的认领结束了，公示牌要重新打印。")
    else:
        messages.error(request, "这条认领已经结束了。")
    return redirect("residents_map:board", pk=pledge.building_id)
