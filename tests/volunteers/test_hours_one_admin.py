"""One worker alone mints no hours, whomever they invent: people whose paper only they have seen,
telephones they typed in, accounts of the same person, numbers somebody had before.

Each is what one person with a worker's rights tried, through the acts and past them.
"""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from stations.choices import Role
from stations.models import Act, User
from tests.volunteers.hour_rows import People, be_verified, morning, refused, staff_in
from tests.volunteers.order_rows import ask_of, order_in, put_out, taken
from tests.volunteers.rows import brand_in, identity_number, team_in, verified, volunteer_in
from volunteers.choices import Help, HourSource, HourState, OrderChannel, OrderState
from volunteers.models import FormerPhone, Hour, Identity, Membership, Volunteer
from volunteers.services import care, hours, identities, orders, people, teams
from volunteers.services.hours.behind import are_tied
from volunteers.services.hours.who import keys_of

pytestmark = pytest.mark.django_db
PHONE = "13911118888"


@pytest.fixture
def worker(cast, community):
    return be_verified(cast("worker"), community)


@pytest.fixture
def colleague(community):
    return be_verified(staff_in(community, Role.WORKER, name="小周"), community)


def checked_by(user, by):
    """This person's paper was seen by that one."""
    Identity.objects.filter(user=user).update(verified_by=by)
    return user


def watch_in(estate, **facts):
    """Somebody asks for a watch to be kept: at night that is nothing odd, whenever this runs."""
    return order_in(estate, help=Help.PATROL, phone=PHONE, **facts)


def served(order, one, *, minutes=60):
    """Done by this volunteer, so long a time."""
    orders.begin_service(order=order, by=one.user, agreed=True)
    begun = timezone.now() - timedelta(minutes=minutes)
    type(order).objects.filter(pk=order.pk).update(begun_at=begun, accepted_at=begun)
    orders.finish(order=order, by=one.user)
    return Hour.objects.get(order=order)


# ---- people whose paper only one has seen


def invented(team, estate, worker, n):
    """Somebody who joined, whose number was made up, and whom the worker "checked"."""
    phone = f"1370000000{n}"
    people.join(
        team=team, token=uuid.uuid4(), name=f"某{n}", phone=phone, password="x" * 12, estate=estate
    )
    one = Volunteer.objects.get(user__phone=phone)
    people.admit(membership=one.memberships.get(), by=worker)
    row = identities.claim_identity(by=one.user, number=identity_number(800 + n))
    identities.verify_identity(identity=row, by=worker, number=identity_number(800 + n))
    return one


def test_one_worker_with_invented_people_counts_nothing(estate, community, worker, colleague):
    team = teams.add_team(area=community, by=worker, brand=brand_in(community), name="邻里队")
    volunteer, leader = (invented(team, estate, worker, n) for n in (1, 2))
    teams.change_team(team=team, by=worker, leader=leader)
    told = {"help": Help.ERRAND, "began_at": morning(), "minutes": 120, "words": "清楼道"}
    hour = hours.report_hours(volunteer=volunteer, area=estate, team=team, **told)
    Hour.objects.update(created_at=timezone.now() - timedelta(hours=1))
    sentence = "队长的身份是您核对的，请另一位同事来确认。"
    # Also before the leader's word: nobody of the team would be left to give it.
    assert refused(hours.confirm_as_station, hour=hour, by=worker) == sentence
    hours.confirm_for_team(hour=hour, by=leader.user)
    assert refused(hours.confirm_as_station, hour=hour, by=worker) == sentence
    assert hours.confirm_as_station(hour=hour, by=colleague).state == HourState.SHOWN


def test_another_account_of_the_checker_is_the_checker(community, worker):
    """By fingerprints: who checked the leader with one account confirms with none."""
    world = People(community)
    Identity.objects.filter(user=worker).delete()
    for user in (worker, second := staff_in(community, Role.WORKER)):
        verified(user, community, number=identity_number(811))
    checked_by(world.leader.user, second)
    assert are_tied(worker, world.leader.user)
    hour = world.hour()
    hours.confirm_for_team(hour=hour, by=world.leader.user)
    assert "您核对的" in refused(hours.confirm_as_station, hour=hour, by=worker)


