"""问候电话: the list to ring through on a phone, one tap for how they were."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from stations.access import requires
from stations.foundation.http import carry_out, show, wants_part
from stations.foundation.pages import key_from
from stations.models import Area
from volunteers.access import KEEP_PACKAGES
from volunteers.choices import CallResult
from volunteers.forms.care import CallForm
from volunteers.models import Beneficiary
from volunteers.services import calls as services

PAGE = "volunteers/calls.html"
SAID = {
    CallResult.WELL: "记下了：都好。",
    CallResult.HELP: "记下了。帮着点一单吧。",
    CallResult.NO_ANSWER: "记下了：没人接，过一会儿再打。",
}


@requires(KEEP_PACKAGES)
@require_GET
def calls(request):
    """Who is to be rung up, with name and telephone: opening it is recorded."""
    places = list(Area.objects.visible_to(request.user, KEEP_PACKAGES.roles)[:300])
    top = min(places, key=lambda place: (place.level, place.pk))
    asked = key_from(request.GET.get("area"))
    area = next((place for place in places if place.pk == asked), top)
    everybody = request.GET.get("view") == "all"
    rows = services.open_call_list(
        area=area,
        by=request.user,
        everybody=everybody,
        first=key_from(request.GET.get("first")),
    )
    context = {
        "places": places,
        "area": area,
        "everybody": everybody,
        "rows": [row | {"token": uuid.uuid4()} for row in rows],
        "most": services.MOST,
    }
    response = show(request, PAGE, context)
    response["Cache-Control"] = "no-store"
    return response


@requires(KEEP_PACKAGES, on=Beneficiary)
@require_POST
def call(request, beneficiary):
    """都好, 要帮忙 or 没人接. Who needs help comes to the order's form, filled in."""
    form = CallForm(request.POST)
    done = carry_out(form, services.record_call, beneficiary=beneficiary, by=request.user)
    if done is None:
        return show(request, "volunteers/call_refused.html", {"form": form})
    if done.result == CallResult.HELP:
        return _send_to(request, f"{reverse('volunteers:order_new')}?beneficiary={beneficiary.pk}")
    if wants_part(request):
        return _in_the_row(request, beneficiary, done)
    messages.success(request, SAID[done.result])
    return redirect("volunteers:calls")


def _in_the_row(request, beneficiary, done):
    """Who is well leaves the list. Where nobody answered the row stays, with name, telephone and
    the buttons for the next try: only those are sent anew, no name."""
    if done.result != CallResult.NO_ANSWER:
        return show(request, "volunteers/call_done.html", {"person": beneficiary})
    again = {"pk": beneficiary.pk, "token": uuid.uuid4(), "unheard": True}
    response = show(request, "volunteers/call_said.html", again)
    response["HX-Retarget"] = f"#p{beneficiary.pk} .vc-said"
    return response


def _send_to(request, address):
    """On to another page; htmx would put that page into the row."""
    if wants_part(request):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
