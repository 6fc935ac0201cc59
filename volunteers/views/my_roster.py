"""我的应急岗位, on a phone: where I stand, my building's numbers, what its homes need."""

import uuid

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from stations.access import requires
from stations.foundation.http import carry_out, show
from stations.models import Station
from volunteers.access import SERVE
from volunteers.forms.rosters import CountForm, MoveOneForm, SupplyForm
from volunteers.models import Roster
from volunteers.services import head_counts, supplies
from volunteers.services.leaving import step_aside
from volunteers.services.my_roster import duties_of, my_supply
from volunteers.views.pressed import press

PAGE = "volunteers/my_roster.html"


@requires(SERVE, on=Roster)
@require_GET
def my_roster(request, roster):
    """Where I stand and with whom."""
    return show(request, PAGE, facts(request, roster))


def facts(request, roster, **forms):
    """What the page says to this person. Forms only for whoever leads a building."""
    mine = duties_of(request.user, roster)
    station = Station.objects.nearest_to(roster.area)
    context = {"roster": roster, "mine": mine, "station": station, "tab": "mine"}
    if mine.leads:
        first = mine.leads[0]
        number = {"building": first, "expected": head_counts.last_expected(roster, first)}
        context |= {
            "count_form": CountForm(roster=roster, buildings=mine.leads, initial=number),
            "supply_form": SupplyForm(
                roster=roster,
                buildings=mine.leads,
                initial={"building": first, "token": uuid.uuid4()},
            ),
        }
    return context | forms


@requires(SERVE, on=Roster)
@require_POST
def my_roster_leave(request, roster):
    """我守不了，换人: the places are gaps again, and the station hears it at once."""
    said = "知道了，已经告诉服务站换人。"
    left = press(request, step_aside, said, roster=roster)
    return redirect("volunteers:mine") if left else redirect("volunteers:my_roster", pk=roster.pk)


@requires(SERVE, on=Roster)
@require_POST
def my_roster_count(request, roster):
    """The lead tells how many came."""
    mine = duties_of(request.user, roster)
    form = CountForm(request.POST, roster=roster, buildings=mine.leads)
    if count := carry_out(form, head_counts.head_count, roster=roster, by=request.user):
        messages.success(request, f"{count.building}报上去了：{count.present}/{count.expected}。")
        return redirect("volunteers:my_roster", pk=roster.pk)
    return show(request, PAGE, facts(request, roster, count_form=form), status=422)


@requires(SERVE, on=Roster)
@require_POST
def my_roster_ask(request, roster):
    """The lead orders what a home needs."""
    mine = duties_of(request.user, roster)
    form = SupplyForm(request.POST, roster=roster, buildings=mine.leads)
    if supply := carry_out(form, supplies.ask_supplies, roster=roster, by=request.user):
        messages.success(request, f"{supply.place} 要的东西交给代购组了。")
        return redirect("volunteers:my_roster", pk=roster.pk)
    return show(request, PAGE, facts(request, roster, supply_form=form), status=422)


@requires(SERVE, on=Roster)
@require_POST
def my_roster_move(request, roster):
    """The shopping group bought or delivered something."""
    form = MoveOneForm(request.POST)
    supply = my_supply(request.user, roster, form)
    if supply and (
        moved := carry_out(form, supplies.move_supplies, supply=supply, by=request.user)
    ):
        messages.success(request, f"{moved.place}：{moved.get_state_display()}。")
    else:
        problems = next(iter(form.errors.values()), ["没有找到这一单。"])
        messages.error(request, problems[0])
    return redirect("volunteers:my_roster", pk=roster.pk)
