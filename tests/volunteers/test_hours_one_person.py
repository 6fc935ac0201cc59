"""One person is never two: refused by the acts, written down, and refused by the database.

Each way in which hours were sold elsewhere: the same account twice, two accounts of one person,
one telephone, an administrator, a secretary alone, a leader for themselves, a bulk insert.
"""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from stations.access import can
from stations.choices import Role
from stations.models import Act, Message
from stations.registries import permissions
from tests.factories import PostingFactory, UserFactory
from tests.volunteers.hour_orders import order_of
from tests.volunteers.hour_rows import People, be_verified, morning, over, staff_in
from tests.volunteers.rows import identity_number, team_in, verified, volunteer_in
from volunteers.choices import ConfirmedAs, Help, HourSource, HourState
from volunteers.models import Hour, Point
from volunteers.services import hours
from volunteers.services.hours.who import keys_of
from volunteers.services.keys import key_of_phone

pytestmark = pytest.mark.django_db
NUMBER = identity_number(801)


@pytest.fixture
def people(community):
    return People(community)


def twin_of(volunteer, community, role, **facts):
    """Another account of the same person: one ID number, seen for both."""
    volunteer.user.identity.delete()
    verified(volunteer.user, community, number=NUMBER)
    other = staff_in(community, role, **facts)
    verified(other, community, number=NUMBER)
    return other


def attempted(hour, act, **arguments):
    """The act is refused; only the attempt is left of it, by whom, on the hour."""
    before = Act.objects.count()
    with pytest.raises(hours.SamePerson) as refusal:
        act(hour=hour, **arguments)
    (line,) = Act.objects.order_by("pk")[before:]
    assert (line.verb, line.on_id) == ("volunteers.hours_attempt", hour.pk)
    assert line.by == arguments.get("by")
    return refusal.value.messages[0]


def stands(hour):
    hour.refresh_from_db()
    return bool(hour.lead_at), bool(hour.other_at), hour.state


# ---- the acts


def test_the_same_account_for_both_sides(people, community, secretary):
    hour = people.hour(team=None)
    hours.confirm_for_team(hour=hour, by=secretary)
    sentence = attempted(hour, hours.confirm_as_station, by=secretary)
    assert "两个人" in sentence
    assert stands(hour) == (True, False, HourState.REPORTED)
    told = Message.objects.get(recipient=secretary)
    assert told.url == f"/hours/{hour.pk}/"


def test_a_worker_who_is_also_the_volunteer_with_another_account(people, community):
    worker = twin_of(people.volunteer, community, Role.WORKER, phone="13977770001")
    hour = people.hour()
    assert "您自己的" in attempted(hour, hours.confirm_as_station, by=worker)
    assert stands(hour) == (False, False, HourState.REPORTED)


def test_a_leader_who_is_also_the_worker_with_another_account(people, community):
    worker = twin_of(people.leader, community, Role.WORKER, phone="13977770002")
    hour = people.hour()
    hours.confirm_for_team(hour=hour, by=people.leader.user)
    assert "同一个人" in attempted(hour, hours.confirm_as_station, by=worker)
    other_way = people.hour(at=12)
    hours.confirm_as_station(hour=other_way, by=worker)
    attempted(other_way, hours.confirm_for_team, by=people.leader.user)


def test_the_leader_for_themselves(people):
    attempted(people.hour(volunteer=people.leader), hours.confirm_for_team, by=people.leader.user)


def test_the_volunteer_for_themselves_in_either_capacity(people):
    hour = people.hour()
    attempted(hour, hours.confirm_for_team, by=people.volunteer.user)
    attempted(hour, hours.confirm_as_station, by=people.volunteer.user)


