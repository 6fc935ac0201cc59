"""Who is suggested for an order, in which order, why, and who is somewhere else then."""

import uuid
from datetime import timedelta

import pytest

from stations.models import User
from tests.volunteers.rows import team_in, volunteer_in
from tests.volunteers.suggesting.rows import AT_NINE, MONDAY, WEDNESDAY, asked
from volunteers.choices import (
    FITS_MINORS,
    Help,
    MemberState,
    Part,
    Reach,
    VolunteerState,
    free_bit,
)
from volunteers.models import Beneficiary, Membership, Order, SignUp
from volunteers.services.suggest import suggest_volunteers


def helper(town, **facts):
    """A volunteer of the first building who goes as far as the community."""
    defaults = {"estate": town.estate, "building": town.building, "is_verified": False}
    return volunteer_in(facts.pop("area", town.community), **defaults | facts)


def in_team(volunteer, state=MemberState.IN, **facts):
    """The same volunteer in a team of their community, or as it was in one."""
    team = team_in(volunteer.area, **facts)
    Membership.objects.create(team=team, volunteer=volunteer, area=team.area, state=state)


def test_only_those_at_work_are_asked(town):
    here = helper(town)
    for state in VolunteerState:
        if state != VolunteerState.ACTIVE:
            helper(town, state=state)
    assert asked(town) == [here.pk]


def test_whose_account_is_out_of_use_is_not_asked(town):
    here, gone = helper(town), helper(town)
    User.objects.filter(pk=gone.user_id).update(is_active=False)
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
    in_team(helper(town, free=free_bit(2, Part.MORNING)))
    facts = {"area": town.estate, "building": town.building, "help": Help.REPAIR}
    facts |= {"wanted_on": WEDNESDAY, "part": Part.MORNING, "today": MONDAY}
    (one,) = suggest_volunteers(**facts)
    assert one.why == "会小修小补，同一栋楼，周三上午有空，手上没有单"
    (one,) = suggest_volunteers(**facts | {"building": None, "part": None})
    assert one.why == "会小修小补，同一小区，周三上午有空，手上没有单"


def test_whoever_is_in_no_team_is_offered_with_who_speaks_for_the_hours(town):
    """Nobody leads them: a secretary confirms, and the reason says so. So of a team that takes
    money, of one that is no more, and of one they have left."""
    alone, left, paid, ended = (helper(town, open_count=n) for n in range(4))
    in_team(left, state=MemberState.LEFT)
    in_team(paid, price_fen=2000, price_words="一次20元")
    in_team(ended, until=MONDAY)
    member = helper(town, open_count=9)
    in_team(member)
    found = suggest_volunteers(area=town.estate, building=town.building, help=Help.REPAIR)
    told = {one.volunteer.pk: one.why.endswith("没有队，时数由书记确认") for one in found}
    assert told == {alone.pk: True, left.pk: True, paid.pk: True, ended.pk: True, member.pk: False}
    team = member.memberships.get().team
    (one,) = suggest_volunteers(area=town.estate, help=Help.REPAIR, team=team)
    assert "没有队" not in one.why


def test_why_in_words_without_a_day_and_with_work(town):
    in_team(helper(town, open_count=2, estate=town.next_estate, building=None))
    in_team(
        helper(
            town, area=town.sibling, estate=None, building=None, reach=Reach.STREET, open_count=3
        )
    )
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
