"""The month's visits in a report: numbers of households, nobody's name or door."""

from datetime import datetime, time, timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from residents_map.choices import EVENT_HOURS, IN_PLAN, MET, SMALLEST_CELL, VisitState
from residents_map.foundation.suppression import SMALL, suppress
from residents_map.models import CareEvent, Visit
from residents_map.services.kind_figures import hidden
from stations.choices import Level
from stations.models import Area
from stations.registries import Section, reports
from stations.services.figures import recount

ALL = "all"
COLUMNS = (
    "小区",
    "每月要见到的户",
    "见到的户",
    "月探访率",
    "走访次数",
    "没见到",
    "要帮忙",
    "急事",
    "按时看到",
)


def moments(first, last):
    """The half-open span of time of these days."""
    start = timezone.make_aware(datetime.combine(first, time.min))
    return start, timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


@reports.register("residents_map.visits", label="走访", order=50)
def visits(area, first, last):
    """One line for each estate where somebody is visited. Fewer than five are not told."""
    estates = list(Area.objects.under(area).filter(level=Level.ESTATE).order_by("path"))
    rates = recount([estate.pk for estate in estates], [IN_PLAN, MET], first, last)
    start, end = moments(first, last)
    ids = [estate.pk for estate in estates]
    made = by_area(
        Visit.objects.filter(area__in=ids, at__gte=start, at__lt=end),
        all=Count("pk"),
        missed=Count("pk", filter=Q(state=VisitState.MISSED)),
        help=Count("pk", filter=Q(state=VisitState.HELP)),
    )
    in_time = Q(visit__at__lte=F("at") + timedelta(hours=EVENT_HOURS))
    events = by_area(
        CareEvent.objects.filter(area__in=ids, at__gte=start, at__lt=end),
        all=Count("pk"),
        in_time=Count("pk", filter=in_time),
    )
    planned, met = (
        Column({estate.pk: rates.get((estate.pk, key, ""), 0) for estate in estates})
        for key in (IN_PLAN, MET)
    )
    rows = []
    for estate in estates:
        done, urgent = made.get(estate.pk, {}), events.get(estate.pk, {})
        if not (planned.numbers[estate.pk] or done or urgent):
            continue
        rows.append(
            [
                estate.name,
                planned.cell(estate.pk),
                met.cell(estate.pk),
                percent(met, planned, estate.pk),
                hidden(done.get("all", 0)),
                hidden(done.get("missed", 0)),
                hidden(done.get("help", 0)),
                hidden(urgent.get("all", 0)),
                hidden(urgent.get("in_time", 0)),
            ]
        )
    return Section(
        title="走访",
        words=words(met, planned) if rows else "本月没有走访。",
        columns=COLUMNS,
        widths=(14, 14, 10, 10, 10, 8, 8, 8, 10),
        rows=rows,
    )


def by_area(rows, **counts):
    """{estate: {name: number}} in one query."""
    found = rows.order_by().values("area").annotate(**counts)
    return {row.pop("area"): row for row in found}


class Column:
    """A column of numbers of households with its sum, small ones hidden so that they stay so."""

    def __init__(self, numbers):
        self.numbers = numbers | {ALL: sum(numbers.values())}
        self.hidden = suppress(self.numbers, [(ALL, list(numbers))])

    def cell(self, key):
        """The number, or the words that stand for it."""
        if key not in self.hidden:
            return self.numbers[key]
        return hidden(self.numbers[key]) if self.hidden[key] == SMALL else "—"


def percent(met, planned, key):
    """92.1%, or a dash where it would tell of single households."""
    if {key} & (met.hidden.keys() | planned.hidden.keys()) or not planned.numbers[key]:
        return "—"
    return f"{100 * met.numbers[key] / planned.numbers[key]:.1f}%"


def words(met, planned):
    """The month in a sentence."""
    if ALL in met.hidden or ALL in planned.hidden or planned.numbers[ALL] < SMALLEST_CELL:
        return f"定为每周、每月走访的户少于 {SMALLEST_CELL} 户，不列数。"
    rate = percent(met, planned, ALL)
    whole, seen = planned.numbers[ALL], met.numbers[ALL]
    return f"定为每周、每月走访的 {whole:,} 户，本月见到 {seen:,} 户（{rate}）。"
