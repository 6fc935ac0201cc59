"""急事: within 24 real hours somebody looks in; what happened is nowhere but with the household."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from residents_map.models import CareEvent
from residents_map.services.care import report_care
from residents_map.services.visits import plan_visits, record_visit
from stations.models import Duty, Message
from stations.services.desk import to_urge
from stations.services.duties import tell_about_duties
from tests.residents_map.rows import household_in, person_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def household(estate, cast):
    found = household_in(estate, cast("worker"))
    person_in(found, cast("worker"))
    return found


def visit_of(household, by, **more):
    facts = {"token": uuid.uuid4(), "way": "door", "state": "well"}
    return record_visit(household=household, by=by, **(facts | more))


def care_duty():
    return Duty.objects.open().filter(kind="residents_map.care").first()


def test_within_24_real_hours(household, cast):
    at = timezone.now() - timedelta(hours=3)
    report_care(household=household, by=cast("worker"), kind="hospital", at=at)
    duty = care_duty()
    assert duty.until == at + timedelta(hours=24)
    assert (duty.half_at, duty.most_at) == (
        at + timedelta(hours=12),
        at + timedelta(hours=24) * 0.8,
    )


def test_nights_and_weekends_count(household, cast):
    friday = timezone.make_aware(datetime(2026, 11, 20, 22, 0))
    from stations.services.duties import clock

    moments = clock(friday, friday + timedelta(hours=24), day_and_night=True)
    assert moments["half_at"] == friday + timedelta(hours=12)
    assert clock(friday, friday + timedelta(hours=24))["half_at"] == moments["until"]


def test_the_duty_says_the_door_and_not_what_happened(household, cast):
    report_care(household=household, by=cast("worker"), kind="hospital")
    duty = care_duty()
    assert duty.title == f"{household.home} 刘*芳家"
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(d)::text, '') FROM stations_duty d")
        rows = cursor.fetchone()[0]
    assert "住院" not in rows
    assert "hospital" not in rows
    assert "刘桂芳" not in rows


def test_a_visit_answers_it_and_a_miss_does_not(household, cast):
    worker = cast("worker")
    report_care(household=household, by=worker, kind="fall")
    visit_of(household, worker, state="missed", missed="hospital")
    assert care_duty()
    visit = visit_of(household, worker)
    assert CareEvent.objects.get().visit == visit
    assert care_duty() is None


def test_a_visit_before_it_happened_is_no_answer(household, cast):
    worker = cast("worker")
    report_care(household=household, by=worker, kind="fall")
    visit_of(household, worker, at=timezone.now() - timedelta(hours=5))
    assert care_duty()
    assert CareEvent.objects.get().visit is None


def test_one_open_event_a_household(household, cast):
    worker = cast("worker")
    report_care(household=household, by=worker, kind="fall")
    with pytest.raises(ValidationError, match="已经有一件急事"):
        report_care(household=household, by=worker, kind="loss")
    visit_of(household, worker)
    report_care(household=household, by=worker, kind="loss")
    assert CareEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("back", "refused"),
    [
        (timedelta(hours=-1), "还没到"),
        (timedelta(days=7, minutes=1), "7 天以前"),
        (timedelta(days=6, hours=23), ""),
    ],
)
def test_when_it_happened(back, refused, household, cast):
    event = {"household": household, "by": cast("worker"), "kind": "fall"}
    if refused:
        with pytest.raises(ValidationError, match=refused):
            report_care(**event, at=timezone.now() - back)
    else:
        assert report_care(**event, at=timezone.now() - back).pk


def test_the_secretary_hears_and_the_street_does_not(household, cast):
    worker, secretary, officer = cast("worker"), cast("secretary"), cast("officer")
    report_care(
        household=household,
        by=worker,
        kind="dispute",
        at=timezone.now() - timedelta(hours=25),
    )
    plan_visits(household=household, by=worker, tier="week", visitor=worker)
    Duty.objects.filter(kind="residents_map.visit").update(
        since=timezone.now() - timedelta(days=9),
        half_at=timezone.now() - timedelta(days=3),
        most_at=timezone.now() - timedelta(days=2),
        until=timezone.now() - timedelta(days=1),
    )
    tell_about_duties()
    heard = {who: Message.objects.filter(recipient=who).count() for who in (worker, secretary)}
    assert heard == {worker: 2, secretary: 2}
    assert not Message.objects.filter(recipient=officer).exists()
    assert to_urge(secretary).count() == 2
    assert to_urge(officer).count() == 0


def test_an_event_through_the_page(household, sign_in):
    client = sign_in("worker")
    address = f"/map/homes/{household.home_id}/care/"
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"kind": "fall"}).status_code == 302
    assert CareEvent.objects.get().kind == "fall"
    assert client.post(address, {"kind": "loss"}).status_code == 422
    page = client.get("/visits/").content.decode()
    assert "1 户有急事" in page
    assert "摔倒" in page
    assert "摔倒" in client.get(f"/map/homes/{household.home_id}/visit/").content.decode()


def test_who_moved_away_has_no_events(household, cast):
    from residents_map.services.people import move_out

    worker = cast("worker")
    report_care(household=household, by=worker, kind="fall")
    move_out(household=household, by=worker)
    assert care_duty() is None
    with pytest.raises(ValidationError, match="迁出"):
        report_care(household=household, by=worker, kind="fall")
