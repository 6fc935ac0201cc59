"""What is due is computed from the plan, in batches; open duties and plan say the same."""

import random
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from residents_map.models import Household
from residents_map.services import visit_duties
from residents_map.services.care import report_care
from residents_map.services.people import move_out
from residents_map.services.visit_duties import keep_all_visit_duties
from residents_map.services.visits import plan_visits, record_visit
from stations.models import Duty, Stale
from tests.residents_map.rows import household_in, person_in
from tests.support.duties import assert_duties_are_true

pytestmark = pytest.mark.django_db


def in_plan(estate, by, days, **more):
    """A household whose visit is due in so many days, put there behind the acts' back."""
    household = household_in(estate, by)
    day = timezone.localdate() + timedelta(days=days)
    facts = {"tier": "month", "next_visit_on": day}
    Household.objects.filter(pk=household.pk).update(**(facts | more))
    return household


def open_duties():
    return set(
        Duty.objects.open().filter(kind="residents_map.visit").values_list("object_id", flat=True)
    )


def test_a_visit_stands_on_the_desk_a_week_before(estate, cast):
    worker = cast("worker")
    due = {days: in_plan(estate, worker, days).pk for days in (-3, 0, 7, 8, 40)}
    assert keep_all_visit_duties() == 3
    assert open_duties() == {due[-3], due[0], due[7]}
    assert keep_all_visit_duties() == 0
    assert_duties_are_true()


def test_an_overdue_one_is_overdue_at_once(estate, cast):
    worker = cast("worker")
    in_plan(estate, worker, -3, visitor=worker)
    keep_all_visit_duties()
    duty = Duty.objects.get()
    assert duty.is_overdue
    assert duty.holder == worker
    assert duty.since < duty.until


def test_what_is_no_longer_due_ends(estate, cast):
    household = in_plan(estate, cast("worker"), 1)
    keep_all_visit_duties()
    Household.objects.filter(pk=household.pk).update(tier="", next_visit_on=None)
    keep_all_visit_duties()
    assert open_duties() == set()


def test_in_batches(estate, cast, monkeypatch):
    monkeypatch.setattr(visit_duties, "BATCH", 3)
    worker = cast("worker")
    for _ in range(7):
        person_in(in_plan(estate, worker, 2), worker, phone="")
    assert keep_all_visit_duties() == 7
    assert_duties_are_true()


def test_the_number_of_queries_does_not_grow(estate, cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def took(number):
        for _ in range(number):
            person_in(in_plan(estate, cast("worker"), 2), cast("worker"), phone="")
        with CaptureQueriesContext(connection) as captured:
            keep_all_visit_duties()
        return len(captured)

    took(1)  # the month's figures are marked the first time
    assert took(2) == took(12)


def test_a_month_is_counted_from_its_first_day(estate, cast):
    in_plan(estate, cast("worker"), 20)
    Stale.objects.all().delete()
    keep_all_visit_duties()
    assert list(Stale.objects.values_list("area", "day")) == [
        (estate.pk, timezone.localdate().replace(day=1))
    ]


def test_every_act_leaves_the_duties_true(estate, cast):
    worker = cast("worker")
    chance = random.Random(8)
    households = [household_in(estate, worker) for _ in range(5)]
    for _ in range(60):
        household = chance.choice(households)
        act = chance.choice(["plan", "stop", "well", "missed", "care", "early"])
        if act == "plan":
            plan_visits(
                household=household, by=worker, tier=chance.choice(["week", "month", "quarter"])
            )
        elif act == "stop":
            plan_visits(household=household, by=worker, tier="")
        elif act == "care":
            if not household.care_events.filter(visit=None).exists():
                report_care(household=household, by=worker, kind="fall")
        else:
            record_visit(
                household=household,
                by=worker,
                token=uuid.uuid4(),
                way="call",
                state="missed" if act == "missed" else "well",
                missed="away" if act == "missed" else "",
                at=timezone.now() - timedelta(days=9) if act == "early" else None,
            )
        assert_duties_are_true()
        keep_all_visit_duties()
        assert_duties_are_true()
    for household in households:
        move_out(household=household, by=worker)
    assert_duties_are_true()


def test_the_desk_shows_it_to_the_visitor(estate, cast, sign_in):
    worker, colleague = cast("worker"), cast("colleague")
    household = household_in(estate, worker)
    plan_visits(household=household, by=worker, tier="week", visitor=colleague)
    assert str(household.home) in sign_in("colleague").get("/desk/").content.decode()
    assert str(household.home) not in sign_in("worker").get("/desk/").content.decode()
    assert str(household.home) not in sign_in("officer").get("/desk/").content.decode()
