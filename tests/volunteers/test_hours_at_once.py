"""Hours while something else happens at the same moment: in two connections of the database."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from stations.choices import Role
from tests.volunteers.hour_rows import People, be_verified, over, staff_in
from tests.volunteers.order_rows import order_in
from tests.volunteers.rows import volunteer_in
from volunteers.choices import HourState, MemberState
from volunteers.models import Identity, Membership, Paper, Volunteer
from volunteers.services import hours, orders, papers, teams
from volunteers.services.people import admit

pytestmark = pytest.mark.django_db(transaction=True)
BESIDE = 0.7  # seconds: the other act has begun, and waits


class Beside:
    """An act in a thread of its own, begun and left to wait."""

    def __init__(self, act):
        self.act, self.fault = act, None
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        time.sleep(BESIDE)

    def run(self):
        try:
            self.act()
        except Exception as fault:
            self.fault = fault
        finally:
            connection.close()

    def end(self):
        self.thread.join(20)
        assert self.fault is None, self.fault


def test_a_paper_made_while_an_hour_is_taken_back_does_not_list_it(community):
    people = People(community)
    hour, kept = people.counted(), people.counted(days=3)
    secretary = be_verified(staff_in(community, Role.SECRETARY), community)
    today = timezone.localdate()

    def make():
        papers.make_paper(
            volunteer=people.volunteer,
            first_on=today - timedelta(days=9),
            last_on=today,
            by=people.volunteer.user,
        )

    with transaction.atomic():
        hours.reverse_hours(hour=hour, by=secretary, why="弄错了")
        making = Beside(make)
    making.end()
    assert [line[3] for line in Paper.objects.valid().get().lines] == [kept.number]


def test_hours_are_counted_while_their_volunteers_are_asked(community, estate):
    """Somebody's points are being spent: counting waits for them, and nobody who is asked to take
    an order waits for counting."""
    people = People(community)
    first, second, third = (volunteer_in(community) for _ in range(3))
    over(*[people.shown(volunteer=one, at=9) for one in (first, second, third)])
    order = order_in(estate)
    with transaction.atomic():
        Volunteer.objects.select_for_update().get(pk=second.pk)
        counting = Beside(hours.count_hours)
        asked = [(third, ""), (first, "")]
        asking = Beside(lambda: orders.dispatch(order=order, by=people.worker, volunteers=asked))
    counting.end()
    asking.end()


def test_both_sides_confirm_at_the_same_moment(community):
    """Who waits for the other one knows afterwards who that was."""
    people = People(community)
    hour = people.hour()
    with transaction.atomic():
        hours.confirm_for_team(hour=hour, by=people.leader.user)
        station = Beside(lambda: hours.confirm_as_station(hour=hour, by=people.worker))
    station.end()
    hour.refresh_from_db()
    assert (hour.state, hour.other_by) == (HourState.SHOWN, people.worker)


def test_whose_paper_the_other_one_checked_is_refused_in_words_then_too(community):
    people = People(community)
    deputy = volunteer_in(community)
    people.team.deputy = deputy
    people.team.save()
    Identity.objects.filter(user=people.leader.user).update(verified_by=people.worker)
    hour = people.hour()
    with transaction.atomic():
        hours.confirm_as_station(hour=hour, by=people.worker)
        team = Beside(lambda: hours.confirm_for_team(hour=hour, by=people.leader.user))
    with pytest.raises(AssertionError, match="请队里另一位来确认"):
        team.end()
    hour.refresh_from_db()
    assert (hour.state, hour.lead_at) == (HourState.REPORTED, None)


def test_somebody_made_leader_in_this_moment_lets_people_in(community):
    people = People(community)
    leader, newcomer = volunteer_in(community), volunteer_in(community)
    Membership.objects.create(
        team=people.team, volunteer=leader, area=community, state=MemberState.IN
    )
    asked = Membership.objects.create(team=people.team, volunteer=newcomer, area=community)
    with transaction.atomic():
        teams.change_team(team=people.team, by=people.worker, leader=leader)
        admitting = Beside(lambda: admit(membership=asked, by=leader.user))
    admitting.end()
    asked.refresh_from_db()
    assert asked.state == MemberState.IN
