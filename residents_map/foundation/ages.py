"""Ages in completed years, as the law counts them: from the birthday on."""

from datetime import date


def age_on(born: date, day: date) -> int:
    """Completed years on that day. Who was born on 29 February has a birthday on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def born_before(years: int, day: date) -> date:
    """The last birth date of those who have completed so many years on that day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February, and no such day in that year
        return day.replace(year=day.year - years, day=28)
