"""The situation of an area in figures: what the dashboard, the wall and the reports show.

A fixed number of queries, whatever stands below the area.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial

from django.utils.functional import SimpleLazyObject

from stations.foundation import periods
from stations.foundation.counts import NONE, Bar, Count, RateOf
from stations.models import Area
from stations.registries import indicators, rates
from stations.services.figures import MOMENT, read, read_days

MOST_BURNING = 3  # as many places as a sentence can name


@dataclass(frozen=True)
class Place:
    """One area's figures of a period, and of this moment."""

    area: Area
    received: Count
    finished: Count
    rates: tuple
    open: Count = NONE
    overdue: Count = NONE
    finished_today: Count = NONE
    late_kinds: tuple = ()

    @property
    def name(self):
        """The short name: 锦绣社区 is 锦绣 where the heading says 各社区."""
        return short_name(self.area)

    @property
    def per_thousand(self):
        """Received per 1,000 homes, or None where nobody counted the homes."""
        homes = self.area.home_count
        return round(self.received.number * 1000 / homes) if homes else None

    @property
    def unfinished(self):
        """Of what came in during the period, how many have no answer yet."""
        return self.received.number - self.finished.number


@dataclass(frozen=True)
class Week:
    """One week of the trend, Monday to Sunday."""

    first: object
    last: object
    received: Count
    finished: Count
    rates: tuple

    @property
    def label(self):
        return f"{self.first.month}/{self.first.day}"


@dataclass(frozen=True)
class Split:
    """An indicator split into its kinds: bars (with their change) or shares."""

    indicator: object
    bars: list
    whole: int

    @property
    def whole_words(self):
        return f"{self.whole:,}"

    @property
    def most(self):
        return max((bar.count.number for bar in self.bars), default=0)


@dataclass(frozen=True)
class Picture:
    """All of an area's figures for one page."""

    here: Place
    children: list
    period: periods.Period
    splits: dict
    weeks: list = field(default_factory=list)

    @cached_property
    def burning(self):
        return burning(self.children)

    @property
    def below(self):
        """What the places below are called: 社区."""
        return self.children[0].area.get_level_display() if self.children else ""


def short_name(area):
    name = area.name.removesuffix(area.get_level_display())
    return name if len(name) > 1 else area.name


def nobody(permission, area):
    """Links of a picture that leads nowhere: a wall, a report."""
    return False


class Numbers:
    """Looks figures up and ties each to its cases."""

    def __init__(self, found, opens, first=None, last=None):
        self.found, self.first, self.last = found, first, last
        self.opens = cache(opens)  # asked again for each figure of a place

    def count(self, area, indicator, split=""):
        number = self.found.get((area.pk, indicator.key, split), 0)
        if not number:
            return NONE
        if not (indicator.cases and indicator.opened_by and self.opens(indicator.opened_by, area)):
            return Count(number)
        # Hundreds are counted, some dozens shown: the address is made when a page says it.
        cases = partial(indicator.cases, area, self.first, self.last, split)
        return Count(number, SimpleLazyObject(cases))

    def rates(self, area):
        """[(rate, above, below)]; of too few cases nothing is said."""
        found = []
        for rate in rates:
            below = self.count(area, indicators[rate.denominator])
            if below.number < rate.least:
                found.append((rate, NONE, NONE))
            else:
                found.append((rate, self.count(area, indicators[rate.numerator]), below))
        return found

    def bars(self, area, indicator, before=None):
        """A bar for each kind that has any now or had any before, biggest first."""
        whole = self.found_all(area, indicator)
        had = before.found_all(area, indicator) if before else 0
        bars = []
        for split, label in indicator.splits.items():
            count = self.count(area, indicator, split)
            past = before.count(area, indicator, split).number if had else None
            if count.number or past:
                bars.append(Bar(label, count, past, whole, had))
        return bars, whole

    def found_all(self, area, indicator):
        return sum(self.found.get((area.pk, indicator.key, split), 0) for split in indicator.splits)


