"""换密钥: everything sealed with an older key is sealed with the current one.

A model says itself what it seals: `SEALED = {column: what it is bound to}`, with the row's
columns in braces ("person.phone:{uuid}"). So the ground floor finds the sealed columns of every
app without knowing one, and a test refuses a column named `…_sealed` that no model declares.
"""

import string
from collections import Counter
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction

from stations.foundation.sealed import SealBroken, current_key_id, seal, unseal

BATCH = 500


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed texts, and how the place is written that each is bound to."""

    model: type
    column: str
    bound_to: str

    @property
    def label(self):
        return f"{self.model._meta.label}.{self.column}"

    @property
    def names(self):
        """The columns that the binding names."""
        return [name for _, name, _, _ in string.Formatter().parse(self.bound_to) if name]

    def old(self):
        """Rows that are still sealed with an older key."""
        rows = self.model._base_manager.exclude(**{self.column: ""})
        return rows.exclude(**{f"{self.column}__startswith": f"{current_key_id()}:"})


def sealed_columns():
    """Every sealed column of every app."""
    return [
        SealedColumn(model, column, bound_to)
        for model in apps.get_models()
        for column, bound_to in getattr(model, "SEALED", {}).items()
    ]


def still_old():
    """{column: how many of its texts wait for the current key}; empty when all are done."""
    counts = {one.label: one.old().count() for one in sealed_columns()}
    return {label: count for label, count in counts.items() if count}


def reseal_all(tell=lambda column, done: None):
    """Seal everything anew, batch by batch; returns (how many, how many would not open).

    Each batch commits by itself: stopped at any moment, the next run goes on with the rest.
    A text that somebody wrote meanwhile is left alone, it has the current key already.
    """
    done, broken = Counter(), Counter()
    for one in sealed_columns():
        after = 0
        while True:
            last, number, bad = reseal_batch(one, after)
            done[one.label] += number
            broken[one.label] += bad
            if last is None:
                break
            after = last
        tell(one.label, done[one.label])
    return done.total(), broken.total()


@transaction.atomic
def reseal_batch(one, after):
    """One batch of a column behind the key `after`: (last key or None, sealed anew, broken)."""
    rows = one.old().filter(pk__gt=after).order_by("pk")
    found = list(rows.values_list("pk", one.column, *one.names)[:BATCH])
    keys, before, fresh = [], [], []
    for pk, text, *values in found:
        place = one.bound_to.format(**dict(zip(one.names, values, strict=True)))
        try:
            fresh.append(seal(unseal(text, bound_to=place), bound_to=place))
        except SealBroken:
            continue
        keys.append(pk)
        before.append(text)
    written = _write(one, keys, before, fresh) if keys else 0
    last = found[-1][0] if len(found) == BATCH else None
    return last, written, len(found) - len(keys)


def _write(one, keys, before, fresh):
    """Write the texts that are still what was read."""
    table = connection.ops.quote_name(one.model._meta.db_table)
    column = connection.ops.quote_name(one.column)
    primary = connection.ops.quote_name(one.model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS t SET {column} = n.fresh"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS n(pk, before, fresh)"
            f" WHERE t.{primary} = n.pk AND t.{column} = n.before",
            [keys, before, fresh],
        )
        return cursor.rowcount
