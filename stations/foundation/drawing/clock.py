"""The clock of an issue as a row of days, so weekends and holidays explain themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Day:
    """One day on an issue's clock: how it counts and the word under it."""

    date: date
    state: str  # "past", "", "today", "end", "off" (not worked), "over" (after the deadline)
    word: str = ""
    shift: bool = False  # a weekend day that is worked (调休)
    skipped: int = 0  # days left out before this one

    @property
    def number(self) -> int:
        return self.date.day

    @property
    def weekday(self) -> str:
        return WEEKDAYS[self.date.weekday()]


def clock_days(
    *,
    received: date,
    due: date,
    today: date,
    works: Callable[[date], bool],
    holiday: Callable[[date], str] = lambda day: "",
    after: int = 1,
    most: int = 18,
    begun: str = "收到",
) -> list[Day]:
    """The days from arrival to a little after the deadline (or today, when late).

    `works` says whether a day is worked, `holiday` its name. A long clock keeps its first two
    and its last days; the gap says how many were left out.
    """
    end = max(due, today) + timedelta(days=after)
    days = []
    for offset in range((end - received).days + 1):
        day = received + timedelta(days=offset)
        worked = works(day)
        state = "past" if day < today else ""
        if not worked:
            state = "off"
        elif day > due and day <= today:
            state = "over"
        word = holiday(day) if not worked else ""
        if day == received:
            word = begun
        if day == due:
            state, word = "end", "到期"
        if day == today:
            state = "today over" if today > due else "today"
            word = "今天到期" if day == due else "今天"
        days.append(Day(day, state, word, shift=worked and day.weekday() >= 5))
    if len(days) > most:
        tail = days[-(most - 3) :]
        skipped = len(days) - len(tail) - 2
        days = [*days[:2], Day(days[2].date, "gap", skipped=skipped), *tail]
    return days
