"""Who is suggested for an order: each rule by an example, all of them against a plain oracle."""

import uuid
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stations.choices import Level
from tests.factories import AreaFactory, BuildingFactory, UserFactory
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.choices import (
    ANY_TIME,
    FITS_MINORS,
    RISKY,
    Help,
    MemberState,
    Part,
    Reach,
    VolunteerState,
    free_bit,
)
from volunteers.models import (
    Beneficiary,
    Event,
    Membership,
    Order,
    SignUp,
    Slot,
    Volunteer,
)
from volunteers.services.suggest import suggest_volunteers

WEDNESDAY = date(2026, 11, 25)
MONDAY = WEDNESDAY - timedelta(days=2)
AT_NINE = timezone.make_aware(datetime.combine(MONDAY, time(9)))


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


def asked(town, **facts):
    """Keys of those who are suggested for a need in the first building."""
    defaults = {"area": town.estate, "building": town.building, "help": Help.ERRAND}
    return [s.volunteer.pk for s in suggest_volunteers(**defaults | {"today": MONDAY} | facts)]


def helper(town, **facts):
    """A volunteer of the first building who goes as far as the community."""
    defaults = {"estate": town.estate, "building": town.building, "is_verified": False}
    return volunteer_in(facts.pop("area", town.community), **defaults | facts)


def test_only_those_at_work_are_asked(town):
    here = helper(town)
    for state in VolunteerState:
        if state != VolunteerState.ACTIVE:
            helper(town, state=state)
    assert asked(town) == [here.pk]


def test_only_those_who_can(town):
    can = helper(town, helps=[Help.ERRAND, Help.REPAIR])
    helper(town, helps=[Help.REPAIR])
    helper(town, helps=[])
    assert asked(town) == [can.pk]


def test_whoever_stays_in_the_house_helps_there_alone(town):
    here = helper(town, reach=Reach.BUILDING)
    assert asked(town) == [here.pk]
    assert asked(town, building=town.next_building) == []
    assert asked(town, building=None) == []


def test_whoever_stays_in_the_estate_helps_in_all_its_houses(town):
    here = helper(town, reach=Reach.ESTATE)
    assert asked(town, building=town.next_building) == [here.pk]
    assert asked(town, building=None) == [here.pk]
    assert asked(town, area=town.next_estate, building=None) == []
    assert asked(town, area=town.community, building=None) == []


def test_whoever_helps_in_the_community_helps_in_all_its_estates(town):
    here = helper(town, reach=Reach.COMMUNITY)
    assert asked(town, area=town.next_estate, building=None) == [here.pk]
    assert asked(town, area=town.community, building=None) == [here.pk]
    assert asked(town, area=town.other_estate, building=None) == []


def test_whoever_helps_in_the_street_does_not_leave_it(town):
    here = helper(town, reach=Reach.STREET)
    assert asked(town, area=town.other_estate, building=None) == [here.pk]
    assert asked(town, area=town.sibling, building=None) == [here.pk]
    assert asked(town, area=town.far_estate, building=None) == []


def test_above_a_community_nobody_is_suggested(town, street):
    helper(town, reach=Reach.STREET)
    assert asked(town, area=street, building=None) == []


def test_free_on_that_part_of_that_day(town):
    morning = helper(town, free=free_bit(2, Part.MORNING))
    evening = helper(town, free=free_bit(2, Part.EVENING))
    helper(town, free=free_bit(1, Part.MORNING))
    never = helper(town, free=0)
    assert asked(town, wanted_on=WEDNESDAY, part=Part.MORNING) == [morning.pk]
    assert asked(town, wanted_on=WEDNESDAY) == [morning.pk, evening.pk]
    assert never.pk in asked(town)  # without a day time is agreed by telephone


def test_risky_work_asks_for_insurance_on_that_day(town):
    insured = helper(town, insured_until=WEDNESDAY)
    helper(town, insured_until=WEDNESDAY - timedelta(days=1))
    helper(town, insured_until=None)
    assert asked(town, help=Help.REPAIR, wanted_on=WEDNESDAY) == [insured.pk]
    assert asked(town, help=Help.REPAIR, wanted_on=WEDNESDAY + timedelta(days=1)) == []
    assert len(asked(town, help=Help.REPAIR)) == 2  # without a day: insured today
    assert len(asked(town, help=Help.ERRAND, wanted_on=WEDNESDAY)) == 3


def minor(town, until):
    """Somebody who comes of age on that day, with consent."""
    agreed = {"guardian_agreed_at": "2026-01-01T00:00Z"}
    return helper(town, minor_until=until, **agreed)


