"""七天内该走访: who is to be visited, in words for a narrow list. Names are masked."""

from dataclasses import dataclass

from django.utils import timezone

from residents_map.models import Household, Person
from residents_map.services.layers import AHEAD

SHOWN = 8
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class DueVisit:
    """A household to be visited: where, whom, when."""

    household: Household
    person: Person | None
    words: str
    tone: str

    @property
    def door(self):
        """二单元 1203."""
        home = self.household.home
        return f"{home.entrance.number}单元 {home.number}"


def due_visits(area, *, building=None, limit=SHOWN):
    """The first households of the estate, or of one building, that are due."""
    today = timezone.localdate()
    rows = Household.objects.filter(area=area).due_by(today + AHEAD)
    if building is not None:
        rows = rows.filter(building=building)
    rows = rows.select_related("home__entrance", "building")
    found = list(rows.order_by("next_visit_on", "pk")[:limit])
    faces = faces_of(found)
    return [DueVisit(one, faces.get(one.pk), *due_words(one.next_visit_on, today)) for one in found]


def faces_of(households):
    """{household id: the eldest who lives there}: the one a visit is mostly for. One query."""
    people = Person.objects.residents().filter(household__in=[one.pk for one in households])
    faces = {}
    for person in people.order_by("birth_on", "pk"):
        known = faces.get(person.household_id)
        if known is None or known.birth_on is None:
            faces[person.household_id] = person
    return faces


def due_words(day, today):
    """("超 2 天", "late"), ("今天", "warn"), ("明天", ""), ("周六", "")."""
    days = (day - today).days
    if days < 0:
        return f"超 {-days} 天", "late"
    if days == 0:
        return "今天", "warn"
    if days == 1:
        return "明天", ""
    if days < 7:
        return f"周{WEEKDAYS[day.weekday()]}", ""
    return f"{day.month}-{day.day:02d}", ""
