"""代购: what homes order through their building's lead while an emergency lasts."""

import uuid

from django.db import transaction
from django.utils import timezone

from stations.access import can
from stations.foundation.refusal import refuse
from stations.foundation.sealed import seal, unseal
from stations.services.acts import record
from volunteers.access import RUN_ROSTER
from volunteers.choices import RosterGroup, SupplyState
from volunteers.models import Position, Supply
from volunteers.services.head_counts import leads, refuse_strangers
from volunteers.services.rosters import locked

ERASED = "到期已删"

# The table of allowed changes: nothing else happens to an order of supplies.
SUPPLY_CHANGES = {
    SupplyState.ASKED: {SupplyState.BOUGHT, SupplyState.DELIVERED, SupplyState.CANCELLED},
    SupplyState.BOUGHT: {SupplyState.DELIVERED, SupplyState.CANCELLED},
    SupplyState.DELIVERED: set(),
    SupplyState.CANCELLED: set(),
}


@transaction.atomic
def ask_supplies(*, roster, building, door, words, by, token=None):
    """A home needs something; the building's lead or the staff write it down.

    The words are sealed. The same page sent twice (`token`) asks once.
    """
    roster = locked(roster)
    refuse_strangers(by, roster, building)
    token = token or uuid.uuid4()
    if known := Supply.objects.filter(token=token).first():
        return known
    supply = Supply(roster=roster, area=roster.area, building=building, by=by, token=token)
    supply.door = " ".join(door.split())
    supply.words_sealed = seal(words.strip(), bound_to=bound_to(supply))
    supply.save()
    record("volunteers.ask_supplies", on=roster, by=by, supply=supply.pk)
    return supply


def bound_to(supply):
    """What the sealed words are bound to."""
    return f"supply.words:{supply.uuid}"


def words_of(supply):
    """What is needed, in clear; long after the emergency it is erased."""
    if not supply.words_sealed:
        return ERASED
    return unseal(supply.words_sealed, bound_to=bound_to(supply))


def shops(user, roster):
    """Whether somebody is in the shopping group."""
    return Position.objects.filter(
        roster=roster, group=RosterGroup.SHOPPING, volunteer__user=user
    ).exists()


@transaction.atomic
def move_supplies(*, supply, by, state):
    """Bought, delivered or not needed: told by staff, the shopping group or the building's lead."""
    roster = locked(supply.roster)
    rows = Supply.objects.select_for_update(of=("self",)).select_related("area", "building")
    supply = rows.get(pk=supply.pk)
    may = can(by, RUN_ROSTER, at=roster.area) or shops(by, roster)
    if not (may or leads(by, roster, supply.building)):
        refuse("这一单不归您办。")
    if state not in SUPPLY_CHANGES[supply.state]:
        refuse(f"这一单已经{supply.get_state_display()}。")
    supply.state, supply.moved_at, supply.moved_by = state, timezone.now(), by
    supply.save(update_fields=["state", "moved_at", "moved_by"])
    record("volunteers.move_supplies", on=roster, by=by, supply=supply.pk, state=state)
    return supply


def next_states(supply):
    """[(state, label)] that may follow, in the order of the buttons."""
    return [
        (state, SupplyState(state).label)
        for state in SupplyState
        if state in SUPPLY_CHANGES[supply.state]
    ]


@transaction.atomic
def print_supplies(*, roster, by, most=500):
    """([(supply, words)], whether there are more) of what is still open, building by building.
    That somebody printed it stands in the act log: doors and wishes leave the house."""
    record("volunteers.print_call_sheet", on=roster, by=by, sheet="supplies")
    rows = roster.supplies.filter(state__in=[SupplyState.ASKED, SupplyState.BOUGHT])
    rows = list(rows.select_related("building").order_by("building__number", "pk")[: most + 1])
    return [(supply, words_of(supply)) for supply in rows[:most]], len(rows) > most
