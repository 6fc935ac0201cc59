"""Pinyin initials of names, so that 刘桂芳 is found by "lgf"."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=200_000)
def initials_of(name: str) -> str:
    """ "lgf" for 刘桂芳. A family name is read as a family name (单 is shan, 曾 is zeng)."""
    if not name:
        return ""
    family = FAMILY.get(name[0])
    rest = name[1:] if family else name
    letters = [family or ""] + lazy_pinyin(rest, style=Style.FIRST_LETTER, errors="default")
    return "".join(letter[:1].lower() for letter in letters if letter)[:40]


# Family names that are read otherwise than the character by itself.
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
