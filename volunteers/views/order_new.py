"""代下单: an order for somebody on the phone, at the counter, or known already."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from stations.access import requires
from stations.foundation.http import carry_out, show
from stations.foundation.pages import key_from
from stations.models import Area, Home
from volunteers.access import DISPATCH
from volunteers.choices import OrderChannel
from volunteers.forms.orders import EnterForm
from volunteers.models import Beneficiary, Team
from volunteers.services import orders as services

PLACES = ("area", "building", "entrance__building")


@requires(DISPATCH)
@require_http_methods(["GET", "POST"])
def order_new(request):
    """代下单: for somebody on the phone, at the counter, or whom one knows already."""
    estates = list(Area.objects.visible_to(request.user, DISPATCH.roles).estates())
    beneficiary, home = known_one(request)
    chosen = key_from(request.GET.get("area"))
    place = beneficiary or home
    estate = place.area if place else next((one for one in estates if one.pk == chosen), None)
    estate = estate or next(iter(estates), None)
    if estate is None:
        messages.error(request, "您的社区还没有登记小区。")
        return redirect("volunteers:orders")
    form = EnterForm(
        request.POST or None,
        estate=estate,
        teams=teams_near(estate),
        beneficiary=beneficiary,
        home=home,
    )
    if request.method == "POST":
        facts = {"area": estate, "by": request.user, "channel": OrderChannel.WORKER}
        if done := carry_out(form, services.order_help, **facts):
            order, code = done
            messages.success(request, f"下好了。他要自己看进度，号码是 {code}。")
            return redirect("volunteers:order", order.pk)
    context = {
        "tab": "orders",
        "form": form,
        "estates": [] if place else estates,
        "estate": estate,
        "beneficiary": beneficiary,
        "home": home,
    }
    return show(request, "volunteers/order_new.html", context)


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
