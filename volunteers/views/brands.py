"""品牌 for staff: the list with what each did this month, one brand, adding, changing, ending."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import can, requires
from stations.choices import Level
from stations.foundation.http import carry_out, show
from stations.models import Area
from volunteers.access import KEEP_TEAMS, VIEW
from volunteers.choices import MemberState
from volunteers.forms.brands import BrandAddForm, BrandForm, TeamAddForm
from volunteers.models import Brand
from volunteers.services import brands as services
from volunteers.services import teams as team_services
from volunteers.views.pressed import posted, posted_with_files, press

MOST = 60  # a street has a dozen communities with six brands at most
IN = Count("memberships", filter=Q(memberships__state=MemberState.IN))


def communities_of(user):
    """Where this person may register brands and partners."""
    return Area.objects.visible_to(user, KEEP_TEAMS.roles).filter(level=Level.COMMUNITY)


def brand_rows(user):
    """[{brand, month}] of what this person may see, bounded, in three queries."""
    rows = Brand.objects.current().visible_to(user).select_related("area")
    rows = rows.annotate(team_count=Count("teams", filter=Q(teams__until=None)))
    # Said aloud: rows that are counted lose the order of their model.
    rows = list(rows.order_by("order", "pk")[:MOST])
    month = services.services_this_month(rows)
    nothing = {"services": 0, "minutes": 0}
    return [{"brand": brand, "month": month.get(brand.pk, nothing)} for brand in rows]


@requires(VIEW)
@require_GET
def brands(request):
    """品牌队伍: every brand, its teams and what it did this month."""
    context = {"tab": "brands", "rows": brand_rows(request.user), "most": MOST}
    context["may_keep"] = can(request.user, KEEP_TEAMS)
    return show(request, "volunteers/brands.html", context)


@requires(VIEW, on=Brand)
@require_GET
def brand(request, brand):
    """One brand: story, teams, what it did by month."""
    teams = brand.teams.current().oldest().select_related("area", "partner", "leader__user")
    months = services.months_of(team__brand=brand)
    context = {
        "tab": "brands",
        "brand": brand,
        "teams": list(teams.annotate(member_count=IN)),
        "months": months,
        "most": max(row["minutes"] for row in months),
        "may_keep": can(request.user, KEEP_TEAMS, at=brand.area),
    }
    return show(request, "volunteers/brand.html", context)


@requires(KEEP_TEAMS)
@require_http_methods(["GET", "POST"])
def brand_new(request):
    """登记品牌."""
    form = BrandAddForm(*posted_with_files(request), areas=communities_of(request.user))
    if brand := carry_out(form, services.add_brand, by=request.user):
        messages.success(request, f"{brand}登记好了，接着登记它的队伍。")
        return redirect("volunteers:brand", pk=brand.pk)
    return show(request, "volunteers/brand_form.html", {"tab": "brands", "form": form})


@requires(KEEP_TEAMS, on=Brand)
@require_http_methods(["GET", "POST"])
def brand_edit(request, brand):
    """改品牌: another picture only where one is chosen."""
    initial = {field: getattr(brand, field) for field in services.FIELDS}
    form = BrandForm(*posted_with_files(request), initial=initial)
    if carry_out(form, services.change_brand, brand=brand, by=request.user):
        messages.success(request, "改好了，公开页马上就是新的。")
        return redirect("volunteers:brand", pk=brand.pk)
    context = {"tab": "brands", "form": form, "brand": brand}
    return show(request, "volunteers/brand_form.html", context)


@requires(KEEP_TEAMS, on=Brand)
@require_POST
def brand_end(request, brand):
    """品牌结束."""
    if press(request, services.end_brand, f"{brand}结束了，记录都留着。", brand=brand):
        return redirect("volunteers:brands")
    return redirect("volunteers:brand", pk=brand.pk)


@requires(KEEP_TEAMS, on=Brand)
@require_http_methods(["GET", "POST"])
def team_new(request, brand):
    """登记队伍."""
    form = TeamAddForm(posted(request), brand=brand)
    if team := carry_out(form, team_services.add_team, by=request.user):
        messages.success(request, f"{team}登记好了。打印邀请海报，请人来报名。")
        return redirect("volunteers:team", pk=team.pk)
    context = {"tab": "brands", "form": form, "brand": brand}
    return show(request, "volunteers/team_form.html", context)
