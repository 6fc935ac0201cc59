"""What is typed into the search box: made plain, told apart, kept out of addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.foundation.sought import MOST, sought_from


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("  充电桩  坏了 ", "充电桩 坏了"),
        ("ＳＱ－１２", "SQ-12"),
        ("井\x00盖", "井盖"),
        ("井\u200b盖\ud800", "井盖"),
        ("a\tb\nc　d", "a b c d"),
        ("", ""),
        ("\x00\x07", ""),
    ],
)
def test_words_are_made_plain(typed, text):
    assert sought_from(typed).text == text


def test_what_is_too_long_is_cut_and_says_so():
    assert len(sought_from("楼" * 10_000).text) == MOST and sought_from("楼" * 10_000).was_cut
    assert len(sought_from("\ufdfa" * 200).text) <= MOST  # one sign that becomes eighteen
    assert not sought_from("楼" * MOST).was_cut


@pytest.mark.parametrize(
    "typed",
    [
        "13900000001",
        "+86 139 0000 0001",
        "１３９００００００01",
        "手机：139-0000-0001",
        "0731-55550110",
        "990000199003070013",
        "99000019900307001X",
        "99000019900307",
        "张三 13900000001",
        "139 0000 000",
        "55550110",
        "(139)0000·0001",
        "X13900000001",
    ],
)
def test_what_could_be_a_phone_or_an_id_number_stands_in_no_address(typed, db):
    sought = sought_from(typed)
    assert sought.is_private
    assert sought.in_list("stations:find") == "" and sought.parts == ()


@pytest.mark.parametrize(
    "typed",
    [
        "充电桩",
        "SQ-12",
        "DD-1234567",
        "SJ-2026-0001",
        "JL-2026-000012",
        "V4200017",
        "3-2-1502",
        "12",
    ],
)
def test_words_and_numbers_of_things_may(typed):
    assert not sought_from(typed).is_private
    assert sought_from(typed).in_list("stations:find").startswith("/find/?q=")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("DD-12", (12, True)),
        ("dd12", (12, True)),
        ("ＤＤ　12", (12, True)),
        ("12", (12, False)),
        ("SQ-12", (None, False)),
        ("DD-", (None, False)),
        ("DD-99999999999999999999", (None, False)),
        ("9999999999999999999", (None, False)),  # beyond what a key can be
        ("12栋", (None, False)),
    ],
)
def test_numbers_of_things(typed, number):
    assert sought_from(typed).number("DD") == number


def test_a_whole_phone_is_normalised_and_a_part_is_none():
    assert sought_from("+86 139-0000-0001").phone == "13900000001"
    for part in ("0001", "1390000", "139000000011"):
        assert sought_from(part).phone == ""


@given(st.text(max_size=400))
def test_whatever_is_typed_can_be_kept_and_sent(typed):
    sought = sought_from(typed)
    sought.text.encode()  # no lone half of a sign
    assert "\x00" not in sought.text and len(sought.text) <= MOST
    assert all(len(part) for part in sought.parts)
    assert sought.is_private or sought.text in ("", " ".join(sought.text.split()))
