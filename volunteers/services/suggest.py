"""派单: who could take an order. One query, however many volunteers a city has."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.lookups import Exact
from django.utils import timezone

from stations.choices import Level
from stations.models import Area
from volunteers.choices import (
    FITS_MINORS,
    RISKY,
    WEEKDAYS,
    Help,
    MemberState,
    Part,
    Reach,
    free_bit,
)
from volunteers.models import Membership, Team, Volunteer
from volunteers.services.busy import orders_then, seats_then

BUILDING, ESTATE, COMMUNITY, STREET = range(4)
NEAR = ("同一栋楼", "同一小区", "同一社区", "同一街道")


@dataclass(frozen=True)
class Suggestion:
    """Somebody who could be asked, for which team, and why in words for the worker."""

    volunteer: Volunteer
    team: Team | None
    why: str


@dataclass(frozen=True)
class _Place:
    """Keys of the places around a need; the path of the area knows them without a query."""

    building: int | None
    estate: int | None
    community: int | None
    street: int | None
    street_path: str

    @classmethod
    def of(cls, area, building):
        keys = [int(key) for key in area.path.strip("/").split("/")]
        is_estate = area.level == Level.ESTATE
        upwards = keys[::-1] if is_estate else [None, *keys[::-1]]
        estate, community, street, *_ = [*upwards, None, None]
        if area.level < Level.COMMUNITY:
            community = street = None
        path = area.lineage_paths()[-3 if is_estate else -2] if street else ""
        return cls(building.pk if building else None, estate, community, street, path)


def suggest_volunteers(
    *,
    area,
    building=None,
    help,
    wanted_on=None,
    part=None,
    team=None,
    without=(),
    limit=5,
    today=None,
):
    """[Suggestion], best first: who is in, can do it, comes so far, has time, and may.

    `area` is the estate (or the community) where help is needed. Without a day everybody has
    time; with a day alone one part of it is enough. With both, whoever is somewhere else then is
    left out, by the rule `accept` refuses by (see `busy`). Risky work asks for insurance on that day
    (志愿服务条例 第17条), and minors are asked only for what fits their age (第15条). With a
    team: its members alone. `without` are keys of volunteers who are not asked (again).
    The least burdened come first, then the nearest, then who served least in the last 30 days; of
    a day without a part, before all that, whoever has the whole day.
    """
    day = wanted_on or today or timezone.localdate()
    place = _Place.of(area, building)
    rows = (
        Volunteer.objects.active()
        .filter(
            _reaches(place),
            _free(wanted_on, part),
            _may(help, day),
            _here(place, wanted_on, part),
            ~Q(pk__in=list(without)),
            helps__contains=[help],
        )
        .select_related("user")
        .annotate(near=_nearness(place), has_leaders=_has_leaders())
        .order_by(*_whole_day_first(wanted_on, part), "open_count", "near", "served_count", "pk")
    )
    if team:
        members = Membership.objects.filter(team=team, state=MemberState.IN)
        rows = rows.filter(pk__in=members.order_by().values("volunteer"))
    return [
        Suggestion(row, team, reason(row, help=help, wanted_on=wanted_on, part=part, team=team))
        for row in rows[:limit]
    ]


def reason(volunteer, *, help, wanted_on=None, part=None, team=None):
    """ "会小修小补，同一栋楼，周三上午有空，手上没有单": why this volunteer (with `near`). Whoever
    is in no team (`has_leaders`) is offered all the same: a secretary speaks for their hours."""
    words = [f"会{Help(help).label}", NEAR[volunteer.near]]
    if wanted_on:
        words.append(f"{WEEKDAYS[wanted_on.weekday()]}{_parts(volunteer, wanted_on, part)}有空")
    words.append(f"手上有{volunteer.open_count}单" if volunteer.open_count else "手上没有单")
    if not team and not volunteer.has_leaders:
        words.append("没有队，时数由书记确认")
    return "，".join(words)


def _parts(volunteer, day, part):
    """The parts of the day in which they are free; "" when it is the whole day."""
    asked = [Part(part)] if part is not None else list(Part)
    free = [one.label for one in asked if volunteer.free & free_bit(day.weekday(), one)]
    return "" if len(free) == len(Part) else "、".join(free)


class _IsAny(Func):
    """`x = ANY(array)`."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def _reaches(place):
    """Who comes so far. The communities of a street are an array that is read once: so each
    way of being near is an index scan of its own, and none reads the whole city."""
    around = Q()
    if place.building:
        around |= Q(reach=Reach.BUILDING, building=place.building)
    if place.estate:
        around |= Q(reach=Reach.ESTATE, estate=place.estate)
    if place.community:
        around |= Q(reach=Reach.COMMUNITY, area=place.community)
    if place.street:
        beside = Area.objects.filter(parent=place.street).order_by().values("pk")
        around |= Q(reach=Reach.STREET) & Q(_IsAny(F("area_id"), ArraySubquery(beside)))
    return around if around else Q(pk__in=[])


def _free(day, part):
    """Free in that part of that day of the week."""
    if day is None:
        return Q()
    parts = [part] if part is not None else list(Part)
    bits = sum(free_bit(day.weekday(), one) for one in parts)
    return Q(~Exact(F("free").bitand(bits), Value(0)))


def _whole_day_first(day, part):
    """Any part of the day is wanted: who is free all day suits better than who has an evening."""
    if day is None or part is not None:
        return []
    bits = sum(free_bit(day.weekday(), one) for one in Part)
    has_all = When(Exact(F("free").bitand(bits), Value(bits)), then=Value(0))
    return [Case(has_all, default=Value(1), output_field=IntegerField())]


def has_time(volunteer, day, part):
    """The same of somebody who is known: usually free in that part of that day of the week."""
    if day is None:
        return True
    parts = list(Part) if part is None else [part]
    return any(volunteer.free & free_bit(day.weekday(), one) for one in parts)


def _here(place, day, part):
    """Not somewhere else then. Orders are read once, those of the street that are open: nobody
    is sent outside it. Seats are looked up one by one, for the few who remain."""
    if day is None or part is None:
        return Q()
    taken = orders_then(day, part).filter(area__path__startswith=place.street_path)
    seats = seats_then(day, part).filter(volunteer=OuterRef("pk"))
    return ~Q(pk__in=taken.values("volunteer")) & ~Exists(seats)


def _may(help, day):
    """Insured for risky work; under eighteen only for what fits."""
    may = Q()
    if help in RISKY:
        may &= Q(insured_until__gte=day)
    if help not in FITS_MINORS:
        may &= Q(minor_until=None) | Q(minor_until__lte=day)
    return may


def _has_leaders():
    """Whether there is a team that would speak for their hours: one that works for nothing."""
    held = Membership.objects.filter(volunteer=OuterRef("pk"), state=MemberState.IN)
    return Exists(held.filter(team__until=None, team__price_fen=None))


def _nearness(place):
    """0 the same building, 1 estate, 2 community, 3 the street."""
    near = [
        When(**{field: key}, then=Value(rank))
        for field, key, rank in (
            ("building", place.building, BUILDING),
            ("estate", place.estate, ESTATE),
            ("area", place.community, COMMUNITY),
        )
        if key
    ]
    return Case(*near, default=Value(STREET), output_field=IntegerField())
