"""登记: members, marks, counts, history; protected values are sealed."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from residents_map.models import Household, LedgerVersion, Person
from residents_map.services import people
from residents_map.services.kind_counts import count_kinds, kinds_of_people
from tests.residents_map.rows import home_in, household_in, identity_number, kind, person_in

pytestmark = pytest.mark.django_db


def test_a_member_is_entered_once_and_sealed(estate, cast):
    worker = cast("worker")
    household = household_in(estate, worker)
    number = identity_number()
    person = person_in(household, worker, identity_number=number, health="糖尿病，打胰岛素")
    household.refresh_from_db()
    assert household.resident_count == 1
    assert (person.birth_on, person.sex, person.initials) == (date(1940, 3, 7), "m", "lgf")
    assert person.clear("identity") == number
    assert person.masked("phone") == "139****0001"
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text FROM residents_map_person p")
        dump = " ".join(row[0] for row in cursor)
    for secret in (number, "13900000001", "胰岛素"):
        assert secret not in dump


def test_a_childs_name_is_sealed_too(estate, cast):
    household = household_in(estate, cast("worker"))
    person_in(household, cast("worker"))
    child = person_in(household, cast("worker"), name="刘小满", birth_on=date(2019, 6, 1))
    assert (child.name, child.initials, child.clear("name")) == ("刘**", "", "刘小满")


def test_the_same_number_does_not_live_in_two_homes(estate, cast):
    worker = cast("worker")
    number = identity_number()
    person_in(household_in(estate, worker), worker, identity_number=number)
    with pytest.raises(ValidationError, match="已经登记在"):
        person_in(household_in(estate, worker), worker, identity_number=number)


def test_one_household_at_a_time_in_a_home(estate, cast):
    worker = cast("worker")
    household = household_in(estate, worker)
    with pytest.raises(ValidationError, match="迁出"):
        people.move_in(home=household.home, by=worker)
    people.move_out(household=household, by=worker)
    assert people.move_in(home=household.home, by=worker).pk != household.pk


def test_kinds_are_counted_entered_and_computed(estate, cast):
    worker = cast("worker")
    alone = household_in(estate, worker)
    old = person_in(alone, worker)
    two = household_in(estate, worker)
    person_in(two, worker, name="王建国", birth_on=date(1942, 1, 1), kinds=[kind("party")])
    person_in(two, worker, name="王小红", birth_on=date(1990, 1, 1))
    person_in(two, worker, name="王远", birth_on=date(1930, 1, 1), lives_here=False)
    kinds = [kind("party"), kind("elder"), kind("alone")]
    assert count_kinds(kinds, by="area_id", area=estate) == {
        estate.pk: {"party": 1, "elder": 2, "alone": 1}
    }
    by_building = count_kinds(kinds, by="building_id", area=estate)
    assert by_building[alone.building_id] == {"elder": 1, "alone": 1}
    rows = list(Person.objects.current().select_related("household"))
    for one in kinds:
        expected = set(Person.objects.of_kind(one).values_list("pk", flat=True))
        assert {pk for pk, of in kinds_of_people(rows, kinds).items() if one in of} == expected
    people.person_left(person=old, by=worker)
    assert count_kinds(kinds, by="building_id", area=estate).get(alone.building_id) is None


def test_changes_are_told_and_sealed(estate, cast):
    worker = cast("worker")
    household = household_in(estate, worker)
    person = person_in(household, worker)
    before = LedgerVersion.objects.get(area=estate).number
    people.change_person(person=person, by=worker, phone="13900000002")
    change = household.changes.first()
    assert change.what == "改了刘*芳的电话"
    assert "13900000002" not in change.values_sealed
    assert LedgerVersion.objects.get(area=estate).number > before


def test_who_sees_households(estate, other_estate, cast):
    household_in(estate, cast("worker"))
    seen = {
        who: Household.objects.visible_to(cast(who)).count()
        for who in (
            "worker",
            "secretary",
            "officer",
            "district",
            "sibling_worker",
            "admin",
            "volunteer",
        )
    }
    assert seen == {
        "worker": 1,
        "secretary": 1,
        "officer": 0,
        "district": 0,
        "sibling_worker": 0,
        "admin": 0,
        "volunteer": 0,
    }


def test_a_home_says_where_it_is(estate, cast):
    assert str(home_in(estate, number="101")).endswith("101")
