"""Pinyin initials of names, so that 刘桂芳 is found by "lgf".

`initials.txt` holds one letter for each sign from U+4E00 to U+9FFF, as pypinyin reads it by
itself; a test compares them. The library itself would cost every web process 55 MB.
"""

from functools import cache, lru_cache
from pathlib import Path

FIRST_SIGN = 0x4E00


@cache
def _letters():
    """The letters of all signs in their order, "-" where none is known."""
    text = (Path(__file__).parent / "initials.txt").read_text(encoding="ascii")
    return "".join(text.split())


@lru_cache(maxsize=20_000)
def initials_of(name: str) -> str:
    """ "lgf" for 刘桂芳. A family name is read as a family name (单 is shan, 曾 is zeng)."""
    letters = [FAMILY.get(name[:1]) or _letter(name[:1])] if name else []
    return "".join(letters + [_letter(sign) for sign in name[1:]])[:40]


def _letter(sign):
    """One sign's letter; of a Latin letter or a digit, itself."""
    at = ord(sign) - FIRST_SIGN
    letters = _letters()
    if 0 <= at < len(letters):
        return letters[at].replace("-", "")
    return sign.lower() if sign.isascii() and sign.isalnum() else ""


# Family names that are read otherwise than the sign by itself.
FAMILY = {
    "单": "s",
    "曾": "z",
    "解": "x",
    "仇": "q",
    "区": "o",
    "朴": "p",
    "查": "z",
    "盖": "g",
    "任": "r",
    "华": "h",
    "尉": "y",
    "翟": "z",
    "乐": "y",
    "缪": "m",
    "覃": "q",
    "种": "c",
}
