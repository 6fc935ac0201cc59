"""服务包: the list with the month's visits, one package, and the visit that makes up for a gap."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import requires
from stations.forms import NothingAsked
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from stations.foundation.pages import key_from
from stations.models import Area
from volunteers.access import KEEP_PACKAGES
from volunteers.forms.care import PackageForm, VisitAgainForm
from volunteers.models import Beneficiary, Package
from volunteers.services import packages as services
from volunteers.services.beneficiaries import masked
from volunteers.services.package_rows import buildings_with, rows_of
from volunteers.views.pressed import posted

PAGE = "volunteers/package.html"
FORM = "volunteers/package_form.html"
MOST_FIRST = 50


@requires(KEEP_PACKAGES)
@require_GET
def packages(request):
    """The packages of the place, by estate and building: those that lack a visit first, or
    alone."""
    estates = list(Area.objects.visible_to(request.user, KEEP_PACKAGES.roles).estates()[:300])
    area = chosen(estates, request.GET.get("area"))
    rows = services.current_packages().visible_to(request.user)
    rows = rows.filter(area=area) if area else rows
    buildings = buildings_with(rows)
    building = chosen(buildings, request.GET.get("building"))
    rows = rows.filter(beneficiary__building=building) if building else rows
    lacking = services.packages_with_gaps(rows)
    only_gaps = request.GET.get("view") == "gap"
    first = [] if only_gaps else lacking_first(lacking)
    found = rows.filter(pk__in=lacking) if only_gaps else rows.exclude(pk__in=first)
    load = services.with_people(Package.objects.all())
    shown = page(found.order_by(), request.GET, by="-pk", load=load)
    top = load.in_bulk([] if shown.newer else first)
    listed = [*(top[key] for key in first if key in top), *shown.rows]
    context = {
        "estates": estates,
        "area": area,
        "buildings": buildings,
        "building": building,
        "only_gaps": only_gaps,
        "lacking": len(lacking),
        "packages": rows_of(listed),
        "month": timezone.localdate(),
        "links": shown.links(request.GET),
    }
    return show(request, "volunteers/packages.html", context)


def lacking_first(lacking):
    """Keys of the packages that lack most, as many as stand on top of the first page."""
    return sorted(lacking, key=lambda key: (-lacking[key], -key))[:MOST_FIRST]


def chosen(rows, key):
    """The one of these rows that the address asks for; what is not among them is not asked."""
    return next((one for one in rows if one.pk == key_from(key)), None)


@requires(KEEP_PACKAGES, on=Beneficiary)
@require_http_methods(["GET", "POST"])
def package_new(request, beneficiary):
    """A package for one person; its first orders are made at once."""
    form = PackageForm(posted(request), area=beneficiary.area)
    if request.method == "POST":
        package = carry_out(form, services.add_package, beneficiary=beneficiary, by=request.user)
        if package:
            messages.success(request, "服务包开好了，最近两周的马上排进点单。")
            return redirect("volunteers:package", package.pk)
    context = {"form": form, "person": beneficiary, "who": masked(beneficiary)["name"]}
    return show(request, FORM, context)


@requires(KEEP_PACKAGES, on=Package)
@require_GET
def package(request, package):
    """One package: how this month goes, its orders, and what to do about a gap."""
    return show(request, PAGE, facts_of_page(package))


def facts_of_page(package, **more):
    """What the page of a package says."""
    row = services.with_people(Package.objects.all()).get(pk=package.pk)
    facts = rows_of([row])[0]
    orders = row.orders.select_related("volunteer__user", "team").order_by("-wanted_on", "-pk")
    return {
        "package": row,
        "row": facts,
        "visits": facts.visits,
        "gaps": facts.gaps,
        "orders": orders[:24],
        "again": more.get("again") or VisitAgainForm(package=row),
        "today": timezone.localdate(),
    } | more


@requires(KEEP_PACKAGES, on=Package)
@require_http_methods(["GET", "POST"])
def package_change(request, package):
    """Other helps, days or another team."""
    names = ("name", "helps", "per_month", "weekday", "part", "team")
    initial = {name: getattr(package, name) for name in names}
    form = PackageForm(posted(request), area=package.area, initial=initial)
    if request.method == "POST" and carry_out(
        form, services.change_package, package=package, by=request.user
    ):
        messages.success(request, "改好了。已经排出去的不变，下一次起按新的来。")
        return redirect("volunteers:package", package.pk)
    person = package.beneficiary
    context = {"form": form, "package": package, "person": person, "who": masked(person)["name"]}
    return show(request, FORM, context)


@requires(KEEP_PACKAGES, on=Package)
@require_POST
def package_again(request, package):
    """补一次."""
    form = VisitAgainForm(request.POST, package=package)
    if carry_out(form, services.visit_again, package=package, by=request.user):
        messages.success(request, "补的这次进了点单，去派单吧。")
        return redirect("volunteers:package", package.pk)
    return show(request, PAGE, facts_of_page(package, form=form, again=form))


@requires(KEEP_PACKAGES, on=Package)
@require_POST
def package_end(request, package):
    """No more visits."""
    form = NothingAsked(request.POST)
    if carry_out(form, services.end_package, package=package, by=request.user):
        messages.success(request, "服务包结束了，还没做的也取消了。")
        return redirect("volunteers:beneficiary", package.beneficiary_id)
    return show(request, PAGE, facts_of_page(package, form=form))