def test_minors_are_asked_only_for_what_fits(town):
    grown_that_day = minor(town, WEDNESDAY)
    child = minor(town, WEDNESDAY + timedelta(days=1))
    assert asked(town, help=Help.ERRAND, wanted_on=WEDNESDAY) == [grown_that_day.pk]
    for help in FITS_MINORS:
        assert child.pk in asked(town, help=help, wanted_on=WEDNESDAY)
    assert asked(town, help=Help.ERRAND) == []  # today is Monday: both are under age


def test_a_team_asks_its_own_members(town):
    member, applied, other = helper(town), helper(town), helper(town)
    team = team_in(town.community, leader=member)
    Membership.objects.create(team=team, volunteer=applied, area=town.community)
    found = suggest_volunteers(
        area=town.estate, building=town.building, help=Help.ERRAND, team=team, today=MONDAY
    )
    assert [(s.volunteer, s.team) for s in found] == [(member, team)]
    assert set(asked(town)) == {member.pk, applied.pk, other.pk}


def test_who_was_asked_is_left_out(town):
    first, second = helper(town), helper(town)
    assert asked(town, without=[first.pk]) == [second.pk]


def test_order_burden_then_nearness_then_service_then_age(town):
    busy = helper(town, open_count=1)
    far = helper(town, area=town.sibling, estate=None, building=None, reach=Reach.STREET)
    near = helper(town, building=town.next_building)
    beside = helper(town, estate=town.next_estate, building=None)
    served = helper(town, served_count=4)
    fresh, young = helper(town), helper(town)
    people = [fresh, young, served, near, beside, far, busy]
    assert asked(town, limit=9) == [one.pk for one in people]
    assert asked(town, limit=2) == [fresh.pk, young.pk]


def test_of_a_whole_day_who_has_all_of_it_comes_first(town):
    evening = helper(town, free=free_bit(2, Part.EVENING))
    busy = helper(town, open_count=2)
    assert asked(town, wanted_on=WEDNESDAY) == [busy.pk, evening.pk]
    assert asked(town, wanted_on=WEDNESDAY, part=Part.EVENING) == [evening.pk, busy.pk]
    assert asked(town) == [evening.pk, busy.pk]


def test_why_in_words(town):
    helper(town, free=free_bit(2, Part.MORNING))
    facts = {"area": town.estate, "building": town.building, "help": Help.REPAIR}
    facts |= {"wanted_on": WEDNESDAY, "part": Part.MORNING, "today": MONDAY}
    (one,) = suggest_volunteers(**facts)
    assert one.why == "会小修小补，同一栋楼，周三上午有空，手上没有单"
    (one,) = suggest_volunteers(**facts | {"building": None, "part": None})
    assert one.why == "会小修小补，同一小区，周三上午有空，手上没有单"


def test_why_in_words_without_a_day_and_with_work(town):
    helper(town, open_count=2, estate=town.next_estate, building=None)
    helper(town, area=town.sibling, estate=None, building=None, reach=Reach.STREET, open_count=3)
    words = [s.why for s in suggest_volunteers(area=town.estate, help=Help.ERRAND)]
    assert words == ["会跑腿代买，同一社区，手上有2单", "会跑腿代买，同一街道，手上有3单"]
    found = suggest_volunteers(area=town.estate, help=Help.ERRAND, wanted_on=WEDNESDAY)
    assert found[0].why == "会跑腿代买，同一社区，周三有空，手上有2单"


def test_one_query_however_many(town, django_assert_num_queries):
    for _ in range(7):
        helper(town)
    with django_assert_num_queries(1):
        found = suggest_volunteers(area=town.estate, building=town.building, help=Help.REPAIR)
        assert [str(one.volunteer) and one.why for one in found]
    assert len(found) == 5


# who is somewhere else then


MORNING = {"wanted_on": WEDNESDAY, "part": Part.MORNING}


def an_order(town, volunteer, **facts):
    """Somebody's order, straight into the database."""
    area = facts.pop("area", town.estate)
    return Order.objects.create(
        token=uuid.uuid4(),
        code_digest=uuid.uuid4().hex,
        area=area,
        beneficiary=Beneficiary.objects.create(area=area),
        help=Help.ERRAND,
        volunteer=volunteer,
        due_at=AT_NINE + timedelta(days=2),
        **{"state": "accepted", **MORNING} | facts,
    )


def a_seat(slot, volunteer, begins, hours, state="in"):
    """Somebody's seat at an event, straight into the database."""
    ends = begins + timedelta(hours=hours)
    facts = {"area": slot.area, "starts_at": begins, "ends_at": ends, "state": state}
    return SignUp.objects.create(slot=slot, volunteer=volunteer, **facts)


