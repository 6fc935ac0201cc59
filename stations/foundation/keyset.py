"""Pages of a long list by key: as quick on page 4,000 as on page 1, and steady while rows come in.

For lists that one works through, forwards and back. What is only read onwards from its newest
row has `pages.page`, and keys and days out of addresses are read there too (`key_from`,
`day_from`).

A page's address says where it begins (`?after=`) or ends (`?before=`), never how many rows to
skip. The order is one column and the primary key; rows without a value come last.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q

SIZE = 25
COUNTED = 1000


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the marks of the pages before and after it ("" for none)."""

    rows: list
    newer: str = ""
    older: str = ""

    def links(self, query):
        """{newer, older}: query strings that keep every other condition of the list."""
        urls = {}
        for name, key, mark in (("newer", "before", self.newer), ("older", "after", self.older)):
            fresh = query.copy()
            for old in ("after", "before"):
                fresh.pop(old, None)
            if mark:
                fresh[key] = mark
            urls[name] = f"?{fresh.urlencode()}" if mark else ""
        return urls


def page(rows, query, *, by, size=SIZE, load=None):
    """The page of `rows` that the query string asks for, or the first one.

    `by` is "due_at", "-received_on" or "-pk"; a mark that is none is read as no mark. `load`
    is a queryset of the same model with its `select_related`: the keys of the page are found
    first and only those rows joined, because with the joins in it the database may choose to
    read whole tables (measured: 4 ms instead of a second with 300,000 rows).
    """
    field, descending = by.removeprefix("-"), by.startswith("-")
    after = read_mark(rows, field, query.get("after", ""))
    before = read_mark(rows, field, query.get("before", "")) if after is None else None
    if before is not None:
        keys = keys_of(beyond(rows, by, before, back=True), field, size + 1)
        more, keys = len(keys) > size, keys[:size][::-1]
        if not keys:
            return page(rows, {}, by=by, size=size, load=load)
        newer, older = mark(keys[0]) if more else "", mark(keys[-1])
        return Page(loaded(rows if load is None else load, keys), newer, older)
    start = beyond(rows, by, after) if after is not None else order(rows, field, descending)
    keys = keys_of(start, field, size + 1)
    more, keys = len(keys) > size, keys[:size]
    newer = mark(keys[0]) if keys and after is not None else ""
    older = mark(keys[-1]) if more else ""
    return Page(loaded(rows if load is None else load, keys), newer, older)


def keys_of(rows, field, most):
    """[(pk, value)] of the first rows."""
    return list(rows.values_list("pk", field)[:most])


def loaded(rows, keys):
    """The rows of these keys, in this order."""
    found = rows.in_bulk([pk for pk, _ in keys]) if keys else {}
    return [found[pk] for pk, _ in keys if pk in found]


def neighbours(rows, row, *, by):
    """The rows before and after this one in the list, or None: two rows are read."""
    here = (getattr(row, by.removeprefix("-")), row.pk)
    return (
        beyond(rows, by, here, back=True).first(),
        beyond(rows, by, here).first(),
    )


def capped_counts(many, most=COUNTED):
    """How many rows each of several querysets has, counted no further than `most`:
    [(number, whether there are more)]. One query for all of them."""
    counts, values = [], []
    for rows in many:
        try:
            sql, its = rows.order_by().values("pk")[: most + 1].query.sql_with_params()
        except EmptyResultSet:  # nothing can be in it, so the database is not asked
            sql, its = "SELECT 1 WHERE false", ()
        counts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        values += its
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", values)
        return [(min(number, most), number > most) for number in cursor.fetchone()]


def mark(key):
    """Where a row stands, as it is written into an address."""
    pk, value = key
    return f"{value.isoformat() if hasattr(value, 'isoformat') else ''}~{pk}"


def read_mark(rows, field, text):
    """(value, pk) of a mark, or None when it is strange."""
    value, tilde, key = text.partition("~")
    if not tilde or not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    if field == "pk":
        return int(key), int(key)
    if not value:
        return None, int(key)
    moment = rows.model._meta.get_field(field).get_internal_type() == "DateTimeField"
    try:
        read = datetime.fromisoformat(value) if moment else date.fromisoformat(value)
    except ValueError:
        return None
    if moment:
        read = in_utc(read)
    return None if read is None else (read, int(key))


def in_utc(moment):
    """A moment of an address in UTC, or None: Postgres knows neither every offset nor every year
    that Python can write."""
    try:
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None


def order(rows, field, descending):
    if field == "pk":
        return rows.order_by("-pk" if descending else "pk")
    if descending:
        return rows.order_by(F(field).desc(nulls_last=True), "-pk")
    return rows.order_by(F(field).asc(nulls_last=True), "pk")


def beyond(rows, by, here, *, back=False):
    """The rows after (or, read backwards, before) a place in the list."""
    field, descending = by.removeprefix("-"), by.startswith("-")
    value, key = here
    way = "lt" if descending != back else "gt"
    same_key = Q(**{f"pk__{way}": key})
    if field == "pk":
        return order(rows.filter(same_key), field, descending != back)
    if value is None:
        place = Q(**{field: None}) & same_key
        if back:
            place |= Q(**{f"{field}__isnull": False})
    else:
        place = Q(**{f"{field}__{way}": value}) | (Q(**{field: value}) & same_key)
        if not back:
            place |= Q(**{field: None})
    if back:
        column = F(field).asc if descending else F(field).desc
        return rows.filter(place).order_by(column(nulls_first=True), "pk" if descending else "-pk")
    return order(rows.filter(place), field, descending)
