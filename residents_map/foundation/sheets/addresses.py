"""Addresses as people write them: 7栋2单元1203, 7-2-1203, 七栋二单元1203室, 7#2-1203, 1203."""

import re
import unicodedata
from functools import lru_cache

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = re.compile(
    r"[零〇○一二两三四五六七八九十百千]+(?=\s*(?:栋|幢|号|楼|座|单元|门|室|房|层|-|$|#))"
)
_BUILDING = re.compile(r"(\d{1,4})\s*(?:号楼|#楼|栋|幢|座|#|号栋|楼(?!层))")
_ENTRANCE = re.compile(r"(\d{1,2})\s*(?:单元|门洞|梯|单|门)")
_FLOOR = re.compile(r"\d{1,3}\s*(?:层|楼)")
_NUMBER = re.compile(r"[A-Za-z]?\d+[A-Za-z]?")


@lru_cache(maxsize=100_000)
def parse(text):
    """(building, entrance or None, room) of a whole address, or None when it is not one."""
    text = _plain(text)
    building = entrance = None
    if found := _BUILDING.search(text):
        building = int(found[1])
        text = text[found.end() :]
    if building is not None and (found := _ENTRANCE.search(text)):
        entrance = int(found[1])
        text = text[found.end() :]
    if building is not None:
        text = _FLOOR.sub(" ", text)
    numbers = _NUMBER.findall(text)
    if not numbers:
        return None
    room = numbers.pop()
    is_staircase = numbers and numbers[-1].isdigit() and int(numbers[-1]) < 100
    if entrance is None and is_staircase and (building is not None or len(numbers) > 1):
        entrance = int(numbers.pop())
    if building is None:
        if not numbers or not numbers[-1].isdigit():
            return None
        building = int(numbers.pop())
    return (building, entrance, room_of(room)) if building < 30_000 else None


def house_of(text):
    """The number of the house in an address that ends before the door: 7栋, 七号楼, 7栋2单元;
    None when it is none."""
    text = _plain(text).strip(" -")
    found = _BUILDING.match(text)
    rest = text[found.end() :].strip(" -") if found else "?"
    is_one = not rest or _ENTRANCE.fullmatch(rest)
    return int(found[1]) if is_one and int(found[1]) < 30_000 else None


@lru_cache(maxsize=20_000)
def number_of(text):
    """The number in a cell of its own: 7, 7栋, 七号楼, 第2单元, 12#; None when there is none."""
    found = re.findall(r"\d+", _plain(str(text) + "-"))
    return int(found[0]) if len(found) == 1 and int(found[0]) < 30_000 else None


@lru_cache(maxsize=20_000)
def room_of(text):
    """A room's number as homes have it: 1203, 1203A; without 室 and zeros in front."""
    found = _NUMBER.findall(_plain(str(text) + "室"))
    return found[-1].upper().lstrip("0") if found else ""


def _plain(text):
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[—–−‐_~·.。,、/\\]", "-", text)
    return _CHINESE.sub(lambda found: str(_chinese(found[0])), text)


def _chinese(text):
    """十二 is 12, 一千二百零三 is 1203, 一二零三 is 1203."""
    if not any(c in _UNITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, None
    for c in text:
        if c in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[c]
            digit = None
        else:
            digit = _DIGITS[c]
    return total + (digit or 0)