def test_the_other_way_round_too(community, worker):
    """A leader who is staff as well checked the worker, and the deputy nobody of the two."""
    world = People(community)
    checked_by(worker, world.leader.user)
    hour = world.hour()
    assert "您的身份是队长核对的" in refused(hours.confirm_as_station, hour=hour, by=worker)
    world.team.deputy = volunteer_in(community)
    world.team.save()
    hours.confirm_as_station(hour=hour, by=worker)
    sentence = refused(hours.confirm_for_team, hour=hour, by=world.leader.user)
    assert "请队里另一位来确认" in sentence
    hours.confirm_for_team(hour=hour, by=world.team.deputy.user)


def test_where_a_secretary_speaks_for_the_team_the_rule_is_the_same(community, worker, secretary):
    world = People(community)
    checked_by(worker, secretary)
    hour = world.hour(team=None)
    assert "您的身份是书记核对的" in refused(hours.confirm_as_station, hour=hour, by=worker)
    hours.confirm_for_team(hour=hour, by=secretary)
    assert "您的身份是书记核对的" in refused(hours.confirm_as_station, hour=hour, by=worker)
    assert hours.confirm_as_station(hour=hour, by=world.worker).state == HourState.SHOWN


def test_a_secretary_stands_in_for_a_leader_who_may_not(community, worker, secretary):
    """The leader became one after the station had confirmed: nobody waits for ever."""
    world = People(community)
    hour = world.hour()
    hours.confirm_as_station(hour=hour, by=worker)
    checked_by(world.leader.user, worker)
    assert "另一位" in refused(hours.confirm_for_team, hour=hour, by=world.leader.user)
    assert hours.confirm_for_team(hour=hour, by=secretary).state == HourState.SHOWN


def test_the_database_refuses_the_checker_as_the_other_confirmer(community):
    world = People(community)
    hour = world.hour()
    hours.confirm_for_team(hour=hour, by=world.leader.user)
    checked_by(world.leader.user, world.worker)
    now = timezone.now()
    facts = {
        "state": HourState.SHOWN,
        "shown_until": now + timedelta(days=3, minutes=1),
        "other_as": "station",
        "other_by": world.worker,
        "other_at": now,
        "other_keys": keys_of(world.worker),
    }
    with pytest.raises(DatabaseError, match="who checked one"), transaction.atomic():
        Hour.objects.filter(pk=hour.pk).update(**facts)


def test_what_was_confirmed_so_before_is_not_shown_by_a_secretary_either(community, secretary):
    world = People(community)
    hour = world.held()
    checked_by(world.leader.user, world.worker)
    facts = {"hour": hour, "by": secretary, "words": "看过了"}
    assert "这一条不能算" in refused(hours.decide_hours, counts=True, **facts)
    assert hours.decide_hours(counts=False, **facts).state == HourState.REFUSED


# ---- only a telephone on the other side


def test_one_checker_behind_both_and_only_a_telephone_is_odd(estate, community, worker, secretary):
    leader, one = volunteer_in(community), volunteer_in(community)
    for user in (leader.user, one.user):
        checked_by(user, secretary)
    order = watch_in(estate, team=team_in(community, leader=leader, members=[one]))
    hour = served(taken(order, worker, one), one)
    hours.confirm_for_team(hour=hour, by=leader.user)
    orders.confirm_order_as_served(order=order, tail=PHONE[-4:])
    hour.refresh_from_db()
    assert (hour.state, "只凭电话" in hour.odd) == (HourState.HELD, True)
    facts = {"hour": hour, "words": "问过了"}
    assert "另一位书记" in refused(hours.decide_hours, by=secretary, counts=True, **facts)
    other = be_verified(staff_in(community, Role.SECRETARY), community)
    assert hours.decide_hours(by=other, counts=True, **facts).state == HourState.SHOWN


@pytest.mark.parametrize("channel", [OrderChannel.FORM, OrderChannel.WORKER])
def test_bought_from_a_worker_who_has_an_invented_leader_is_odd(estate, community, worker, channel):
    """The volunteer is real and pays; leader, telephone and order are one worker's."""
    leader, buyer = volunteer_in(community), volunteer_in(community)
    checked_by(leader.user, worker)
    team = team_in(community, leader=leader, members=[buyer])
    by = worker if channel == OrderChannel.WORKER else None
    order = watch_in(estate, team=team, channel=channel, by=by)
    hour = served(taken(order, worker, buyer), buyer)
    hours.confirm_for_team(hour=hour, by=leader.user)
    orders.confirm_order_as_served(order=order, tail=PHONE[-4:])
    hour.refresh_from_db()
    assert (hour.state, "只凭电话" in hour.odd) == (HourState.HELD, True)