def test_the_volunteers_or_the_leaders_telephone_as_the_one_served(people, estate):
    hour = people.hour(order=order_of(estate, people.volunteer))
    attempted(hour, hours.confirm_as_served, phone=people.volunteer.user.phone)
    hours.confirm_for_team(hour=hour, by=people.leader.user)
    attempted(hour, hours.confirm_as_served, phone=people.leader.user.phone)
    assert stands(hour) == (True, False, HourState.REPORTED)


def test_the_telephone_the_leader_has_since_they_confirmed(people, estate):
    hour = people.hour(order=order_of(estate, people.volunteer, phone="13977770009"))
    hours.confirm_for_team(hour=hour, by=people.leader.user)
    leader = people.leader.user
    leader.phone = "13977770009"
    leader.save()
    attempted(hour, hours.confirm_as_served, phone="13977770009")
    assert stands(hour) == (True, False, HourState.REPORTED)


def test_the_telephone_of_the_volunteers_other_account(people, community, estate):
    """Known to own both: the second telephone is theirs too."""
    twin_of(people.volunteer, community, Role.WORKER, phone="13977770003")
    hour = people.hour(order=order_of(estate, people.volunteer))
    attempted(hour, hours.confirm_as_served, phone="13977770003")


def test_the_secretary_hears_once_a_day_of_the_same_attempt(people, secretary):
    hour = people.hour()
    for _ in range(3):
        attempted(hour, hours.confirm_as_station, by=people.volunteer.user)
    assert Message.objects.filter(recipient=secretary).count() == 1


def test_an_act_around_it_keeps_the_attempt_too(people):
    """Orders confirm inside a transaction of their own: only the outermost writes, once."""
    hour = people.hour()
    with pytest.raises(hours.SamePerson), hours.attempts_recorded(), transaction.atomic():
        hours.confirm_as_station(hour=hour, by=people.volunteer.user)
    assert Act.objects.filter(verb="volunteers.hours_attempt").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_attempt_is_committed_although_the_act_is_not(people):
    hour = people.hour()
    with pytest.raises(hours.SamePerson):
        hours.confirm_as_station(hour=hour, by=people.volunteer.user)
    assert Act.objects.filter(verb="volunteers.hours_attempt").count() == 1
    assert stands(hour) == (False, False, HourState.REPORTED)


# ---- every role alone


ALONE = [*Role.values, "all of them"]


@pytest.mark.parametrize("role", ALONE)
def test_no_role_makes_hours_alone(role, community, city):
    """Somebody of each role, wherever it is held, presses everything there is: nothing counts."""
    user = UserFactory(name="一个人", phone="13966660001")
    for one in Role.values if role == "all of them" else [role]:
        PostingFactory(
            user=user, area=city if one in ("admin", "district") else community, role=one
        )
    own = volunteer_in(community, user=user)
    teams = [None, team_in(community, leader=own)]
    for team in teams:
        for volunteer in (own, volunteer_in(community)):
            hour = People.hour(_World(community, volunteer, team), volunteer=volunteer, team=team)
            for act in (
                lambda **on: hours.confirm_for_team(**on),
                lambda **on: hours.confirm_as_station(**on),
                lambda **on: hours.decide_hours(**on, counts=True, words="好"),
                lambda **on: hours.confirm_for_team(**on),
            ):
                with suppress(ValidationError):
                    act(hour=hour, by=user)
            hour.refresh_from_db()
            over(hour)
            hours.count_hours()
            assert stands(hour)[2] == HourState.REPORTED
    assert not Point.objects.exists()


class _World:
    def __init__(self, community, volunteer, team):
        self.community, self.volunteer, self.team = community, volunteer, team


def test_an_administrator_holds_nothing_of_voluntary_service(cast):
    held = [key.key for key in permissions if key.key.startswith("volunteers.")]
    assert held
    assert [key for key in held if can(cast("admin"), permissions[key])] == []


# ---- the database


