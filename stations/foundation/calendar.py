"""Work days and office hours of a Chinese state office: the clock behind every promise.

The holidays and shifted work days (调休) of a year are announced by the State Council each
November for the next year, so they are data: `holidays.json`, one entry a year with `off`
(days off, weekends inside a holiday included), `work` (weekend days that are worked) and
`names`. After the last year in the file only Monday to Friday is known; `runs_out_within`
is there for the alarm that must ring before that.

Office hours are 8:30 to 17:30, Asia/Shanghai, one block of nine hours without a lunch break.

How days are counted follows 民法典 第201条 (the first day does not count) and 第203条 (a last
day off moves to the next working day, and the term ends when the office closes).
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENS = time(8, 30)
CLOSES = time(17, 30)
OFFICE_DAY = timedelta(hours=9)
WEEKDAYS = "一二三四五六日"
STRIP_LIMIT = 60

_DATA = Path(__file__).with_name("holidays.json")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayCell:
    """One day in the row of days that shows people a deadline."""

    date: date
    weekday: str
    kind: str
    name: str
    is_start: bool
    is_today: bool
    is_due: bool
    passed: bool


@dataclass(frozen=True)
class _Holidays:
    off: frozenset[date]
    work: frozenset[date]
    names: dict[date, str]
    until: date


@cache
def _holidays() -> _Holidays:
    years = json.loads(_DATA.read_text(encoding="utf-8"))
    return _Holidays(
        off=frozenset(date.fromisoformat(day) for year in years.values() for day in year["off"]),
        work=frozenset(date.fromisoformat(day) for year in years.values() for day in year["work"]),
        names={
            date.fromisoformat(day): name
            for year in years.values()
            for day, name in year["names"].items()
        },
        until=date(max(int(year) for year in years), 12, 31),
    )


def day_kind(day: date) -> str:
    """`work`, `off` (a plain weekend), `holiday`, or `shifted` (a weekend day that is worked)."""
    day = _day(day)
    holidays = _holidays()
    if day in holidays.off:
        return "holiday"
    if day in holidays.work:
        return "shifted"
    return "off" if day.weekday() >= 5 else "work"


def day_name(day: date) -> str:
    """国庆节, 国庆节调休 or nothing."""
    return _holidays().names.get(_day(day), "")


def is_workday(day: date) -> bool:
    """Whether the office works on this day (in Shanghai, when given a moment)."""
    return day_kind(day) in ("work", "shifted")


def data_until() -> date:
    """The last day whose holidays are known; after it only Monday to Friday is assumed."""
    return _holidays().until


def runs_out_within(days: int, today: date) -> bool:
    """Whether the calendar ends in the next `days` days: time to add the coming year."""
    return data_until() - _day(today) <= timedelta(days=days)


def add_workdays(start: datetime, days: int | Decimal) -> datetime:
    """The moment a promise of `days` working days given at `start` falls due.

    The day of `start` never counts; the promise ends when the office closes on the last of
    the counted days. A fraction ends within that day: half a day is 13:00 of the next working
    day. Zero days is "today": closing time, or that of the next working day when the office
    has closed already.
    """
    start, days = _moment(start), Decimal(days)
    if days < 0:
        raise ValueError("A promise lies ahead: days must not be negative")
    day = start.date()
    if days == 0:
        if is_workday(day) and start < _closing(day):
            return _closing(day)
        days = Decimal(1)
    whole, fraction = int(days), days % 1
    for _ in range(whole + (1 if fraction else 0)):
        day = next_workday(day)
    return _opening(day) + OFFICE_DAY * float(fraction) if fraction else _closing(day)


def work_time_between(start: datetime, until: datetime) -> timedelta:
    """How long the office is open between two moments; nothing when they are the wrong way."""
    start, until = _moment(start), _moment(until)
    total, day = timedelta(), start.date()
    while day <= until.date():
        if is_workday(day):
            open_for = min(until, _closing(day)) - max(start, _opening(day))
            total += max(open_for, timedelta())
        day += _DAY
    return total


def share_point(start: datetime, until: datetime, share: float | Decimal) -> datetime:
    """When `share` (0 to 1) of the working time between two moments has passed.

    0 is `start`, 1 is `until`. Without any working time between them, everything is at `until`.
    """
    if not 0 <= share <= 1:
        raise ValueError("A share lies between 0 and 1")
    start, until = _moment(start), _moment(until)
    if share == 0:
        return start
    total = work_time_between(start, until)
    if share == 1 or not total:
        return until
    return _add_work_time(start, total * float(share))


def workdays_between(a: date, b: date) -> int:
    """Working days after the day of `a`, up to and with the day of `b`; negative when b is first.

    So "还有 3 个工作日，今天不算" is `workdays_between(today, due)`, and minus one is one day late.
    """
    a, b = _day(a), _day(b)
    if b < a:
        return -workdays_between(b, a)
    return sum(is_workday(a + _DAY * n) for n in range(1, (b - a).days + 1))


def next_workday(day: date) -> date:
    """The first working day after this day."""
    day = _day(day) + _DAY
    while not is_workday(day):
        day += _DAY
    return day


def last_open(moment: datetime) -> datetime:
    """This moment when the office is open then, else the closing before it."""
    moment = _moment(moment)
    day = moment.date()
    if is_workday(day) and moment >= _opening(day):
        return min(moment, _closing(day))
    day -= _DAY
    while not is_workday(day):
        day -= _DAY
    return _closing(day)


def next_opening(moment: datetime) -> datetime:
    """When the office opens next after this moment."""
    moment = _moment(moment)
    day = moment.date()
    is_before = is_workday(day) and moment < _opening(day)
    return _opening(day if is_before else next_workday(day))


def strip(start: date, due: date, today: date) -> list[DayCell]:
    """The row of days from `start` to a day after `due`, or to `today` when that is later.

    Long rows keep their end: at most 60 days, because the deadline is what people look for.
    """
    start, due, today = _day(start), _day(due), _day(today)
    last = max(due + _DAY, today)
    first = max(min(start, due), last - _DAY * (STRIP_LIMIT - 1))
    return [
        DayCell(
            date=day,
            weekday=WEEKDAYS[day.weekday()],
            kind=day_kind(day),
            name=day_name(day),
            is_start=day == start,
            is_today=day == today,
            is_due=day == due,
            passed=day < today,
        )
        for day in (first + _DAY * n for n in range((last - first).days + 1))
    ]


def _add_work_time(start: datetime, left: timedelta) -> datetime:
    day = start.date()
    if not left:
        return start
    while True:
        if is_workday(day):
            begins = max(start, _opening(day))
            room = _closing(day) - begins
            if left <= room:
                return begins + left
            left -= max(room, timedelta())
        day += _DAY


def _opening(day: date) -> datetime:
    return datetime.combine(day, OPENS, SHANGHAI)


def _closing(day: date) -> datetime:
    return datetime.combine(day, CLOSES, SHANGHAI)


def _moment(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone")
    return moment.astimezone(SHANGHAI)


def _day(day: date) -> date:
    return _moment(day).date() if isinstance(day, datetime) else day
