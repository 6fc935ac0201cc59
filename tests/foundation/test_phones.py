"""Phone numbers as people type them."""

import pytest
from django.core.exceptions import ValidationError

from stations.foundation.phones import is_mobile, last_four, mask, normalise


@pytest.mark.parametrize(
    "typed",
    [
        "13800006021",
        " 138 0000 6021 ",
        "138-0000-6021",
        "138－0000－6021",
        "138.0000.6021",
        "１３８００００６０２１",
        "+8613800006021",
        "+86 138 0000 6021",
        "0086 13800006021",
        "86-13800006021",
        "8613800006021",
        "＋86（138）00006021",
        "013800006021",
        "手机：13800006021",
        "电话 138　0000　6021",
        "\u202d13800006021\u202c",
        "138\u200b0000\u200b6021",
        "138\t0000\t6021\n",
    ],
)
def test_a_mobile_number_however_typed(typed):
    assert normalise(typed) == "13800006021"
    assert is_mobile(normalise(typed))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("028-87654321", "02887654321"),
        ("(028) 8765 4321", "02887654321"),
        ("（０２８）８７６５４３２１", "02887654321"),
        ("+86 28 8765 4321", "02887654321"),
        ("+86 028 8765 4321", "02887654321"),
        ("010 6655 1234", "01066551234"),
        ("0731-55550113", "073155550113"),
        ("0816 2345678", "08162345678"),
    ],
)
def test_a_landline_with_its_area_code(typed, number):
    assert normalise(typed) == number
    assert not is_mobile(number)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("\u200b", "empty"),
        ("1380000602", "wrong_length"),
        ("138000060211", "wrong_length"),
        ("12800006021", "no_such_mobile"),
        ("87654321", "no_area_code"),
        ("028-87654321转801", "extension"),
        ("028-87654321#801", "extension"),
        ("找王主任", "not_digits"),
        ("138oooo6021", "not_digits"),
        ("13800006021、13900001111", "not_digits"),
        ("\x0013800006021", "not_digits"),
        ("028-17654321", "unknown"),
        ("12345", "wrong_length"),
        ("9" * 5000, "unknown"),
    ],
)
def test_what_is_no_number_is_refused_in_a_sentence(typed, code):
    with pytest.raises(ValidationError) as refused:
        normalise(typed)
    assert refused.value.code == code
    assert refused.value.message.endswith("。")


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800006021", "138****6021"),
        ("02887654321", "028****4321"),
        ("073155550113", "0731****0113"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_masked_for_the_eye(number, masked):
    assert mask(number) == masked


def test_last_four():
    assert last_four("13800006021") == "6021"
