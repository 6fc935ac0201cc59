"""What other apps may know: home, floor area and head. Nothing else leaves the ledger."""

import re
from decimal import Decimal

import pytest

from residents_map import answers as room
from residents_map.models import Ownership
from stations.models import Home
from stations.registries import answers
from tests.residents_map.rows import home_in, household_in, identity_number, person_in

pytestmark = pytest.mark.django_db


def electorate(homes):
    return answers["electorate"].run(homes)


@pytest.fixture
def homes(estate, cast):
    """Five homes: two of one owner, one of another, two whose owner is not known."""
    found = [home_in(estate) for _ in range(5)]
    for home, owner in zip(found, ("a" * 32, "a" * 32, "b" * 32), strict=False):
        Ownership.objects.create(home=home, owner_index=owner)
    return found


def test_whoever_owns_two_homes_is_one_head(homes):
    rows = electorate(homes)
    assert [(row[0], row[1]) for row in rows] == [(home.pk, home.floor_area) for home in homes]
    heads = [row[2] for row in rows]
    assert heads[0] == heads[1]
    assert len(set(heads)) == 4
    assert all(isinstance(row[1], Decimal) for row in rows)


def test_nothing_else_leaves(homes, estate, cast):
    household = household_in(estate, cast("worker"), home=homes[0])
    number = identity_number()
    person_in(household, cast("worker"), identity_number=number)
    rows = electorate(Home.objects.filter(pk__in=[home.pk for home in homes]))
    assert all(len(row) == 3 for row in rows)
    assert all(re.fullmatch(r"[0-9a-f]{32}", row[2]) for row in rows)
    for secret in ("刘", number, "13900000001", "a" * 32, "b" * 32):
        assert secret not in repr(rows)
    public = {name for name in vars(room) if not name.startswith("_")}
    assert [a.key for a in answers if a.run.__module__ == room.__name__] == ["electorate"]
    assert "electorate" in public


def test_a_head_is_not_the_stored_fingerprint_and_of_one_vote_only(homes):
    stored = set(Ownership.objects.values_list("owner_index", flat=True))
    first, second = ({row[2] for row in electorate(homes)} for _ in range(2))
    assert not first & stored
    assert not first & second


def test_a_former_owner_does_not_vote(homes):
    from django.utils import timezone

    Ownership.objects.filter(home=homes[0]).update(until=timezone.localdate())
    heads = [row[2] for row in electorate(homes)]
    assert heads[0] != heads[1]


def test_one_query_however_many_homes(homes, django_assert_num_queries):
    with django_assert_num_queries(1):
        electorate(homes)
    assert electorate([]) == []
