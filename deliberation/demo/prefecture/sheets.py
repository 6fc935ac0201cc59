"""Rows by the million: gathered as text, sent through COPY, indexed once at the end."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache

from django.db import connection, models
from django.utils import timezone

NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def text(value):
    """A value as COPY reads it."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dict):
        return "{}" if not value else str(value)
    return str(value).translate(_ESCAPES)


def moment(seconds):
    """A moment (seconds since 1970, or None) as COPY reads it."""
    if seconds is None:
        return NULL
    days, rest = divmod(int(seconds), 86400)
    return f"{day(days)} {rest // 3600}:{rest // 60 % 60}:{rest % 60}+00"


@lru_cache(maxsize=4096)
def day(number):
    """A day (counted from 1970) as COPY reads it."""
    return str(datetime.fromtimestamp(number * 86400, UTC).date())


class Sheet:
    """The next rows of one table. Columns that are not named get the model's own default."""

    def __init__(self, model, *names):
        fields = {field.name: field for field in model._meta.concrete_fields}
        rest = [field for name, field in fields.items() if name not in names]
        rest = [field for field in rest if not field.primary_key]
        columns = [fields[name].column for name in names] + [field.column for field in rest]
        self.model = model
        self.tail = "".join(f"\t{text(default_of(field))}" for field in rest) + "\n"
        table = connection.ops.quote_name(model._meta.db_table)
        listed = ", ".join(connection.ops.quote_name(column) for column in columns)
        self.copy = f"COPY {table} ({listed}) FROM STDIN"
        self.width = len(names)
        self.lines = []

    def add(self, *values):
        """One row; the values are texts already, in the order of the names."""
        self.lines.append("\t".join(values) + self.tail)

    def send(self, cursor):
        """Hand the gathered rows to the database and forget them."""
        if not self.lines:
            return
        with cursor.copy(self.copy) as out:
            for at in range(0, len(self.lines), 500):
                out.write("".join(self.lines[at : at + 500]))
        self.lines.clear()


def default_of(field):
    if isinstance(field, models.DateTimeField) and (field.auto_now or field.auto_now_add):
        return timezone.now()
    return field.get_default()


@contextmanager
def bare_tables(cursor, *loaded):
    """Take the indexes and foreign keys off the tables of these models, and put them back.

    What is put back is checked over all rows, so nothing can come in that the constraints
    would have refused. One transaction: cut short, everything is as before.
    """
    tables = [model._meta.db_table for model in loaded]
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits would hold the tables
    cursor.execute("SET LOCAL statement_timeout = 0")
    cursor.execute("SET LOCAL lock_timeout = 0")
    cursor.execute("SET LOCAL synchronous_commit = off")
    cursor.execute("SET LOCAL maintenance_work_mem = '384MB'")
    cursor.execute(
        """
        SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
        FROM pg_constraint
        WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'u')
        ORDER BY contype DESC, conname
        """,
        [tables],
    )
    constraints = cursor.fetchall()
    for table, name, _ in reversed(constraints):
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    cursor.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
        FROM pg_index
        WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary
        ORDER BY 1
        """,
        [tables],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in constraints:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def count_on(cursor, *loaded):
    """Rows came with their keys: the next key of each table is behind them."""
    for model in loaded:
        table = model._meta.db_table
        if not re.fullmatch(r"[a-z_]+", table):
            raise ValueError(table)
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            " HAVING max(id) IS NOT NULL"
        )
