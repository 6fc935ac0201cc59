"""Periodic work at the scale of a city: so many at a time, all of them in the end, and nothing to
do costs the same however many rows there are."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stations.choices import WorkState
from stations.models import Duty, Message, Work
from stations.services.work import later, run
from tests.volunteers.order_rows import order_in
from tests.volunteers.parts.care import package_for, person_in, started
from tests.volunteers.parts.posts import zone_in
from tests.volunteers.rows import volunteer_in
from volunteers.choices import OrderState, WishState
from volunteers.models import Claim, Order, Package, Volunteer, Wish
from volunteers.services import calls, insurance, package_gaps, posts
from volunteers.services.orders import keeping
from volunteers.services.wishes import tending

pytestmark = pytest.mark.django_db

MOST_QUERIES = 30  # of a run that finds nothing to do, what keeps the work itself included


@pytest.fixture(autouse=True)
def a_friday(on):
    on(date(2026, 11, 20))


def claims(days):
    """Claims of one post that end in so many days."""

    def make(estate, worker, n):
        post = zone_in(estate, worker, seats=n)
        until = timezone.localdate() + timedelta(days=days)
        for _ in range(n):
            one = volunteer_in(estate.parent)
            Claim.objects.create(post=post, volunteer=one, area=post.area, until=until)

    return make


def lacking(estate, worker, n):
    """Packages of whose visits of this month nobody came to the first."""
    for _ in range(n):
        started(package_for(person_in(estate, worker), worker), 60)


def not_rung_up(estate, worker, n):
    for _ in range(n):
        started(person_in(estate, worker), 14)


def unanswered(estate, worker, n):
    for _ in range(n):
        order_in(estate)
    Order.objects.update(state=OrderState.DISPATCHED)


def long_over(estate, worker, n):
    """Wishes that were taken back more than half a year ago."""
    for _ in range(n):
        Wish.objects.create(
            token=uuid.uuid4(),
            area=estate,
            first_name="小满",
            who_sealed="x",
            title="一双鞋",
            state=WishState.CANCELLED,
            created_at=timezone.now() - timedelta(days=200),
        )


def nearly_uninsured(estate, worker, n):
    until = timezone.localdate() + timedelta(days=9)
    for _ in range(n):
        volunteer_in(estate.parent, helps=["repair"], insured_until=until)


def miscounted(estate, worker, n):
    for _ in range(n):
        volunteer_in(estate.parent, served_count=7)


def without(kind):
    """How many of the objects that the test made have no open duty of this kind."""
    return lambda n: n - Duty.objects.open().filter(kind=kind).count()


@dataclass(frozen=True)
class Case:
    """A kind of work: what makes rows due, how many are left undone, whose batch is how large."""

    kind: str
    make: object
    left: object
    module: object
    size: str = "BATCH"


CASES = {
    "claims over": Case(
        "volunteers.keep_claims", claims(-1), lambda n: Claim.objects.current().count(), posts
    ),
    "claims that end": Case("volunteers.keep_claims", claims(5), without(posts.CLAIM_ENDS), posts),
    "gaps": Case("volunteers.keep_gaps", lacking, without(package_gaps.GAP_DUTY), package_gaps),
    "calls": Case("volunteers.calls_due", not_rung_up, without(calls.CALL_DUTY), calls),
    "orders": Case("volunteers.orders_due", unanswered, without(keeping.ANSWER_DUTY), keeping),
    "wishes": Case(
        "volunteers.tend_wishes",
        long_over,
        lambda n: Wish.objects.exclude(who_sealed="").count(),
        tending,
    ),
    "insurance": Case(
        "volunteers.keep_insurance", nearly_uninsured, without(insurance.INSURANCE_ENDS), insurance
    ),
    "served": Case(
        "volunteers.count_served",
        miscounted,
        lambda n: Volunteer.objects.filter(served_count=7).count(),
        keeping,
        "COUNTED",
    ),
}


def waiting(kind):
    return Work.objects.filter(kind=kind, state=WorkState.WAITING)


def turn(kind, key):
    """One turn with all its batches. Gives how many there were."""
    row = later(kind, key=key)
    batches = 0
    while row:
        assert run(row.pk) is True, row
        batches += 1
        row = waiting(kind).first()
    return batches


def outcome():
    """All that a second run must leave as it is."""
    return (
        sorted(Duty.objects.values_list("pk", "kind", "object_id", "title", "until", "ended_at")),
        sorted(Message.objects.values_list("pk", "recipient", "key")),
        sorted(Claim.objects.values_list("pk", "ended_at")),
    )


@pytest.fixture
def nothing_else_waits():
    return lambda: Work.objects.all().delete()


@pytest.mark.parametrize("name", CASES)
def test_so_many_at_a_time_and_all_in_the_end(
    name, estate, worker, monkeypatch, nothing_else_waits
):
    case = CASES[name]
    case.make(estate, worker, 5)
    Duty.objects.all().delete()
    nothing_else_waits()
    monkeypatch.setattr(case.module, case.size, 2)
    assert run(later(case.kind, key="7").pk) is True
    assert case.left(5) == 3
    row = waiting(case.kind).get()
    assert row.key == "7+1"
    assert run(row.pk) is True and case.left(5) == 1
    assert run(waiting(case.kind).get().pk) is True and case.left(5) == 0
    assert not waiting(case.kind).exists()


@pytest.mark.parametrize("name", CASES)
def test_a_batch_that_is_delivered_again_changes_nothing(
    name, estate, worker, monkeypatch, nothing_else_waits
):
    case = CASES[name]
    case.make(estate, worker, 5)
    Duty.objects.all().delete()
    nothing_else_waits()
    monkeypatch.setattr(case.module, case.size, 2)
    turn(case.kind, "7")
    after = outcome()
    assert turn(case.kind, "8") <= 3  # walks by key; never more than the rows need
    assert outcome() == after


@pytest.mark.parametrize("name", CASES)
def test_nothing_to_do_costs_the_same_however_many(name, estate, worker, nothing_else_waits):
    case, costs = CASES[name], []
    for n in (2, 6):
        case.make(estate, worker, n)
        turn(case.kind, f"{n}")
        nothing_else_waits()
        row = later(case.kind, key="again")
        with CaptureQueriesContext(connection) as queries:
            assert run(row.pk) is True
        costs.append(len(queries))
    assert costs[0] == costs[1] <= MOST_QUERIES


@pytest.mark.parametrize("name", CASES)
def test_many_cost_as_many_queries_as_few(name, estate, worker, nothing_else_waits):
    """A batch is written in one statement of each sort, not row by row."""
    case, costs = CASES[name], []
    for n in (2, 8):
        case.make(estate, worker, n)
        nothing_else_waits()
        row = later(case.kind, key=f"{n}")
        with CaptureQueriesContext(connection) as queries:
            assert run(row.pk) is True
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_duty_of_a_package_that_is_no_more_goes(estate, worker):
    lacking(estate, worker, 3)
    package_gaps.keep_gap_duties()
    assert Duty.objects.open().filter(kind=package_gaps.GAP_DUTY).count() == 3
    Package.objects.update(until=timezone.localdate())
    package_gaps.keep_gap_duties()
    assert not Duty.objects.open().filter(kind=package_gaps.GAP_DUTY).exists()
