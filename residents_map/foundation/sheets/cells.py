"""What stands in one cell, made comparable: signs, blanks, numbers, dates, ticks."""

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

_EXCEL_EPOCH = date(1899, 12, 30)
_LAST_SERIAL = 80_000  # the year 2119
_NOTHING = {
    "",
    "-",
    "--",
    "—",
    "——",
    "/",
    "\\",
    ".",
    "无",
    "不详",
    "未知",
    "不清楚",
    "未提供",
    "没有",
    "空",
    "n/a",
    "na",
    "null",
    "none",
    "nan",
    "nil",
    "#n/a",
    "#ref!",
    "#value!",
    "#name?",
    "#div/0!",
    "暂无",
    "待补",
    "待查",
    "待核实",
    "同上",
    "拒绝提供",
}
_YES = {
    "是",
    "√",
    "✓",
    "✔",
    "☑",
    "■",
    "●",
    "1",
    "y",
    "yes",
    "true",
    "有",
    "对",
    "v",
    "t",
    "○",
    "〇",
}
_NO = {"否", "×", "✗", "x", "0", "n", "no", "false", "无", "不是", "□", "☐", "f"}
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{2}")
_DATE_PARTS = re.compile(r"(\d{4})\D{1,3}(\d{1,2})(?:\D{1,3}(\d{1,2}))?\D{0,3}")


class Unclear(ValueError):
    """A cell that says something, but not clearly enough to be written down. A sentence."""


def text_of(value):
    """The cell as one line of plain text: half-width, no invisible signs, no Excel tricks."""
    if isinstance(value, str):
        return _text(value) if len(value) < 60 else _text.__wrapped__(value)
    if isinstance(value, dict):
        return value["d"]
    return str(value)


@lru_cache(maxsize=50_000)
def _text(value):
    if value.isascii() and value.isalnum():
        return value
    text = unicodedata.normalize("NFKC", value)
    text = "".join(
        " " if unicodedata.category(c)[0] in "CZ" and unicodedata.category(c) != "Cf" else c
        for c in text
        if unicodedata.category(c) != "Cf"
    )
    text = " ".join(text.split())
    if text.startswith('="') and text.endswith('"'):  # how text files keep long numbers whole
        text = text[2:-1]
    return text.lstrip("'`").strip()


def said(value):
    """The text of a cell, or "" where people wrote that they do not know (不详, 无, —)."""
    text = text_of(value)
    return "" if text.lower() in _NOTHING else text


def is_tick(value):
    """True for √, 是, 1; False for ×, 否, 0; None for an empty cell. Anything else is a yes
    in its own words only when it is not longer than a mark: then it is unclear."""
    text = text_of(value).lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    return None if text in _NOTHING else text


def number_text(value, what):
    """The digits of a phone or ID number cell; refuses numbers Excel has already rounded."""
    if isinstance(value, float):
        raise Unclear(f"{what}被Excel存成了小数，请把这一格改成文本，重新填一次。")
    if isinstance(value, int):
        if value >= 10**15:
            raise Unclear(f"{what}被Excel存成了数字，后几位已经丢了，请改成文本重新填。")
        return str(value)
    text = said(value)
    if _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        raise Unclear(f"{what}变成了“4.3E+17”的样子，后几位已经丢了，请改成文本重新填。")
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def day_of(value, today):
    """(date, exact?) of a birth date however it is written; (None, True) for an empty cell.

    A year alone or a year and month give the first day and are told as not exact.
    """
    if isinstance(value, dict):
        return _sensible(date.fromisoformat(value["d"]), today), True
    if isinstance(value, float):
        if value < 3000 and f"{value}".endswith(".1"):
            raise Unclear("出生日期看不出是1月还是10月，请写成1940-10-07这样。")
        value = int(value) if value > 3000 else text_of(value)
    if isinstance(value, int):
        text = str(value)
        if len(text) <= 5 and 3000 < value < _LAST_SERIAL:
            return _sensible(_EXCEL_EPOCH + timedelta(days=value), today), True
    else:
        text = said(value)
    return _day(text, today) if text else (None, True)


@lru_cache(maxsize=20_000)
def _day(text, today):
    told = "出生日期看不懂，请写成1940-03-07这样。"
    plain = text.replace(" ", "")
    if any(word in plain for word in ("农历", "阴历", "左右", "约")):
        raise Unclear("出生日期要写公历的准确日子，例如1940-03-07。")
    digits = re.sub(r"[^0-9]", "", plain)
    try:
        if plain.isdigit():
            if len(digits) == 8:
                return _sensible(date(*_cut(digits, 4, 2, 2)), today), True
            if len(digits) == 6:
                return _sensible(date(*_cut(digits, 4, 2), 1), today), False
            if len(digits) == 4:
                return _sensible(date(int(digits), 1, 1), today), False
            if len(digits) == 5 and 3000 < int(digits) < _LAST_SERIAL:
                return _sensible(_EXCEL_EPOCH + timedelta(days=int(digits)), today), True
            raise Unclear(told)
        if found := _DATE_PARTS.match(plain):
            year, month, day = found.groups()
            return _sensible(date(int(year), int(month), int(day or 1)), today), bool(day)
        if found := re.fullmatch(r"(\d{4})年?(?:生|出生)?", plain):
            return _sensible(date(int(found[1]), 1, 1), today), False
    except ValueError as trouble:
        raise trouble if isinstance(trouble, Unclear) else Unclear(told) from None
    raise Unclear(told)


def _cut(digits, *lengths):
    at, parts = 0, []
    for length in lengths:
        parts.append(int(digits[at : at + length]))
        at += length
    return parts


def _sensible(day, today):
    if day > today:
        raise Unclear(f"出生日期{day:%Y-%m-%d}还没到，请再看一下。")
    if day.year < 1900:
        raise Unclear(f"出生日期{day.isoformat()}太早了，请再看一下。")
    return day
