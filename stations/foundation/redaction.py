"""Personal data in free text: found before a text is published, and taken out on request.

People write numbers in every way: full-width digits, spaces and dashes inside, Chinese numerals
digit by digit. So each text is read twice, as typed and with Chinese numerals as digits, in
strings of the same length, and what is found is marked in the original.

It errs on the side of finding: a person decides about each finding before publication. Names can
only be found when they are given.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Finding:
    """A place in a text that tells who somebody is: `text[start:end]`, and what it is."""

    kind: str
    start: int
    end: int
    text: str
    label: str


# kind: (what people call it, what is printed instead)
KINDS = {
    "name": ("姓名", "某居民"),
    "email": ("邮箱", "某邮箱"),
    "id_number": ("身份证号", "某证件号"),
    "bank_card": ("银行卡号", "某卡号"),
    "plate": ("车牌号", "某车牌"),
    "mobile": ("手机号", "某电话"),
    "landline": ("座机号", "某电话"),
    "wechat": ("微信号", "某微信"),
    "qq": ("QQ号", "某QQ号"),
    "door": ("门牌号", "某户"),
}


def find_personal(text: str, *, names: Iterable[str] = ()) -> list[Finding]:
    """Every phone, ID, plate, card, door number, e-mail, WeChat and QQ id, and the given names."""
    plain = "".join(map(_plain, text))
    digits = plain.translate(_NUMERALS)
    taken: list[tuple[str, int, int]] = []
    for kind, spans in (
        ("name", _names(plain, names)),
        *((kind, _matches(rule, reading)) for kind, rule in _RULES for reading in (plain, digits)),
    ):
        for start, end in spans:
            if not any(start < other_end and other < end for _, other, other_end in taken):
                taken.append((kind, start, end))
    return [
        Finding(kind, start, end, text[start:end], KINDS[kind][0])
        for kind, start, end in sorted(taken, key=lambda found: found[1])
    ]


def redact(text: str, *, names: Iterable[str] = ()) -> str:
    """The text with every finding replaced by a word: 某电话, 某车牌, 3栋2单元某户."""
    pieces, at = [], 0
    for found in find_personal(text, names=names):
        pieces += [text[at : found.start], KINDS[found.kind][1]]
        at = found.end
    return "".join(pieces) + text[at:]


def _plain(char: str) -> str:
    if unicodedata.category(char) == "Cf":
        return " "  # invisible marks between digits count as a space
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


_NUMERALS = str.maketrans(
    "〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "000123456789" + "1123456789"
)

_SEP = r"[\s\-‐-―−_.·]{0,2}"


def _is_id(found: re.Match) -> bool:
    number = re.sub(r"[^0-9Xx]", "", found[0])
    year = number[6:10] if len(number) == 18 else "19" + number[6:8]
    rest = number[10:14] if len(number) == 18 else number[8:12]
    try:
        born = date(int(year), int(rest[:2]), int(rest[2:]))
    except ValueError:
        return has_check_digit(number)
    return 1900 <= born.year <= 2100


def has_check_digit(number: str) -> bool:
    """Whether an 18-digit ID number ends in its check digit (GB 11643)."""
    if not re.fullmatch(r"\d{17}[\dXx]", number):
        return False
    weighted = sum(int(d) * (2 ** (17 - i) % 11) for i, d in enumerate(number[:17]))
    return "10X98765432"[weighted % 11] == number[17].upper()


def _is_card(found: re.Match) -> bool:
    number = re.sub(r"\D", "", found[0])
    total = 0
    for place, digit in enumerate(map(int, reversed(number))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0 and len(set(number)) > 1


def _is_plate(found: re.Match) -> bool:
    return sum(c.isdigit() for c in found["rest"]) >= 3


def _always(found: re.Match) -> bool:
    return True


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern
    holds: Callable[[re.Match], bool] = _always


def _rule(pattern: str, holds: Callable[[re.Match], bool] = _always) -> _Rule:
    return _Rule(re.compile(pattern, re.IGNORECASE | re.ASCII), holds)


# `\s` under re.ASCII misses the ideographic space, but _plain has made it a plain one.
_IS = r"[\s:是为]{0,3}"
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_HOUSE = r"(?:[\d十a-z]\s?(?:栋|幢|座|号楼|号院)|单元)\s?"
# A number that goes on like this counts or dates something and is nobody's door.
_NOT_COUNTED = (
    r"(?!\d|[-:.]\d|\s?(?:年|月|日|点|个|次|人|名|元|块|米|平|盏|条|台|辆|位|件|天|%|多|余"
    r"|楼|层|栋|幢|单元|号楼|户|家))"
)
_NOT_PEOPLE = r"(?![居业人家都共])"

# In the order of trust: what an earlier rule has taken, a later one cannot take again.
_RULES: list[tuple[str, _Rule]] = [
    ("email", _rule(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,10}")),
    (
        "wechat",
        _rule(
            r"(?:微信号?|薇信|v信|加v|wechat|weixin|(?<![a-z])[vw]x)[号id]{0,2}"
            rf"{_IS}(?P<it>[a-z][-\w]{{5,19}})"
        ),
    ),
    ("qq", _rule(rf"(?:qq|扣扣)号?{_IS}(?P<it>[1-9]\d{{4,10}})(?!\d)")),
    ("id_number", _rule(rf"(?<!\d)[1-9](?:{_SEP}\d){{16}}{_SEP}[\dx](?![\da-z])", _is_id)),
    ("bank_card", _rule(rf"(?<!\d)[3-69](?:{_SEP}\d){{15,18}}(?!\d)", _is_card)),
    ("id_number", _rule(r"(?<!\d)[1-8]\d{14}(?!\d)", _is_id)),
    (
        "plate",
        _rule(
            rf"[{_PROVINCE}]\s?[a-z][\s·.・•-]{{0,2}}"
            r"(?P<rest>(?:[a-z0-9]\s?){4,5}[a-z0-9挂学警港澳])(?![a-z0-9])",
            _is_plate,
        ),
    ),
    (
        "plate",
        _rule(
            rf"车牌号?码?{_IS}(?P<it>[a-z][\s·.-]?(?P<rest>[a-z0-9]{{5,6}}))(?![a-z0-9])",
            _is_plate,
        ),
    ),
    ("mobile", _rule(rf"(?<!\d)(?:(?:\+|00)?86{_SEP})?1{_SEP}[3-9](?:{_SEP}\d){{9}}(?!\d)")),
    (
        "landline",
        _rule(
            rf"(?<!\d)(?<!\d[-.])\(?0(?:10|2\d|[3-9]\d{{2}})\)?{_SEP}"
            rf"[2-9](?:{_SEP}\d){{6,7}}(?!\d)"
        ),
    ),
    (
        "landline",
        _rule(
            rf"(?:电话|座机|拨打|致电|联系|tel)[号码]{{0,2}}{_IS}"
            r"(?P<it>[2-9]\d{2,3}[\s-]?\d{4})(?!\d)"
        ),
    ),
    ("door", _rule(r"(?<![\w-])(?:\d{1,2}[-‐-―−]){2,3}\d{3,4}(?:\s?[室房号户])?(?![\w-])")),
    ("door", _rule(rf"{_HOUSE}(?P<it>\d{{3,4}}(?:\s?[室房号])?){_NOT_COUNTED}")),
    ("door", _rule(rf"单元\s?(?P<it>\d{{3,4}}\s?户){_NOT_PEOPLE}")),
    ("door", _rule(rf"{_HOUSE}(?P<it>[\d十]{{1,3}}[楼层]\s?\d{{1,2}}\s?[号室户]){_NOT_PEOPLE}")),
    ("door", _rule(r"(?<![\w.-])\d{3,4}\s?(?:室|号?房)(?![产价型屋子])")),
]


def _matches(rule: _Rule, reading: str) -> Iterator[tuple[int, int]]:
    group = "it" if "it" in rule.pattern.groupindex else 0
    return (m.span(group) for m in rule.pattern.finditer(reading) if rule.holds(m))


def _names(plain: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    for name in sorted({"".join(n.split()) for n in names}, key=len, reverse=True):
        if len(name) >= 2:
            spread = r"[\s·]{0,2}".join(re.escape(_plain(char)) for char in name)
            yield from (m.span() for m in re.finditer(spread, plain, re.IGNORECASE))
