"""Phone numbers as people type them, made into digits that can be compared."""

import re
import unicodedata

from django.core.exceptions import ValidationError

_MOBILE = re.compile(r"1[3-9]\d{9}")
# Two-digit area codes: Beijing 010 and the 02x cities; all others have three digits.
_LANDLINE = re.compile(r"0(?:10|2\d)[2-9]\d{7}|0[3-9]\d{2}[2-9]\d{6,7}")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_BETWEEN = re.compile(r"[\s\-‐-―−_.·()/]+")
_LABEL = re.compile(
    r"^(手机号码|手机号|手机|联系电话|电话号码|电话|座机|tel|phone):*", re.IGNORECASE
)
_EXTENSION = re.compile(r"(?<=\d)(转|分机|ext\.?|#|,)\d*$", re.IGNORECASE)


def normalise(text: str) -> str:
    """A Chinese mobile number (11 digits) or landline with area code, digits only.

    Takes what people type: full-width digits, spaces, dashes, brackets, +86, 0086. Refuses
    everything else with a sentence that says what to type instead.
    """
    number = unicodedata.normalize("NFKC", text or "")
    # Invisible marks come along when a number is copied out of a chat.
    number = "".join(c for c in number if unicodedata.category(c) != "Cf")
    number = _LABEL.sub("", number.strip())
    number = _BETWEEN.sub("", number)
    if not number:
        raise ValidationError("请填写电话号码。", code="empty")
    if _EXTENSION.search(number):
        raise ValidationError("请只填总机号码，分机号写在说明里。", code="extension")
    if re.search(r"[^0-9+]", number):
        raise ValidationError("电话号码里只能有数字，请再看一下。", code="not_digits")
    number = _without_country(number)
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return number
    if number.startswith("1"):
        if len(number) != 11:
            raise ValidationError(
                f"手机号码是11位，您填了{len(number)}位，请再看一下。", code="wrong_length"
            )
        raise ValidationError("没有这样的手机号码，请再看一下。", code="no_such_mobile")
    if _LOCAL.fullmatch(number):
        raise ValidationError("座机请加上区号，例如 028-87654321。", code="no_area_code")
    raise ValidationError("请填11位手机号码，或带区号的座机号码。", code="unknown")


def mask(number: str) -> str:
    """`138****6021`, `028****4321`: enough to recognise, not enough to call."""
    if len(number) < 8:
        return "*" * len(number)
    area = 4 if number.startswith("0") and len(number) == 12 else 3
    return f"{number[:area]}****{number[-4:]}"


def last_four(number: str) -> str:
    """The last four digits, which a resident gives together with the tracking code."""
    return number[-4:]


def is_mobile(number: str) -> bool:
    """Whether a normalised number can get a text message."""
    return bool(_MOBILE.fullmatch(number))


def _without_country(number: str) -> str:
    for prefix in ("+86", "0086", "86"):
        rest = number.removeprefix(prefix)
        # 86 can also begin a local number, so a whole number must follow it.
        if rest != number and len(rest) >= 9:
            # Behind +86 the area code has lost its 0.
            if _LANDLINE.fullmatch("0" + rest):
                return "0" + rest
            number = rest
            break
    # 0138… is how mobile numbers of another city were once dialled.
    if number.startswith("0") and _MOBILE.fullmatch(number[1:]):
        return number[1:]
    return number