@pytest.fixture
def slot(town):
    event = Event.objects.create(area=town.estate, title="义诊", place="广场", by=UserFactory())
    times = {"starts_at": AT_NINE, "ends_at": AT_NINE + timedelta(hours=1)}
    return Slot.objects.create(event=event, area=town.estate, seats=99, code="s", **times)


@pytest.mark.parametrize(
    ("facts", "is_busy"),
    [
        ({}, True),
        ({"state": "on_way"}, True),
        ({"state": "done"}, False),
        ({"state": "cancelled"}, False),
        ({"part": Part.AFTERNOON}, False),
        ({"part": None}, False),
        ({"wanted_on": WEDNESDAY + timedelta(days=7)}, False),
        ({"wanted_on": None}, False),
    ],
)
def test_whoever_took_another_order_for_the_same_time_is_not_asked(town, facts, is_busy):
    one, other = helper(town), helper(town)
    an_order(town, one, **facts)
    an_order(town, other, wanted_on=WEDNESDAY, part=Part.EVENING)
    found = asked(town, **MORNING)
    assert found == ([other.pk] if is_busy else [one.pk, other.pk])
    assert asked(town, wanted_on=WEDNESDAY) == asked(town) == [one.pk, other.pk]


def test_an_order_anywhere_in_the_street_keeps_busy(town):
    one = helper(town, reach=Reach.STREET)
    an_order(town, one, area=town.other_estate)
    assert (
        asked(town, **MORNING) == asked(town, area=town.community, building=None, **MORNING) == []
    )
    assert asked(town, area=town.other_estate, building=None, **MORNING) == []


@pytest.mark.parametrize(
    ("starts", "hours", "state", "is_busy"),
    [
        (9, 2, "in", True),
        (9, 2, "present", True),
        (9, 2, "waiting", False),
        (9, 2, "offered", False),
        (9, 2, "cancelled", False),
        (11, 3, "in", True),  # into the afternoon
        (12, 2, "in", False),
        (-3, 3, "in", False),  # over at midnight
        (-3, 4, "in", True),
    ],
)
def test_whoever_has_a_seat_then_is_not_asked(
    town, slot, time_machine, starts, hours, state, is_busy
):
    time_machine.move_to(AT_NINE, tick=False)
    one = helper(town)
    midnight = AT_NINE + timedelta(days=2, hours=-9)
    a_seat(slot, one, midnight + timedelta(hours=starts), hours, state)
    assert asked(town, **MORNING) == ([] if is_busy else [one.pk])
    assert asked(town, wanted_on=WEDNESDAY) == asked(town) == [one.pk]


def test_a_seat_that_is_over_is_in_nobodys_way(town, slot, time_machine):
    one = helper(town)
    a_seat(slot, one, AT_NINE, 1)
    today = {"wanted_on": MONDAY, "part": Part.MORNING}
    time_machine.move_to(AT_NINE + timedelta(minutes=59), tick=False)
    assert asked(town, **today) == []
    time_machine.move_to(AT_NINE + timedelta(hours=1), tick=False)
    assert asked(town, **today) == [one.pk]


def test_one_query_also_with_a_time(town, slot, django_assert_num_queries):
    for _ in range(7):
        a_seat(slot, helper(town), AT_NINE + timedelta(days=2), 1)
        an_order(town, helper(town))
        helper(town)
    with django_assert_num_queries(1):
        found = suggest_volunteers(area=town.estate, help=Help.REPAIR, **MORNING, limit=9)
        assert len([str(one.volunteer) and one.why for one in found]) == 7


# The oracle: the same rules once more, row by row in plain Python.


def _reaches(one, town, area, building):
    community = area if area.level == Level.COMMUNITY else area.parent
    return {
        Reach.BUILDING: building is not None and one.building_id == building.pk,
        Reach.ESTATE: area.level == Level.ESTATE and one.estate_id == area.pk,
        Reach.COMMUNITY: one.area_id == community.pk,
        Reach.STREET: one.area.parent_id == community.parent_id,
    }[one.reach]


def _has_time(one, day, part):
    if day is None:
        return True
    first = day.weekday() * 3
    bits = [one.free >> (first + at) & 1 for at in range(3)]
    return any(bits) if part is None else bits[part] == 1


def _narrow(one, day, part):
    """Of a whole day, whether somebody has a part of it only."""
    if day is None or part is not None:
        return False
    return not all(one.free >> (day.weekday() * 3 + at) & 1 for at in range(3))


