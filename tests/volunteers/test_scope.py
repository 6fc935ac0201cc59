"""Who sees which rows: the union of indexed parts means what the plain rule says, row by row."""

from datetime import timedelta

import pytest
from django.utils import timezone

from stations.choices import COMMUNITY_STAFF, STAFF, Role
from tests.factories import UserFactory
from tests.volunteers.events import event_in, signed, slot_of
from tests.volunteers.hour_rows import People
from tests.volunteers.order_rows import order_in, put_out, taken
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.choices import HourState, MemberState
from volunteers.models import Event, Hour, Membership, Order, SignUp, Slot, Team, Volunteer

pytestmark = pytest.mark.django_db

HELD = {MemberState.APPLIED, MemberState.IN}


def is_staff_of(user, area, roles):
    """Posted in one of these roles where the row is, or above it."""
    return any(
        posting.role in roles and area.path.startswith(posting.area.path)
        for posting in user.current_postings()
    )


def is_below(user, area):
    """Posted as community staff or volunteer below the place of the row."""
    return any(
        posting.role in COMMUNITY_STAFF | {Role.VOLUNTEER}
        and posting.area.path.startswith(area.path)
        for posting in user.current_postings()
    )


def leads(user, team):
    return team is not None and team.is_led_by(user)


def is_shared(row, user):
    return is_staff_of(user, row.area, STAFF | {Role.VOLUNTEER}) or is_below(user, row.area)


def owned(is_own):
    """The rule of rows with people in them: the community's staff, and whose own it is."""
    return lambda row, user: is_staff_of(user, row.area, COMMUNITY_STAFF) or is_own(row, user)


def is_own_order(row, user):
    asked = any(ask.volunteer.user_id == user.pk for ask in row.asks.all())
    taken_by = row.volunteer is not None and row.volunteer.user_id == user.pk
    return asked or taken_by or leads(user, row.team)


def is_own_hour(row, user):
    mates = row.team.memberships.all() if row.team else ()
    shown = row.state == HourState.SHOWN and any(
        one.volunteer.user_id == user.pk and one.state == MemberState.IN for one in mates
    )
    return row.volunteer.user_id == user.pk or leads(user, row.team) or shown


def is_own_sign_up(row, user):
    return row.volunteer.user_id == user.pk or leads(user, row.slot.event.team)


def is_own_membership(row, user):
    return row.volunteer.user_id == user.pk or (row.state in HELD and leads(user, row.team))


def is_own_volunteer(row, user):
    return row.user_id == user.pk or any(
        one.state in HELD and leads(user, one.team) for one in row.memberships.all()
    )


RULES = {
    Order: owned(is_own_order),
    Hour: owned(is_own_hour),
    SignUp: owned(is_own_sign_up),
    Membership: owned(is_own_membership),
    Volunteer: owned(is_own_volunteer),
    Event: is_shared,
    Slot: is_shared,
    Team: is_shared,
}
READ_ALONG = {  # what the rules look at, read once for all
    Order: ["area", "volunteer", "asks__volunteer", "team__leader", "team__deputy"],
    Hour: [
        "area", "volunteer", "team__leader", "team__deputy", "team__memberships__volunteer",
    ],
    SignUp: ["area", "volunteer", "slot__event__team__leader", "slot__event__team__deputy"],
    Membership: ["area", "volunteer", "team__leader", "team__deputy"],
    Volunteer: ["area", "memberships__team__leader", "memberships__team__deputy"],
    Event: ["area"],
    Slot: ["area"],
    Team: ["area"],
}  # fmt: skip
ROLES = (
    "worker", "secretary", "officer", "district", "volunteer", "admin",
    "sibling_worker", "sibling_secretary", "far_officer", "stranger",
)  # fmt: skip


def filled(estate, by, posted):
    """The rows of a community: a team with leader, deputy, member, and one who applied, was
    refused or left; hours, orders and sign-ups of these and of the volunteer `posted`."""
    community = estate.parent
    people = People(community, worker=by)
    team, leader = people.team, people.leader
    team.deputy = volunteer_in(community)
    team.save()
    for state in (MemberState.APPLIED, MemberState.REFUSED, MemberState.LEFT):
        one = volunteer_in(community)
        Membership.objects.create(team=team, volunteer=one, area=community, state=state)
    team_in(community, leader=posted, members=[people.volunteer])
    people.shown()
    people.hour(days=3)
    people.hour(days=4, team=None)
    people.hour(days=5, volunteer=posted)
    order_in(estate)
    put_out(order_in(estate), by, people.volunteer, posted)
    order = taken(order_in(estate), by, people.volunteer)
    Order.objects.filter(pk=order.pk).update(team=team)
    at_team = event_in(estate, by, team=team)
    signed(slot_of(at_team), people.volunteer, posted)
    signed(slot_of(event_in(community, by, days=(4,))), leader)


@pytest.fixture
def everybody(estate, other_estate, far_estate, cast):
    """People of every role, and all volunteers of two filled communities."""
    posted = volunteer_in(estate.parent, user=cast("volunteer"))
    filled(estate, cast("worker"), posted)
    filled(other_estate, cast("sibling_worker"), volunteer_in(other_estate.parent))
    at_home = volunteer_in(estate, user=UserFactory(name="只在小区"))
    team_in(far_estate.parent, leader=at_home)
    ended = volunteer_in(estate.parent)
    ended.user.postings.update(until=timezone.now() - timedelta(days=1))
    users = {who: cast(who) for who in ROLES}
    return users | {f"{one.number}": one.user for one in Volunteer.objects.select_related("user")}


def test_everybody_sees_what_the_rule_says(everybody):
    for model, rule in RULES.items():
        rows = list(model.objects.prefetch_related(*READ_ALONG[model]))
        seen = unseen = 0
        for who, user in everybody.items():
            found = list(model.objects.visible_to(user).values_list("pk", flat=True))
            wanted = {row.pk for row in rows if rule(row, user)}
            assert sorted(found) == sorted(wanted), (model, who)  # each once
            seen, unseen = seen + len(wanted), unseen + len(rows) - len(wanted)
        assert seen and unseen, model  # the rule is not the same for all


def test_the_teams_one_leads_or_is_in(everybody):
    for who, user in everybody.items():
        led = {one.pk for one in Team.objects.all() if one.is_led_by(user)}
        mine = Membership.objects.filter(volunteer__user=user, state=MemberState.IN)
        shown = led | set(mine.values_list("team", flat=True))
        assert sorted(one.pk for one in Team.objects.ever_led_by(user)) == sorted(led), who
        assert sorted(one.pk for one in Team.objects.shown_to(user)) == sorted(shown), who
