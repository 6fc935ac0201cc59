"""Values of a ledger as they are shown: enough to recognise, never enough to use."""

import re

from residents_map.foundation.sheets.cells import said, text_of
from residents_map.models import Person
from stations.foundation.phones import mask as mask_phone

HIDDEN = "不直接显示"
PLACES_AND_DAYS = ("address", "building", "entrance", "room", "birth_on")
_DIGITS = re.compile(r"[0-9０-９][0-9０-９Xx\s-]{5,}[0-9０-９Xx]")


class Named:
    """A name that is masked the way a person's is."""

    __slots__ = ("name",)
    masked_name = Person.masked_name

    def __init__(self, name):
        self.name = name


def masked_name(name):
    """刘*芳"""
    return Named(name).masked_name


def masked_number(text):
    """430****1234: the first three and the last four signs."""
    return f"{text[:3]}****{text[-4:]}" if len(text) > 7 else "*" * len(text)


def masked_cell(field, cell):
    """A cell of the uploaded file, by what its column holds."""
    text = text_of(cell)
    if field in ("name", "head_name"):
        return masked_name(text) if len(text) <= 8 else f"{text[:1]}***"
    if field in ("identity_number", "phone"):
        return masked_number(text)
    if field in ("political", "health") and said(cell):
        return HIDDEN
    fewest = 9 if field in PLACES_AND_DAYS else 7

    def mask(found):
        digits = sum(sign.isdigit() for sign in found[0])
        return masked_number(found[0]) if digits >= fewest else found[0]

    return _DIGITS.sub(mask, text)


def masked_value(field, value):
    """A value of a person as the preview shows it."""
    if value in ("", None):
        return "（空）"
    if field == "phone":
        return mask_phone(value)
    if field == "identity_number":
        return masked_number(value)
    if field == "name":
        return masked_name(value)
    if field in ("political", "health"):
        return HIDDEN
    return str(value)
