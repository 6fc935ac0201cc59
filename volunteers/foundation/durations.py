"""Minutes in words of people."""

HOUR = 60
_DIGITS = "零一二三四五六七八九"
_PLACES = ((1000, "千"), (100, "百"), (10, "十"))


def duration(minutes):
    """ "2小时30分", "45分钟", "-1小时" of a reversal."""
    sign = "-" if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), HOUR)
    if not hours:
        return f"{sign}{rest}分钟"
    return f"{sign}{hours}小时{rest}分" if rest else f"{sign}{hours}小时"


def in_words(minutes):
    """ "十二小时三十分": hours spelt out, so that no digit can be put before or behind them."""
    hours, rest = divmod(minutes, HOUR)
    words = f"{number_in_words(hours)}小时" if hours or not rest else ""
    return words + (f"{number_in_words(rest)}分" if rest else "")


def number_in_words(number):
    """A number below a hundred million as it is read: 1005 is 一千零五, 10 is 十."""
    words = _read(number)
    return words[1:] if words.startswith("一十") else words


def _read(number):
    """The same, with every digit before its place."""
    if number >= 10_000:
        above, rest = divmod(number, 10_000)
        gap = "零" if 0 < rest < 1000 else ""
        return f"{_read(above)}万{gap}{_read(rest) if rest else ''}"
    words, rest, is_gap = "", number, False
    for place, sign in (*_PLACES, (1, "")):
        digit, rest = divmod(rest, place)
        if digit:
            words += ("零" if is_gap else "") + _DIGITS[digit] + sign
        is_gap = bool(words) and not digit
    return words or _DIGITS[0]
