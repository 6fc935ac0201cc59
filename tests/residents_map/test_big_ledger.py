"""The ledger for measuring: as the acts would have left it, nothing of the tables lost."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from residents_map.foundation.pinyin import initials_of
from residents_map.models import Household, Kind, Person
from residents_map.services.people import add_person, plain_values, sealed_values
from residents_map.services.search import find
from stations.models import Home
from tests.factories import BuildingFactory, EntranceFactory


def shape():
    """Every index and constraint of the tables that are filled."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'residents_map_%%'"
            " OR tablename = 'stations_home' UNION ALL"
            " SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid::regclass::text LIKE 'residents_map_%%'"
            " OR conrelid = 'stations_home'::regclass"
        )
        return sorted(row[0] for row in cursor)


@pytest.mark.django_db(transaction=True)
def test_a_small_big_ledger(estate, cast):
    worker = cast("worker")
    Kind.objects.get_or_create(
        key="party", defaults={"name": "党员先锋", "icon": "k-party", "colour": "kind-party"}
    )
    EntranceFactory(building=BuildingFactory(area=estate))
    BuildingFactory(area=estate)
    before = shape()
    call_command("big_ledger", people=150)
    assert shape() == before
    people = list(Person.objects.select_related("household"))
    assert len(people) == 150
    assert Household.objects.count() == Home.objects.count()
    for household in Household.objects.all():
        assert household.resident_count == household.people.count()
        assert household.people.filter(kinship="head").count() == 1
    for person in people:
        known = plain_values(person)
        facts = {key: known[key] for key in ("name", "birth_on", "phone", "identity_number")}
        for column, value in sealed_values(person.uuid, **facts).items():
            if not column.endswith("_sealed"):
                assert getattr(person, column) == value, column
        assert person.initials == initials_of(person.name)
    assert find(q=people[0].name, by=worker).count >= 1
    # New rows find free keys behind those that were written.
    assert add_person(household=people[0].household, by=worker, name="王五").pk > people[-1].pk
    with pytest.raises(CommandError, match="已经登记了人"):
        call_command("big_ledger", people=10)


@pytest.mark.django_db
def test_it_needs_buildings():
    with pytest.raises(CommandError, match="没有楼栋"):
        call_command("big_ledger", people=10)
