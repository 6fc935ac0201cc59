"""What the pages of a meeting show of it: the table, what each party said, the resolution.

Everything is read from a meeting that was `laid_out()`, so no line here asks the database.
"""

from dataclasses import dataclass, field

from deliberation.choices import (
    PARTY_SHORT,
    ItemState,
    Party,
    Presence,
    Stance,
    TaskState,
)
from deliberation.foundation.consensus import conditions_in, split_marks
from deliberation.services.meetings import verdict_on

# Where the parties sit, clockwise from the top: the branch convenes, the others beside it.
ROUND_THE_TABLE = (Party.BRANCH, Party.OWNERS, Party.PROPERTY, Party.RESIDENTS)


@dataclass
class Row:
    """One party at one item: who sits there and what they said."""

    party: str
    label: str
    short: str
    people: list
    known: list
    required: bool
    position: object = None
    form: object = None
    written: bool = False

    @property
    def is_here(self):
        return bool(self.people)

    @property
    def names(self):
        return "、".join(person.name for person in self.people)

    @property
    def stance(self):
        return self.position.stance if self.position else ""

    @property
    def stance_label(self):
        return self.position.get_stance_display() if self.position else "没有表态"

    @property
    def words(self):
        return self.position.words if self.position else ""

    @property
    def condition(self):
        return self.position.condition_number if self.position else None

    @property
    def away(self):
        """Known representatives who have not signed in: each is one press."""
        here = {person.name for person in self.people}
        return [seat for seat in self.known if seat.name not in here]


@dataclass
class Clause:
    """A line of a resolution: its words, and whose conditions it takes up."""

    words: str
    conditions: list = field(default_factory=list)


@dataclass
class Council:
    """One item with everything the table knows of it."""

    item: object
    rows: list
    verdict: object
    lead: Clause | None
    clauses: list
    tasks: list

    @property
    def conditions(self):
        return sorted((row for row in self.rows if row.condition), key=lambda r: r.condition)

    @property
    def resolution(self):
        return getattr(self.item, "resolution", None)

    @property
    def needs_task(self):
        """A resolution on an issue hands out at least one task."""
        return self.item.issue_id is not None and not self.tasks

    @property
    def may_pass(self):
        return self.verdict.may_pass and not self.needs_task

    @property
    def middle(self):
        """What the middle of the table says: (in large letters, below them)."""
        if self.item.ended_at:
            return self.item.get_state_display(), self.verdict.gathered
        return self.verdict.gathered, self.verdict.next_step

    @property
    def seats(self):
        """The table as `{% round_table %}` draws it."""
        by_party = {row.party: row for row in self.rows}
        return [
            seat_of(by_party[party])
            for party in ROUND_THE_TABLE
            if party in by_party and by_party[party].required
        ]


def spaced(name):
    """A name of two characters, set as wide as one of three: 何　平."""
    return f"{name[0]}　{name[1]}" if len(name) == 2 else name


def seat_of(row):
    """One seat of the round table."""
    seat = {"party": row.label, "here": row.is_here, "stance": row.stance or "none"}
    if not row.is_here:
        waits_for = row.known[0].name if row.known else ""
        return seat | {"presence": f"等{waits_for}" if waits_for else "还不知道谁来"}
    first = row.people[0]
    remote = all(person.presence == Presence.VIDEO for person in row.people)
    how = "视频参会" if remote else "在场"
    words = (
        f"{len(row.people)} 人{how}"
        if len(row.people) > 1
        else "，".join(part for part in (first.title, how) if part)
    )
    return seat | {"name": spaced(first.name), "presence": words, "remote": remote}


def rows_of(meeting, seats, item=None):
    """One row for each party that is needed here, and for others who came."""
    came = list(meeting.attendances.all())
    stated = {p.party: p for p in item.positions.all()} if item else {}
    taken = conditions_in(item.resolution.text) if item and hasattr(item, "resolution") else set()
    rows = []
    for party in Party:
        people = [person for person in came if person.party == party]
        required = party in meeting.required_parties
        if not (required or people):
            continue
        position = stated.get(party)
        rows.append(
            Row(
                party=party.value,
                label=party.label,
                short=PARTY_SHORT[party],
                people=people,
                known=seats.get(party, []),
                required=required,
                position=position,
                written=bool(position) and position.condition_number in taken,
            )
        )
    return rows


def council_of(meeting, item, seats):
    """The item with its rows, its verdict and its resolution, clause by clause."""
    rows = rows_of(meeting, seats, item)
    resolution = getattr(item, "resolution", None)
    owners = {row.condition: row.short for row in rows if row.condition}
    clauses = [
        Clause(words, [(number, owners.get(number, "")) for number in numbers])
        for words, numbers in map(split_marks, resolution.clauses if resolution else ())
    ]
    lead = clauses.pop(0) if clauses else None
    tasks = (
        [t for t in resolution.tasks.all() if t.state != TaskState.CANCELLED] if resolution else []
    )
    return Council(item, rows, verdict_on(item), lead, clauses, tasks)


OUTCOMES = (
    (ItemState.RESOLVED, "项决议"),
    (ItemState.POSTPONED, "项缓议"),
    (ItemState.ESCALATED, "项报街道"),
)


def outcome_of(meeting):
    """What came of a meeting, in a few words: 2 项决议，1 项缓议."""
    parts = []
    for state, words in OUTCOMES:
        if count := sum(item.state == state for item in meeting.agenda):
            parts.append(f"{count} {words}")
    return "，".join(parts) or "没有议事"


def stances():
    """The four answers, in the order they are offered."""
    return [(stance.value, stance.label) for stance in Stance]
