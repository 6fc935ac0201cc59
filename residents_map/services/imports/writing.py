"""写入: exactly what was previewed, all of it or nothing."""

import json
import uuid
from collections import Counter

from django.db import connection
from django.utils import timezone

from residents_map.choices import ImportState, RowState, Tenure
from residents_map.foundation.marks import token_of
from residents_map.messages import import_written
from residents_map.models import Change, Household, LedgerImport, LedgerVersion, Mark, Person
from residents_map.services.imports.files import forget_file
from residents_map.services.imports.rows import batches, check_now, copy_in, no_time_limit, unpacked
from residents_map.services.people import FIELD_NAMES, bump_version, sealed_values
from residents_map.services.people.households import on_or_after
from stations.foundation.sealed import seal
from stations.services.acts import record

STALE = "比对以后有人改过这个小区的台账，请重新比对一次。"
SEALED = ("name", "birth_on", "phone", "identity_number", "political", "health")
PLAIN = ("kinship", "sex", "lives_here", "where")
PERSON = [
    "id",
    "household_id",
    "area_id",
    "building_id",
    "uuid",
    "name",
    "name_sealed",
    "initials",
    "birth_on",
    "phone_sealed",
    "phone_index",
    "phone_tail",
    "identity_sealed",
    "identity_index",
    "political_sealed",
    "health_sealed",
    "kinship",
    "sex",
    "lives_here",
    "where",
]
VALUES = PERSON[5:]


def write_ledger(*, import_id, job):
    """Write a previewed ledger, if nobody wrote the estate's in between."""
    row = (
        LedgerImport.objects.select_for_update(of=("self",))
        .select_related("area", "by")
        .filter(pk=import_id)
        .first()
    )
    if row is None or row.state != ImportState.WRITING:
        return
    if held_version(row.area) != row.version:
        row.state, row.trouble = ImportState.READY, STALE
        row.save()
        return
    no_time_limit()
    Writing(row, job).run()
    file = row.file
    job.after_commit.append(lambda: forget_file(LedgerImport(file=file)))
    row.state, row.trouble, row.file = ImportState.DONE, "", ""
    row.written_at = timezone.now()
    row.save()
    bump_version(row.area)
    counts = {key: row.counts.get(key, 0) for key in ("new", "changed", "gone")}
    record("residents_map.import_written", on=row, by=row.by, **counts)
    import_written(ledger_import=row)


def held_version(area):
    """The version of an estate's ledger; nobody else writes it until the transaction ends."""
    LedgerVersion.objects.get_or_create(area=area)
    return LedgerVersion.objects.select_for_update().get(area=area).number