@pytest.fixture
def leading(estate, community, worker):
    """The worker leads the team of a volunteer; `entered(**facts)` is what they typed in."""
    one = volunteer_in(community)
    lead = volunteer_in(community, user=worker)
    team = team_in(community, leader=lead, members=[one])

    def entered(**facts):
        order = watch_in(estate, team=team, **facts)
        return order, served(taken(order, worker, one), one)

    return entered


def test_a_worker_who_leads_does_not_confirm_by_a_telephone_they_typed(leading, worker, colleague):
    order, hour = leading(channel=OrderChannel.WORKER, by=worker)
    hours.confirm_for_team(hour=hour, by=worker)
    sentence = refused(orders.confirm_order_as_served, order=order, tail=PHONE[-4:])
    assert sentence == "这一单请服务站来确认：会有同事打电话问您，您不用再做什么。"
    hour.refresh_from_db()
    assert (hour.state, hour.other_at) == (HourState.REPORTED, None)
    assert Act.objects.filter(verb="volunteers.hours_attempt").count() == 1
    hour = hours.confirm_as_station(hour=hour, by=colleague)
    assert hour.state == HourState.SHOWN


def test_nor_after_the_telephone_has_confirmed(leading, worker, secretary):
    order, hour = leading(channel=OrderChannel.WORKER, by=worker)
    orders.confirm_order_as_served(order=order, tail=PHONE[-4:])
    assert "您录的" in refused(hours.confirm_for_team, hour=hour, by=worker)
    assert hours.confirm_for_team(hour=hour, by=secretary).state == HourState.SHOWN


def test_nor_by_one_they_put_down_with_the_person(leading, worker, colleague, estate):
    """A regular's telephone was typed once; the order itself came from a colleague."""
    helped = care.add_beneficiary(by=worker, name="王奶奶", phone=PHONE, area=estate)
    order, hour = leading(beneficiary=helped, channel=OrderChannel.CALL, by=colleague)
    hours.confirm_for_team(hour=hour, by=worker)
    refused(orders.confirm_order_as_served, order=order, tail=PHONE[-4:])


def test_nor_by_one_they_put_in_afterwards(estate, community, worker, colleague):
    one, lead = volunteer_in(community), volunteer_in(community, user=worker)
    team = team_in(community, leader=lead, members=[one])
    order = order_in(estate, help=Help.PATROL, phone="13911117777", team=team)
    orders.change_order(order=order, by=worker, help=Help.PATROL, phone=PHONE)
    hour = served(taken(order, colleague, one), one)
    hours.confirm_for_team(hour=hour, by=worker)
    refused(orders.confirm_order_as_served, order=order, tail=PHONE[-4:])


def test_a_volunteer_does_not_confirm_by_what_they_typed(estate, community, worker, colleague):
    one = volunteer_in(community, user=worker)
    order = watch_in(estate, channel=OrderChannel.WORKER, by=worker)
    served(taken(order, colleague, one), one)
    refused(orders.confirm_order_as_served, order=order, tail=PHONE[-4:])


# ---- one person, several accounts and numbers


def test_a_former_telephone_is_still_ones_own(estate, community, worker):
    """Ordered with the number of the account, changed it, took the order."""
    one = volunteer_in(community)
    old = one.user.phone
    order = order_in(estate, phone=old)
    user = User.objects.get(pk=one.user_id)
    user.phone = "13600000009"
    user.save()
    one = Volunteer.objects.get(pk=one.pk)
    served(taken(order, worker, one), one)
    refused(orders.confirm_order_as_served, order=order, tail=old[-4:])
    assert old not in FormerPhone.objects.get().key


def test_a_telephone_is_remembered_only_when_it_changes(community):
    user = volunteer_in(community).user
    user.name = "改名"
    user.save()
    user.phone = None
    user.save(update_fields=["name"])
    assert not FormerPhone.objects.exists()
    user.save(update_fields=["phone"])
    assert FormerPhone.objects.get().user == user


