"""服务包 at once: acts on one package and its person in the same moment wait for each other in one
order, and none of them ends in a server error."""

import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from stations.choices import Role
from stations.models import Duty
from tests.volunteers.hour_rows import staff_in
from tests.volunteers.order_rows import ask_of, put_out, taken
from tests.volunteers.rows import volunteer_in
from volunteers.choices import OrderState
from volunteers.models import Order, Package
from volunteers.services import care, orders, packages
from volunteers.services.orders import ending, serving

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 2  # seconds for a lock that may never come


class Threads:
    """Acts in threads of their own; `out` has what each gave, or what stopped it."""

    def __init__(self):
        self.out, self.running = {}, []

    def start(self, name, act):
        def one():
            try:
                self.out[name] = act()
            except Exception as error:
                self.out[name] = error
            finally:
                connection.close()

        self.running.append(threading.Thread(target=one, name=name))
        self.running[-1].start()

    def done(self):
        for thread in self.running:
            thread.join(30)
        assert not [one for one in self.out.values() if isinstance(one, Exception)], self.out
        return self.out


@pytest.fixture
def worker(community):
    return staff_in(community, Role.WORKER)


@pytest.fixture
def person(estate, worker):
    return care.add_beneficiary(by=worker, name="王奶奶", phone="13911112222", area=estate)


@pytest.fixture
def package(person, worker):
    return packages.add_package(
        beneficiary=person, by=worker, name="医康养", helps=["company"], per_month=4
    )


def visit(package, by, days):
    day = timezone.localdate() + timedelta(days=days)
    return packages.visit_again(package=package, by=by, help="company", wanted_on=day, part=0)


def test_ending_care_and_one_more_visit(package, person, worker, monkeypatch):
    """Whoever holds the person and whoever holds the package do not wait for each other."""
    has_person, has_package = threading.Event(), threading.Event()
    in_care, locked = care.in_care, packages.locked

    def slow(*args):
        row = in_care(*args)
        has_person.set()
        has_package.wait(WAIT)
        time.sleep(0.2)
        return row

    def seen(row):
        got = locked(row)
        if threading.current_thread().name == "visit":
            has_package.set()
            has_person.wait(WAIT)
        return got

    monkeypatch.setattr(care, "in_care", slow)
    monkeypatch.setattr(packages, "locked", seen)
    acts = Threads()
    acts.start("end", lambda: care.end_beneficiary(beneficiary=person, by=worker))
    has_person.wait(WAIT)
    acts.start("visit", lambda: visit(package, worker, 3))
    acts.done()
    assert Order.objects.get().state == OrderState.CANCELLED  # it came first, and went too


def test_ending_a_package_while_its_volunteer_accepts_another_visit(
    package, worker, community, monkeypatch
):
    one = volunteer_in(community)
    first, second = visit(package, worker, 3), visit(package, worker, 4)
    taken(first, worker, one)
    put_out(second, worker, one)
    has_order, has_volunteer = threading.Event(), threading.Event()
    lock, count = serving.locked_volunteer, ending.count_open

    def late(row):
        has_order.set()
        has_volunteer.wait(WAIT)
        return lock(row)

    def counted(*args):
        count(*args)
        has_volunteer.set()

    monkeypatch.setattr(serving, "locked_volunteer", late)
    monkeypatch.setattr(ending, "count_open", counted)
    acts = Threads()
    acts.start("accept", lambda: orders.accept(ask=ask_of(second, one), by=one.user))
    has_order.wait(WAIT)
    acts.start("end", lambda: packages.end_package(package=package, by=worker))
    acts.done()
    assert set(Order.objects.values_list("state", flat=True)) == {OrderState.CANCELLED}
    one.refresh_from_db()
    assert one.open_count == 0


def test_two_visits_cancelled_at_once_are_one_duty_with_both(package, worker, monkeypatch):
    visits = [visit(package, worker, n) for n in (3, 4)]
    Package.objects.update(since=timezone.localdate() - timedelta(days=60))
    both, start = threading.Barrier(2), packages.start_gap_duty

    def slow(*args):
        with suppress(threading.BrokenBarrierError):
            both.wait(WAIT)
        return start(*args)

    monkeypatch.setattr(packages, "gaps", lambda visits: 1)
    monkeypatch.setattr(packages, "start_gap_duty", slow)
    acts = Threads()
    for n, order in enumerate(visits):
        acts.start(f"cancel {n}", lambda order=order: orders.cancel(order=order, by=worker))
    acts.done()
    assert Duty.objects.open().filter(kind=packages.GAP_DUTY).count() == 1


def test_a_duty_that_the_job_starts_meanwhile_stays(package):
    """Both saw none: whoever comes second leaves the first one's."""
    packages.start_gap_duty(package, 1)
    packages.start_gap_duty(package, 2)
    duty = Duty.objects.open().get(kind=packages.GAP_DUTY)
    assert "缺1次" in duty.title


def test_a_visit_cancelled_while_its_package_ends_leaves_no_duty(package, worker, monkeypatch):
    """Its package was read before it ended: what counts is how it stands now."""
    old = Package.objects.select_related("beneficiary", "area").get(pk=package.pk)
    Package.objects.update(since=timezone.localdate() - timedelta(days=60))
    packages.end_package(package=package, by=worker)
    monkeypatch.setattr(packages, "gaps", lambda visits: 1)
    packages.keep_gap_duty(old)
    assert not Duty.objects.open().filter(kind=packages.GAP_DUTY).exists()
