"""七天内该走访: who is to be visited, in words for a narrow list. Names are masked."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Subquery
from django.utils import timezone

from residents_map.choices import EVENT_HOURS, CareKind
from residents_map.models import Household, Person
from residents_map.services.layers import open_events, to_visit
from stations.foundation.drawing import left_words

SHOWN = 8
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class DueVisit:
    """A household to be visited: where, whom, when."""

    household: Household
    person: Person | None
    words: str
    tone: str
    is_urgent: bool = False

    @property
    def door(self):
        """二单元 1203."""
        home = self.household.home
        return f"{home.entrance.number}单元 {home.number}"


def due_visits(area, *, building=None, limit=SHOWN):
    """The first households of the estate, or of one building: where something happened before
    everything else, then those that are due."""
    now = timezone.now()
    rows = to_visit(area, timezone.localdate(now))
    if building is not None:
        rows = rows.filter(building=building)
    rows = rows.annotate(
        happened_at=Subquery(open_events().values("at")[:1]),
        happened=Subquery(open_events().values("kind")[:1]),
    ).select_related("home__entrance", "building")
    first = F("happened_at").asc(nulls_last=True)
    found = list(rows.order_by(first, "next_visit_on", "pk")[:limit])
    faces = faces_of(found)
    return [due_visit(one, faces.get(one.pk), now) for one in found]


def due_visit(household, person, now):
    """One line of the list: 急事 says what happened and until when, as on the round."""
    if household.is_urgent:
        words = event_words(household.happened, household.happened_at, now)
        return DueVisit(household, person, words, "late", is_urgent=True)
    return DueVisit(household, person, *due_words(household.next_visit_on, timezone.localdate(now)))


def event_words(kind, at, now):
    """急事：摔倒，明天 15:52 前去看; when the time is over 急事：摔倒，超 2 小时."""
    words, tone = left_words(at + timedelta(hours=EVENT_HOURS), now)
    return f"急事：{CareKind(kind).label}，{words}{'' if tone == 'late' else ' 前去看'}"


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
