"""The demo's ledger says what its sources say, and keeps saying it while years pass."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from residents_map.demo.truth import (
    EMPTY_ESTATE,
    ESTATE,
    FIVE_STARS,
    FOUR_STARS,
    PUT_RIGHT,
    TOTALS,
    of_building,
)
from residents_map.models import (
    CareEvent,
    Household,
    Inspection,
    Kind,
    Ownership,
    Person,
    Pledge,
    Rental,
    Visit,
)
from residents_map.services.kind_counts import count_kinds
from residents_map.services.visits import words_of
from stations.models import Act, Area, Building, Duty, Home
from stations.registries import demo, duties

pytestmark = pytest.mark.django_db

STEPS = ("stations.places", "residents_map.ledger", "residents_map.care", "residents_map.houses")


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """Places and ledger once for all tests of this file; taken back at the end."""
    from django.db import transaction

    autodiscover_modules("demo")
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        try:
            cast = {}
            for step in STEPS:
                cast = demo[step].run(cast)
            yield SimpleNamespace(first=cast["areas"][ESTATE], **cast)
        finally:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


def in_first(city, kinds=None, by="area_id"):
    return count_kinds(kinds or Kind.objects.all(), by=by, area=city.first)


def test_the_estate_has_its_buildings_and_homes(city):
    assert Building.objects.filter(area=city.first).count() == 14
    assert Home.objects.filter(entrance__building__area=city.first).count() == 3875


def test_each_kind_counts_exactly_what_the_sources_say(city):
    assert in_first(city) == {city.first.pk: TOTALS}
    assert (TOTALS["party-branch"], TOTALS["party-work"]) == (35, 174)
    assert (TOTALS["united"], TOTALS["party"], TOTALS["alone"]) == (53, 209, 47)


def test_each_building_too(city):
    found = in_first(city, Kind.objects.whole(), by="building_id")
    numbers = dict(Building.objects.filter(area=city.first).values_list("pk", "number"))
    assert {numbers[pk]: counts for pk, counts in found.items()} == {
        number: of_building(number) for number in range(1, 15)
    }


@pytest.mark.parametrize("days", [1, 365, 2 * 365])
def test_no_birthday_changes_the_figures_for_two_years(city, days):
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        assert in_first(city) == {city.first.pk: TOTALS}


def test_households_are_plausible(city):
    households = Household.objects.filter(area=city.first)
    residents = Person.objects.residents().filter(area=city.first)
    vacant = 1 - households.count() / 3875
    assert 0.06 <= vacant <= 0.09
    assert 2.4 <= residents.count() / households.count() <= 2.8
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM residents_map_household h WHERE resident_count <> "
            "(SELECT count(*) FROM residents_map_person p WHERE p.household_id = h.id"
            " AND p.lives_here AND p.left_on IS NULL)"
        )
        assert cursor.fetchone() == (0,)


def test_one_estate_is_empty_and_the_others_are_not(city):
    estates = Area.objects.filter(level=5)
    without = estates.exclude(pk__in=Household.objects.values("area"))
    assert [estate.name for estate in without] == [EMPTY_ESTATE]
    assert Ownership.objects.count() == Home.objects.count()
    several = Ownership.objects.values("owner_index").distinct().count()
    assert several < Home.objects.count()


def test_nothing_protected_is_in_clear(city):
    numbers = r"(?<!\d)(139000\d{5}|99\d{15}[\dX])(?!\d)"
    words = "降压药|轮椅|党员|统战|饺子"
    with connection.cursor() as cursor:
        for table in ("person", "visit", "change", "rental", "pledge"):
            sought = re.compile(numbers if table == "pledge" else f"{numbers}|{words}")
            # Python seeks, not Postgres: a pattern over every sealed field of a table takes
            # longer than one statement may.
            cursor.execute(f"SELECT row_to_json(t)::text FROM residents_map_{table} t")
            rows = cursor.fetchall()
            assert rows
            assert [row for (row,) in rows if sought.search(row)] == []
    people = Person.objects.filter(area=city.first)
    door = {"household__home__number": "1203", "household__home__entrance__number": 2}
    head = Person.objects.get(building__number=7, name="刘桂芳", area=city.first, **door)
    assert (head.clear("phone"), head.masked("phone")) == ("13900000001", "139****0001")
    assert all(not p.initials and p.name[1:].strip("*") == "" for p in people if p.is_child)


def test_eleven_households_are_due_this_week_and_two_are_late(city):
    today = timezone.localdate()
    here = Household.objects.filter(area=city.first)
    assert here.due_by(today + timedelta(days=7)).count() == 11
    assert here.overdue().count() == 2
    assert here.due_by(today + timedelta(days=6)).filter(building__number=7).count() == 3


def test_duties_are_what_their_truth_says(city):
    for kind in duties:
        if kind.key.startswith("residents_map."):
            held = Duty.objects.open().filter(kind=kind.key).values_list("object_id", flat=True)
            assert (kind.key, sorted(held)) == (kind.key, sorted(kind.truth()))


def test_visits_open_and_lead_to_their_households(city):
    visits = list(Visit.objects.filter(area=city.first).select_related("household"))
    assert len(visits) > 150
    assert all(visit.at < timezone.now() for visit in visits)
    assert any("饺子" in words_of(visit) for visit in visits)
    assert CareEvent.objects.filter(visit=None).count() == 1
    assert Act.objects.filter(verb="residents_map.reveal_phone").count() == 2


def test_rental_houses_are_the_sources(city):
    counted = {n: Rental.objects.filter(stars=n).count() for n in (5, 4, 3)}
    assert counted == {5: FIVE_STARS, 4: FOUR_STARS, 3: PUT_RIGHT}
    assert Inspection.objects.filter(state="fixed").count() == PUT_RIGHT
    assert Rental.objects.filter(listing="red").count() == FIVE_STARS


def test_boards_show_only_what_was_agreed(city):
    shown = Pledge.objects.filter(shows_name=True)
    assert shown.exists() and not shown.filter(agreed_on=None).exists()
    leads = Pledge.objects.filter(role="building")
    assert leads.count() == 13
    assert leads.get(building__number=7).name == "陈国华"
