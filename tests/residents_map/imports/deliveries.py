"""What each kind of later work of an import needs, and what it leaves: for deliveries again and
again. Each gives (arguments, what to look at)."""

from datetime import timedelta

from django.utils import timezone

from residents_map.models import ImportRow, LedgerImport
from residents_map.services import imports as services
from stations.models import Act, Message
from stations.services.work import run
from tests.residents_map.imports.books import compared, fresh, place, take_in, uploaded, xlsx
from tests.residents_map.imports.ledger import everything
from tests.residents_map.rows import identity_number

ROWS = [["住址", "姓名", "身份证号"], ["7-1-101", "刘桂芳", identity_number()], ["", "王建国", ""]]


def look(estate):
    """Everything that a second delivery could do once more."""
    return (
        everything(estate),
        list(LedgerImport.objects.values()),
        list(ImportRow.objects.values()),
        Act.objects.count(),
        Message.objects.count(),
    )


def read(cast, estate):
    place(estate)
    row = services.start_import(area=estate, by=cast("worker"), file=uploaded(xlsx(ROWS)))
    return {"import_id": row.pk}, lambda: look(estate)


def compare(cast, estate):
    place(estate)
    row = take_in(estate, cast("worker"), xlsx(ROWS))
    services.map_columns(ledger_import=row, by=cast("worker"), mapping=row.mapping)
    return {"import_id": row.pk}, lambda: look(estate)


def write(cast, estate):
    place(estate)
    row = compared(estate, cast("worker"), xlsx(ROWS))
    services.write_import(ledger_import=row, by=cast("worker"))
    return {"import_id": row.pk}, lambda: look(estate)


def undo(cast, estate):
    arguments, _ = write(cast, estate)
    row = LedgerImport.objects.get(pk=arguments["import_id"])
    assert run(row.work_id)
    services.undo_import(ledger_import=fresh(row), by=cast("worker"))
    return arguments, lambda: look(estate)


def tidy(cast, estate):
    place(estate)
    row = compared(estate, cast("worker"), xlsx(ROWS))
    long_ago = timezone.now() - timedelta(days=30)
    LedgerImport.objects.filter(pk=row.pk).update(created_at=long_ago)
    return {}, lambda: look(estate)


CASES = {
    "residents_map.read_ledger": read,
    "residents_map.compare_ledger": compare,
    "residents_map.write_ledger": write,
    "residents_map.undo_ledger": undo,
    "residents_map.tidy_ledgers": tidy,
}
