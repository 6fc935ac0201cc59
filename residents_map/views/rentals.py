"""出租屋: the list of houses, one house with its inspections, the ten questions, the appeal."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from residents_map.access import DECIDE_APPEALS, INSPECT_RENTALS
from residents_map.choices import MASK_AFTER_MINUTES, InspectionState, Listing
from residents_map.forms.rentals import (
    AppealForm,
    DecisionForm,
    InspectionForm,
    LandlordForm,
    LandlordReasonForm,
)
from residents_map.foundation.house_rules import CRITERIA, STARS, failed, listing_of, points_of
from residents_map.models import Inspection, Rental
from residents_map.services import rental_undo
from residents_map.services import rentals as services
from residents_map.services.rental_duties import last_inspection
from stations.access import can, requires
from stations.forms import NothingAsked
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from stations.foundation.pages import key_from
from stations.models import Area, Home

PAGE = "residents_map/rental.html"
WAITS = Exists(Inspection.objects.filter(rental=OuterRef("pk"), state=InspectionState.APPEALED))
TO_FIX = Exists(Inspection.objects.filter(rental=OuterRef("pk"), state=InspectionState.TO_FIX))
SHOWN = {
    "all": ("全部", Q()),
    "due": ("该走访", None),
    "fix": ("要整改", TO_FIX),
    "red": ("红榜", Q(listing=Listing.RED)),
    "black": ("黑榜", Q(listing=Listing.BLACK)),
    "members": ("协会房东", Q(is_member=True)),
}


def asked_for(view):
    """The condition of a tab; what is due depends on today."""
    if view == "due":
        return Q(next_visit_on__lte=timezone.localdate() + timedelta(days=6)) & ~WAITS
    return SHOWN[view][1]


@requires(INSPECT_RENTALS)
@require_GET
def rentals(request):
    """The houses that are let, by stars, list and what is due. Of houses, never of people."""
    estates = list(Area.objects.visible_to(request.user, INSPECT_RENTALS.roles).estates())
    area = next((one for one in estates if one.pk == key_from(request.GET.get("area"))), None)
    everything = Rental.objects.current().visible_to(request.user)
    rows = everything.filter(area=area) if area else everything
    view = request.GET.get("view")
    view = view if view in SHOWN else "all"
    stars = request.GET.get("stars", "")
    found = rows.filter(asked_for(view))
    if stars in ("1", "2", "3", "4", "5"):
        found = found.filter(stars=int(stars))
    load = Rental.objects.select_related("home__entrance__building", "area").annotate(waits=WAITS)
    shown = page(found, request.GET, by="next_visit_on", load=load)
    links = shown.links(request.GET)
    context = {
        "estates": estates,
        "area": area,
        "tabs": tabs(rows, view, area),
        "view": view,
        "stars": stars,
        "rows": shown.rows,
        "today": timezone.localdate(),
        "links": links,
    }
    return show(request, "residents_map/rentals.html", context)


def tabs(rows, view, area):
    """[(key, label, number, address, is on)]: all numbers in one query."""
    counts = rows.order_by().aggregate(**{key: Count("pk", filter=asked_for(key)) for key in SHOWN})
    keep = f"&area={area.pk}" if area else ""
    return [
        (key, label, counts[key], f"?view={key}{keep}", key == view)
        for key, (label, _) in SHOWN.items()
    ]


@requires(INSPECT_RENTALS, on=Rental)
@require_GET
def rental(request, rental):
    """One house: its stars, what is to be put right, and every inspection before."""
    return show(request, PAGE, facts_of(request, rental))


def facts_of(request, rental, **more):
    """What the page of a house says."""
    home = Home.objects.select_related("entrance__building").get(pk=rental.home_id)
    rows = list(rental.inspections.select_related("by", "decided_by")[:30])
    counting = [row for row in rows if row.state != InspectionState.VOID]
    current, before, *_ = [*counting, None, None]
    return {
        "rental": rental,
        "home": home,
        "area": rental.area,
        "landlord": services.masked_landlord(rental),
        "inspections": [described(row) for row in rows],
        "current": described(current) if current else None,
        "may_undo": current and rental_undo.may_undo(current, request.user),
        "before": before,
        "before_listing": Listing(listing_of(before.stars)).label if before else "",
        "today": timezone.localdate(),
        "may_appeal": current
        and not current.appealed_at
        and not rental.until
        and current.at > timezone.now() - timedelta(days=services.APPEAL_DAYS),
        "may_decide": can(request.user, DECIDE_APPEALS, at=rental.area),
    } | more


def described(inspection):
    """An inspection with its points and what failed, in words."""
    return {
        "row": inspection,
        "points": points_of(inspection.answers),
        "failed": failed(inspection.answers),
    }


@requires(INSPECT_RENTALS, on=Home)
@require_http_methods(["GET", "POST"])
def rental_new(request, home):
    """登记出租屋."""
    known = Rental.objects.current().filter(home=home).first()
    if known:
        return redirect("residents_map:rental", pk=known.pk)
    form = LandlordForm(request.POST or None)
    if request.method == "POST":
        rental = carry_out(form, services.add_rental, home=home, by=request.user)
        if rental:
            messages.success(request, "登记好了，一周内去看第一次。")
            return redirect("residents_map:rental", pk=rental.pk)
    return show(request, "residents_map/rental_form.html", {"form": form, "home": home})


@requires(INSPECT_RENTALS, on=Rental)
@require_http_methods(["GET", "POST"])
def rental_change(request, rental):
    """改出租屋资料: what is known of the landlord is not shown again; empty stays as it was."""
    form = LandlordForm(request.POST or None, initial={"is_member": rental.is_member})
    if request.method == "POST" and carry_out(
        form, services.change_rental, rental=rental, by=request.user
    ):
        messages.success(request, "改好了。")
        return redirect("residents_map:rental", pk=rental.pk)
    context = {"form": form, "home": rental.home, "rental": rental}
    return show(request, "residents_map/rental_form.html", context)


@requires(INSPECT_RENTALS, on=Rental)
@require_http_methods(["GET", "POST"])
def rental_landlord(request, rental):
    """看房东电话: for a reason, in this one answer only."""
    form = LandlordReasonForm(request.POST if request.method == "POST" else None)
    known = None
    if request.method == "POST":
        known = carry_out(form, services.reveal_landlord, rental=rental, by=request.user)
    context = {"form": form, "rental": rental, "home": rental.home, "known": known}
    context |= {"minutes": MASK_AFTER_MINUTES}
    response = show(request, "residents_map/rental_landlord.html", context)
    if known:
        response["Refresh"] = f"{MASK_AFTER_MINUTES * 60}; url=/map/rentals/{rental.pk}/"
    return response


@requires(INSPECT_RENTALS, on=Rental)
@require_POST
def rental_end(request, rental):
    """不再出租."""
    if carry_out(NothingAsked(request.POST), services.end_rental, rental=rental, by=request.user):
        messages.success(request, f"{rental}不再出租，记录留着。")
    else:
        messages.error(request, "这间屋已经不出租了。")
    return redirect("residents_map:rentals")


@requires(INSPECT_RENTALS, on=Rental)
@require_http_methods(["GET", "POST"])
def rental_inspect(request, rental):
    """检查: ten questions on a phone, the stars counted by the published rule."""
    form = InspectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        found = carry_out(form, services.inspect, rental=rental, by=request.user)
        if found:
            words = f"，{found.fix_by:%-m月%-d日}前整改好再来复查" if found.fix_by else ""
            messages.success(request, f"记下了：{found.stars}星{words}。")
            return redirect("residents_map:rental", pk=rental.pk)
    before = last_inspection(rental)
    context = {
        "form": form,
        "rental": rental,
        "home": rental.home,
        "before": described(before) if before else None,
        "stars": STARS,
    }
    return show(request, "residents_map/inspection_form.html", context)


@requires(INSPECT_RENTALS, on=Inspection)
@require_GET
def inspection(request, inspection):
    """One inspection with all its answers; where there is an appeal, its decision."""
    return show(request, "residents_map/inspection.html", inspection_facts(request, inspection))


def inspection_facts(request, inspection, **more):
    """What the page of an inspection says."""
    rental = Rental.objects.select_related("home__entrance__building", "area").get(
        pk=inspection.rental_id
    )
    may_decide = can(request.user, DECIDE_APPEALS, at=inspection.area)
    return {
        "inspection": inspection,
        "rental": rental,
        "answers": [(row, inspection.answers.get(row.key)) for row in CRITERIA],
        "points": points_of(inspection.answers),
        "stars": STARS,
        "waits": inspection.state == InspectionState.APPEALED,
        "may_decide": may_decide and inspection.by_id != request.user.pk,
        "decision": DecisionForm(),
    } | more


@requires(INSPECT_RENTALS, on=Inspection)
@require_POST
def inspection_undo(request, inspection):
    """撤销 one's own inspection of a moment ago."""
    form = NothingAsked(request.POST)
    if carry_out(form, rental_undo.undo_inspection, inspection=inspection, by=request.user):
        messages.success(request, "撤销了，这次检查不算数，和检查前一样。")
    else:
        messages.error(request, " ".join(form.non_field_errors()))
    return redirect("residents_map:rental", pk=inspection.rental_id)


