"""Yuan and fen: as people read them, and in the capital signs that a receipt carries."""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def yuan(fen):
    """50000 fen as "500 元", 4950 as "49.50 元"; nothing for None."""
    if fen is None:
        return ""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}{f'.{rest:02d}' if rest else ''} 元"


def capital(fen):
    """An amount in fen as it stands on receipts: 120000 → 壹仟贰佰元整, 105 → 壹元零伍分.

    支付结算办法 (1997) 附一: a gap between digits is one 零, whole yuan and whole jiao end in 整.
    """
    if fen < 0:
        raise ValueError("an amount is never negative")
    whole, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    text = f"{_whole(whole)}元" if whole else ""
    if not rest:
        return f"{text or '零元'}整"
    if jiao:
        # 支付结算办法: after a zero in the place of the yuan 零 may be written or left out.
        text += f"{DIGITS[jiao]}角"
    elif whole:
        text += "零"
    return f"{text}{DIGITS[cent]}分" if cent else f"{text}整"


def _whole(number):
    """Whole yuan, in groups of four digits."""
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    if len(groups) > len(GROUPS):
        raise ValueError("nobody gives that much")
    text, gap = "", False
    for at in range(len(groups) - 1, -1, -1):
        group = groups[at]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text, gap = f"{text}{_group(group)}{GROUPS[at]}", False
    return text


def _group(group):
    """Four digits: 1005 → 壹仟零伍."""
    text, gap = "", False
    for at in (3, 2, 1, 0):
        digit = group // 10**at % 10
        if not digit:
            gap = bool(text)
        else:
            text += f"{'零' if gap else ''}{DIGITS[digit]}{PLACES[at]}"
            gap = False
    return text
