"""楼栋图: every home of a building in its place, with what is to be known at one look."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from residents_map.choices import KindRule
from residents_map.foundation.marks import token_of
from residents_map.models import CareEvent, Household, Mark, Person
from residents_map.models.person import rule_of
from residents_map.services.due_visits import due_words, event_words
from residents_map.services.kind_counts import fits
from residents_map.services.layers import AHEAD, kinds_for
from stations.models import Entrance, Home

NUMERALS = "一二三四五六七八九十"


@dataclass
class Cell:
    """One home on the front: who lives there in signs, never in names."""

    home: Home
    household: Household | None
    kinds: list
    due: tuple = ("", "")
    event: str = ""  # 急事 in words, for who opened this home
    classes: str = ""  # how it is drawn on the page that shows it
    href: str = ""
    signs: str = ""

    @property
    def is_marked(self):
        """急事, or its visit is overdue, today or tomorrow: said on the home itself."""
        return bool(self.due[1]) or self.due[0] == "明天"

    @property
    def keys(self):
        return " ".join(kind.key for kind in self.kinds)

    @property
    def short(self):
        """The due words where a home is as low as a line: 超2, 今, 明."""
        return self.due[0].replace(" ", "").removesuffix("天")

    @property
    def words(self):
        """What a screen reader says between the number and the visit."""
        said = [kind.name for kind in self.kinds]
        if self.household is None:
            said = ["没有登记住户"]
        if self.event:
            said.append("有急事")
        return "".join(f"，{one}" for one in said) + (
            "，走访" if self.due[0] and not self.event else ""
        )


@dataclass
class Staircase:
    """An entrance: floors from the top, each with a place for every door; None where none is."""

    entrance: Entrance
    columns: int
    floors: list = field(default_factory=list)  # [(floor, [Cell or None, …])]

    @property
    def name(self):
        return entrance_name(self.entrance)


@dataclass
class Elevation:
    """The whole front."""

    floors: list
    staircases: list
    kinds: list
    people: dict  # {kind key: people}
    homes: dict  # {kind key: homes}
    vacant: int
    lived_in: int
    due: int
    late: int
    urgent: int


def entrance_name(entrance):
    """二单元; figures from eleven on."""
    number = entrance.number
    return f"{NUMERALS[number - 1] if 0 < number <= 10 else number}单元"


def elevation_of(building, user):
    """The front of a building: seven queries however many homes."""
    kinds, parts = kinds_for(user, building.area)
    homes = list(
        Home.objects.filter(entrance__building=building)
        .select_related("entrance")
        .order_by("entrance__number", "floor", "number")
    )
    for home in homes:
        home.entrance.building = building
    households = {one.home_id: one for one in Household.objects.current().filter(building=building)}
    events = CareEvent.objects.filter(visit=None, household__building=building)
    events = {one.household_id: one for one in events}
    by_household = signs_of(building, kinds, parts, households)
    cells, people, with_kind = [], defaultdict(int), defaultdict(int)
    now = timezone.now()
    today, late, due, urgent = timezone.localdate(now), 0, 0, 0
    for home in homes:
        household = households.get(home.pk)
        found = by_household.get(household.pk, {}) if household else {}
        cell = Cell(home, household, [kind for kind in kinds if found.get(kind.key)])
        for key, number in found.items():
            people[key] += number
            with_kind[key] += 1
        day = household.next_visit_on if household and household.tier else None
        if household and household.pk in events:
            cell.due = "急", "late"
            event = events[household.pk]
            cell.event = event_words(event.kind, event.at, now)
            due, urgent = due + 1, urgent + 1
        elif day and day <= today + AHEAD:
            cell.due = due_words(day, today)
            due, late = due + 1, late + (day < today)
        cells.append(cell)
    floors = sorted({home.floor for home in homes}, reverse=True)
    return Elevation(
        floors=floors,
        staircases=staircases(cells, floors),
        kinds=kinds,
        people=people,
        homes=with_kind,
        vacant=len(homes) - len(households),
        lived_in=len(households),
        due=due,
        late=late,
        urgent=urgent,
    )


def signs_of(building, kinds, parts, households):
    """{household id: {kind key: people}}, entered and computed, in two queries."""
    by_pk = {one.pk: one for one in households.values()}
    whole = {}
    for kind in kinds:
        for one in (kind, *parts.get(kind.pk, ())):
            if one.rule == KindRule.SAID:
                whole[token_of(one.key)] = kind.key
    who = defaultdict(lambda: defaultdict(set))
    marks = Mark.objects.current().filter(building=building, token__in=whole, person__left_on=None)
    rows = marks.values_list("person__household_id", "person_id", "token")
    for household, person, token in rows:
        who[household][whole[token]].add(person)
    computed = [kind for kind in kinds if kind.rule != KindRule.SAID]
    rule = Q(pk__in=[])
    for kind in computed:
        rule |= rule_of(kind)
    people = Person.objects.residents().filter(rule, building=building)
    for person in people.only("household_id", "birth_on"):
        person.household = by_pk.get(person.household_id)
        if person.household is None:
            continue
        for kind in computed:
            if fits(kind, person):
                who[person.household_id][kind.key].add(person.pk)
    return {
        household: {key: len(people) for key, people in found.items()}
        for household, found in who.items()
    }


def staircases(cells, floors):
    """The cells by entrance, floor and door; a door keeps its column on every floor."""
    by_entrance = defaultdict(list)
    for cell in cells:
        by_entrance[cell.home.entrance].append(cell)
    out = []
    for entrance, own in by_entrance.items():
        doors = doors_of(own)
        columns = sorted(set(doors.values()))
        at = {(cell.home.floor, doors[cell.home.pk]): cell for cell in own}
        stair = Staircase(entrance, max(len(columns), 1))
        stair.floors = [
            (floor, [at.get((floor, column)) for column in columns]) for floor in floors
        ]
        out.append(stair)
    return out


def doors_of(own):
    """{home id: its column}: the last two digits of its number, else its place on the floor."""
    by_floor = defaultdict(list)
    for cell in own:
        by_floor[cell.home.floor].append(cell.home)
    columns = {}
    for homes in by_floor.values():
        ends = [home.number[-2:] for home in homes]
        for at, home in enumerate(homes):
            end = ends[at]
            is_door = end.isascii() and end.isdigit() and len(home.number) >= 3
            columns[home.pk] = int(end) if is_door and ends.count(end) == 1 else 100 + at
    return columns
