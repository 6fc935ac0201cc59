"""撤回: a written ledger is taken back, and everything is as it was before."""

from datetime import timedelta

from django.utils import timezone

from residents_map.choices import UNDO_DAYS, ImportState, RowState
from residents_map.foundation.marks import token_of
from residents_map.messages import import_undone
from residents_map.models import (
    CareEvent,
    Change,
    ChildLook,
    Household,
    ImportRow,
    LedgerImport,
    Mark,
    Person,
    Visit,
)
from residents_map.services.imports.rows import batches, check_now, no_time_limit, unpacked
from residents_map.services.imports.writing import (
    columns_of,
    count_residents,
    held_version,
    update_people,
    uuids_of,
)
from residents_map.services.people import bump_version, plain_values
from stations.services.acts import record

TOUCHED = "写入以后又有人动过，没有撤。"


def undo_ledger(*, import_id, job):
    """Take a written ledger back, or say which rows were changed since and leave all as it is."""
    row = (
        LedgerImport.objects.select_for_update(of=("self",))
        .select_related("area", "by")
        .filter(pk=import_id)
        .first()
    )
    if row is None or row.state != ImportState.UNDOING:
        return
    if row.written_at < timezone.now() - timedelta(days=UNDO_DAYS):
        row.state, row.trouble = ImportState.DONE, f"写入已经超过{UNDO_DAYS}天，撤不回了。"
        row.save()
        return
    held_version(row.area)
    no_time_limit()
    undoing = Undoing(row, job)
    if touched := undoing.touched():
        row.state = ImportState.DONE
        row.trouble = (
            f"有{touched}人写入以后又改过或走访过，没有撤回。下面列着是哪几户，请看着改回来。"
        )
        row.save()
        return
    undoing.run()
    row.state, row.trouble, row.undone_at = ImportState.UNDONE, "", timezone.now()
    row.save()
    bump_version(row.area)
    record("residents_map.import_undone", on=row, by=row.by)
    import_undone(ledger_import=row)


class Undoing:
    """The way back, in the other direction."""

    def __init__(self, row, job):
        self.row, self.job = row, job
        self.total = 2 * sum(row.counts.get(key, 0) for key in ("new", "changed", "gone")) or 1
        self.done = 0
        self.households = set()

    def each(self, state):
        """Bundles of (row, what was written, what was before)."""
        pk = self.row.pk
        for batch in batches(pk, [state]):
            yield [
                (
                    one,
                    unpacked(pk, one.number, one.after_sealed),
                    unpacked(pk, one.number, one.before_sealed),
                )
                for one in batch
            ]
            check_now()
            self.done += len(batch)
            self.job.report(self.done, self.total)

    # --- first: has anybody touched it since? ----------------------------------------------

    def touched(self):
        """How many people are not as they were written; their rows say so."""
        ImportRow.objects.filter(ledger_import=self.row, why=TOUCHED).update(why="")
        found = 0
        for state in (RowState.NEW, RowState.CHANGED, RowState.GONE):
            for bundle in self.each(state):
                keys = self.touched_in(bundle, state)
                ImportRow.objects.filter(pk__in=keys).update(why=TOUCHED)
                found += len(keys)
        return found

    def touched_in(self, bundle, state):
        keys = [row.person_id for row, _, _ in bundle]
        people = Person.objects.in_bulk(keys)
        marks = {}
        for person, token in (
            Mark.objects.current().filter(person__in=keys).values_list("person_id", "token")
        ):
            marks.setdefault(person, set()).add(token)
        looked = set(ChildLook.objects.filter(person__in=keys).values_list("person_id", flat=True))
        fresh = {facts["household"] for _, facts, _ in bundle if facts.get("fresh")}
        lived_in = self.lived_in(fresh)
        return [
            row.pk
            for row, facts, before in bundle
            if self.is_touched(people.get(row.person_id), state, facts, marks.get(row.person_id))
            or (state == RowState.NEW and row.person_id in looked)
            or (facts.get("fresh") and facts["household"] in lived_in)
        ]

    def lived_in(self, households):
        """Those of the households made by this import in which something happened since."""
        found = set()
        for model in (Visit, CareEvent):
            rows = model.objects.filter(household__in=households)
            found |= set(rows.values_list("household_id", flat=True))
        rows = Change.objects.filter(household__in=households)
        others = rows.exclude(ledger_import=self.row).values_list("household_id", flat=True)
        return found | set(others)

    @staticmethod
    def is_touched(person, state, facts, tokens):
        if person is None:
            return True
        if state == RowState.GONE:
            return person.left_on is None
        if person.left_on or person.household_id != facts["household"]:
            return True
        if plain_values(person) != facts["values"]:
            return True
        added = {token_of(key) for key in facts["add"]}
        tokens = tokens or set()
        if state == RowState.NEW:
            return tokens != added
        ended = {token_of(key) for key in facts["end"]}
        return not added <= tokens or bool(ended & tokens)

    # --- then: back --------------------------------------------------------------------------

    def run(self):
        """New people go, changed ones are as before, those who left are back."""
        Change.objects.filter(ledger_import=self.row)._raw_delete("default")
        fresh = set()
        for bundle in self.each(RowState.NEW):
            keys = [row.person_id for row, _, _ in bundle]
            Mark.objects.filter(person__in=keys)._raw_delete("default")
            Person.objects.filter(pk__in=keys)._raw_delete("default")
            fresh |= {facts["household"] for _, facts, _ in bundle if facts["fresh"]}
            self.note(bundle)
        self.households -= fresh
        Household.objects.filter(pk__in=fresh)._raw_delete("default")
        for bundle in self.each(RowState.CHANGED):
            known = uuids_of([(row, facts) for row, facts, _ in bundle])
            update_people(
                (row.person_id, *columns_of(known[row.person_id], before["values"]))
                for row, _, before in bundle
            )
            for row, facts, _ in bundle:
                if facts["add"]:
                    tokens = [token_of(key) for key in facts["add"]]
                    begun = Mark.objects.current().filter(person=row.person_id, token__in=tokens)
                    begun._raw_delete("default")
            self.reopen(bundle)
            self.note(bundle)
        for bundle in self.each(RowState.GONE):
            Person.objects.filter(pk__in=[row.person_id for row, _, _ in bundle]).update(
                left_on=None
            )
            self.reopen(bundle)
            self.note(bundle)
        count_residents(self.households)
        check_now()

    def reopen(self, bundle):
        keys = [pk for _, _, before in bundle for pk in before["marks"]]
        if keys:
            Mark.objects.filter(pk__in=keys).update(until=None)

    def note(self, bundle):
        self.households |= {facts["household"] for _, facts, _ in bundle}
