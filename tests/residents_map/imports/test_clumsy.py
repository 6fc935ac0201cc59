"""Forty generated ledgers full of oddities: each row is told what becomes of it, and what is
written is what was told."""

import pytest

from residents_map.models import Household, LedgerImport, Person
from residents_map.services.imports import undo_import, write_import
from stations.services.work import run
from tests.residents_map.imports.books import Clumsy, compared, fresh, place, rows_told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(1, 43))
def test_each_row_is_told_and_only_that_is_written(seed, estate, cast):
    homes, worker = place(estate), cast("worker")
    ledger = Clumsy(seed)
    content, name = ledger.content()
    row = compared(estate, worker, content, name)
    told = rows_told(row)
    assert {number: state for number, (state, _) in told.items()} == ledger.expected
    assert all(why for state, why in told.values() if state in ("faulty", "conflict"))
    assert sum(row.counts[s] for s in set(ledger.expected.values())) == len(ledger.expected)

    row = write_import(ledger_import=row, by=worker)
    assert run(row.work_id)
    assert fresh(row).state == "done"
    written = {
        (person.household.home_id, person.clear("name") or person.name)
        for person in Person.objects.select_related("household")
    }
    assert written == {(homes[at].pk, name) for at, name in ledger.people.values()}
    for household in Household.objects.all():
        assert household.resident_count == household.people.filter(left_on=None).count()

    row = undo_import(ledger_import=fresh(row), by=worker)
    assert run(row.work_id)
    assert fresh(row).state == "undone"
    assert not Person.objects.exists()
    assert not Household.objects.exists()
    assert LedgerImport.objects.get().file.name == ""