def _is_elsewhere(facts, day, part):
    """Whether somebody's order or seat lies in that part of that day. Monday is at nine."""
    if day is None or part is None:
        return False
    at = facts["order"] or {"state": ""}
    if at["state"] in ("accepted", "on_way") and (at["wanted_on"], at["part"]) == (day, part):
        return True
    if (seat := facts["seat"]) and seat["state"] in ("in", "present"):
        begins = (day - MONDAY).days * 24 + (0, 12, 18)[part]  # hours since Monday, midnight
        ends = (day - MONDAY).days * 24 + (12, 18, 24)[part]
        over = seat["starts"] + seat["hours"]
        return seat["starts"] < ends and over > begins and over > 9
    return False


def _may(one, help, day):
    if help in RISKY and not (one.insured_until and one.insured_until >= day):
        return False
    return not (one.minor_until and one.minor_until > day) or help in FITS_MINORS


def _near(one, area, building):
    if building is not None and one.building_id == building.pk:
        return 0
    if area.level == Level.ESTATE and one.estate_id == area.pk:
        return 1
    community = area if area.level == Level.COMMUNITY else area.parent
    return 2 if one.area_id == community.pk else 3


def naive(people, busy, members, town, area, building, help, day, part, without, limit):
    """Keys of whoever fits, by sorting everybody."""
    fits = [
        one
        for one in people
        if one.state == "active"
        and help in one.helps
        and _reaches(one, town, area, building)
        and _has_time(one, day, part)
        and _may(one, help, day or MONDAY)
        and one.pk not in without
        and not _is_elsewhere(busy[one.pk], day, part)
        and (members is None or one.pk in members)
    ]
    fits.sort(
        key=lambda v: (
            _narrow(v, day, part),
            v.open_count,
            _near(v, area, building),
            v.served_count,
            v.pk,
        )
    )
    return [one.pk for one in fits[:limit]]


NEAR_DAYS = st.one_of(st.none(), st.integers(-2, 4).map(lambda n: MONDAY + timedelta(days=n)))
HELPS = (Help.ERRAND, Help.REPAIR, Help.COMPANY)
PEOPLE = st.fixed_dictionaries(
    {
        "lives": st.sampled_from(["building", "next_building", "estate", "next", "other", "far"]),
        "state": st.sampled_from(["active"] * 5 + ["paused", "left"]),
        "helps": st.lists(st.sampled_from(HELPS), unique=True),
        "free": st.integers(0, (1 << 21) - 1),
        "reach": st.sampled_from(Reach),
        "insured_until": NEAR_DAYS,
        "minor_until": NEAR_DAYS,
        "open_count": st.integers(0, 1),
        "served_count": st.integers(0, 1),
        "member": st.sampled_from([None, MemberState.IN, MemberState.LEFT]),
        "order": st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {
                    "state": st.sampled_from(["accepted", "accepted", "on_way", "done"]),
                    "wanted_on": NEAR_DAYS,
                    "part": st.one_of(st.none(), st.sampled_from(Part)),
                    "beside": st.booleans(),
                }
            ),
        ),
        "seat": st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {
                    "state": st.sampled_from(["in", "in", "present", "offered", "cancelled"]),
                    "starts": st.integers(-24, 72),
                    "hours": st.integers(1, 12),
                }
            ),
        ),
    }
)
NEEDS = st.fixed_dictionaries(
    {
        "area": st.sampled_from(["estate", "estate", "next_estate", "community", "other_estate"]),
        "building": st.booleans(),
        "help": st.sampled_from(HELPS),
        "wanted_on": NEAR_DAYS,
        "part": st.one_of(st.none(), st.sampled_from(Part)),
        "team": st.booleans(),
        "without": st.sets(st.integers(0, 11), max_size=3),
        "limit": st.integers(1, 6),
    }
)


def _lives(town, where):
    return {
        "building": (town.community, town.estate, town.building),
        "next_building": (town.community, town.estate, town.next_building),
        "estate": (town.community, town.estate, None),
        "next": (town.community, town.next_estate, None),
        "other": (town.sibling, town.other_estate, None),
        "far": (town.far_community, town.far_estate, None),
    }[where]


def _made(town, users, people):
    """The volunteers, written in one go."""
    rows = []
    for user, facts in zip(users, people, strict=False):
        facts = dict(facts)
        for name in ("member", "order", "seat"):
            facts.pop(name)
        area, estate, building = _lives(town, facts.pop("lives"))
        facts |= {"area": area, "estate": estate, "building": building, "user": user}
        agreed = {"guardian_agreed_at": "2026-01-01T00:00Z"}
        rows.append(Volunteer(number=f"H{user.pk}", **agreed, **facts))
    return Volunteer.objects.bulk_create(rows)


