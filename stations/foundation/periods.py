"""Periods of figures: twelve whole weeks, this month, this year, and what stood before.

Pure dates, no models. A period is inclusive at both ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
WEEKS = 12


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, and the days before that they are compared with."""

    key: str
    label: str
    before_label: str
    first: date
    last: date
    before_first: date
    before_last: date

    def until(self, last):
        """The same, ended early, and compared with as many days of the one before."""
        before_last = min(self.before_first + (last - self.first), self.before_last)
        return replace(self, last=last, before_last=before_last)

    @property
    def words(self):
        """The dates as people say them: 8 月 24 日至 11 月 15 日."""
        first, last = spoken(self.first), spoken(self.last)
        if self.first.year != self.last.year:
            first = f"{self.first.year} 年 {first}"
            last = f"{self.last.year} 年 {last}"
        return first if self.first == self.last else f"{first}至 {last}"


def spoken(day):
    """8 月 24 日"""
    return f"{day.month} 月 {day.day} 日"


def whole_weeks(today, count=WEEKS):
    """The last whole weeks as (Monday, Sunday), oldest first; this week is not over."""
    last = today - (today.weekday() + 1) * DAY
    ends = [last - WEEK * back for back in reversed(range(count))]
    return [(end - 6 * DAY, end) for end in ends]


def month_of(day):
    """First and last day of the month that `day` lies in."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following - DAY


def twelve_weeks(today):
    """近 12 周: compared with the twelve weeks before."""
    weeks = whole_weeks(today)
    first, last = weeks[0][0], weeks[-1][1]
    span = WEEK * WEEKS
    return Period("weeks", "近 12 周", "前 12 周", first, last, first - span, last - span)


def this_month(today):
    """本月 until today, compared with the same days of the month before."""
    first, _ = month_of(today)
    before_first, before_last = month_of(first - DAY)
    before_last = min(before_first + (today - first), before_last)
    return Period("month", "本月", "上月同期", first, today, before_first, before_last)


def this_year(today):
    """今年 until today, compared with the same days of last year."""
    first = date(today.year, 1, 1)
    before_last = _a_year_before(today)
    before_first = date(today.year - 1, 1, 1)
    return Period("year", "今年", "去年同期", first, today, before_first, before_last)


def whole_month(day):
    """The month of `day`, compared with the month before: the monthly report."""
    first, last = month_of(day)
    before_first, before_last = month_of(first - DAY)
    return Period(
        "whole", f"{first.year}年{first.month}月", "上月", first, last, before_first, before_last
    )


def _a_year_before(day):
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


PERIODS = {"weeks": twelve_weeks, "month": this_month, "year": this_year}


def period_of(key, today):
    """The period somebody asked for in the address; the twelve weeks for anything else."""
    return PERIODS.get(key, twelve_weeks)(today)
