"""Figures as people see them: a count with its cases, a rate with its fraction, a bar with its
change. Pure values; no models, no queries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

LEAST_CHANGE = 0.5  # points; less is noise
FEW = 20  # below this a change is said in pieces, not in percent


@dataclass(frozen=True)
class Count:
    """A figure, and where its cases are: `url` is empty for whoever may not open them."""

    number: int
    url: str = ""

    @property
    def words(self):
        """2,846: Chinese has no grouping of its own, offices group by three."""
        return f"{self.number:,}"


NONE = Count(0)


@dataclass(frozen=True)
class RateOf:
    """A rate of one place and period, with its fraction. Without a denominator: no value."""

    rate: object
    above: Count
    below: Count
    before: RateOf | None = None
    weeks: tuple = ()
    whole: RateOf | None = None  # the same rate of the area that this place belongs to

    @cached_property
    def tenths(self):
        """The rate in tenths of a percent, or None. All is 100.0 and nothing else is."""
        over, under = self.above.number, self.below.number
        if not under:
            return None
        rounded = (2000 * over + under) // (2 * under)
        return min(max(rounded, 1 if over else 0), 1000 if over >= under else 999)

    @property
    def percent(self):
        """The rate in percent with one digit, or None."""
        return None if self.tenths is None else self.tenths / 10

    @property
    def words(self):
        """84.9, or a dash: the rate as a table says it, percent in the head."""
        return "—" if self.tenths is None else f"{self.tenths / 10:.1f}"

    @property
    def url(self):
        """Where the cases above the line are."""
        return self.above.url

    @property
    def change(self):
        """Points more than in the period before, of the values as shown; None without one."""
        if self.tenths is None or self.before is None or self.before.tenths is None:
            return None
        return (self.tenths - self.before.tenths) / 10

    @property
    def fall(self):
        """How many points less, without its sign."""
        return abs(self.change or 0)

    @property
    def is_worse(self):
        """Fallen by more than noise."""
        return self.change is not None and self.change <= -LEAST_CHANGE

    @property
    def is_below(self):
        """Lower than the area that this place belongs to."""
        if self.tenths is None or self.whole is None or self.whole.tenths is None:
            return False
        return self.tenths < self.whole.tenths

    @property
    def trend_words(self):
        """The small line for people who hear it."""
        known = [value for value in self.trend if value is not None]
        return f"近 12 周从 {known[0]:.1f}% 到 {known[-1]:.1f}%" if known else ""

    @property
    def trend(self):
        """The rate week by week, for the small line."""
        return [week.percent for week in self.weeks]


@dataclass(frozen=True)
class Bar:
    """One bar of a split: how many now, how many before, its share of all."""

    label: str
    count: Count
    before: int | None
    whole: int
    whole_before: int = 0

    @property
    def percent(self):
        return RateOf(None, self.count, Count(self.whole)).percent

    @property
    def change_words(self):
        """升 18%; with few cases the pieces themselves: 多 3 件."""
        if self.before is None:
            return ""
        more = self.count.number - self.before
        if not more:
            return "持平"
        if self.before < FEW:
            return f"{'多' if more > 0 else '少'} {abs(more)} 件"
        return f"{'升' if more > 0 else '降'} {round(abs(more) / self.before * 100)}%"

    @property
    def jumped(self):
        """Burning: a third more than before, and faster than everything together."""
        known = self.before or 0
        if known < FEW or self.count.number * 3 < known * 4:
            return False
        return self.count.number * self.whole_before * 5 >= known * self.whole * 6
