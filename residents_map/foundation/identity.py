"""Identity-card numbers of the People's Republic (GB 11643-1999): 17 digits and a check sign."""

import unicodedata
from datetime import date

from django.core.exceptions import ValidationError

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "10X98765432"


def normalise(text: str) -> str:
    """18 signs without spaces, x as X. Refuses what cannot be a number, saying why."""
    number = unicodedata.normalize("NFKC", str(text or ""))
    number = "".join(c for c in number if unicodedata.category(c)[0] not in "CZ")
    number = number.replace("-", "").upper().lstrip("'")
    if not number:
        raise ValidationError("请填写身份证号。", code="empty")
    if len(number) == 15 and number.isdigit():
        raise ValidationError("这是15位的旧号码，请换成18位的新号码。", code="old")
    if len(number) != 18:
        raise ValidationError(f"身份证号是18位，这里有{len(number)}位。", code="length")
    if not (
        number[:17].isascii()
        and number[:17].isdigit()
        and (number[17].isdigit() or number[17] == "X")
    ):
        raise ValidationError("身份证号只有数字，最后一位可以是X。", code="signs")
    try:
        born_on(number)
    except ValueError:
        raise ValidationError("身份证号里的出生日期不对，请再看一下。", code="birth") from None
    if check_sign(number) != number[17]:
        raise ValidationError("身份证号最后一位对不上，请再看一下。", code="check")
    return number


def check_sign(number: str) -> str:
    """The eighteenth sign that belongs to the first seventeen digits."""
    return _SIGNS[sum(int(d) * w for d, w in zip(number[:17], _WEIGHTS, strict=True)) % 11]


def born_on(number: str) -> date:
    """The birth date an 18-digit number tells."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex_of(number: str) -> str:
    """ "m" or "f": the seventeenth digit is odd for men."""
    return "m" if int(number[16]) % 2 else "f"
