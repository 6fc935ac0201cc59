"""What of the ledger may be counted: people by kind, households, and the month's visits.

Numbers only. Fewer than five people of a kind are nobody's business outside the community:
whoever shows the splits hides them (`services.kind_figures.hidden`).
"""

from calendar import monthrange
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from residents_map.access import VISIT
from residents_map.choices import IN_PLAN, MET, SMALLEST_CELL
from residents_map.models import Household, Visit
from stations.registries import indicators, rates


def of_now(rows):
    """{(estate, None, ""): number} of rows (estate, number)."""
    return {(area, None, ""): number for area, number in rows if number}


@indicators.register(
    "residents_map.households",
    label="登记的户",
    unit="户",
    cases=None,
    of_the_moment=True,
    daily=True,
    order=200,
)
def households(area_ids, days):
    """Households in the ledger that live here now."""
    rows = Household.objects.current().filter(area__in=area_ids).order_by().values_list("area")
    return of_now(rows.annotate(n=Count("pk")))


@indicators.register(
    "residents_map.residents",
    label="常住的人",
    unit="人",
    cases=None,
    of_the_moment=True,
    daily=True,
    order=210,
)
def residents(area_ids, days):
    """People who live here now, as the ledger knows."""
    rows = Household.objects.current().filter(area__in=area_ids).order_by().values_list("area")
    return of_now(rows.annotate(n=Sum("resident_count")))


PEOPLE_OF_KINDS = """
    SELECT m.area_id, m.token::text, count(*)
    FROM residents_map_mark m
    WHERE m.area_id = ANY(%(areas)s) AND m.until IS NULL
    GROUP BY 1, 2
    UNION ALL
    SELECT p.area_id, 'kind-' || k.id, count(*)
    FROM residents_map_kind k
    JOIN residents_map_person p
      ON (k.min_age IS NULL OR p.birth_on <= %(today)s::date - make_interval(years => k.min_age))
     AND (k.max_age IS NULL OR p.birth_on > %(today)s::date - make_interval(years => k.max_age))
    JOIN residents_map_household h ON h.id = p.household_id
    WHERE k.rule <> 'said' AND k.ended_at IS NULL
      AND p.area_id = ANY(%(areas)s) AND p.left_on IS NULL AND p.lives_here
      AND p.birth_on IS NOT NULL
      AND (k.rule <> 'alone' OR h.resident_count = 1)
    GROUP BY 1, 2
"""


@indicators.register(
    "residents_map.people",
    label="各类人群",
    unit="人",
    cases=None,
    of_the_moment=True,
    daily=True,
    order=220,
)
def people(area_ids, days):
    """People of each kind: `services.kind_figures.split_of(kind)` names the split.

    Entered kinds stand under their keyed number, as in the table of marks: the figures do not
    say more than it does.
    """
    with connection.cursor() as cursor:
        values = {"areas": list(area_ids), "today": timezone.localdate()}
        cursor.execute(PEOPLE_OF_KINDS, values)
        return {(area, None, split): number for area, split, number in cursor.fetchall()}


def month_ends(days):
    """{first day of a month: its last day} of those months whose first day is among `days`."""
    firsts = sorted(day for day in days if day.day == 1)
    return {first: first.replace(day=monthrange(first.year, first.month)[1]) for first in firsts}


def planned_by(day):
    """Who was in the plan by that day; of whom it is not known, always."""
    return Q(planned_on=None) | Q(planned_on__lte=day)


def visits_page(area, first=None, last=None, split=""):
    """The round of that estate; the figures' cases are doors, seen by the community only."""
    return f"/visits/?{urlencode({'who': 'all', 'area': area.pk})}"


@indicators.register(
    IN_PLAN,
    label="每月要见到的户",
    unit="户",
    cases=visits_page,
    opened_by=VISIT,
    order=230,
)
def in_plan(area_ids, days):
    """Households planned weekly or monthly, counted on the first day of each month.

    By the plan of today: who came into it after that month, or has left it since, is in
    neither number of that month.
    """
    ends = month_ends(days)
    if not ends:
        return {}
    counts = {f"m{n}": Count("pk", filter=planned_by(end)) for n, end in enumerate(ends.values())}
    rows = Household.objects.monthly().filter(area__in=area_ids).order_by().values_list("area")
    return {
        (area, first, ""): number
        for area, *numbers in rows.annotate(**counts)
        for first, number in zip(ends, numbers, strict=True)
        if number
    }


@indicators.register(
    MET,
    label="本月见到的户",
    unit="户",
    more_is_better=True,
    cases=visits_page,
    opened_by=VISIT,
    order=240,
)
def met(area_ids, days):
    """Those of them in which somebody was met in the month, counted on its first day."""
    ends = month_ends(days)
    if not ends:
        return {}
    found = {}
    rows = (
        Visit.objects.met()
        .filter(
            area__in=area_ids,
            at__gte=local_midnight(min(ends)),
            at__lt=local_midnight(max(ends.values()) + timedelta(days=1)),
            household__in=Household.objects.monthly(),
        )
        .order_by()
        .annotate(month=TruncMonth("at"))
        .values_list("area", "month", "household__planned_on")
        .annotate(n=Count("household", distinct=True))
    )
    for area, month, planned_on, number in rows:
        first = timezone.localdate(month)
        if first in ends and (planned_on is None or planned_on <= ends[first]):
            key = (area, first, "")
            found[key] = found.get(key, 0) + number
    return found


def local_midnight(day):
    """The beginning of a day here."""
    return timezone.make_aware(datetime.combine(day, time.min))


rates.declare(
    "visit",
    label="月探访率",
    numerator=MET,
    denominator=IN_PLAN,
    definition="当月见到的户，除以定为每周、每月走访的户",
    unit="户",
    by_month=True,
    least=SMALLEST_CELL,
    order=50,
)
