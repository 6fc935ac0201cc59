"""服务包: the list with the month's visits, one package, and the visit that makes up for a gap."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import requires
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from stations.foundation.pages import key_from
from stations.models import Area
from volunteers.access import KEEP_PACKAGES
from volunteers.choices import WEEKDAYS, Help
from volunteers.forms.care import NothingAsked, PackageForm, VisitAgainForm
from volunteers.models import Beneficiary, Package
from volunteers.services import packages as services

PAGE = "volunteers/package.html"
FORM = "volunteers/package_form.html"


def helps_of(package):
    """ "康养照看、上门理发"."""
    return "、".join(Help(key).label for key in package.helps)


def rhythm_of(package):
    """ "每月2次 · 周三上午"."""
    day = "工作日" if package.weekday is None else WEEKDAYS[package.weekday]
    return f"每月{package.per_month}次 · {day}{package.get_part_display()}"


@requires(KEEP_PACKAGES)
@require_GET
def packages(request):
    """The packages of the place; those that lack a visit can be looked at alone."""
    estates = list(Area.objects.visible_to(request.user, KEEP_PACKAGES.roles).estates()[:300])
    area = next((one for one in estates if one.pk == key_from(request.GET.get("area"))), None)
    rows = services.current_packages().visible_to(request.user)
    rows = rows.filter(area=area) if area else rows
    lacking = services.packages_with_gaps(rows)
    only_gaps = request.GET.get("view") == "gap"
    found = rows.filter(pk__in=lacking) if only_gaps else rows
    load = services.with_people(Package.objects.all())
    shown = page(found.order_by(), request.GET, by="-pk", load=load)
    months = services.month_of(shown.rows)
    context = {
        "estates": estates,
        "area": area,
        "only_gaps": only_gaps,
        "lacking": len(lacking),
        "packages": [
            {
                "row": row,
                "visits": months[row.pk],
                "gaps": services.gaps(months[row.pk]),
                "helps": helps_of(row),
                "rhythm": rhythm_of(row),
            }
            for row in shown.rows
        ],
        "month": timezone.localdate(),
        "links": shown.links(request.GET),
    }
    return show(request, "volunteers/packages.html", context)


@requires(KEEP_PACKAGES, on=Beneficiary)
@require_http_methods(["GET", "POST"])
def package_new(request, beneficiary):
    """A package for one person; its first orders are made at once."""
    form = PackageForm(request.POST or None, area=beneficiary.area)
    if request.method == "POST":
        package = carry_out(form, services.add_package, beneficiary=beneficiary, by=request.user)
        if package:
            messages.success(request, "服务包开好了，最近两周的马上排进点单。")
            return redirect("volunteers:package", package.pk)
    return show(request, FORM, {"form": form, "person": beneficiary})


@requires(KEEP_PACKAGES, on=Package)
@require_GET
def package(request, package):
    """One package: how this month goes, its orders, and what to do about a gap."""
    return show(request, PAGE, facts_of_page(package))


def facts_of_page(package, **more):
    """What the page of a package says."""
    row = services.with_people(Package.objects.all()).get(pk=package.pk)
    visits = services.month_of([row])[row.pk]
    orders = row.orders.select_related("volunteer__user", "team").order_by("-wanted_on", "-pk")
    return {
        "package": row,
        "visits": visits,
        "gaps": services.gaps(visits),
        "helps": helps_of(row),
        "rhythm": rhythm_of(row),
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
    form = PackageForm(request.POST or None, area=package.area, initial=initial)
    if request.method == "POST" and carry_out(
        form, services.change_package, package=package, by=request.user
    ):
        messages.success(request, "改好了。已经排出去的不变，下一次起按新的来。")
        return redirect("volunteers:package", package.pk)
    return show(request, FORM, {"form": form, "package": package, "person": package.beneficiary})


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
