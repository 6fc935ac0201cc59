"""Hours for tests: a volunteer, a leader and the station, three people."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from stations.choices import Role
from tests.factories import PostingFactory, UserFactory
from tests.volunteers.rows import team_in, verified, volunteer_in
from volunteers.choices import Help, HourSource, HourState
from volunteers.models import Hour, Identity
from volunteers.services import hours


def morning(days=2, at=9):
    """Nine o'clock, so many days ago: never night, never ahead."""
    day = timezone.localdate() - timedelta(days=days)
    return timezone.make_aware(datetime(day.year, day.month, day.day, at))


class People:
    """A team with its leader and a volunteer, and the station: each a person of their own."""

    def __init__(self, community, *, worker=None):
        self.community = community
        self.leader = volunteer_in(community)
        self.volunteer = volunteer_in(community)
        self.team = team_in(community, leader=self.leader, members=[self.volunteer])
        self.worker = worker or staff_in(community, Role.WORKER)
        be_verified(self.worker, community)

    def hour(self, *, minutes=60, days=2, at=9, **more):
        """Said by the volunteer, two days ago at nine."""
        began = morning(days, at)
        facts = {
            "volunteer": self.volunteer,
            "area": self.community,
            "help": Help.ERRAND,
            "began_at": began,
            "ended_at": began + timedelta(minutes=minutes),
            "source": HourSource.CLOCK,
            "team": self.team,
        }
        return hours.open_hour(**facts | more)

    def shown(self, **more):
        """Confirmed by both, on show."""
        hour = self.hour(**more)
        hours.confirm_for_team(hour=hour, by=self.leader.user)
        return hours.confirm_as_station(hour=hour, by=self.worker)

    def counted(self, **more):
        """The three days are over."""
        hour = self.shown(**more)
        over(hour)
        hours.count_hours()
        return Hour.objects.get(pk=hour.pk)

    def held(self, **more):
        """Nine hours at a stretch: odd."""
        return self.shown(minutes=540, **more)


def over(*rows):
    """The three days of these are over: everything about them was three days earlier."""
    past = timezone.now() - timedelta(minutes=1)
    both = past - timedelta(days=3)
    Hour.objects.filter(pk__in=[row.pk for row in rows], state=HourState.SHOWN).update(
        shown_until=past, lead_at=both, other_at=both
    )


def staff_in(area, role, **facts):
    user = UserFactory(**facts)
    PostingFactory(user=user, area=area, role=role)
    return user


def be_verified(user, area, **more):
    if not Identity.objects.filter(user=user).exists():
        verified(user, area, **more)
    return user


def refused(act, **arguments):
    """The sentence that the act is refused with."""
    with pytest.raises(ValidationError) as refusal:
        act(**arguments)
    return refusal.value.messages[0]
