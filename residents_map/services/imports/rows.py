"""What an imported row holds, sealed; and writing many of them at once."""

import json
from datetime import date

from django.db import connection
from django.db.models import Min

from residents_map.models import ImportRow
from stations.foundation.sealed import seal, unseal

COLUMNS = (
    "ledger_import_id",
    "number",
    "state",
    "label",
    "why",
    "changed",
    "person_id",
    "after_sealed",
    "before_sealed",
)
BATCH = 1000


def packed(import_id, number, facts):
    """Facts of a row as a sealed text bound to (import, row)."""
    text = json.dumps(facts, ensure_ascii=False, default=str, separators=(",", ":"))
    return seal(text, bound_to=f"import:{import_id}:{number}")


def unpacked(import_id, number, sealed):
    """What `packed` sealed; {} for nothing. Days are days again."""
    if not sealed:
        return {}
    facts = json.loads(unseal(sealed, bound_to=f"import:{import_id}:{number}"))
    for values in (facts.get("values"), facts.get("given")):
        if values and values.get("birth_on"):
            values["birth_on"] = date.fromisoformat(values["birth_on"])
    return facts


def copy_in(table, columns, rows):
    """COPY rows into a table; the database checks every constraint as always."""
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def copy_rows(rows):
    """Write rows of an import."""
    copy_in(ImportRow._meta.db_table, COLUMNS, rows)


def batches(import_id, states, size=BATCH):
    """The rows of an import in the order of the sheet, some hundred at a time."""
    rows = ImportRow.objects.filter(ledger_import=import_id, state__in=states).order_by("pk")
    last = (rows.aggregate(first=Min("pk"))["first"] or 0) - 1
    while batch := list(rows.filter(pk__gt=last)[:size]):
        yield batch
        last = batch[-1].pk


def reserve(model, count):
    """Keys that nobody else gets, for rows whose keys must be known before they are written."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def check_now():
    """Have references checked bundle by bundle: all at COMMIT would hold the row of the work
    for many seconds, in which nobody can say that the worker still lives."""
    connection.check_constraints()


def no_time_limit():
    """Bulk work of a worker may take longer than a page; for this transaction only."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
