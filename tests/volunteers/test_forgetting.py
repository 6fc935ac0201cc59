"""到期就删: what an emergency wrote down of people, and whom to ask for a minor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from stations.models import Act
from tests.volunteers.parts.people import grown_up
from tests.volunteers.parts.rosters import long_over
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.choices import MemberState, VolunteerState
from volunteers.models import Membership, Position, Roster, Supply, Volunteer
from volunteers.services import forgetting, supplies
from volunteers.services.people import guardian_of

pytestmark = pytest.mark.django_db


def test_names_phones_and_doors_of_an_emergency_go_after_half_a_year(estate, cast, sign_in):
    roster = long_over(estate, cast("worker"), days=179)
    assert forgetting.erase_rosters() == 0
    assert Position.objects.get(name="王建军").phone_sealed
    Roster.objects.update(closed_at=timezone.now() - timedelta(days=181))
    assert forgetting.erase_rosters() == 1
    by_hand = roster.positions.exclude(name="").get()
    assert (by_hand.name, by_hand.phone_sealed) == ("到期已删", "")
    supply = Supply.objects.get()
    assert (supply.door, supply.words_sealed) == ("", "")
    assert supplies.words_of(supply) == "到期已删"
    # A volunteer's place is their own record: it stays, and so do the numbers.
    assert roster.positions.filter(volunteer__isnull=False).count() == 1
    assert roster.counts.get().present == 90
    assert Act.objects.filter(verb="volunteers.erase_roster", area=estate, by=None).count() == 1
    assert forgetting.erase_rosters() == 0
    client = sign_in("worker")
    for address in ("", "supplies/", "call-sheet/", "supply-sheet/"):
        page = client.get(f"/rosters/{roster.pk}/{address}")
        assert page.status_code == 200
        assert "到期已删" in page.content.decode()


def test_an_emergency_that_still_runs_keeps_what_it_needs(estate, cast):
    roster = long_over(estate, cast("worker"), days=400)
    Roster.objects.update(closed_at=None)
    assert forgetting.erase_rosters() == 0
    assert roster.positions.filter(name="王建军").exists()


def test_who_came_of_age_needs_no_guardian(community):
    today = timezone.localdate()
    grown, young = grown_up(community), grown_up(community, days=-1)
    adult = volunteer_in(community)
    assert forgetting.erase_guardians() == 1
    grown.refresh_from_db()
    young.refresh_from_db()
    assert (grown.guardian_sealed, grown.minor_until) == ("", None)
    assert grown.guardian_agreed_at
    assert not grown.is_minor()
    assert guardian_of(young)["name"] == "李妈妈"
    assert young.minor_until == today + timedelta(days=1)
    act = Act.objects.get(verb="volunteers.erase_guardian")
    assert (act.on_id, act.by, act.detail) == (grown.pk, None, {})
    assert forgetting.erase_guardians() == 0
    assert forgetting.erase_guardians(today + timedelta(days=1)) == 1
    assert adult.minor_until is None


def refused_young(community, *, days):
    """A minor whom a team refused so many days ago, with the guardian still known."""
    one = grown_up(community, days=-400)
    Volunteer.objects.filter(pk=one.pk).update(state=VolunteerState.REFUSED)
    at = timezone.now() - timedelta(days=days)
    Membership.objects.create(
        team=team_in(community),
        volunteer=one,
        area=community,
        state=MemberState.REFUSED,
        decided_at=at,
    )
    return one


def test_of_a_minor_who_was_refused_the_guardian_goes_after_half_a_year(community, sign_in):
    lately, long_ago = refused_young(community, days=179), refused_young(community, days=181)
    again = refused_young(community, days=300)
    Membership.objects.create(
        team=team_in(community),
        volunteer=again,
        area=community,
        state=MemberState.REFUSED,
        decided_at=timezone.now() - timedelta(days=20),
    )
    until = long_ago.minor_until
    assert forgetting.erase_guardians() == 1
    long_ago.refresh_from_db()
    # Still a minor: whoever lets them in later has to ask a guardian first.
    assert (long_ago.guardian_sealed, long_ago.minor_until) == ("", until)
    assert long_ago.is_minor()
    for kept in (lately, again):
        kept.refresh_from_db()
        assert guardian_of(kept)["name"] == "李妈妈"
    assert Act.objects.get(verb="volunteers.erase_guardian").on_id == long_ago.pk
    assert forgetting.erase_guardians() == 0
    page = sign_in("worker").get(f"/volunteers/people/{long_ago.pk}/")
    assert page.status_code == 200 and 'href="tel:"' not in page.content.decode()


def test_a_minor_who_serves_keeps_the_guardian(community):
    grown_up(community, days=-400)
    assert forgetting.erase_guardians() == 0
