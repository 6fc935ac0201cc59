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
from volunteers.models import Paper, Volunteer
from volunteers.services import hours, orders, papers

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
