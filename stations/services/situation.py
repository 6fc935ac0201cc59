"""The situation in one sentence: what a dashboard says before any figure.

From figures to words, no queries. A clause is a list of pieces; a piece may be a link.
"""

from dataclasses import dataclass

from stations.foundation.counts import LEAST_CHANGE

LEAST_WEEKS = 3  # as many weeks in a row are a trend


@dataclass(frozen=True)
class Piece:
    """Some words of the sentence; `url` leads to their cases, `hot` burns."""

    text: str
    url: str = ""
    hot: bool = False


def situation(picture):
    """The sentence as clauses; line breaks fall between them."""
    return [*_flow(picture.here), *_trend(picture.here.rates, picture.period), *_late(picture)]


def _flow(here):
    received, finished = here.received.number, here.finished.number
    if not received:
        return [[Piece("这段时间没有收到诉求。")]]
    first = [Piece("收到 "), _linked(here.received), Piece(" 件，")]
    if not finished:
        return [first, [Piece("还没有办结的。")]]
    if finished == received:
        return [first, [Piece("已经办结。" if received == 1 else "全部办结。")]]
    return [first, [Piece("办结 "), _linked(here.finished), Piece(" 件。")]]


def _trend(rates, period):
    known = [rate for rate in rates if rate.change is not None]
    if not known:
        return []
    best, worst = max(known, key=_change), min(known, key=_change)
    words = []
    if best.change >= LEAST_CHANGE:
        words.append(Piece(_moved(best, "升")))
    if worst.change <= -LEAST_CHANGE:
        words.append(Piece(_moved(worst, "降"), worst.above.url))
    if not words:
        return [[Piece(f"各率和{period.before_label}差不多；")]]
    return [[piece, Piece("，" if piece is not words[-1] else "；")] for piece in words]


def _change(rate):
    return rate.change


def _moved(rate, word):
    """解决率升 2.1 点, or 满意率连降 8 周 when the weeks say so."""
    weeks = _in_a_row(rate.trend, -1 if word == "降" else 1)
    if weeks >= LEAST_WEEKS:
        return f"{rate.rate.label}连{word} {weeks} 周"
    return f"{rate.rate.label}{word} {abs(rate.change):.1f} 点"


def _in_a_row(values, sign):
    """How many weeks up to the last one moved this way without a break."""
    weeks = 0
    for earlier, later in zip(reversed(values[:-1]), reversed(values[1:]), strict=True):
        if earlier is None or later is None or (later - earlier) * sign <= 0:
            break
        weeks += 1
    return weeks


def _late(picture):
    whole = picture.here.overdue
    if not whole.number:
        return [[Piece("眼下没有超期的。")]]
    first = [Piece("眼下超期 "), _linked(whole, hot=True), Piece(" 件")]
    if len(picture.children) < 2:
        return [[*first, Piece("。")]]
    places = picture.burning
    if not places:
        scattered = sum(1 for place in picture.children if place.overdue.number)
        return [[*first, Piece("，")], [Piece(f"分散在 {scattered} 个{picture.below}。")]]
    held = sum(place.overdue.number for place in places)
    share = "都" if held == whole.number else "一半多" if held * 2 > whole.number else "一半"
    named = []
    for place in places:
        named += [Piece("、"), Piece(place.name, place.overdue.url, hot=True)]
    return [[*first, Piece("，")], [Piece(f"{share}在"), *named[1:], Piece("。")]]


def _linked(count, hot=False):
    return Piece(f"{count.number:,}", count.url, hot)


def level_words(shares):
    """What the level at which things were solved says: 约七成在小区里解决，不出小区。"""
    if shares is None or not shares.whole or not shares.bars:
        return ""
    label = next(iter(shares.indicator.splits.values()))
    nearest = next((bar for bar in shares.bars if bar.label == label), None)
    tenths = round(nearest.count.number / shares.whole * 10) if nearest else 0
    if nearest and nearest.count.number == shares.whole:
        return f"都在{label}里解决，没有出{label}。"
    if not tenths:
        return f"几乎都出了{label}才解决。"
    if tenths == 10:
        return f"几乎都在{label}里解决，不出{label}。"
    share = "约一半" if tenths == 5 else f"约{'零一二三四五六七八九'[tenths]}成"
    return f"{share}在{label}里解决，不出{label}。"
