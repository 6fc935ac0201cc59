"""Small numbers and days in words, as they stand on doors and in the history of a home."""

from datetime import date

_DIGITS = "〇一二三四五六七八九"


def han(number: int) -> str:
    """二, 十二, 二十: the number of an entrance as it stands over the door; 100 and more as is."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"


def day_of(day: date, today: date) -> str:
    """11月4日, of another year 2025年11月4日."""
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{day.month}月{day.day}日"
