"""Papers of an emergency: whom to call, and what to buy. Each print stands in the act log."""

from django.views.decorators.http import require_GET

from stations.access import requires
from stations.foundation.http import show
from volunteers.access import RUN_ROSTER
from volunteers.choices import RosterGroup
from volunteers.models import Roster
from volunteers.services import rosters as services
from volunteers.services.supplies import print_supplies


@requires(RUN_ROSTER, on=Roster)
@require_GET
def call_sheet(request, roster):
    """联络单: all buildings with names and telephones, and the four groups on a page."""
    rows = services.print_call_sheet(roster=roster, by=request.user, sheet="call")
    buildings = {}
    for position, phone in rows:
        if position.building_id:
            buildings.setdefault(position.building_id, []).append((position, phone))
    context = {
        "roster": roster,
        "buildings": list(buildings.values()),
        "groups": [
            (group.label, [row for row in rows if row[0].group == group]) for group in RosterGroup
        ],
    }
    return show(request, "volunteers/call_sheet.html", context)


@requires(RUN_ROSTER, on=Roster)
@require_GET
def supply_sheet(request, roster):
    """代购单: what is still to be bought and to be delivered, building by building."""
    rows, more = print_supplies(roster=roster, by=request.user)
    context = {"roster": roster, "rows": rows, "more": more}
    return show(request, "volunteers/supply_sheet.html", context)
