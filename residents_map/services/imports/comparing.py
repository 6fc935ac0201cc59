"""比对: what a ledger would do to the estate's, row by row, before anything is written."""

from collections import Counter, defaultdict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from residents_map.choices import ADULT_NAME_FROM, Basis, ImportState, Kinship, RowState
from residents_map.foundation.ages import age_on, born_before
from residents_map.foundation.marks import token_of
from residents_map.foundation.sheets.opening import rows_of
from residents_map.messages import import_compared
from residents_map.models import Household, ImportRow, LedgerImport, LedgerVersion, Person
from residents_map.services.imports.files import forget_file, pieces_of
from residents_map.services.imports.known import Known, differs
from residents_map.services.imports.mapping import kinds_for
from residents_map.services.imports.masks import masked_name
from residents_map.services.imports.missing import Missing
from residents_map.services.imports.places import Places
from residents_map.services.imports.records import Reader
from residents_map.services.imports.rows import (
    BATCH,
    check_now,
    copy_rows,
    no_time_limit,
    packed,
    reserve,
)
from residents_map.services.people import IDENTITY, plain_values
from residents_map.services.people.members import ADULT, OFFSPRING
from stations.foundation.sealed import blind_index

NOTES_OF_READING = 5
CHILD_ALONE = "不满14岁的孩子要有监护人，这一户还没有大人：请把大人也写进表里。"
BLANK = {
    "name": "",
    "kinship": str(Kinship.OTHER),
    "sex": "",
    "birth_on": None,
    "phone": "",
    "identity_number": "",
    "political": "",
    "health": "",
    "lives_here": True,
    "where": "",
}


def version_of(area):
    """How often this estate's ledger was written."""
    row = LedgerVersion.objects.filter(area=area).first()
    return row.number if row else 0


def compare_ledger(*, import_id, job):
    """Read all rows of an import and write down what each would do. The preview is that."""
    row = (
        LedgerImport.objects.select_for_update(of=("self",))
        .select_related("area", "by")
        .filter(pk=import_id)
        .first()
    )
    if row is None or row.state != ImportState.COMPARING:
        return
    no_time_limit()
    try:
        with transaction.atomic():  # a refused file leaves no half of its rows behind
            comparison = Comparison(row)
            comparison.run(job)
        row.version, row.counts = comparison.version, comparison.counts_told()
        row.notes = row.notes[:NOTES_OF_READING] + comparison.notes()
        row.state, row.trouble = ImportState.READY, ""
    except ValidationError as refusal:
        row.state, row.trouble = ImportState.FAILED, refusal.messages[0]
        file, row.file = row.file, ""
        job.after_commit.append(lambda: forget_file(LedgerImport(file=file)))
    row.save()
    import_compared(ledger_import=row)


