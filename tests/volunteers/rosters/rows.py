"""Rosters for tests: an estate with its houses, and what was told."""

from tests.factories import BuildingFactory, EntranceFactory
from volunteers.services import rosters
from volunteers.services.roster_people import positions_of


def houses(estate, buildings=2, entrances=2):
    """Buildings of an estate with their entrances."""
    made = [BuildingFactory(area=estate, number=n + 1) for n in range(buildings)]
    for building in made:
        for n in range(entrances):
            EntranceFactory(building=building, number=n + 1)
    return made


def opened(estate, cast, buildings=2, entrances=2):
    houses(estate, buildings, entrances)
    return rosters.open_roster(area=estate, title="全员采样", by=cast("worker"))


def places(roster):
    """{what a position is called: position}."""
    return {str(one): one for one in positions_of(roster)}