class Writing:
    """Rows of a preview on their way into the tables, some hundred at a time."""

    def __init__(self, row, job):
        self.row, self.area_id, self.job = row, row.area_id, job
        self.now, self.today = timezone.now(), timezone.localdate()
        self.touched, self.begun = set(), set()
        counts = row.counts
        self.total = sum(counts.get(key, 0) for key in ("new", "changed", "gone")) or 1
        self.done = Counter()

    def run(self):
        # Who leaves goes first: an ID number may come back in another row.
        self.each(RowState.GONE, self.write_gone)
        self.each(RowState.CHANGED, self.write_changed)
        self.each(RowState.NEW, self.write_new)
        count_residents(self.touched)

    def each(self, state, write):
        for batch in batches(self.row.pk, [state]):
            pairs = [(one, unpacked(self.row.pk, one.number, one.after_sealed)) for one in batch]
            write(pairs)
            check_now()
            self.touched |= {facts["household"] for _, facts in pairs}
            self.done["rows"] += len(batch)
            self.job.report(self.done["rows"], self.total)

    def write_new(self, pairs):
        """People who were not in the ledger, and the households they make."""
        homes = []
        for _, facts in pairs:
            if facts["fresh"] and facts["household"] not in self.begun:
                self.begun.add(facts["household"])
                homes.append(facts)
        if homes:
            columns = [
                "id",
                "home_id",
                "area_id",
                "building_id",
                "tenure",
                "resident_count",
                "tier",
                "paired_with",
            ]
            copy_in(
                Household._meta.db_table,
                columns,
                (
                    (
                        one["household"],
                        one["home"],
                        self.area_id,
                        one["building"],
                        str(Tenure.UNKNOWN),
                        0,
                        "",
                        "",
                    )
                    for one in homes
                ),
            )
        copy_in(Person._meta.db_table, PERSON, (self.person(*pair) for pair in pairs))
        copy_marks(
            (row.person_id, key, self.area_id, facts["building"], self.today)
            for row, facts in pairs
            for key in facts["add"]
        )
        self.copy_changes((one, facts, f"导入台账，加了{name_in(one)}", "") for one, facts in pairs)

    def person(self, row, facts):
        values, who = facts["values"], uuid.uuid4()
        columns = columns_of(who, values)
        return (row.person_id, facts["household"], self.area_id, facts["building"], who, *columns)

    def write_changed(self, pairs):
        """People of whom something is different now."""
        known = uuids_of(pairs)
        update_people(
            (row.person_id, *columns_of(known[row.person_id], facts["values"]))
            for row, facts in pairs
        )
        copy_marks(
            (row.person_id, key, self.area_id, facts["building"], self.today)
            for row, facts in pairs
            for key in facts["add"]
        )
        before = {row.pk: unpacked(self.row.pk, row.number, row.before_sealed) for row, _ in pairs}
        end_marks([pk for facts in before.values() for pk in facts["marks"]], self.today)
        self.copy_changes(self.changed_lines(pairs, before))

    def changed_lines(self, pairs, before):
        for row, facts in pairs:
            old, new = before[row.pk]["values"], facts["values"]
            keys = [key for key in row.changed if key != "kinds"]
            names = "、".join(FIELD_NAMES.get(key, "人群") for key in row.changed)
            told = {"old": {k: old[k] for k in keys}, "new": {k: new[k] for k in keys}}
            yield row, facts, f"导入台账，改了{name_in(row)}的{names}", told

    def write_gone(self, pairs):
        """People who are not in a ledger that is said to be whole."""
        Person.objects.filter(pk__in=[row.person_id for row, _ in pairs]).update(left_on=self.today)
        marks = []
        for row, _ in pairs:
            marks += unpacked(self.row.pk, row.number, row.before_sealed)["marks"]
        end_marks(marks, self.today)
        self.copy_changes((one, facts, f"导入台账，{name_in(one)}离开", "") for one, facts in pairs)

    def copy_changes(self, lines):
        """A line of each household's history."""
        columns = [
            "household_id",
            "area_id",
            "uuid",
            "at",
            "by_id",
            "what",
            "person_id",
            "values_sealed",
            "ledger_import_id",
        ]
        copy_in(Change._meta.db_table, columns, (self.change(*line) for line in lines))

    def change(self, row, facts, what, told):
        mark = uuid.uuid4()
        sealed = (
            seal(json.dumps(told, ensure_ascii=False, default=str), bound_to=f"change:{mark}")
            if told
            else ""
        )
        return (
            facts["household"],
            self.area_id,
            mark,
            self.now,
            self.row.by_id,
            what[:120],
            row.person_id,
            sealed,
            self.row.pk,
        )


def name_in(row):
    """The masked name a row is labelled with."""
    return row.label.partition("　")[0]


def columns_of(who, values):
    """The columns of a person for COPY, in the order of VALUES."""
    sealed = sealed_values(who, **{key: values[key] for key in SEALED})
    plain = {key: values[key] for key in PLAIN}
    return [(sealed | plain)[name] for name in VALUES]


def uuids_of(pairs):
    keys = [row.person_id for row, _ in pairs]
    return dict(Person.objects.filter(pk__in=keys).values_list("pk", "uuid"))


def update_people(rows):
    """Write the columns of many people at once, through a table of this transaction."""
    table = Person._meta.db_table
    names = ", ".join(f'"{name}"' for name in ["id", *VALUES])
    sets = ", ".join(f'"{name}" = new."{name}"' for name in VALUES)
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE TEMP TABLE changed_people ON COMMIT DROP AS SELECT {names} FROM "{table}"'
            " WITH NO DATA"
        )
        copy_in("changed_people", ["id", *VALUES], rows)
        cursor.execute(
            f'UPDATE "{table}" AS old SET {sets} FROM changed_people AS new WHERE old.id = new.id'
        )
        cursor.execute("DROP TABLE changed_people")


def copy_marks(rows):
    """Marks that begin today."""
    columns = ("person_id", "token", "area_id", "building_id", "since")
    rows = [
        (person, token_of(key), area, building, day) for person, key, area, building, day in rows
    ]
    if rows:
        copy_in(Mark._meta.db_table, columns, rows)


def end_marks(keys, today):
    """Marks that end today; one that would have begun later ends on its own first day."""
    if keys:
        Mark.objects.filter(pk__in=keys).update(until=on_or_after("since", today))


def count_residents(households, size=2000):
    """Keep `resident_count` right for these households.

    People are counted in one pass for many: rows written a moment ago have no statistics yet, by
    which the database would know how to look each household up by itself.
    """
    keys = sorted(households)
    with connection.cursor() as cursor:
        for at in range(0, len(keys), size):
            some = keys[at : at + size]
            cursor.execute(
                f'UPDATE "{Household._meta.db_table}" AS h SET resident_count = coalesce(c.n, 0)'
                " FROM unnest(%s::bigint[]) AS k(id) LEFT JOIN (SELECT household_id, count(*) AS n"
                f' FROM "{Person._meta.db_table}" WHERE household_id = ANY(%s)'
                " AND left_on IS NULL AND lives_here GROUP BY household_id) AS c"
                " ON c.household_id = k.id WHERE h.id = k.id",
                [some, some],
            )
