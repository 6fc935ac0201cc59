"""Who and when nearly every test of voluntary service begins with."""

from datetime import datetime, time

import pytest
from django.utils import timezone

from stations.choices import Role
from tests.volunteers.hour_rows import be_verified, staff_in


@pytest.fixture
def worker(cast):
    """A worker of the community; nobody has checked who they are."""
    return cast("worker")


@pytest.fixture
def secretary(community):
    """The community's secretary, whose ID number was seen."""
    return be_verified(staff_in(community, Role.SECRETARY, name="李书记"), community)


@pytest.fixture
def on(time_machine):
    """on(day): it is ten o'clock of that day."""

    def move(day):
        ten = timezone.make_aware(datetime.combine(day, time(10)))
        time_machine.move_to(ten, tick=False)

    return move
