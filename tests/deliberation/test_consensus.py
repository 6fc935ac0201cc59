"""The rule of the table, case by case: when may an item end in a resolution?"""

import pytest

from deliberation.choices import REQUIRED_PARTIES, Forum, Party
from deliberation.foundation.consensus import conditions_in, judge, split_marks, with_condition

FOUR = REQUIRED_PARTIES[Forum.FOUR]
THREE = REQUIRED_PARTIES[Forum.THREE]
BENCH = REQUIRED_PARTIES[Forum.BENCH]
LABELS = {party: party.label for party in Party}
AGREE = dict.fromkeys(FOUR, "agree")


def verdict(required=FOUR, *, present=None, stances=None, conditions=(), text="同意装。"):
    return judge(
        required=required,
        labels=LABELS,
        present=set(required if present is None else present),
        stances=AGREE if stances is None else stances,
        conditions=conditions,
        text=text,
    )


# what stands differently from "all four are here and agree" -> may it pass, what the page says
CASES = {
    "all agree": ({}, True, "可以形成决议"),
    "one is absent": ({"present": FOUR[:3]}, False, "物业公司还没有到，四方缺一不可"),
    "two are absent": ({"present": FOUR[:2]}, False, "业主委员会、物业公司还没有到"),
    "nobody is here": ({"present": ()}, False, "四方缺一不可"),
    "one is silent": (
        {"stances": {k: v for k, v in AGREE.items() if k != Party.OWNERS}},
        False,
        "业主委员会还没有表态",
    ),
    "all are silent": ({"stances": {}}, False, "四方到齐，都还没有表态"),
    "one is against": ({"stances": AGREE | {Party.PROPERTY: "against"}}, False, "物业公司反对"),
    "against weighs more than silence": (
        {"stances": {Party.BRANCH: "agree", Party.OWNERS: "against"}},
        False,
        "业主委员会反对",
    ),
    "one abstains": ({"stances": AGREE | {Party.OWNERS: "abstain"}}, True, "可以形成决议"),
    "three abstain": (
        {"stances": dict.fromkeys(FOUR, "abstain") | {Party.BRANCH: "agree"}},
        True,
        "可以形成决议",
    ),
    "all abstain": ({"stances": dict.fromkeys(FOUR, "abstain")}, False, "没有一方同意"),
    "a condition is not written": (
        {"stances": AGREE | {Party.OWNERS: "if"}, "conditions": [1]},
        False,
        "条件 1 写进决议才算数",
    ),
    "one of two is not written": (
        {"conditions": [1, 2], "text": "装四个。〔条件2〕"},
        False,
        "条件 1 写进决议才算数",
    ),
    "both conditions are written": (
        {"conditions": [1, 2], "text": "装四个。〔条件2〕\n账要公开。〔条件1〕"},
        True,
        "条件都写进去了",
    ),
    "condition 1 is not condition 12": (
        {"conditions": [1], "text": "装。〔条件12〕"},
        False,
        "条件 1 写进决议才算数",
    ),
    "a mark typed with other brackets is none": (
        {"conditions": [1], "text": "装。[条件1]"},
        False,
        "条件 1 写进决议才算数",
    ),
    "only conditions agree": (
        {"stances": dict.fromkeys(FOUR, "if"), "conditions": [1], "text": "装。〔条件1〕"},
        True,
        "可以形成决议",
    ),
    "nothing is written": ({"text": " \n"}, False, "写下决议就可以通过"),
    "only marks are written": (
        {"conditions": [1], "text": "〔条件1〕"},
        False,
        "写下决议就可以通过",
    ),
    "three parties, all here": ({"required": THREE}, True, "三方到齐"),
    "three parties, the owners do not count": (
        {"required": THREE, "stances": AGREE | {Party.OWNERS: "against"}},
        True,
        "三方到齐",
    ),
    "three parties, one absent": (
        {"required": THREE, "present": THREE[:2]},
        False,
        "三方缺一不可",
    ),
    "two on the bench": ({"required": BENCH}, True, "两方到齐"),
}


@pytest.mark.parametrize("case", CASES)
def test_rule_of_the_table(case):
    facts, may_pass, words = CASES[case]
    found = verdict(**facts)
    assert found.may_pass is may_pass
    assert words in found.sentence


@pytest.mark.parametrize("case", CASES)
def test_the_middle_of_the_table_is_short_enough_to_be_drawn(case):
    found = verdict(**CASES[case][0])
    assert len(found.gathered) <= 5
    assert len(found.next_step) <= 10


def test_verdict_names_what_is_missing():
    found = verdict(
        present=FOUR[:3],
        stances={Party.BRANCH: "agree", Party.OWNERS: "against"},
        conditions=[3],
    )
    assert found.absent == (Party.PROPERTY,)
    assert found.silent == (Party.RESIDENTS,)
    assert found.against == (Party.OWNERS,)
    assert found.unwritten == (3,)
    assert not found.has_quorum


def test_marks_are_read_and_written():
    assert conditions_in("甲〔条件1〕乙〔条件2〕〔条件2〕") == {1, 2}
    assert conditions_in(f"〔条件{'9' * 500}〕〔条件１〕") == set()
    assert split_marks("账要公开。〔条件2〕〔条件1〕") == ("账要公开。", [1, 2])
    text = with_condition("同意装。", "账要贴出来；", 1)
    assert text == "同意装。\n账要贴出来。〔条件1〕"
    assert conditions_in(with_condition("", "不占〔条件7〕通道", 2)) == {2}
