"""Insurance that ends is a duty of the station: started and ended by the day and by the acts."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.utils import timezone

from stations.choices import Role
from stations.models import Duty, Message
from stations.registries import duties
from stations.services.duties import tell_about_duties
from tests.factories import PostingFactory, UserFactory
from tests.support.duties import assert_duties_are_true
from tests.volunteers.rows import volunteer_in
from tests.volunteers.test_indicators import order_in
from volunteers.choices import ANY_TIME, Help, Reach
from volunteers.models import Event, Position, Roster, SignUp, Slot, Volunteer
from volunteers.services import insurance, profiles
from volunteers.services.insurance import INSURANCE_ENDS, keep_insurance_duties

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.fixture(autouse=True)
def on_a_tuesday():
    morning = datetime(2026, 11, 24, 9, 30, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(morning, tick=False) as clock:
        yield clock


def insured(community, days, **facts):
    """A volunteer who repairs things and is insured for so many days more."""
    until = None if days is None else TODAY + timedelta(days=days)
    return volunteer_in(community, insured_until=until, **{"helps": ["repair"]} | facts)


def on_the_desk():
    rows = Duty.objects.open().filter(kind=INSURANCE_ENDS)
    return set(rows.values_list("object_id", flat=True))


def kept():
    keep_insurance_duties()
    assert on_the_desk() == set(duties[INSURANCE_ENDS].truth())
    return on_the_desk()


def test_it_is_due_thirty_days_before_and_after_it_ended(community):
    last, over, long_over = (insured(community, days) for days in (30, 0, -400))
    for days in (31, None):
        insured(community, days)
    assert kept() == {last.pk, over.pk, long_over.pk}
    due = Duty.objects.get(object_id=last.pk)
    assert timezone.localtime(due.until).date() == TODAY + timedelta(days=30)
    assert due.title == f"志愿者{last.number}的保险12月24日到期"
    assert due.subtitle == f"{community} · 小修小补"
    assert str(last) not in due.title + due.subtitle
    assert Duty.objects.get(object_id=long_over.pk).is_overdue


def test_only_who_serves_and_does_risky_work(community):
    insured(community, 5, helps=["arts", "company"])
    for state in ("applied", "paused", "left", "refused"):
        insured(community, 5, state=state)
    assert kept() == set()


def test_a_risky_order_a_seat_and_a_place_count_too(community, estate, cast):
    by = cast("worker")
    has_order, sits, disinfects, idle = (insured(community, 9, helps=["arts"]) for _ in range(4))
    order_in(estate, state="accepted", volunteer=has_order, help="cleaning")
    order_in(estate, state="rated", volunteer=idle, help="cleaning")
    order_in(estate, state="accepted", volunteer=idle, help="errand")
    for who, is_risky, days in ((sits, True, 2), (idle, False, 3), (idle, True, -3)):
        event = Event.objects.create(
            area=community, title="清洁日", place="南门", is_risky=is_risky, state="open", by=by
        )
        starts = timezone.now() + timedelta(days=days)
        times = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
        slot = Slot.objects.create(event=event, area=community, seats=5, code=event.pk, **times)
        SignUp.objects.create(slot=slot, volunteer=who, area=community, state="in", **times)
    roster = Roster.objects.create(area=estate, title="停水", opened_by=by)
    for who, group in ((disinfects, "disinfection"), (idle, "shopping")):
        Position.objects.create(roster=roster, area=estate, group=group, volunteer=who)
    assert kept() == {has_order.pk, sits.pk, disinfects.pk}
    Roster.objects.update(closed_at=timezone.now())
    Event.objects.update(state="cancelled")
    assert kept() == {has_order.pk}


def test_the_new_date_ends_it_and_a_near_one_starts_it_anew(community, cast):
    one, by = insured(community, 10), cast("worker")
    assert kept() == {one.pk}
    first = Duty.objects.get(object_id=one.pk)
    near = TODAY + timedelta(days=20)
    profiles.set_insurance(volunteer=one, by=by, until=near)
    assert_duties_are_true()
    second = Duty.objects.open().get(kind=INSURANCE_ENDS)
    assert second.pk != first.pk and timezone.localtime(second.until).date() == near
    profiles.set_insurance(volunteer=one, by=by, until=TODAY + timedelta(days=400))
    assert on_the_desk() == set() == kept()
    profiles.set_insurance(volunteer=one, by=by, until=None)
    assert on_the_desk() == set() == kept()


def helps(volunteer, *kinds):
    return profiles.change_profile(
        volunteer=volunteer, by=volunteer.user, helps=kinds, free=ANY_TIME, reach=Reach.ESTATE
    )


def test_it_ends_with_whoever_leaves_rests_or_does_other_work(community):
    people = leaves, rests, changes = [insured(community, 10) for _ in range(3)]
    assert kept() == {one.pk for one in people}
    profiles.leave(volunteer=leaves, by=leaves.user)
    profiles.pause_volunteer(volunteer=rests, by=rests.user)
    helps(changes, Help.ARTS)
    assert on_the_desk() == set()
    assert_duties_are_true()
    profiles.come_back(by=rests.user)
    helps(changes, Help.ARTS, Help.PATROL)
    assert on_the_desk() == {rests.pk, changes.pk}
    assert_duties_are_true()


def test_the_same_day_keeps_its_clock(community):
    one = insured(community, 10)
    keep_insurance_duties()
    first = Duty.objects.get(object_id=one.pk)
    helps(one, Help.REPAIR, Help.ARTS)
    assert keep_insurance_duties() == (0, 0)
    assert Duty.objects.get(object_id=one.pk) == first
    assert Message.objects.filter(recipient=one.user).count() == 1


def test_reminders_go_to_the_station_and_name_nobody(community, street, cast, on_a_tuesday):
    worker, secretary, officer = cast("worker"), UserFactory(), cast("officer")
    PostingFactory(user=secretary, area=community, role=Role.SECRETARY)
    one = insured(community, 5)
    keep_insurance_duties()
    on_a_tuesday.move_to(timezone.now() + timedelta(days=7))
    tell_about_duties()
    for who in (worker, secretary):
        [message] = Message.objects.filter(recipient=who)
        assert one.number in message.title and str(one) not in message.title + message.body
    assert not Message.objects.filter(recipient=officer).exists()
    told = Message.objects.get(recipient=one.user)
    assert "11月29日到期" in told.title


def test_whose_insurance_is_over_hears_nothing_more(community):
    one = insured(community, -3)
    assert kept() == {one.pk}
    assert not Message.objects.filter(recipient=one.user).exists()


def test_the_desk_leads_to_where_it_is_mended(community, sign_in, django_assert_num_queries):
    one = insured(community, 10)
    keep_insurance_duties()
    client = sign_in("worker")
    desk = BeautifulSoup(client.get("/desk/").content, "html.parser")
    url = duties[INSURANCE_ENDS].url(one.pk)
    assert desk.select(f'a[href^="{url}"]')
    page = BeautifulSoup(client.get(url).content, "html.parser")
    [form] = page.select("#insurance form")
    assert form["action"].endswith("/insurance/")
    assert form.select_one("input[name=until]")["value"] == "2027-12-04"
    client.post(form["action"], {"until": "2027-12-04"})
    one.refresh_from_db()
    assert one.insured_until == date(2027, 12, 4)
    assert on_the_desk() == set()
    page = BeautifulSoup(client.get(url).content, "html.parser")
    assert len(page.select("#insurance")) == 1 and not page.select(".banner")


@pytest.mark.parametrize(
    ("until", "renewed"),
    [
        (date(2026, 12, 4), date(2027, 12, 4)),
        (date(2026, 11, 24), date(2027, 11, 24)),
        (date(2025, 1, 1), date(2027, 11, 24)),
        (date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_a_year_more(until, renewed):
    assert insurance.a_year_more(Volunteer(insured_until=until), TODAY) == renewed


def test_many_are_started_in_batches(community, monkeypatch):
    monkeypatch.setattr(insurance, "BATCH", 2)
    people = {insured(community, days).pk for days in (3, 4, 5)}
    assert [keep_insurance_duties() for _ in range(3)] == [(0, 2), (0, 1), (0, 0)]
    assert on_the_desk() == people
