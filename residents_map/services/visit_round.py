"""今天的走访: which doors, in the order one walks."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from residents_map.choices import DUE_WITHIN, EVENT_HOURS
from residents_map.models import CareEvent, Household, Kind, Person
from residents_map.services.kind_counts import kinds_of_people
from residents_map.services.visit_duties import grown_up
from stations.choices import COMMUNITY_STAFF
from stations.models import Area

MOST = 150  # more doors than anybody walks in a week

SECTIONS = (("urgent", "24 小时内"), ("late", "超期的"), ("today", "今天"), ("week", "这一周"))


@dataclass
class Stop:
    """One door of the round."""

    household: Household
    today: date
    kinds: list = field(default_factory=list)

    @property
    def home(self):
        return self.household.home

    @property
    def person(self):
        """Whom one asks for: the head, or the first grown-up."""
        return next(iter(self.household.heads), None)

    @property
    def event(self):
        """What asks for a look within a day, or None."""
        return next(iter(self.household.open_events), None)

    @property
    def until(self):
        """Until when an event asks for a look."""
        return self.event.at + timedelta(hours=EVENT_HOURS) if self.event else None

    @property
    def late_days(self):
        day = self.household.next_visit_on
        return max((self.today - day).days, 0) if day else 0

    @property
    def day_words(self):
        """周二: on which day of the week its turn ends."""
        return f"周{'一二三四五六日'[self.household.next_visit_on.weekday()]}"

    @property
    def section(self):
        if self.event:
            return "urgent"
        if self.late_days:
            return "late"
        return "today" if self.household.next_visit_on == self.today else "week"


@dataclass(frozen=True)
class Round:
    """The doors by heading, and how many there are."""

    stops: list
    more: bool
    met: int
    planned: int

    @property
    def sections(self):
        """[(key, heading, stops)] of those that have any."""
        found = [
            (key, label, [s for s in self.stops if s.section == key]) for key, label in SECTIONS
        ]
        return [section for section in found if section[2]]

    def number(self, *keys):
        return sum(stop.section in keys for stop in self.stops)

    @property
    def urgent(self):
        return self.number("urgent")

    @property
    def late(self):
        return self.number("late")

    @property
    def today(self):
        return self.number("urgent", "late", "today")

    @property
    def week(self):
        return self.number("week")

    @property
    def percent(self):
        return 100 * self.met / self.planned if self.planned else None


def households_for(user, *, who="mine", area=None, building=None, kind=None):
    """The households of this person's round, narrowed as the address says."""
    rows = Household.objects.visible_to(user).current()
    if who == "mine":
        rows = rows.filter(Q(visitor=user) | Q(visitor=None))
    if area:
        rows = rows.filter(area=area)
    if building:
        rows = rows.filter(building=building)
    if kind:
        of_kind = Person.objects.of_kind(kind).filter(household=OuterRef("pk"))
        rows = rows.filter(Exists(of_kind))
    return rows


def round_of(rows, user):
    """The round: a fixed number of queries however many doors."""
    today = timezone.localdate()
    open_events = CareEvent.objects.filter(visit=None)
    event = Exists(open_events.filter(household=OuterRef("pk")))
    due = ~Q(tier="") & Q(next_visit_on__lte=today + DUE_WITHIN)
    found = (
        rows.filter(due | Q(event))
        .select_related("area", "home__entrance__building")
        .prefetch_related(
            Prefetch("people", grown_up(), to_attr="heads"),
            Prefetch("care_events", open_events, to_attr="open_events"),
        )
        .order_by(
            "area",
            "building__number",
            "home__entrance__number",
            "home__floor",
            "home__number",
            "pk",
        )[: MOST + 1]
    )
    stops = [Stop(household, today) for household in found]
    put_kinds(stops, user)
    first = timezone.make_aware(datetime.combine(today.replace(day=1), time.min))
    month = (
        rows.monthly()
        .order_by()
        .aggregate(planned=Count("pk"), met=Count("pk", filter=Q(last_visit_at__gte=first)))
    )
    return Round(stops[:MOST], len(stops) > MOST, month["met"], month["planned"])


def put_kinds(stops, user):
    """The signs of those who need care beside whom one asks for: two queries for all."""
    people = [stop.person for stop in stops if stop.person]
    kinds = list(Kind.objects.visible_to(user).current().filter(needs_care=True))
    found = kinds_of_people(people, kinds) if people else {}
    for stop in stops:
        stop.kinds = found.get(stop.person.pk, []) if stop.person else []


def next_stop(user, after):
    """The next door of the same building, or of the round, after this household's."""
    rows = households_for(user, area=after.area).exclude(pk=after.pk)
    stops = round_of(rows, user).stops
    here = (
        after.home.entrance.building.number,
        after.home.entrance.number,
        after.home.floor,
        after.home.number,
    )
    return next((stop for stop in stops if place_of(stop) > here), stops[0] if stops else None)


def place_of(stop):
    entrance = stop.home.entrance
    return (entrance.building.number, entrance.number, stop.home.floor, stop.home.number)


def estates_of(user):
    """The estates where this person may visit."""
    return Area.objects.visible_to(user, COMMUNITY_STAFF).estates()
