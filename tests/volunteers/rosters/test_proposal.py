"""启动应急: a position for everything, and people proposed as a naive oracle would."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from stations.models import Act, User
from tests.factories import AreaFactory, BuildingFactory, EntranceFactory, UserFactory
from tests.volunteers.rosters.rows import houses, opened, places
from tests.volunteers.rows import volunteer_in
from volunteers.choices import Help, Reach, RosterGroup, VolunteerState
from volunteers.models import Roster
from volunteers.services import rosters
from volunteers.services.roster_people import (
    candidates,
    options_for,
    positions_of,
    propose,
    words_about,
)

pytestmark = pytest.mark.django_db


def test_a_roster_has_a_position_for_everything(estate, cast):
    roster = opened(estate, cast, buildings=2, entrances=2)
    assert [str(one) for one in positions_of(roster)] == [
        "1栋",
        "1栋1单元",
        "1栋2单元",
        "2栋",
        "2栋1单元",
        "2栋2单元",
        "先锋组",
        "代购组",
        "宣传组",
        "消杀组",
    ]
    act = Act.objects.get(verb="volunteers.open_roster")
    assert (act.by, act.area, act.detail) == (cast("worker"), estate, {"positions": 10})
    with pytest.raises(ValidationError, match="已经在应急排班"):
        rosters.open_roster(area=estate, title="又来", by=cast("worker"))
    rosters.close_roster(roster=roster, by=cast("worker"))
    assert rosters.open_roster(area=estate, title="防汛", by=cast("worker")).closed_at is None


def test_it_needs_an_estate_with_buildings(estate, cast):
    with pytest.raises(ValidationError, match="还没有登记楼栋"):
        rosters.open_roster(area=estate, title="防汛", by=cast("worker"))
    with pytest.raises(ValidationError, match="选一个小区"):
        rosters.open_roster(area=estate.parent, title="防汛", by=cast("worker"))


# the proposal


@st.composite
def worlds(draw):
    """Some houses, some people, some of them standing somewhere already."""
    people = st.fixed_dictionaries(
        {
            "home": st.integers(-2, 2),  # -2 another estate, -1 this one without a building
            "reach": st.sampled_from([Reach.BUILDING, Reach.ESTATE, Reach.COMMUNITY]),
            "is_party_member": st.booleans(),
            "open_count": st.integers(0, 2),
            "served_count": st.integers(0, 1),
            "helps": st.sampled_from([[Help.ERRAND], [Help.CLEANING], [Help.ARTS], []]),
            "is_insured": st.booleans(),
            "state": st.sampled_from([*[VolunteerState.ACTIVE] * 4, VolunteerState.PAUSED]),
            "is_minor": st.sampled_from([False, False, False, True]),
        }
    )
    return {
        "buildings": draw(st.integers(1, 3)),
        "entrances": draw(st.integers(0, 2)),
        "people": draw(st.lists(people, max_size=14)),
        "standing": draw(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3)),
        "more": draw(st.lists(st.sampled_from(list(RosterGroup)), max_size=2)),
    }


def oracle(roster, people):
    """Say it again as slowly and plainly as possible: again and again the one best pair."""
    rows = list(positions_of(roster))
    chosen, today = {}, timezone.localdate()

    def near(person, row):
        if row.building and person.building == row.building:
            return 0
        return 1 if person.estate == roster.area else 2

    def may(person, row):
        if person.state != "active" or (person.minor_until and person.minor_until > today):
            return False
        if row.group == "shopping" and "errand" not in person.helps:
            return False
        if row.group == "disinfection" and (
            "cleaning" not in person.helps
            or not person.insured_until
            or person.insured_until < today
        ):
            return False
        return {1: 0, 2: 1, 3: 2}[person.reach] >= near(person, row)

    def all_now():
        return [(r, r.volunteer) for r in rows if r.volunteer] + [
            (r, chosen[r.pk]) for r in rows if r.pk in chosen
        ]

    def holders(of):
        return {person.pk for row, person in all_now() if of(row)}

    def best(of, key):
        while True:
            pairs = [
                (key(row, person), row, person)
                for row in rows
                if of(row) and not row.volunteer and not row.name and row.pk not in chosen
                for person in people
                if may(person, row) and key(row, person) is not None
            ]
            if not pairs:
                return
            _, row, person = min(pairs, key=lambda pair: pair[0])
            chosen[row.pk] = person

    def post(row, person):
        if person.pk in holders(lambda one: not one.group):
            return None
        second = not row.entrance and not person.is_party_member
        return (
            near(person, row),
            rows.index(row),
            second,
            person.open_count,
            person.served_count,
            person.pk,
        )

    best(lambda row: row.building and not row.entrance, post)
    best(lambda row: row.entrance, post)
    for group in RosterGroup:

        def member(row, person, group=group):
            if person.pk in holders(lambda one: one.group == group):
                return None
            second = group == "vanguard" and not person.is_party_member
            return (
                rows.index(row),
                [one.pk for _, one in all_now()].count(person.pk),
                near(person, row),
                second,
                person.open_count,
                person.served_count,
                person.pk,
            )

        best(lambda row, group=group: row.group == group, member)
    return {pk: person.pk for pk, person in chosen.items()}


@hypothesis_settings(max_examples=40)
@given(world=worlds())
def test_the_proposal_is_what_a_naive_oracle_says(world):
    point = transaction.savepoint()
    compare(world)
    transaction.savepoint_rollback(point)


def compare(world):
    today = timezone.localdate()
    street = AreaFactory(level=3, parent=AreaFactory())
    community = AreaFactory(level=4, parent=street)
    estate, other = AreaFactory(level=5, parent=community), AreaFactory(level=5, parent=community)
    buildings = houses(estate, world["buildings"], world["entrances"])
    worker = UserFactory()
    roster = rosters.open_roster(area=estate, title="防汛", by=worker)
    for group in world["more"]:
        rosters.add_position(roster=roster, group=group, by=worker)
    people = []
    for facts in world["people"]:
        facts = dict(facts)
        home, is_insured = facts.pop("home"), facts.pop("is_insured")
        minor = {"minor_until": today + timedelta(days=9), "guardian_agreed_at": timezone.now()}
        people.append(
            volunteer_in(
                community,
                is_verified=False,
                estate=other if home == -2 else estate,
                building=buildings[home] if 0 <= home < len(buildings) else None,
                insured_until=today if is_insured else today - timedelta(days=1),
                **(minor if facts.pop("is_minor") else {}),
                **facts,
            )
        )
    volunteer_in(AreaFactory(level=4, parent=street), is_verified=False)  # not of this community
    rows = list(positions_of(roster))
    for at, who in world["standing"]:
        row, person = rows[at % len(rows)], people[who % len(people)] if people else None
        is_there = person and any(
            o.volunteer_id == person.pk and o.group == row.group for o in rows
        )
        if person and not row.volunteer_id and not is_there:
            row.volunteer, row.filled_at = person, timezone.now()
            row.save()
    found = {pk: person.pk for pk, person in propose(roster).items()}
    assert found == oracle(roster, people)


def test_every_building_has_its_lead_before_an_entrance_has_two(estate, community, cast):
    roster = opened(estate, cast)
    first, second = (places(roster)[name].building for name in ("1栋", "2栋"))
    member = volunteer_in(community, estate=estate, building=first, is_party_member=True)
    neighbour = volunteer_in(community, estate=estate, building=first, open_count=0)
    tired = volunteer_in(community, estate=estate, building=first, open_count=3)
    minor = volunteer_in(
        community,
        estate=estate,
        building=second,
        minor_until=timezone.localdate() + timedelta(days=1),
        guardian_agreed_at=timezone.now(),
    )
    at = places(roster)
    found = propose(roster)
    assert found[at["1栋"].pk] == member
    assert found[at["2栋"].pk] == neighbour  # of another building, but of the estate
    assert found[at["1栋1单元"].pk] == tired
    assert at["1栋2单元"].pk not in found
    assert minor not in found.values()
    assert found[at["代购组"].pk] in (member, neighbour, tired)  # on top, for nobody is left


def test_the_proposal_costs_the_same_for_many(estate, community, cast):
    roster = opened(estate, cast, buildings=1, entrances=1)
    volunteer_in(community, estate=estate)

    def queries(roster):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            propose(Roster.objects.select_related("area").get(pk=roster.pk))
        return len(captured)

    few = queries(roster)
    rosters.close_roster(roster=roster, by=cast("worker"))
    for n in range(2, 12):
        EntranceFactory(building=BuildingFactory(area=estate, number=n + 50))
        volunteer_in(community, estate=estate)
    again = rosters.open_roster(area=estate, title="防汛", by=cast("worker"))
    assert queries(again) == few == 3


def test_whoever_waits_for_the_identity_check_is_marked(estate, community, cast):
    lead = places(opened(estate, cast, buildings=1, entrances=1))["1栋"]
    checked = volunteer_in(community, estate=estate)
    waits = volunteer_in(community, estate=estate, is_verified=False)
    told = {one.pk: words_about(one, lead) for one in candidates(estate)}
    assert "还没核对身份" in told[waits.pk] and "还没核对身份" not in told[checked.pk]


def test_the_few_to_choose_from(estate, community, cast):
    roster = opened(estate, cast, buildings=1, entrances=1)
    lead = places(roster)["1栋"]
    for _ in range(20):
        volunteer_in(community, estate=estate)
    near = volunteer_in(community, estate=estate, building=lead.building, open_count=5)
    people, found = candidates(estate), propose(roster)
    few = options_for(lead, people, found)
    assert len(few) == 12
    assert few[0] == found[lead.pk] == near
    door = places(roster)["1栋1单元"]
    assert near not in options_for(door, people, found)  # proposed elsewhere: behind the others


def test_nobody_is_proposed_whose_account_is_out_of_use(estate, community):
    here, gone = volunteer_in(community), volunteer_in(community)
    User.objects.filter(pk=gone.user_id).update(is_active=False)
    assert candidates(estate) == [here]
