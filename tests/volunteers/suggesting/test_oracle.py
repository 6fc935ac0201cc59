"""Suggestions are what the same rules say row by row in plain Python."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stations.choices import Level
from tests.factories import UserFactory
from tests.volunteers.rows import team_in
from tests.volunteers.suggesting.rows import AT_NINE, MONDAY, asked
from volunteers.choices import ANY_TIME, FITS_MINORS, RISKY, Help, MemberState, Part, Reach
from volunteers.models import Beneficiary, Membership, Order, SignUp, Volunteer


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
