"""What is said about hours stays for good: it does not tell who was helped."""

import pytest

from stations.choices import Role
from tests.volunteers.hour_rows import People, be_verified, staff_in
from tests.volunteers.order_rows import order_in
from volunteers.models import Hour
from volunteers.services import hours

pytestmark = pytest.mark.django_db
SAID = "刘桂芳家3栋2单元402的单，问过13955550001，没来"
KEPT = "某居民家3栋2单元某户的单，问过某电话，没来"


@pytest.fixture
def people(community):
    return People(community)


@pytest.fixture
def secretary(community):
    return be_verified(staff_in(community, Role.SECRETARY), community)


@pytest.fixture
def order(estate):
    return order_in(estate)  # of 刘桂芳


def test_an_objection(people, order):
    hour = people.shown(order=order)
    held = hours.object_hours(hour=hour, by=people.leader.user, words=SAID)
    assert Hour.objects.get(pk=held.pk).objection == KEPT


def test_a_decision(people, order, secretary):
    hour = people.held(order=order)
    hours.decide_hours(hour=hour, by=secretary, counts=False, words=SAID)
    assert Hour.objects.get(pk=hour.pk).decision == KEPT


def test_why_hours_were_taken_back(people, order, secretary):
    hour = people.counted(order=order)
    back = hours.reverse_hours(hour=hour, by=secretary, why=SAID)
    assert Hour.objects.get(pk=back.pk).decision == KEPT


def test_without_an_order_telephones_and_doors_go_and_the_rest_stays(people, secretary):
    hour = people.held()
    hours.decide_hours(hour=hour, by=secretary, counts=True, words="问过队长13955550001，是真的")
    assert Hour.objects.get(pk=hour.pk).decision == "问过队长某电话，是真的"
