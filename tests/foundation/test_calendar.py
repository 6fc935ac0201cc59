"""The clock behind every promise, over weeks with 调休, weekends, nights and early mornings."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.foundation import calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("2025-09-27", "off", ""),
        ("2025-09-28", "shifted", "国庆节调休"),
        ("2025-09-30", "work", ""),
        ("2025-10-01", "holiday", "国庆节"),
        ("2025-10-06", "holiday", "中秋节"),
        ("2025-10-08", "holiday", "国庆节"),
        ("2025-10-09", "work", ""),
        ("2025-10-11", "shifted", "国庆节调休"),
        ("2025-10-12", "off", ""),
        ("2026-01-04", "shifted", "元旦调休"),
        ("2026-02-14", "shifted", "春节调休"),
        ("2026-02-15", "holiday", "春节"),
        ("2026-02-23", "holiday", "春节"),
        ("2026-02-24", "work", ""),
        ("2026-02-28", "shifted", "春节调休"),
        ("2026-06-19", "holiday", "端午节"),
        ("2026-09-20", "shifted", "国庆节调休"),
        ("2026-09-25", "holiday", "中秋节"),
        ("2026-09-28", "work", ""),
        ("2026-10-07", "holiday", "国庆节"),
        ("2026-10-10", "shifted", "国庆节调休"),
    ],
)
def test_every_day_is_of_one_kind(text, kind, name):
    assert calendar.day_kind(day(text)) == kind
    assert calendar.day_name(day(text)) == name
    assert calendar.is_workday(day(text)) is (kind in ("work", "shifted"))


@pytest.mark.parametrize(("year", "workdays"), [(2024, 251), (2025, 248), (2026, 248)])
def test_the_data_agrees_with_itself(year, workdays):
    holidays = calendar._holidays()
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    days = [d for d in days if d.year == year]
    assert sum(map(calendar.is_workday, days)) == workdays
    for d in days:
        assert not (d in holidays.off and d in holidays.work)
        assert (d in holidays.names) is (d in holidays.off or d in holidays.work)
        assert d not in holidays.work or d.weekday() >= 5, f"{d} is a work day anyway"


def test_the_end_of_the_data_is_known_in_time():
    assert calendar.data_until() == date(2026, 12, 31)
    assert not calendar.runs_out_within(60, day("2026-11-01") - timedelta(days=1))
    assert calendar.runs_out_within(60, day("2026-11-01"))
    assert calendar.runs_out_within(60, day("2027-03-01"))


def test_after_the_data_only_monday_to_friday_is_known():
    assert calendar.is_workday(day("2027-10-01"))
    assert not calendar.is_workday(day("2027-10-02"))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # an ordinary week: the first day does not count
        ("2026-06-08 10:00", 1, "2026-06-09 17:30"),
        ("2026-06-08 08:00", 1, "2026-06-09 17:30"),
        ("2026-06-08 23:59", 1, "2026-06-09 17:30"),
        ("2026-06-12 09:00", 1, "2026-06-15 17:30"),
        # starts on a weekend
        ("2026-06-13 09:00", 1, "2026-06-15 17:30"),
        ("2026-06-14 23:59", 2, "2026-06-16 17:30"),
        # 端午: Friday 19 June is off
        ("2026-06-15 09:00", 3, "2026-06-18 17:30"),
        ("2026-06-15 09:00", 4, "2026-06-22 17:30"),
        # 国庆 2025: Sunday 28 September and Saturday 11 October are worked
        ("2025-09-26 16:00", 1, "2025-09-28 17:30"),
        ("2025-09-26 16:00", 3, "2025-09-30 17:30"),
        ("2025-09-26 16:00", 4, "2025-10-09 17:30"),
        ("2025-09-30 17:31", 3, "2025-10-11 17:30"),
        ("2025-10-03 12:00", 4, "2025-10-13 17:30"),
        # 春节 2026: nine days off, Saturdays 14 and 28 February are worked
        ("2026-02-13 10:00", 1, "2026-02-14 17:30"),
        ("2026-02-13 10:00", 2, "2026-02-24 17:30"),
        ("2026-02-14 10:00", 5, "2026-02-28 17:30"),
        ("2026-02-27 10:00", 2, "2026-03-02 17:30"),
        # 中秋 and 国庆 2026
        ("2026-09-18 10:00", 1, "2026-09-20 17:30"),
        ("2026-09-24 10:00", 4, "2026-10-08 17:30"),
        ("2026-10-08 10:00", 2, "2026-10-10 17:30"),
        ("2026-10-08 10:00", 3, "2026-10-12 17:30"),
        # parts of a day, and today
        ("2026-06-08 10:00", Decimal("0.5"), "2026-06-09 13:00"),
        ("2026-06-08 10:00", Decimal("1.5"), "2026-06-10 13:00"),
        ("2026-06-12 20:00", Decimal("0.5"), "2026-06-15 13:00"),
        ("2026-06-08 10:00", 0, "2026-06-08 17:30"),
        ("2026-06-08 17:30", 0, "2026-06-09 17:30"),
        ("2026-06-13 10:00", 0, "2026-06-15 17:30"),
        # over the end of the data
        ("2026-12-30 10:00", 2, "2027-01-01 17:30"),
    ],
)
def test_a_promise_in_work_days_falls_due(start, days, due):
    assert calendar.add_workdays(at(start), days) == at(due)


@pytest.mark.parametrize(
    ("start", "until", "share", "moment"),
    [
        ("2026-06-08 08:30", "2026-06-08 17:30", 0.5, "2026-06-08 13:00"),
        ("2026-06-08 08:30", "2026-06-09 17:30", 0.5, "2026-06-08 17:30"),
        ("2026-06-08 08:30", "2026-06-12 17:30", 0.8, "2026-06-11 17:30"),
        # a weekend in between takes no time: 9 of 18 hours are over on Friday evening
        ("2026-06-12 08:30", "2026-06-15 17:30", 0.5, "2026-06-12 17:30"),
        ("2026-06-12 08:30", "2026-06-15 17:30", 0.8, "2026-06-15 13:54"),
        # nor does 国庆: 28 and 29 September, 9 October
        ("2025-09-28 08:30", "2025-10-09 17:30", 0.5, "2025-09-29 17:30"),
        ("2025-09-28 08:30", "2025-10-09 17:30", 0.8, "2025-10-09 10:18"),
        # begun at night
        ("2026-06-07 22:00", "2026-06-08 17:30", 0.5, "2026-06-08 13:00"),
        ("2026-06-08 10:00", "2026-06-10 17:30", 0, "2026-06-08 10:00"),
        ("2026-06-08 10:00", "2026-06-13 12:00", 1, "2026-06-13 12:00"),
        # no working time at all
        ("2026-06-13 10:00", "2026-06-14 10:00", 0.5, "2026-06-14 10:00"),
    ],
)
def test_a_share_of_the_working_time_has_passed(start, until, share, moment):
    assert calendar.share_point(at(start), at(until), share) == at(moment)


def test_moments_of_other_time_zones_are_the_same_moments():
    night_in_london = datetime(2026, 6, 8, 0, 30, tzinfo=UTC)  # 8:30 in Shanghai
    noon = calendar.share_point(night_in_london, at("2026-06-08 17:30"), 0.5)
    assert noon == at("2026-06-08 13:00")
    late_in_london = datetime(2026, 6, 8, 17, 0, tzinfo=UTC)  # already the 9th in Shanghai
    assert calendar.add_workdays(late_in_london, 1) == at("2026-06-10 17:30")
    assert calendar.workdays_between(late_in_london, day("2026-06-10")) == 1


@pytest.mark.parametrize(
    ("a", "b", "days"),
    [
        ("2026-06-15", "2026-06-18", 3),
        ("2026-06-15", "2026-06-15", 0),
        ("2026-06-12", "2026-06-14", 0),
        ("2026-06-18", "2026-06-22", 1),
        ("2026-06-18", "2026-06-15", -3),
        ("2025-09-26", "2025-10-11", 6),
    ],
)
def test_work_days_between_two_days(a, b, days):
    assert calendar.workdays_between(day(a), day(b)) == days


moments = st.integers(0, 1_050 * 24 * 60).map(
    lambda minutes: at("2024-01-01 00:00") + timedelta(minutes=minutes)
)


@given(moments, st.integers(1, 40))
def test_days_counted_back_are_the_days_promised(start, days):
    due = calendar.add_workdays(start, days)
    assert calendar.workdays_between(start, due) == days
    assert due > start
    assert calendar.is_workday(due)


@given(moments, st.integers(1, 20), st.floats(0.01, 0.99))
def test_a_share_point_splits_the_working_time(start, days, share):
    until = calendar.add_workdays(start, days)
    moment = calendar.share_point(start, until, share)
    passed = calendar.work_time_between(start, moment)
    whole = calendar.work_time_between(start, until)
    assert start <= moment <= until
    assert abs(passed - whole * share) < timedelta(milliseconds=1)


def test_the_row_of_days():
    cells = calendar.strip(at("2026-06-11 10:00"), at("2026-06-18 17:30"), day("2026-06-15"))
    assert [cell.date.day for cell in cells] == list(range(11, 20))
    assert "".join(cell.weekday for cell in cells) == "四五六日一二三四五"
    assert [c.kind for c in cells] == ["work"] * 2 + ["off"] * 2 + ["work"] * 4 + ["holiday"]
    assert [c.date.day for c in cells if c.passed] == [11, 12, 13, 14]
    assert [c.date.day for c in cells if c.is_today] == [15]
    assert [c.date.day for c in cells if c.is_due] == [18]
    assert [c.date.day for c in cells if c.is_start] == [11]
    assert cells[-1].name == "端午节"


def test_the_row_of_an_overdue_promise_reaches_today_and_stays_short():
    cells = calendar.strip(day("2026-01-05"), day("2026-01-08"), day("2026-06-15"))
    assert len(cells) == calendar.STRIP_LIMIT
    assert cells[-1].is_today


@pytest.mark.parametrize(
    "act",
    [
        lambda: calendar.add_workdays(at("2026-06-08 10:00"), -1),
        lambda: calendar.share_point(at("2026-06-08 10:00"), at("2026-06-09 10:00"), 1.1),
        lambda: calendar.add_workdays(datetime.fromisoformat("2026-06-08 10:00"), 1),
    ],
)
def test_what_makes_no_sense_is_refused(act):
    with pytest.raises(ValueError, match=r"."):
        act()
