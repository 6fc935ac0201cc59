"""需求 and 资源: one of them, written down, changed, ended; a need matched in one tap."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import can, requires
from stations.choices import Level
from stations.foundation.http import carry_out, show
from stations.models import Area
from stations.registries import referrals
from stations.services.referring import came_from, page_for
from volunteers.access import DISPATCH, KEEP_LISTS, VIEW, VIEW_ORDERS
from volunteers.choices import NeedState
from volunteers.forms.lists import (
    NeedForm,
    NewNeedForm,
    NewResourceForm,
    ProposeForm,
    ResourceForm,
)
from volunteers.foundation.money import yuan
from volunteers.models import Match, Need, Resource
from volunteers.services import lists as services
from volunteers.services.matches import propose_match
from volunteers.services.matching import suggest_resources
from volunteers.services.need_orders import (
    ORDER_KIND,
    OVER,
    may_become_order,
    meet_need,
    outcomes_of_needs,
    served_by_orders,
)
from volunteers.views.pressed import posted, press

MOST = 40


def places_to_keep(user):
    """Communities and estates one may write down for."""
    areas = Area.objects.visible_to(user, KEEP_LISTS.roles)
    return areas.filter(level__gte=Level.COMMUNITY)


def initial_of(row, keys):
    """What stands there now, for the form."""
    return {key: getattr(row, key) for key in keys}


# 需求


@requires(KEEP_LISTS)
@require_http_methods(["GET", "POST"])
def need_new(request):
    """登记需求."""
    places = places_to_keep(request.user)
    form = NewNeedForm(posted(request), places=places)
    if request.method == "POST":
        need = carry_out(form, services.add_need, by=request.user)
        if need:
            messages.success(request, "记下了。下面是对得上的资源。")
            return redirect("volunteers:need", pk=need.pk)
    context = {"form": form, "title": "登记需求", "back": "lists"}
    return show(request, "volunteers/list_form.html", context)


@requires(VIEW, on=Need)
@require_GET
def need(request, need):
    """One need: what fits it, and what came of it."""
    return show(request, "volunteers/need.html", facts_of(request, need))


def facts_of(request, need, **more):
    """What the page of a need says."""
    rows = Match.objects.filter(need=need).select_related("resource__partner")
    may_keep = can(request.user, KEEP_LISTS, at=need.area)
    taken = services.set_aside(need)
    return {
        "need": need,
        "matches": list(rows.select_related("resource__volunteer__user")[:MOST]),
        "suggested": suggest_resources(need, 8) if need.state == NeedState.OPEN else [],
        "taken": taken,
        "missing": max(0, need.quantity - taken),
        "may_keep": may_keep,
        "is_over": need.state in OVER,
        "came_from": came_from(need, request.user) if may_keep else [],
        "orders": outcomes_of_needs([need]).get(need.pk, []),
        "sees_orders": can(request.user, VIEW_ORDERS, at=need.area),
        "may_order": may_become_order(need) and can(request.user, DISPATCH, at=need.area),
        "order_url": page_for(referrals[ORDER_KIND], need),
        "is_served": need.state not in OVER and served_by_orders(need),
    } | more


@requires(KEEP_LISTS, on=Need)
@require_http_methods(["GET", "POST"])
def need_edit(request, need):
    """改需求."""
    form = NeedForm(posted(request), initial=initial_of(need, services.NEED_FACTS))
    if request.method == "POST" and carry_out(
        form, services.change_need, need=need, by=request.user
    ):
        messages.success(request, "改好了。")
        return redirect("volunteers:need", pk=need.pk)
    context = {"form": form, "title": "改需求", "need": need}
    return show(request, "volunteers/list_form.html", context)


@requires(KEEP_LISTS, on=Need)
@require_POST
def need_close(request, need):
    """不用了."""
    try:
        services.close_need(need=need, by=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.success(request, "记下了：不用了。")
    return redirect("volunteers:need", pk=need.pk)


def back_to(request):
    """Back to 能对上的 with its conditions, for whoever goes through it row by row."""
    query = request.GET.copy()
    if query.pop("back", [""])[-1] != "fits":
        return None
    return redirect(f"{reverse('volunteers:fits')}?{query.urlencode()}")


@requires(KEEP_LISTS, on=Need)
@require_POST
def need_met(request, need):
    """办成了: the orders that came of it are done."""
    press(request, meet_need, "记下了：办成了。", need=need)
    return redirect("volunteers:need", pk=need.pk)


@requires(KEEP_LISTS, on=Need)
@require_POST
def need_match(request, need):
    """对接: one tap, or with a number."""
    form = ProposeForm(request.POST)
    match = carry_out(form, propose_match, need=need, by=request.user)
    if match:
        messages.success(request, "对上了，留出来了。接着问问两边。")
        return back_to(request) or redirect("volunteers:match", pk=match.pk)
    return show(request, "volunteers/need.html", facts_of(request, need, form=form))


# 资源


@requires(KEEP_LISTS)
@require_http_methods(["GET", "POST"])
def resource_new(request):
    """登记资源."""
    form = NewResourceForm(posted(request), places=places_to_keep(request.user))
    if request.method == "POST":
        resource = carry_out(form, services.add_resource, by=request.user)
        if resource:
            messages.success(request, "记下了，有合适的需求会排在前面。")
            return redirect("volunteers:resource", pk=resource.pk)
    context = {"form": form, "title": "登记资源", "back": "lists"}
    return show(request, "volunteers/list_form.html", context)


@requires(VIEW, on=Resource)
@require_GET
def resource(request, resource):
    """One resource: how much is left, and where the rest went."""
    rows = Resource.objects.select_related("area", "partner", "volunteer__user")
    resource = rows.get(pk=resource.pk)
    resource.worth = yuan(resource.worth_fen)
    matches = Match.objects.filter(resource=resource).select_related("need__area")
    context = {
        "resource": resource,
        "given": resource.quantity - resource.left,
        "matches": list(matches[:MOST]),
        "is_over": bool(
            resource.ended_at or (resource.last_on and resource.last_on < timezone.localdate())
        ),
        "may_keep": can(request.user, KEEP_LISTS, at=resource.area),
    }
    return show(request, "volunteers/resource.html", context)


@requires(KEEP_LISTS, on=Resource)
@require_http_methods(["GET", "POST"])
def resource_edit(request, resource):
    """改资源."""
    now = initial_of(resource, services.RESOURCE_FACTS)
    form = ResourceForm(posted(request), initial=now)
    if request.method == "POST" and carry_out(
        form, services.change_resource, resource=resource, by=request.user
    ):
        messages.success(request, "改好了。")
        return redirect("volunteers:resource", pk=resource.pk)
    context = {"form": form, "title": "改资源", "resource": resource}
    return show(request, "volunteers/list_form.html", context)


@requires(KEEP_LISTS, on=Resource)
@require_POST
def resource_end(request, resource):
    """不再提供."""
    try:
        services.end_resource(resource=resource, by=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.success(request, "记下了：不再提供。")
    return redirect("volunteers:resource", pk=resource.pk)
