"""预览: a page of what an import would do, in words, with every protected value masked."""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from residents_map.choices import ADULT_NAME_FROM, Kinship, RowState, Sex
from residents_map.foundation.ages import age_on
from residents_map.services.imports.mapping import kinds_for
from residents_map.services.imports.masks import HIDDEN, masked_cell, masked_value
from residents_map.services.imports.rows import batches, unpacked
from residents_map.services.people import FIELD_NAMES
from stations.services.acts import record

MOST_DOWNLOADED = 10_000
HIDDEN_FIELDS = ("political", "health")
# What changes stands first: it is what people have to look at.
TABS = (
    RowState.CHANGED,
    RowState.NEW,
    RowState.GONE,
    RowState.CONFLICT,
    RowState.FAULTY,
    RowState.SAME,
)


@dataclass
class Line:
    """A row as the preview shows it."""

    row: object
    facts: list = field(default_factory=list)  # of a new person
    changes: list = field(default_factory=list)  # (what, old, new) of a changed one


class Preview:
    """Shows rows of one import to one person, who may not know of every kind."""

    def __init__(self, ledger_import, user):
        self.ledger_import = ledger_import
        self.kinds = {kind.key: kind.name for kind in kinds_for(ledger_import.area, user)}
        self.today = timezone.localdate()

    def lines(self, rows):
        return [self.line(row) for row in rows]

    def line(self, row):
        """What one row would do."""
        line = Line(row)
        if row.state == RowState.NEW:
            line.facts = self.known_of(self.after(row))
        elif row.state == RowState.CHANGED:
            line.changes = self.changes_of(row)
        return line

    def after(self, row):
        return unpacked(self.ledger_import.pk, row.number, row.after_sealed)

    def known_of(self, facts):
        """Everything that would be written of somebody new, in a row of short words."""
        values = facts["values"]
        words = [
            shown(key, values[key], self.today)
            for key in ("kinship", "sex", "birth_on", "phone", "identity_number", "where")
            if values[key] and not (key == "kinship" and values[key] == Kinship.OTHER)
        ]
        words += [FIELD_NAMES[key] for key in ("political", "health") if values[key]]
        if not values["lives_here"]:
            words.append("不常住")
        return words + self.names(facts["add"])

    def changes_of(self, row):
        """[(field, old or "", new)] of somebody who is known."""
        facts = self.after(row)
        old = unpacked(self.ledger_import.pk, row.number, row.before_sealed)["values"]
        new = facts["values"]
        changes = [
            (FIELD_NAMES[key], *self.change(key, old[key], new[key]))
            for key in row.changed
            if key != "kinds"
        ]
        changes += [("人群", "", f"加上{name}") for name in self.names(facts["add"])]
        changes += [("人群", "", f"去掉{name}") for name in self.names(facts["end"])]
        return changes

    def change(self, key, old, new):
        """(old, new) as they are shown; old is "" where nothing stood before."""
        if key in HIDDEN_FIELDS:
            return "", f"{'改了' if old else '填上'}（内容{HIDDEN}）"
        is_blank = old in ("", None) or (key == "kinship" and old == Kinship.OTHER)
        return "" if is_blank else shown(key, old, self.today), shown(key, new, self.today)

    def names(self, keys):
        return [self.kinds[key] for key in keys if key in self.kinds]


def shown(key, value, today):
    """A value of a person as the preview shows it."""
    if key == "sex" and value:
        return Sex(value).label
    if key == "kinship":
        return Kinship(value).label
    if key == "lives_here":
        return "常住" if value else "不常住"
    if isinstance(value, date):
        age = age_on(value, today)
        return f"{age}岁" if age < ADULT_NAME_FROM else value.isoformat()
    return masked_value(key, value)


def tabs_of(ledger_import, chosen):
    """[{key, label, number, on}] of the kinds of rows there are."""
    counts = ledger_import.counts
    there = [state for state in TABS if counts.get(state)]
    if chosen not in there:
        chosen = there[0] if there else ""
    return chosen, [
        {"key": str(s), "label": s.label, "number": counts[s], "on": s == chosen} for s in there
    ]


@transaction.atomic
def take_unwritten(*, ledger_import, by):
    """`unwritten`, for a file that leaves the portal: written down first."""
    record("residents_map.export_faults", on=ledger_import, by=by)
    return unwritten(ledger_import)


def unwritten(ledger_import):
    """(columns, rows) of the rows that cannot be written, for people to mend: the uploader's
    own cells, masked, with the reason."""
    used = [
        (int(column), ledger_import.heads[int(column)], field)
        for column, field in sorted(ledger_import.mapping.items(), key=lambda one: int(one[0]))
    ]
    columns = ("第几行", "为什么没有导入", *(head.rpartition("·")[2] for _, head, _ in used))

    def rows():
        given = 0
        for batch in batches(ledger_import.pk, [RowState.FAULTY, RowState.CONFLICT]):
            for row in batch:
                facts = unpacked(ledger_import.pk, row.number, row.after_sealed)
                cells = facts.get("cells") or []
                yield [row.number, row.why, *(cell_of(cells, one) for one in used)]
                given += 1
                if given >= MOST_DOWNLOADED:
                    return

    return columns, rows()


def cell_of(cells, used):
    column, _, field = used
    cell = cells[column] if column < len(cells) else ""
    return masked_cell(field, cell) if cell != "" else ""
