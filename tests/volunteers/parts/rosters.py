"""rosters: its share of the tests that walk the whole portal."""

import uuid
from datetime import timedelta

from django.utils import timezone

from tests.factories import BuildingFactory, EntranceFactory
from tests.volunteers.rows import volunteer_in
from volunteers.models import Position, Roster, Supply, Volunteer
from volunteers.services import head_counts, rosters, supplies


def of_roster(world):
    return {"pk": world.roster.pk}


WALK = {
    **dict.fromkeys(["rosters", "roster_new"], lambda world: {}),
    **dict.fromkeys(
        [
            "roster",
            "roster_fill",
            "roster_group_add",
            "roster_close",
            "roster_counts",
            "roster_round",
            "roster_wall",
            "roster_supplies",
            "call_sheet",
            "supply_sheet",
            "my_roster",
            "my_roster_leave",
            "my_roster_count",
            "my_roster_ask",
            "my_roster_move",
        ],
        of_roster,
    ),
    **dict.fromkeys(["position", "position_clear"], lambda world: {"pk": world.roster_position.pk}),
    "supply_move": lambda world: {"pk": world.supply.pk},
}


def build(world, cast):
    """An emergency in the estate: the volunteer leads its first building, a home waits."""
    worker = cast("worker")
    world.roster = rosters.open_roster(area=world.area, title="全员采样", by=worker)
    world.roster_position = lead_of(world.roster)
    rosters.change_position(position=world.roster_position, by=worker, who=world.volunteer.pk)
    head_counts.start_round(roster=world.roster, by=worker)
    world.supply = supplies.ask_supplies(
        roster=world.roster,
        building=world.roster_position.building,
        door="1502",
        words="米10斤",
        by=worker,
    )


def lead_of(roster):
    """The position of the lead of the first building."""
    leads = roster.positions.filter(building__isnull=False, entrance=None)
    return leads.order_by("building__number").first()


class Stage:
    """An emergency up to where an act of it is possible."""

    def roster_helper(self):
        """The volunteer of the cast."""
        user = self.cast("volunteer")
        known = Volunteer.objects.filter(user=user).first()
        return known or volunteer_in(self.estate.parent, user=user, is_verified=False)

    def roster(self):
        building = BuildingFactory(area=self.estate)
        EntranceFactory(building=building, number=1)
        return rosters.open_roster(area=self.estate, title="全员采样", by=self.worker)

    def calm_estate(self):
        """An estate with a building, where nothing happens."""
        BuildingFactory(area=self.estate)
        return self.estate

    def roster_position(self):
        return lead_of(self.roster())

    def filled_roster_position(self):
        found = self.roster_position()
        return rosters.change_position(position=found, by=self.worker, who=self.roster_helper().pk)

    def roster_in_round(self):
        """The volunteer leads the building, the first round runs."""
        roster = self.filled_roster_position().roster
        return head_counts.start_round(roster=roster, by=self.worker)

    def asked_supply(self):
        roster = self.roster_in_round()
        return supplies.ask_supplies(
            roster=roster,
            building=lead_of(roster).building,
            door="1502",
            words="米10斤",
            by=self.worker,
        )

    def roster_with_supply(self):
        return self.asked_supply().roster


def lead_data(stage, roster):
    return {"building": lead_of(roster).building_id}


def fill_data(stage, roster):
    return {f"who-{lead_of(roster).pk}": stage.roster_helper().pk}


def count_data(stage, roster):
    return lead_data(stage, roster) | {"round": 1, "present": 90, "expected": 96}


def supply_data(stage, roster):
    more = {"door": "1502", "words": "鸡蛋一板", "token": uuid.uuid4()}
    return lead_data(stage, roster) | more


def nothing(stage, found):
    return {}


ACTS = {
    "roster_new": (
        "worker",
        Stage.calm_estate,
        lambda stage, found: {"area": found.pk, "title": "防汛"},
        ["open_roster"],
    ),
    "roster_fill": ("worker", Stage.roster, fill_data, ["fill_roster"]),
    "roster_group_add": (
        "worker",
        Stage.roster,
        lambda stage, found: {"group": "shopping"},
        ["fill_roster"],
    ),
    "roster_close": ("worker", Stage.roster, nothing, ["close_roster"]),
    "position": (
        "worker",
        Stage.roster_position,
        lambda stage, found: {"name": "王建军", "phone": "13900007777"},
        ["fill_roster"],
    ),
    "position_clear": ("worker", Stage.filled_roster_position, nothing, ["fill_roster"]),
    "roster_counts": ("worker", Stage.roster_in_round, count_data, ["head_count"]),
    "roster_round": ("worker", Stage.roster, nothing, ["head_count"]),
    "roster_supplies": ("worker", Stage.roster, supply_data, ["ask_supplies"]),
    "supply_move": (
        "worker",
        Stage.asked_supply,
        lambda stage, found: {"state": "bought"},
        ["move_supplies"],
    ),
    "call_sheet": ("worker", Stage.roster, None, ["print_call_sheet"]),
    "supply_sheet": ("worker", Stage.roster, None, ["print_call_sheet"]),
    "my_roster_leave": ("volunteer", Stage.roster_in_round, nothing, ["fill_roster"]),
    "my_roster_count": ("volunteer", Stage.roster_in_round, count_data, ["head_count"]),
    "my_roster_ask": ("volunteer", Stage.roster_in_round, supply_data, ["ask_supplies"]),
    "my_roster_move": (
        "volunteer",
        Stage.roster_with_supply,
        lambda stage, found: {"supply": found.supplies.get().pk, "state": "delivered"},
        ["move_supplies"],
    ),
}
QUIET = {}
READ = {"rosters", "roster", "roster_wall", "my_roster"}
SESSION = {}
PROMISED = {}


def long_over(estate, worker, days=200):
    """An emergency that ended so many days ago: a volunteer, somebody by hand, a count, an order."""
    BuildingFactory(area=estate, number=1)
    roster = rosters.open_roster(area=estate, title="台风", by=worker)
    lead, group = lead_of(roster), roster.positions.get(group="vanguard")
    rosters.fill_roster(
        roster=roster,
        by=worker,
        choices={lead.pk: ("王建军", "13900007777"), group.pk: volunteer_in(estate.parent).pk},
    )
    head_counts.start_round(roster=roster, by=worker)
    where = {"roster": roster, "building": lead.building, "by": worker}
    head_counts.head_count(round=1, present=90, expected=96, **where)
    supplies.ask_supplies(door="1502", words="米10斤", **where)
    rosters.close_roster(roster=roster, by=worker)
    Roster.objects.filter(pk=roster.pk).update(closed_at=timezone.now() - timedelta(days=days))
    return Roster.objects.get(pk=roster.pk)


def emergency_long_over(cast, estate):
    long_over(estate, cast("worker"))
    return {}, lambda: (
        list(Position.objects.order_by("pk").values_list("name", "phone_sealed")),
        list(Supply.objects.values_list("door", "words_sealed")),
    )


CASES = {"volunteers.erase_rosters": emergency_long_over}
