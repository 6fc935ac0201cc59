"""A town with two communities, and a slot of an event."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from stations.choices import Level
from tests.factories import AreaFactory, BuildingFactory, UserFactory
from tests.volunteers.suggesting.rows import AT_NINE
from volunteers.models import Event, Slot


@pytest.fixture
def town(db, community, estate, sibling, other_estate, far_community, far_estate):
    """Places near and far, each estate with a building."""
    return SimpleNamespace(
        community=community,
        estate=estate,
        next_estate=AreaFactory(name="花园", level=Level.ESTATE, parent=community),
        sibling=sibling,
        other_estate=other_estate,
        far_community=far_community,
        far_estate=far_estate,
        building=BuildingFactory(area=estate),
        next_building=BuildingFactory(area=estate),
    )


@pytest.fixture
def slot(town):
    event = Event.objects.create(area=town.estate, title="义诊", place="广场", by=UserFactory())
    times = {"starts_at": AT_NINE, "ends_at": AT_NINE + timedelta(hours=1)}
    return Slot.objects.create(event=event, area=town.estate, seats=99, code="s", **times)