def _busy(town, slot, rows, people):
    """What they took and signed up for; {key: facts}."""
    helped = Beneficiary.objects.create(area=town.estate)
    orders, seats = [], []
    for row, facts in zip(rows, people, strict=True):
        if order := facts["order"]:
            order = dict(order)
            near = {True: town.other_estate, False: town.estate}[order.pop("beside")]
            area = town.far_estate if facts["lives"] == "far" else near
            keys = {"token": uuid.uuid4(), "code_digest": uuid.uuid4().hex, "due_at": AT_NINE}
            keys |= {"help": Help.ERRAND, "beneficiary": helped, "area": area}
            orders.append(Order(volunteer=row, **keys, **order))
        if seat := facts["seat"]:
            begins = AT_NINE + timedelta(hours=seat["starts"] - 9)
            ends = begins + timedelta(hours=seat["hours"])
            times = {"starts_at": begins, "ends_at": ends, "area": slot.area}
            seats.append(SignUp(slot=slot, volunteer=row, state=seat["state"], **times))
    Order.objects.bulk_create(orders)
    SignUp.objects.bulk_create(seats)
    return {row.pk: facts for row, facts in zip(rows, people, strict=True)}


@settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(people=st.lists(PEOPLE, max_size=12), needs=st.lists(NEEDS, min_size=1, max_size=4))
def test_like_the_plain_oracle(town, crowd, slot, people, needs):
    users, team = crowd
    for model in (SignUp, Order):
        model.objects.all().delete()
    Membership.objects.filter(team=team).delete()
    Volunteer.objects.filter(user__in=users).delete()
    rows = _made(town, users, people)
    Membership.objects.bulk_create(
        Membership(team=team, volunteer=row, area=town.community, state=facts["member"])
        for row, facts in zip(rows, people, strict=True)
        if facts["member"]
    )
    busy = _busy(town, slot, rows, people)
    members = {row.pk for row, f in zip(rows, people, strict=True) if f["member"] == "in"}
    for need in needs:
        area = getattr(town, need["area"])
        building = town.building if need["building"] and need["area"] == "estate" else None
        without = {rows[at].pk for at in need["without"] if at < len(rows)}
        found = asked(
            town,
            area=area,
            building=building,
            help=need["help"],
            wanted_on=need["wanted_on"],
            part=need["part"],
            team=team if need["team"] else None,
            without=without,
            limit=need["limit"],
        )
        assert found == naive(
            rows,
            busy,
            members if need["team"] else None,
            town,
            area,
            building,
            need["help"],
            need["wanted_on"],
            need["part"],
            without,
            need["limit"],
        )


FITS = {"lives": "building", "state": "active", "helps": [Help.ERRAND], "free": ANY_TIME}
FITS |= {"reach": Reach.ESTATE, "member": None}
SOON = st.integers(0, 2).map(lambda n: MONDAY + timedelta(days=n))
# Everybody fits in every other way: what is left is who is somewhere else.
BUSY_PEOPLE = st.fixed_dictionaries(
    {name: st.just(fact) for name, fact in FITS.items()}
    | {
        "order": st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {
                    "state": st.sampled_from(["accepted", "accepted", "on_way", "done"]),
                    "wanted_on": SOON,
                    "part": st.sampled_from([None, *Part]),
                    "beside": st.booleans(),
                }
            ),
        ),
        "seat": st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {
                    "state": st.sampled_from(["in", "in", "present", "offered"]),
                    "starts": st.integers(-6, 72),
                    "hours": st.integers(1, 12),
                }
            ),
        ),
    }
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(people=st.lists(BUSY_PEOPLE, min_size=6, max_size=12))
def test_who_is_elsewhere_like_the_plain_oracle(town, crowd, slot, people):
    users, _ = crowd
    for model in (SignUp, Order, Membership):
        model.objects.all().delete()
    Volunteer.objects.filter(user__in=users).delete()
    rows = _made(town, users, people)
    busy = _busy(town, slot, rows, people)
    place = (town, town.estate, town.building, Help.ERRAND)
    for day in (MONDAY + timedelta(days=n) for n in range(3)):
        for part in (None, *Part):
            found = asked(town, wanted_on=day, part=part, limit=12)
            assert found == naive(rows, busy, None, *place, day, part, set(), 12)


@pytest.fixture
def crowd(town, time_machine):
    """Monday at nine; twelve accounts and a team without members, for the oracle's people."""
    time_machine.move_to(AT_NINE, tick=False)
    return [UserFactory() for _ in range(12)], team_in(town.community)