def compare(area, period, *, opens=nobody, source=read):
    """The figures of an area and of each place right below, beside the period before.

    `source` is `read` (the roll-up) or `recount` (the objects themselves).
    """
    children = list(Area.objects.filter(parent=area).order_by("pk"))
    ids = [area.pk, *(child.pk for child in children)]
    plain = sorted(
        {indicators.at(place).key for place in ("received", "finished")}
        | {key for rate in rates for key in (rate.numerator, rate.denominator)}
    )
    split = [i for i in indicators if i.shown_as in ("bars", "shares")]
    kinds = [i.key for i in split]
    now = source(ids, plain, period.first, period.last)
    now |= source([area.pk], kinds, period.first, period.last)
    then = source([area.pk], plain + kinds, period.before_first, period.before_last)
    numbers = Numbers(now, opens, period.first, period.last)
    before = Numbers(then, nobody)
    splits = {i.shown_as: Split(i, *numbers.bars(area, i, before)) for i in split}
    if "bars" in splits:
        splits["bars"].bars.sort(key=lambda bar: -bar.count.number)
    earlier = {
        rate.key: RateOf(rate, over, under)
        for rate, over, under in before.rates(area)
        if not rate.by_month or periods.month_of(period.last)[1] == period.last
    }
    here = _place(area, numbers, earlier)
    whole = {rate.rate.key: rate for rate in here.rates}
    places = [_place(child, numbers, whole=whole) for child in children]
    return Picture(here, places, period, splits)


def _place(area, numbers, earlier=None, whole=None):
    earlier, whole = earlier or {}, whole or {}
    return Place(
        area,
        numbers.count(area, indicators.at("received")),
        numbers.count(area, indicators.at("finished")),
        tuple(
            RateOf(rate, over, under, earlier.get(rate.key), whole=whole.get(rate.key))
            for rate, over, under in numbers.rates(area)
        ),
    )


def picture_of(area, period, *, today, opens=nobody):
    """The whole dashboard: the period, this moment, and the last twelve weeks."""
    picture = compare(area, period, opens=opens)
    weeks = weeks_of(area, today=today, opens=opens)
    here, *children = with_moment([picture.here, *picture.children], opens=opens)
    trends = [
        replace(rate, weeks=() if rate.rate.by_month else tuple(week.rates[i] for week in weeks))
        for i, rate in enumerate(here.rates)
    ]
    here = replace(here, rates=tuple(trends))
    return Picture(here, children, period, picture.splits, weeks)


def weeks_of(area, *, today, opens=nobody):
    """The last twelve whole weeks, each by the day things came in."""
    weeks = periods.whole_weeks(today)
    keys = [i.key for i in indicators if not i.of_the_moment and not i.splits]
    by_day = read_days(area.pk, keys, weeks[0][0], weeks[-1][1])
    by_week = [Counter() for _ in weeks]
    for (day, key), number in by_day.items():
        by_week[(day - weeks[0][0]).days // 7][area.pk, key, ""] += number
    rows = []
    for (first, last), found in zip(weeks, by_week, strict=True):
        numbers = Numbers(found, opens, first, last)
        place = _place(area, numbers)
        rows.append(Week(first, last, place.received, place.finished, place.rates))
    return rows


def with_moment(places, *, opens=nobody):
    """The same places with what is open and overdue now."""
    late = indicators.at("late")
    keys = [i.key for i in indicators if i.of_the_moment and i.shown_as]
    numbers = Numbers(read([p.area.pk for p in places], keys, MOMENT, MOMENT), opens)
    return [
        replace(
            place,
            open=numbers.count(place.area, indicators.at("open")),
            overdue=numbers.count(place.area, indicators.at("overdue")),
            finished_today=numbers.count(place.area, indicators.at("finished_today")),
            late_kinds=tuple(
                sorted(numbers.bars(place.area, late)[0], key=lambda bar: -bar.count.number)
            ),
        )
        for place in places
    ]


def burning(places):
    """The fewest places that hold at least half of what is overdue, or none if too many."""
    whole = sum(place.overdue.number for place in places)
    taken, held = [], 0
    for place in sorted(places, key=lambda place: -place.overdue.number)[:MOST_BURNING]:
        if not place.overdue.number or held * 2 >= whole:
            break
        taken.append(place)
        held += place.overdue.number
    return taken if whole and held * 2 >= whole else []


# The columns of the table of places below, by the word in the address.
COLUMNS = {
    "received": lambda place: place.received.number,
    "homes": lambda place: place.per_thousand,
    "open": lambda place: place.open.number,
    "overdue": lambda place: place.overdue.number,
}


def in_order(places, asked):
    """The places by a column of the table, `-` in front for the biggest first.

    Returns (places, the order that was used). Dashes stand last either way.
    """
    columns = COLUMNS | {
        rate.key: lambda place, i=i: place.rates[i].tenths for i, rate in enumerate(rates)
    }
    column = asked.removeprefix("-")
    if column not in columns:
        asked, column = "-resolution", "resolution"
    value = columns.get(column, columns["received"])
    known = [place for place in places if value(place) is not None]
    known.sort(key=value, reverse=asked.startswith("-"))
    return known + [place for place in places if value(place) is None], asked
