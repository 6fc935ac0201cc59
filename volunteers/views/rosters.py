"""应急排班: the list, one roster with its gaps, filling it in one act, one position."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import requires
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from stations.models import Area
from volunteers.access import RUN_ROSTER
from volunteers.choices import RosterGroup
from volunteers.forms.rosters import CloseForm, FillForm, GroupForm, OpenForm, PositionForm
from volunteers.models import Position, Roster
from volunteers.services import rosters as services
from volunteers.services.roster_people import candidates, is_filled, positions_of, propose

MOST_AT_ONCE = 240  # positions of one form; the rest is asked on the next page
GAP = Q(positions__volunteer=None, positions__name="")


@requires(RUN_ROSTER)
@require_GET
def rosters(request):
    """What runs now stands first, then what is over: what it was, how many stood there."""
    mine = Roster.objects.visible_to(request.user)
    load = Roster.objects.select_related("area", "opened_by").annotate(
        places=Count("positions"),
        gaps=Count("positions", filter=GAP),
        filled=Count("positions", filter=~GAP),
    )
    shown = page(mine.exclude(closed_at=None), request.GET, by="-pk", load=load)
    context = {
        "running": load.filter(pk__in=mine.open().values("pk")).order_by("-pk")[:50],
        "over": shown.rows,
        "links": shown.links(request.GET),
    }
    return show(request, "volunteers/rosters.html", context)


@requires(RUN_ROSTER)
@require_http_methods(["GET", "POST"])
def roster_new(request):
    """启动: which estate, what happened; the next page has everybody proposed."""
    estates = Area.objects.visible_to(request.user, RUN_ROSTER.roles).estates()
    chosen = {"area": request.GET.get("area")}
    form = OpenForm(request.POST or None, estates=estates, initial=chosen)
    if roster := carry_out(form, services.open_roster, by=request.user):
        return redirect("volunteers:roster_fill", pk=roster.pk)
    return show(request, "volunteers/roster_new.html", {"form": form})


@requires(RUN_ROSTER, on=Roster)
@require_GET
def roster(request, roster):
    """Who stands where; what is empty is red, with the number on top."""
    return roster_page(request, roster)


def roster_page(request, roster, closing=None):
    """The page, with a last sentence that was refused in its place."""
    positions = list(positions_of(roster))
    gaps = sum(not is_filled(position) for position in positions)
    context = {
        "roster": roster,
        "places": len(positions),
        "gaps": gaps,
        "filled": len(positions) - gaps,
        "buildings": by_building(positions),
        "groups": by_group(positions),
        "form": CloseForm() if closing is None else closing,
    }
    return show(request, "volunteers/roster.html", context)


def by_building(positions):
    """[(building, its lead's position, [positions of its entrances])]."""
    lines = {}
    for one in positions:
        if one.building_id:
            line = lines.setdefault(one.building_id, [one.building, None, []])
            if one.entrance_id:
                line[2].append(one)
            else:
                line[1] = one
    return list(lines.values())


def by_group(positions):
    """[(key, label, [positions])] in the order of the four groups."""
    return [
        (group, group.label, [one for one in positions if one.group == group])
        for group in RosterGroup
    ]


@requires(RUN_ROSTER, on=Roster)
@require_http_methods(["GET", "POST"])
def roster_fill(request, roster):
    """一键配齐: every gap with a person chosen beforehand; change what is wrong, press once."""
    positions, people = list(positions_of(roster)), candidates(roster.area)
    proposal = propose(roster, people=people, positions=positions)
    gaps = [position for position in positions if not is_filled(position)][:MOST_AT_ONCE]
    form = FillForm(request.POST or None, positions=gaps, people=people, proposal=proposal)
    if done := carry_out(form, services.fill_roster, roster=roster, by=request.user):
        messages.success(request, filled_words(done))
        return redirect("volunteers:roster", pk=roster.pk)
    context = {
        "roster": roster,
        "form": form,
        "gaps": len(gaps),
        "proposed": sum(position.pk in proposal for position in gaps),
        "buildings": rows_of(form, by_building(gaps)),
        "groups": [(label, [form.row(one) for one in rows]) for _, label, rows in by_group(gaps)],
        "people": people,
    }
    return show(request, "volunteers/roster_fill.html", context)


def filled_words(done):
    """What the act did, in a sentence."""
    if done.left:
        return f"排好了{done.filled}个位置。还有{done.left}个同事刚排过，没有动。"
    return f"排好了{done.filled}个位置，有账号的都收到了消息。"


def rows_of(form, buildings):
    """[(building, [rows])]: the lead's row first, then the entrances."""
    return [
        (building, [form.row(one) for one in [lead, *entrances] if one])
        for building, lead, entrances in buildings
    ]


@requires(RUN_ROSTER, on=Roster)
@require_POST
def roster_group_add(request, roster):
    """One more place in a group."""
    form = GroupForm(request.POST)
    if position := carry_out(form, services.add_position, roster=roster, by=request.user):
        return redirect("volunteers:position", pk=position.pk)
    messages.error(request, next(iter(form.errors.values()))[0])
    return redirect("volunteers:roster", pk=roster.pk)


@requires(RUN_ROSTER, on=Roster)
@require_POST
def roster_close(request, roster):
    """结束: nobody is on duty any more; a sentence stays for the record."""
    form = CloseForm(request.POST)
    if carry_out(form, services.close_roster, roster=roster, by=request.user):
        messages.success(request, "应急结束了，给大家发了感谢的消息。")
        return redirect("volunteers:roster", pk=roster.pk)
    return roster_page(request, roster, closing=form)


@requires(RUN_ROSTER, on=Position)
@require_http_methods(["GET", "POST"])
def position(request, position):
    """One position: who stands there, and who should instead."""
    people = candidates(position.roster.area)
    form = PositionForm(request.POST or None, position=position, people=people)
    if changed := carry_out(form, services.change_position, position=position, by=request.user):
        messages.success(request, f"{changed}换好了。")
        return redirect("volunteers:roster", pk=position.roster_id)
    context = {
        "position": position,
        "roster": position.roster,
        "phone": services.phone_of(position),
        "is_filled": is_filled(position),
        "people": people,
        "form": form,
    }
    return show(request, "volunteers/roster_position.html", context)


@requires(RUN_ROSTER, on=Position)
@require_POST
def position_clear(request, position):
    """撤下来: the position is empty again."""
    try:
        services.clear_position(position=position, by=request.user)
        messages.success(request, f"{position}空出来了。")
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("volunteers:roster", pk=position.roster_id)
