"""代下单: an order for somebody on the phone, at the counter, or known already; or out of a thing
of another page (?from=), with all that is known there."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from stations.access import requires
from stations.foundation.http import carry_out, show
from stations.foundation.pages import key_from
from stations.models import Area, Home
from stations.services.referring import taken_over
from volunteers.access import DISPATCH
from volunteers.choices import OrderChannel
from volunteers.forms.orders import EnterForm
from volunteers.models import Beneficiary, Team
from volunteers.services import orders as services
from volunteers.services.beneficiaries import masked
from volunteers.services.order_sources import order_out_of
from volunteers.views.order_numbers import keep_number

PLACES = ("area", "building", "entrance__building")
MOST_KNOWN = 3
MOST_WORDS = 500


@requires(DISPATCH)
@require_http_methods(["GET", "POST"])
def order_new(request):
    """代下单: filled in with what is known already, so that nothing is typed twice."""
    kind, source = source_of(request)
    beneficiary, home = known_one(request)
    home = home or (source.home if source else None)
    estates, estate = estates_for(request, source, beneficiary or home)
    if estate is None:
        messages.error(request, "您的社区还没有登记小区。")
        return redirect("volunteers:orders")
    people = {"teams": teams_near(estate), "beneficiary": beneficiary, "home": home}
    form = EnterForm(request.POST or None, estate=estate, **people)
    if request.method == "POST":
        facts = {"area": estate, "by": request.user}
        if source:
            act, facts = order_out_of, facts | {"source": source}
        else:
            act, facts = services.order_help, facts | {"channel": OrderChannel.WORKER}
        if done := carry_out(form, act, **facts):
            order, code = done
            keep_number(request, order, code)
            messages.success(request, "下好了。看进度的号码在这一页，念给他听。")
            return redirect("volunteers:order", order.pk)
    elif source:
        form.initial |= told_by(source, beneficiary)
    context = {
        "tab": "orders",
        "form": form,
        "estates": estates,
        "estate": estate,
        "beneficiary": beneficiary,
        "home": home,
        "source_kind": kind,
        "source": source,
        "source_key": request.GET.get("from", ""),
        "known": [] if beneficiary else known_there(request, source and home),
    }
    return show(request, "volunteers/order_new.html", context)


def source_of(request):
    """(kind, HandOver) of the thing that the address names, or (None, None) where it names none.
    What this person may not pass on is not found: an order of it would come from nowhere."""
    address = request.GET.get("from", "")
    if not address:
        return None, None
    found = taken_over(address, request.user, request.GET.get("who", ""))
    if found is None:
        raise Http404
    return found


def estates_for(request, source, place):
    """(estates to choose among, the chosen one): inside the place of the source; where the home or
    the person is known there is nothing to choose."""
    estates = list(Area.objects.visible_to(request.user, DISPATCH.roles).estates())
    if source:
        estates = [one for one in estates if one.path.startswith(source.area.path)]
    if place:
        return [], place.area
    chosen = key_from(request.GET.get("area"))
    estate = next((one for one in estates if one.pk == chosen), None)
    return estates, estate or next(iter(estates), None)


def told_by(source, beneficiary):
    """What the form begins with. Name, phone and door are asked of the source only where somebody
    is to be written down: it is a look that is recorded."""
    first = {"words": source.text[:MOST_WORDS]} | source.more
    if beneficiary:
        return first
    place = source.entrance or source.building
    if place:
        first["where"] = f"{'e' if source.entrance else 'b'}-{place.code}"
    return first | {name: value for name, value in source.contact().items() if value}


def known_there(request, home):
    """[(key, masked name)]: who is looked after in this home, to be taken over in one tap."""
    rows = Beneficiary.objects.regular().visible_to(request.user).filter(home=home)
    rows = rows.order_by("pk")[:MOST_KNOWN] if home else []
    return [(row.pk, masked(row)["name"]) for row in rows]


def known_one(request):
    """(regular beneficiary, home) that the address names; what one may not see is nothing."""
    helped = Beneficiary.objects.visible_to(request.user).regular()
    helped = helped.select_related(*PLACES).filter(pk=key_from(request.GET.get("beneficiary")))
    homes = Home.objects.visible_to(request.user).select_related("entrance__building__area")
    home = homes.filter(pk=key_from(request.GET.get("home"))).first()
    return helped.first(), home


def teams_near(estate):
    """Teams that serve here."""
    teams = Team.objects.current().filter(area__path__in=estate.lineage_paths())
    return teams.select_related("brand").order_by("name")
