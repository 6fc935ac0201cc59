"""服务对象: the list, one person, and what is registered about them. Masked until asked for."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import can, requires
from stations.forms import NothingAsked
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from stations.foundation.pages import key_from
from stations.models import Area, Home
from volunteers.access import DISPATCH, KEEP_PACKAGES, REVEAL
from volunteers.choices import Help
from volunteers.forms.care import RHYTHMS, ChangePersonForm, NewPersonForm
from volunteers.models import Beneficiary
from volunteers.services import care as services
from volunteers.services.beneficiaries import masked, reveal_beneficiary
from volunteers.services.package_rows import rows_of
from volunteers.services.packages import with_people
from volunteers.views.pressed import posted

PAGE = "volunteers/beneficiary.html"
FORM = "volunteers/beneficiary_form.html"
RHYTHM = {days: label for days, label in RHYTHMS if days}


def rhythm_of(person):
    """ "每周", "每10天", "不打": how often they are rung up."""
    days = person.call_every_days
    return RHYTHM.get(days, f"每{days}天") if days else "不打"


@requires(KEEP_PACKAGES)
@require_GET
def beneficiaries(request):
    """Everybody who is looked after here; names and telephones masked."""
    estates = list(Area.objects.visible_to(request.user, KEEP_PACKAGES.roles).estates()[:300])
    area = next((one for one in estates if one.pk == key_from(request.GET.get("area"))), None)
    rows = Beneficiary.objects.regular().visible_to(request.user)
    rows = rows.filter(area=area) if area else rows
    load = Beneficiary.objects.select_related("area", "building", "entrance__building")
    load = load.annotate(running=Count("packages", filter=Q(packages__until=None)))
    shown = page(rows, request.GET, by="-pk", load=load)
    people = [{"row": row, "masked": masked(row), "rhythm": rhythm_of(row)} for row in shown.rows]
    context = {"estates": estates, "area": area, "people": people}
    context["links"] = shown.links(request.GET)
    return show(request, "volunteers/beneficiaries.html", context)


@requires(KEEP_PACKAGES)
@require_http_methods(["GET", "POST"])
def beneficiary_new(request):
    """Register somebody, from a home's page (?home=) or by building."""
    key = key_from(request.GET.get("home"))
    home = Home.objects.visible_to(request.user).filter(pk=key) if key else Home.objects.none()
    home = home.select_related("entrance__building__area").first()
    form = NewPersonForm(posted(request), user=request.user, home=home)
    if request.method == "POST":
        person = carry_out(form, services.add_beneficiary, by=request.user)
        if person:
            messages.success(request, "登记好了。可以开服务包，也可以发一张点单卡。")
            return redirect("volunteers:beneficiary", person.pk)
    return show(request, FORM, {"form": form, "home": home})


@requires(KEEP_PACKAGES, on=Beneficiary)
@require_GET
def beneficiary(request, beneficiary):
    """One person: where, masked, packages, orders, calls, card."""
    return show(request, PAGE, facts_of_page(request, beneficiary))


def facts_of_page(request, beneficiary, **more):
    """What the page of a person says."""
    rows = Beneficiary.objects.select_related("area", "home", "building", "entrance__building")
    person = rows.get(pk=beneficiary.pk)
    packages = list(with_people(person.packages.current().order_by("-pk")))
    orders = person.orders.select_related("volunteer__user", "area", "entrance__building")
    calls = person.calls.select_related("by")[:8]
    return {
        "person": person,
        "masked": masked(person),
        "rhythm": rhythm_of(person),
        "packages": rows_of(packages),
        "ended": person.packages.exclude(until=None).count(),
        "orders": orders.select_related("building").order_by("-pk")[:12],
        "calls": calls,
        "is_current": person.is_regular and not person.until,
        "may_reveal": can(request.user, REVEAL, at=person.area),
        "may_order": can(request.user, DISPATCH, at=person.area),
        "helps": dict(Help.choices),
    } | more


@requires(REVEAL, on=Beneficiary)
@require_POST
def beneficiary_reveal(request, beneficiary):
    """Name, telephone, door and words in clear, this once; the look is recorded."""
    known = reveal_beneficiary(beneficiary=beneficiary, by=request.user, why="page")
    response = show(request, PAGE, facts_of_page(request, beneficiary, known=known))
    response["Cache-Control"] = "no-store"
    return response


@requires(KEEP_PACKAGES, on=Beneficiary)
@require_http_methods(["GET", "POST"])
def beneficiary_change(request, beneficiary):
    """Another telephone, door or rhythm."""
    initial = {"call_every_days": beneficiary.call_every_days}
    form = ChangePersonForm(posted(request), initial=initial)
    if request.method == "POST" and carry_out(
        form, services.change_beneficiary, beneficiary=beneficiary, by=request.user
    ):
        messages.success(request, "改好了。")
        return redirect("volunteers:beneficiary", beneficiary.pk)
    return show(request, FORM, {"form": form, "person": beneficiary})


@requires(KEEP_PACKAGES, on=Beneficiary)
@require_POST
def beneficiary_end(request, beneficiary):
    """No longer looked after."""
    form = NothingAsked(request.POST)
    if carry_out(form, services.end_beneficiary, beneficiary=beneficiary, by=request.user):
        messages.success(request, "不再服务了。电话、服务包、点单卡都停了。")
        return redirect("volunteers:beneficiaries")
    return show(request, PAGE, facts_of_page(request, beneficiary, form=form))