class Comparison:
    """One ledger against one estate. Memory grows with homes and numbers, not with rows."""

    def __init__(self, row):
        self.row, self.area = row, row.area
        self.version = version_of(row.area)
        self.today = timezone.localdate()
        self.kinds = kinds_for(row.area, row.by)
        self.tokens = {kind.key: token_of(kind.key) for kind in self.kinds}
        self.asked_first = {k.key: k.name for k in self.kinds if k.basis == Basis.CONSENT}
        self.reader = Reader(row.mapping, row.heads, self.kinds, self.today)
        self.places = Places(row.area)
        self.counts = Counter()
        self.numbers = {}  # fingerprint of an ID number in this file: row
        self.names = {}  # (home, name) in this file: (row, fingerprint, facts as a hash)
        self.matched = set()  # people who stand in the file
        self.fresh = {}  # home: key of the household that would come to live there
        self.kept_homes, self.kept_names = set(), set()  # of rows that could not be used
        self.joined = set()  # households that somebody new joins
        self.left = 0
        self.children, self.guarded = defaultdict(list), set()
        self.grown = born_before(ADULT, self.today)
        self.consents = Counter()

    def run(self, job):
        """Compare bundle by bundle; then, if the ledger is whole, who is missing in it."""
        ImportRow.objects.filter(ledger_import=self.row).delete()
        sheet = int(self.row.sheet.strip("[]").partition(",")[0])
        rows = rows_of(pieces_of(self.row.file.name), sheet)
        total = next(rows)
        batch = []
        for number, cells in rows:
            if number <= self.row.head_row:
                continue
            record = self.reader.read(number, cells)
            if record:
                batch.append(record)
            if len(batch) >= BATCH:
                self.compare(batch)
                batch = []
                job.report(number, total)
        self.compare(batch)
        self.refuse_children_alone()
        if self.row.is_whole:
            missing = Missing(self)
            missing.find()
            self.counts[RowState.GONE] = missing.number
            self.left = missing.left_empty

    def notes(self):
        """Sentences about the whole file."""
        notes = self.reader.notes()
        unused = [
            head
            for column, head in enumerate(self.row.heads)
            if head and str(column) not in self.row.mapping
        ]
        if unused:
            names = "、".join(head.rpartition("·")[2] for head in unused[:12])
            notes.append(f"这几栏不导入：{names}。")
        for name, number in self.consents.items():
            notes.append(f"有{number}人要标上“{name}”：这类要本人同意才登记，请先确认都问过。")
        if self.left:
            notes.append(f"有{self.left}户会没有人登记，户还留着；确实搬走的，请到那一户办迁出。")
        return notes

    def counts_told(self):
        counts = {str(state): number for state, number in self.counts.items()}
        unwritten = self.counts[RowState.FAULTY] + self.counts[RowState.CONFLICT]
        return counts | {"unwritten": unwritten, "skipped": self.reader.noted["skipped"]}

    # --- one bundle ----------------------------------------------------------------------

    def compare(self, batch):
        """Write the rows of one bundle."""
        if not batch:
            return
        found = [self.located(record) for record in batch]
        numbers = {self.mark_of(record.values) for record in batch} - {""}
        homes = [place[1] for place in found if isinstance(place, tuple)]
        known = Known(self.area, homes, numbers)
        told = [
            self.judged(record, place, known) for record, place in zip(batch, found, strict=True)
        ]
        keys = iter(reserve(Person, sum(state == RowState.NEW for state, *_ in told)))
        homes = dict.fromkeys(
            facts["home"] for state, _, _, facts, _, _ in told if state == RowState.NEW
        )
        homes = [home for home in homes if home not in self.fresh and home not in known.households]
        self.fresh |= zip(homes, reserve(Household, len(homes)), strict=True)
        copy_rows(
            self.written(record, place, one, known, keys)
            for record, place, one in zip(batch, found, told, strict=True)
        )
        check_now()

    def located(self, record):
        """Where the row is: (place, home, building) or a sentence, or None."""
        if record.at is None:
            return None
        place = self.places.find(record.at)
        if isinstance(place, tuple):
            record.at = place[0]
        return place

    def written(self, record, place, told, known, keys):
        """The row as the table holds it."""
        state, why, changed, facts, before, person_id = told
        self.counts[state] += 1
        for key in facts.get("add", ()):
            if key in self.asked_first:
                self.consents[self.asked_first[key]] += 1
        if state == RowState.NEW:
            person_id = next(keys)
            home = facts["home"]
            household = known.households.get(home)
            facts["household"] = household.pk if household else self.fresh[home]
            facts["fresh"] = household is None
            self.joined.add(facts["household"])
            self.note_age(record.number, home, facts["values"])
        if state in (RowState.FAULTY, RowState.CONFLICT):
            facts["cells"] = record.cells
        number, pk = record.number, self.row.pk
        return (
            pk,
            number,
            str(state),
            label_of(record),
            why[:200],
            json_list(changed),
            person_id,
            packed(pk, number, facts) if state != RowState.SAME else "",
            packed(pk, number, before) if before else "",
        )

    def judged(self, record, place, known):
        """(state, why, changed, facts, before, person key) of one row."""
        if record.fault or not isinstance(place, tuple):
            self.keep(record, place, known)
            if record.fault:
                return RowState.FAULTY, record.fault, [], {}, None, None
            return self.conflict(record, place)
        _, home, building = place
        values = record.values
        mark = self.mark_of(values)
        content = hash(
            (
                record.at,
                tuple(sorted(values.items(), key=lambda one: one[0])),
                frozenset(record.on),
                frozenset(record.off),
            )
        )
        if told := self.told_twice(record, home, mark, content):
            self.keep(record, place, known)
            return told
        person, why = known.match(home, values, mark)
        if why:
            self.keep(record, place, known)
            return self.conflict(record, why)
        if person is not None and person.pk in self.matched:
            return self.conflict(record, "这个人在表里出现了两次，请只留一行。")
        facts = {"home": home, "building": building}
        if person is None:
            facts |= {"values": BLANK | values, "add": sorted(record.on)}
            return RowState.NEW, "", [], facts, None, None
        self.matched.add(person.pk)
        return self.changes(person, record, facts, known)

    def mark_of(self, values):
        number = values.get("identity_number")
        return blind_index(number, field=IDENTITY) if number else ""

    def conflict(self, record, why):
        facts = {"given": record.values}
        return RowState.CONFLICT, why, [], facts, None, None

    def told_twice(self, record, home, mark, content):
        """A row that stands in the file before: the same is passed over, else a conflict."""
        name = (home, record.values["name"])
        first = self.numbers.get(mark) if mark else None
        if first is None and name in self.names:
            number, its_mark, its_content = self.names[name]
            if not (mark and its_mark and mark != its_mark):
                first = number, its_content
        if first is None:
            if mark:
                self.numbers[mark] = record.number, content
            self.names.setdefault(name, (record.number, mark, content))
            return None
        number, its_content = first
        if its_content == content:
            return RowState.SAME, f"和第{number}行重复。", [], {}, None, None
        what = "身份证号" if mark and mark in self.numbers else "姓名"
        return self.conflict(record, f"和第{number}行{what}相同，内容却不一样，请只留一行。")

    def keep(self, record, place, known):
        """Whoever stands in a row that could not be used is not gone."""
        if isinstance(place, tuple):
            self.kept_homes.add(place[1])
        elif record.name:
            self.kept_names.add(record.name)
        mark = self.mark_of(record.values)
        if mark and (person := known.resident.get(mark)):
            self.matched.add(person.pk)

    def changes(self, person, record, facts, known):
        """What is different of somebody who is known. An empty cell changes nothing."""
        given = dict(record.values)
        if person.identity_index and "identity_number" not in given:
            given.pop("birth_on", None)  # the number tells both
            given.pop("sex", None)
        marks = known.marks.get(person.pk, {})
        add = sorted(key for key in record.on if self.tokens[key] not in marks)
        end = sorted(key for key in record.off if self.tokens[key] in marks)
        if not (differs(person, given) or add or end):
            return RowState.SAME, "", [], {}, None, person.pk
        before = plain_values(person)
        after = before | given
        changed = [key for key in before if before[key] != after[key]]
        changed += ["kinds"] if add or end else []
        if not changed:
            return RowState.SAME, "", [], {}, None, person.pk
        facts |= {"values": after, "add": add, "end": end, "household": person.household_id}
        old = {"values": before, "marks": [marks[self.tokens[key]] for key in end]}
        return RowState.CHANGED, "", changed, facts, old, person.pk

    def note_age(self, number, home, values):
        """Remember children, and the grown-ups who answer for them."""
        born = values["birth_on"]
        if born and age_on(born, self.today) < ADULT_NAME_FROM:
            self.children[home].append(number)
        elif born <= self.grown if born else values["kinship"] not in OFFSPRING:
            self.guarded.add(home)

    def refuse_children_alone(self):
        """Under 14 nobody is entered without a guardian in the household (个保法 第31条)."""
        homes = [home for home in self.children if home not in self.guarded]
        grown = Person.objects.current().filter(birth_on__lte=self.grown) | (
            Person.objects.current().filter(birth_on=None).exclude(kinship__in=OFFSPRING)
        )
        rows = grown.filter(household__home__in=homes, household__until=None)
        guarded = set(rows.values_list("household__home_id", flat=True)) if homes else set()
        alone = [n for home in homes if home not in guarded for n in self.children[home]]
        if alone:
            ImportRow.objects.filter(ledger_import=self.row, number__in=alone).filter(
                state=RowState.NEW
            ).update(state=RowState.CONFLICT, why=CHILD_ALONE, person_id=None)
            self.counts[RowState.NEW] -= len(alone)
            self.counts[RowState.CONFLICT] += len(alone)


def label_of(record):
    """刘*芳　7栋2单元1203"""
    name = masked_name(record.name[:10]) if record.name else "（没有姓名）"
    if record.at is None:
        return name
    building, entrance, room = record.at
    staircase = f"{entrance}单元" if entrance is not None else ""
    return f"{name}　{building}栋{staircase}{room[:10]}"[:80]


def json_list(names):
    return "[" + ",".join(f'"{name}"' for name in names) + "]"