def facts(hour, volunteer, lead, other, **more):
    """What a row says that two people confirmed, written by hand."""
    now = timezone.now()
    return {
        "state": HourState.SHOWN,
        "shown_until": now + timedelta(days=3),
        "person_keys": keys_of(volunteer.user),
        "lead_by": lead,
        "lead_at": now,
        "lead_keys": keys_of(lead),
        "other_as": ConfirmedAs.STATION,
        "other_by": other,
        "other_at": now,
        "other_keys": keys_of(other),
    } | more


def write(hour, facts):
    """Past every service, with all fields at once."""
    with transaction.atomic():
        Hour.objects.filter(pk=hour.pk).update(**facts)


def insert(hour, facts, state=HourState.SHOWN):
    """As a bulk insert would."""
    row = Hour(
        volunteer=hour.volunteer,
        area=hour.area,
        source=HourSource.SAID,
        began_at=morning(5),
        ended_at=morning(5, 10),
        minutes=60,
    )
    for field, value in (facts | {"state": state}).items():
        setattr(row, field, value)
    if state == HourState.COUNTED:
        row.number, row.counted_at = "FW-209901-000001", timezone.now()
    with transaction.atomic():
        Hour.objects.bulk_create([row])


def raw(hour, facts):
    """As SQL from a shell."""
    fields = {
        "state": facts["state"],
        "shown_until": facts["shown_until"],
        "person_keys": facts["person_keys"],
        "lead_by_id": facts["lead_by"] and facts["lead_by"].pk,
        "lead_at": facts["lead_at"],
        "lead_keys": facts["lead_keys"],
        "other_as": facts["other_as"],
        "other_by_id": facts["other_by"] and facts["other_by"].pk,
        "other_at": facts["other_at"],
        "other_keys": facts["other_keys"],
    }
    columns = ", ".join(f"{field} = %s" for field in fields)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE volunteers_hour SET {columns} WHERE id = %s", [*fields.values(), hour.pk]
        )


def one_person(case, people, community, secretary):
    """What somebody would write who is alone."""
    volunteer, leader, worker = people.volunteer, people.leader.user, people.worker
    hour = people.hour()
    if case == "same account twice":
        return hour, facts(hour, volunteer, worker, worker)
    if case == "worker and volunteer of one person":
        twin = twin_of(volunteer, community, Role.WORKER, phone="13977770004")
        return hour, facts(hour, volunteer, leader, twin)
    if case == "leader and station of one person":
        twin = twin_of(people.leader, community, Role.WORKER, phone="13977770005")
        return hour, facts(hour, volunteer, leader, twin)
    if case == "same telephone":
        served = {"other_as": "served", "other_by": None}
        phone = [key_of_phone(leader.phone)]
        return hour, facts(hour, volunteer, leader, worker, other_keys=phone, **served)
    if case == "administrator":
        admin = UserFactory()
        PostingFactory(user=admin, area=community.parent, role=Role.ADMIN)
        be_verified(admin, community)
        return hour, facts(hour, volunteer, admin, admin)
    if case == "secretary alone":
        return hour, facts(hour, volunteer, secretary, secretary)
    if case == "leader confirms own":
        own = people.hour(volunteer=people.leader, at=12)
        return own, facts(own, people.leader, leader, worker)
    if case == "keys made up":
        made_up = {"lead_keys": ["i:a"], "other_keys": ["i:b"], "person_keys": ["i:c"]}
        return hour, facts(hour, volunteer, worker, worker, **made_up)
    if case == "other person's keys":
        return hour, facts(hour, volunteer, worker, worker, lead_keys=keys_of(leader))
    if case == "nobody behind the second":
        served = {"other_as": "served", "other_by": None, "other_keys": ["p:made up"]}
        return hour, facts(hour, volunteer, leader, worker, **served)
    if case == "only one confirmed":
        empty = {"other_as": "", "other_by": None, "other_at": None, "other_keys": []}
        return hour, facts(hour, volunteer, leader, worker, **empty)
    raise AssertionError(case)