@requires(INSPECT_RENTALS, on=Inspection)
@require_http_methods(["GET", "POST"])
def inspection_appeal(request, inspection):
    """对检查有异议: what the landlord says, written down by staff."""
    form = AppealForm(request.POST or None)
    if request.method == "POST" and carry_out(
        form, services.appeal, inspection=inspection, by=request.user
    ):
        messages.success(request, "记下了，书记答复以前不上榜。")
        return redirect("residents_map:rental", pk=inspection.rental_id)
    context = inspection_facts(request, inspection, form=form)
    return show(request, "residents_map/inspection.html", context)


@requires(DECIDE_APPEALS, on=Inspection)
@require_http_methods(["GET", "POST"])
def inspection_decide(request, inspection):
    """答复异议: the secretary, and never about one's own inspection."""
    form = DecisionForm(request.POST or None)
    if request.method == "POST":
        decided = carry_out(form, services.decide_appeal, inspection=inspection, by=request.user)
        if decided:
            messages.success(request, "答复好了。")
            return redirect("residents_map:rental", pk=inspection.rental_id)
    context = inspection_facts(request, inspection, decision=form)
    status = 422 if form.errors else None
    return show(request, "residents_map/inspection.html", context, status=status)


@requires(INSPECT_RENTALS)
@require_GET
def rental_sheet(request):
    """检查表: the published rule and the ten questions on paper, to hand to a landlord."""
    context = {"criteria": CRITERIA, "stars": STARS}
    return show(request, "residents_map/rental_sheet.html", context)
