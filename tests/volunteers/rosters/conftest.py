"""A roster with its building's lead."""

import pytest

from tests.volunteers.rosters.rows import opened, places
from tests.volunteers.rows import volunteer_in
from volunteers.models import Roster
from volunteers.services import rosters


@pytest.fixture
def led(estate, community, cast):
    """A roster whose first building the cast's volunteer leads."""
    roster = opened(estate, cast)
    helper = volunteer_in(community, user=cast("volunteer"), is_verified=False, estate=estate)
    rosters.change_position(position=places(roster)["1栋"], by=cast("worker"), who=helper.pk)
    return Roster.objects.select_related("area").get(pk=roster.pk)
