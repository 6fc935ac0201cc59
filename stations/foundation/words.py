"""Chinese search words: what Postgres cannot cut by itself.

A dictionary cuts the same characters differently in different company, and does not know every
word of a street. So the index holds, besides the dictionary's words, every single character and
every pair of neighbours; a query asks for its dictionary words, the longer ones as their pairs.
Therefore **every stretch of a text finds the text**, known word or not.

Only ASCII letters and digits and Han (and other) letters are words; everything else separates.
So nothing that people type can be an operator of the search language.
"""

import re
import threading
import unicodedata
from functools import cache

# Words of the street that a general dictionary cuts into pieces.
# fmt: off
STREET_WORDS = (
    "四方议事", "居民代表", "业委会", "物业公司", "党群服务站", "网格员", "单元门", "充电桩",
    "充电棚", "电动车", "飞线", "飞线充电", "井盖", "外墙砖", "墙砖", "门禁", "道闸", "楼道灯",
    "化粪池", "二次供水", "维修资金", "公共收益", "消防通道", "停车位", "车位", "下水道",
    "雨水管", "污水管", "加装电梯", "垃圾分类", "群租房", "高空抛物", "广场舞", "回头看",
    "接诉即办", "微心愿",
)
# fmt: on

MAX_TEXT = 20_000
MAX_QUERY_WORDS = 16
MAX_WORD = 40

_HAN_LETTERS = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN = re.compile(f"[{_HAN_LETTERS}]")
_WORD = re.compile(rf"[0-9]+|[a-z]+|[{_HAN_LETTERS}]+|[^\W\d_a-z{_HAN_LETTERS}]+")
_warming = threading.Lock()


def cut(text: str) -> list[str]:
    """The words of a text in order, as the dictionary sees them, lower case, longer ones also in
    their parts. Numbers and Latin words are kept, punctuation is not."""
    words = []
    for stretch in _stretches(text):
        if _is_han(stretch):
            words += _dictionary().cut_for_search(stretch)
        else:
            words.append(stretch[:MAX_WORD])
    return words


def tsvector_text(text: str) -> str:
    """The index words of a text, each once, for `to_tsvector('simple', …)`."""
    words = dict.fromkeys(cut(text))
    for stretch in _stretches(text):
        if _is_han(stretch):
            words.update(dict.fromkeys(stretch))
            words.update(dict.fromkeys(_pairs(stretch)))
    return " ".join(words)


def query_words(text: str) -> list[str]:
    """The words somebody looks for, each once, at most sixteen."""
    words: dict[str, None] = {}
    for stretch in _stretches(text[:500]):
        if _is_han(stretch):
            for word in _dictionary().cut(stretch):
                words.update(dict.fromkeys([word] if len(word) < 3 else _pairs(word)))
        else:
            words[stretch[:MAX_WORD]] = None
    return list(words)[:MAX_QUERY_WORDS]


def tsquery(text: str) -> str:
    """A query for `to_tsquery('simple', …)`: all words, a last number or Latin word also as a
    beginning (Chinese needs none: what begins a longer word is in the index by itself).

    Empty when there is nothing to look for; then do not ask the database.
    """
    words = query_words(text)
    if words and not _is_han(words[-1]):
        words[-1] += ":*"
    return " & ".join(words)


def _stretches(text: str) -> list[str]:
    # NFKC makes full-width letters plain; it can also make one sign into several.
    folded = unicodedata.normalize("NFKC", (text or "")[:MAX_TEXT]).lower()
    # Signs go first, and lone surrogates with them: the dictionary does not take those.
    return _WORD.findall("".join(c if c.isalnum() else " " for c in folded))


def _is_han(stretch: str) -> bool:
    return bool(_HAN.match(stretch))


def _pairs(stretch: str) -> list[str]:
    return [stretch[at : at + 2] for at in range(len(stretch) - 1)]


@cache
def _loaded():
    # Imported late: the dictionary takes 0.15 s and 35 MB, which only searching should pay.
    import rjieba

    # The module's own dictionary; a second one would take another 25 MB.
    dictionary = rjieba.cut.__self__
    for word in STREET_WORDS:
        dictionary.add_word(word, None, None)
    return dictionary


def _dictionary():
    with _warming:
        return _loaded()