CASES = [
    "same account twice",
    "worker and volunteer of one person",
    "leader and station of one person",
    "same telephone",
    "administrator",
    "secretary alone",
    "leader confirms own",
    "keys made up",
    "other person's keys",
    "nobody behind the second",
    "only one confirmed",
]


@pytest.mark.parametrize("way", ["update", "bulk_create", "counted at once", "sql"])
@pytest.mark.parametrize("case", CASES)
def test_the_database_refuses_one_person(case, way, people, community, secretary):
    hour, made = one_person(case, people, community, secretary)
    with pytest.raises(DatabaseError):
        if way == "update":
            write(hour, made)
        elif way == "sql":
            raw(hour, made)
        else:
            counted = way == "counted at once"
            insert(hour, made, HourState.COUNTED if counted else HourState.SHOWN)
    assert not Hour.objects.exclude(state=HourState.REPORTED).exists()


def test_the_state_alone_is_refused_too(people):
    hour = people.hour()
    for state in (HourState.SHOWN, HourState.COUNTED):
        with pytest.raises(DatabaseError):
            write(hour, {"state": state})


def test_the_database_takes_what_three_people_did(people):
    """So the refusals above are of the one person, and of nothing else."""
    hour = people.hour()
    made = facts(hour, people.volunteer, people.leader.user, people.worker)
    raw(hour, made)
    assert stands(hour)[2] == HourState.SHOWN
    insert(hour, made)


def test_who_confirmed_is_not_changed_afterwards_to_somebody_made_up(people):
    hour = people.shown()
    for change in ({"lead_by": people.worker}, {"lead_keys": ["i:x"]}, {"other_by": None}):
        with pytest.raises(DatabaseError):
            write(hour, change)


def test_counted_hours_are_never_changed_or_deleted(people):
    hour = people.counted()
    for change in (
        {"minutes": 600},
        {"state": HourState.REPORTED},
        {"volunteer": people.leader},
        {"number": "FW-1"},
        {"help": Help.OTHER if hour.help != Help.OTHER else Help.COMPANY},
        {"area": hour.area.parent},
        {"lead_at": hour.lead_at - timedelta(days=1)},
        {"shown_until": None},
    ):
        with pytest.raises(DatabaseError):
            write(hour, change)
    write(hour, {"words": "", "odd": "", "objection": "", "decision": ""})  # forgotten in time
    with pytest.raises(DatabaseError), transaction.atomic():
        hour.delete()
    shown = people.shown(days=3)
    with pytest.raises(DatabaseError):
        write(shown, {"minutes": 600})


def test_a_reversal_takes_back_all_of_a_counted_hour_of_the_same_person(people, secretary):
    hour = people.counted(minutes=60)
    waiting = people.hour(at=14)
    now = timezone.now()
    same = {field: getattr(hour, field) for field in ("area", "source", "began_at", "ended_at")}
    people_of = {
        field: getattr(hour, field)
        for field in ("person_keys", "lead_by", "lead_at", "lead_keys", "other_as", "other_by",
                      "other_at", "other_keys")
    }  # fmt: skip
    for change in (
        {"reverses": hour, "minutes": -30, "volunteer": hour.volunteer},
        {"reverses": waiting, "minutes": -60, "volunteer": hour.volunteer},
        {"reverses": hour, "minutes": -60, "volunteer": people.leader},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Hour.objects.create(
                **same, **people_of, **change, state=HourState.COUNTED, counted_at=now
            )


def test_confirming_again_after_the_volunteer_proved_to_be_the_leader(people, community):
    """Verified late: what the first confirmation did not know, the second finds out."""
    hour = people.hour()
    hours.confirm_for_team(hour=hour, by=people.leader.user)
    key = people.leader.user.identity.key
    people.volunteer.user.identity.delete()
    identity = verified(people.volunteer.user, community)
    type(identity).objects.filter(pk=identity.pk).update(key=key)
    attempted(hour, hours.confirm_as_station, by=people.worker)
