"""The rule of the table: when may an item end in a resolution?

Required parties are all present, each has said what it thinks, at least one agrees, none is
against, and every condition stands in the text of the resolution as 〔条件N〕. Plain data in,
a verdict out.
"""

import re
from dataclasses import dataclass

# At most four digits, ASCII only: a number nobody stated cannot grow without end.
MARK = re.compile(r"〔条件([0-9]{1,4})〕")
COUNTS = "零一两三四五六"


@dataclass(frozen=True)
class Verdict:
    """Whether the item can be resolved, with everything that is still missing, in words.

    `gathered` and `next_step` are short enough for the middle of the round table;
    `headline` and `explanation` are the two halves of the whole `sentence`.
    """

    may_pass: bool
    gathered: str
    next_step: str
    headline: str
    explanation: str
    absent: tuple = ()
    silent: tuple = ()
    against: tuple = ()
    unwritten: tuple = ()

    @property
    def sentence(self):
        return f"{self.headline}，{self.explanation}"

    @property
    def has_quorum(self):
        """Whether every required party sits at the table."""
        return not self.absent


def conditions_in(text):
    """The numbers of the conditions that a text takes up."""
    return {int(number) for number in MARK.findall(text)}


def split_marks(clause):
    """A clause without its marks, and the numbers of the conditions it takes up."""
    return MARK.sub("", clause).strip(), sorted(conditions_in(clause))


def with_condition(text, words, number):
    """The text with a party's condition added as a clause of its own, marked."""
    words = MARK.sub("", words).strip().rstrip("。；;.")
    return "\n".join(part for part in (text.rstrip(), f"{words}。〔条件{number}〕") if part)


def judge(*, required, labels, present, stances, conditions, text):
    """Judge one item.

    `required`: party keys; `labels`: {party: name}; `present`: set of party keys;
    `stances`: {party: "agree" | "if" | "against" | "abstain"}; `conditions`: numbers of the
    conditions stated; `text`: the resolution so far.
    """
    absent = tuple(party for party in required if party not in present)
    silent = tuple(party for party in required if party in present and party not in stances)
    against = tuple(party for party in required if stances.get(party) == "against")
    unwritten = tuple(sorted(set(conditions) - conditions_in(text)))
    nobody = not any(stances.get(party) in ("agree", "if") for party in required)
    all_here = f"{COUNTS[len(required)]}方到齐"
    may_pass = False

    def names(parties):
        return "、".join(labels[party] for party in parties)

    if absent:
        all_of = all_here.removesuffix("到齐")
        gathered, next_step = f"还差{COUNTS[len(absent)]}方", "可以先议"
        headline = f"{names(absent)}还没有到"
        explanation = f"{all_of}缺一不可，可以先议，不能形成决议。"
    elif against:
        gathered, next_step = all_here, f"有{COUNTS[len(against)]}方反对"
        headline = f"{names(against)}反对"
        explanation = "不能形成决议。可以再商量、缓议，或者报街道。"
    elif silent:
        gathered, next_step = all_here, f"{COUNTS[len(silent)]}方没表态"
        who = "都" if len(silent) == len(required) else names(silent)
        headline = f"{all_here}，{who}还没有表态"
        explanation = "每一方都说了话，才能形成决议。"
    elif nobody:
        gathered, next_step = all_here, "没有一方同意"
        headline = f"{all_here}，都弃权"
        explanation = "没有一方同意，不能形成决议。"
    elif unwritten:
        numbers = "、".join(f"条件 {number}" for number in unwritten)
        gathered, next_step = all_here, f"{len(unwritten)} 个条件没写进去"
        headline = f"{all_here}，都表了态"
        explanation = f"没有一方反对；{numbers} 写进决议才算数。"
    elif not MARK.sub("", text).strip():
        gathered, next_step = all_here, "可以写决议了"
        headline = f"{all_here}，都表了态"
        explanation = "没有一方反对，写下决议就可以通过。"
    else:
        may_pass = True
        gathered, next_step = all_here, "可以形成决议"
        headline = f"{all_here}，都表了态"
        taken = "条件都写进去了，" if conditions else ""
        explanation = f"没有一方反对，{taken}可以形成决议。"
    return Verdict(
        may_pass,
        gathered,
        next_step,
        headline,
        explanation,
        absent,
        silent,
        against,
        unwritten,
    )