def test_two_accounts_of_one_person_are_one_person_at_a_time(community):
    world = People(community)
    number, accounts = identity_number(777), []
    for _ in range(2):
        one = volunteer_in(community, is_verified=False)
        verified(one.user, community, number=number)
        Membership.objects.create(team=world.team, volunteer=one, area=community, state="in")
        accounts.append(one)
    first, second = (world.shown(volunteer=one) for one in accounts)
    assert first.state == HourState.SHOWN
    assert "时间重着" in second.odd


# ---- the clock, and past the services


def test_told_minutes_from_before_anybody_took_the_order_are_odd(estate, community, worker):
    lead, one = volunteer_in(community), volunteer_in(community)
    order = order_in(estate, help=Help.PATROL, team=team_in(community, leader=lead, members=[one]))
    put_out(order, worker, one)
    orders.accept(ask=ask_of(order, one), by=one.user)
    orders.set_out(order=order, by=one.user, agreed=True)
    orders.finish(order=order, by=one.user, minutes=200)  # taken seconds ago
    hour = Hour.objects.get(order=order)
    Hour.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    hours.confirm_for_team(hour=hour, by=lead.user)
    hour = hours.confirm_as_station(hour=hour, by=worker)
    assert (hour.state, "比接单还早" in hour.odd) == (HourState.HELD, True)


def test_a_paid_service_gives_no_hours(estate, community, worker):
    """志愿服务条例 第2条: 无偿. It is confirmed and rated as any other."""
    lead, one = volunteer_in(community), volunteer_in(community)
    price = {"price_fen": 2000, "price_words": "一次20元"}
    team = team_in(community, leader=lead, members=[one], **price)
    order = watch_in(estate)
    orders.agree_price(order=order, by=worker, team=team)
    order = taken(order, worker, one)
    orders.begin_service(order=order, by=one.user, agreed=True)
    order = orders.finish(order=order, by=one.user)
    assert not Hour.objects.exists()
    order = orders.confirm_order_as_served(order=order, tail=PHONE[-4:])
    assert order.state == OrderState.CONFIRMED


def whole(hour, world, now, **more):
    """Everything an hour says once two people confirmed it, at once."""
    return {
        "state": HourState.COUNTED,
        "number": "FW-209901-000001",
        "counted_at": now,
        "shown_until": now,
        "person_keys": keys_of(world.volunteer.user),
        "lead_by": world.leader.user,
        "lead_at": now,
        "lead_keys": keys_of(world.leader.user),
        "other_as": "station",
        "other_by": world.worker,
        "other_at": now,
        "other_keys": keys_of(world.worker),
    } | more


def test_the_three_days_are_not_skipped_past_the_services(community):
    world, now = People(community), timezone.now()
    hour, long_ago = world.hour(), now - timedelta(days=4)
    shown = world.shown(at=14)
    for row, facts in (
        (hour, whole(hour, world, now)),
        (hour, whole(hour, world, now, lead_at=long_ago, other_at=long_ago)),
        (hour, whole(hour, world, now, state=HourState.SHOWN)),
        (hour, whole(hour, world, now, state=HourState.SHOWN, shown_until=None)),
        (shown, {"shown_until": now}),
        (shown, {"state": "counted", "number": "FW-1", "counted_at": now}),
        (shown, {"state": "counted", "number": "FW-1", "counted_at": shown.shown_until}),
        (shown, whole(shown, world, now, lead_at=long_ago, other_at=long_ago)),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Hour.objects.filter(pk=row.pk).update(**facts)


@pytest.mark.parametrize("side", ["team", "station"])
def test_minutes_stand_still_once_either_side_has_confirmed(community, side):
    world = People(community)
    hour = world.hour(minutes=30, source=HourSource.SAID)
    if side == "team":
        hours.confirm_for_team(hour=hour, by=world.leader.user)
    else:
        hours.confirm_as_station(hour=hour, by=world.worker)
    later = {"minutes": 470, "ended_at": hour.began_at + timedelta(minutes=470)}
    for change in (later, {"volunteer": world.leader}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Hour.objects.filter(pk=hour.pk).update(**change)
