"""The worker dies in the middle of a ledger: nothing half-written, and another one finishes."""

import pytest

from residents_map.models import Household, ImportRow, Mark, Person
from residents_map.services import imports as services
from stations.choices import WorkState
from stations.models import Work
from stations.services.work import run
from tests.faults.processes import eventually
from tests.faults.test_worker import CREW, is_done, kill_at, stands_at
from tests.residents_map.imports.books import compared, fresh, place, take_in, xlsx
from tests.residents_map.imports.ledger import everything
from tests.residents_map.rows import identity_number

ROOMS = ("101", "102", "201", "202", "301", "302")
HEADS = ["住址", "姓名", "身份证号", "电话"]


def rows(phone):
    """A household of two in each of 24 homes."""
    found, order = [HEADS], 0
    for building in (7, 8):
        for entrance in (1, 2):
            for room in ROOMS:
                for name in ("刘桂芳", "王建国"):
                    order += 1
                    place_of = f"{building}-{entrance}-{room}"
                    number = identity_number(order=order)
                    found.append([place_of, name, number, f"{phone}{order:04d}"])
    return found


@pytest.fixture
def ledger(site, db, cast, estate):
    """An estate, and a ledger of 48 people that was compared with it."""
    place(estate)
    return compared(estate, cast("worker"), xlsx(rows("1390000")))


@pytest.mark.parametrize("table", ["residents_map_person", "residents_map_change"])
def test_killed_in_the_middle_of_writing(table, site, start, ledger, cast, estate):
    before = everything(estate)
    start(*CREW)
    row = services.write_import(ledger_import=ledger, by=cast("worker"))
    with site.held(table):
        stands_at(site, table).kill()
        assert everything(estate) == before  # households were written already, and are not there
    assert Work.objects.get(pk=row.work_id).state == WorkState.RUNNING
    assert eventually(lambda: is_done(row.work)).fence == 2
    assert fresh(row).state == "done"
    assert (Person.objects.count(), Household.objects.count()) == (48, 24)
    assert set(Household.objects.values_list("resident_count", flat=True)) == {2}


def test_killed_in_the_middle_of_changing_and_of_taking_back(site, start, ledger, cast, estate):
    worker = cast("worker")
    row = services.write_import(ledger_import=ledger, by=worker)
    assert run(row.work_id)
    before = everything(estate)
    row = compared(estate, worker, xlsx(rows("1380000")))
    assert row.counts["changed"] == 48
    start(*CREW)
    row = services.write_import(ledger_import=row, by=worker)
    kill_at(site, "residents_map_change", row.work)
    assert {p.clear("phone")[:3] for p in Person.objects.all()} == {"138"}
    row = services.undo_import(ledger_import=fresh(row), by=worker)
    kill_at(site, "residents_map_person", row.work)
    assert fresh(row).state == "undone"
    assert everything(estate) == before
    assert not Mark.objects.exists()


def test_killed_in_the_middle_of_comparing(site, start, cast, estate):
    place(estate)
    row = take_in(estate, cast("worker"), xlsx(rows("1390000")))
    start(*CREW)
    row = services.map_columns(ledger_import=row, by=cast("worker"), mapping=row.mapping)
    kill_at(site, "residents_map_importrow", row.work)
    assert fresh(row).state == "ready"
    assert ImportRow.objects.filter(ledger_import=row, state="new").count() == 48
