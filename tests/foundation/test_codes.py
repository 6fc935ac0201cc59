"""Tracking codes: secret, and fit to be read aloud (I3)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.foundation.codes import (
    ALPHABET,
    code_digest,
    new_code,
    normalise_code,
    normalise_short,
    short_code,
)


def test_a_code_has_eighty_random_bits_in_groups_of_four():
    assert len(set(ALPHABET)) == 32
    codes = [new_code() for _ in range(2000)]
    assert len(set(codes)) == 2000
    assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{3}}", code) for code in codes)
    for place in (0, 6, 18):  # every symbol turns up at every place
        assert {code[place] for code in codes} == set(ALPHABET)
    assert not set("OILU") & set(ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "K7Q0-2M91-4TDN-8RCH",
        "k7q0-2m91-4tdn-8rch",
        "K7Q0 2M91 4TDN 8RCH",
        "k7q02m914tdn8rch",
        "Ｋ７Ｑ０　２Ｍ９１　４ＴＤＮ　８ＲＣＨ",
        "K7QO-2M9I-4TDN-8RCH",
        "k7qo-2m9l-4tdn-8rch",
        " K7Q0—2M91—4TDN—8RCH。",
        "K7Q0\n2M91\t4TDN_8RCH",
    ],
)
def test_a_code_however_typed(typed):
    assert normalise_code(typed) == "K7Q0-2M91-4TDN-8RCH"
    assert code_digest(typed) == code_digest("K7Q0-2M91-4TDN-8RCH")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "K7Q0",
        "K7Q0-2M91-4TDN-8RC",
        "K7Q0-2M91-4TDN-8RCH1",
        "K7Q0-2M91-4TDN-8RCU",
        "查" * 16,
        "\0",
        "K" * 100_000,
    ],
)
def test_what_is_no_code(typed):
    assert normalise_code(typed) == ""
    assert code_digest(typed) == code_digest("")


def test_the_digest_is_keyed_and_tells_nothing(settings):
    import base64

    code = "K7Q0-2M91-4TDN-8RCH"
    digest = code_digest(code)
    assert re.fullmatch(r"[0-9a-f]{64}", digest)
    settings.INDEX_KEY = base64.b64encode(bytes(range(32))).decode()
    assert code_digest(code) != digest


@given(st.text(max_size=300))
def test_strange_text_is_never_an_error(text):
    assert normalise_code(text) in ("", normalise_code(normalise_code(text)))
    assert len(code_digest(text)) == 64


def test_public_codes_of_places():
    codes = {short_code(8) for _ in range(1000)}
    assert len(codes) == 1000
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{8}", code) for code in codes)
    assert len(short_code(12)) == 12


@pytest.mark.parametrize("typed", ["k7q0 2m91", "K7QO-2M9l", "　Ｋ７Ｑ０２Ｍ９１ "])
def test_a_short_code_as_people_type_it(typed):
    assert normalise_short(typed) == "k7q02m91"


@pytest.mark.parametrize("typed", ["", "k7q0", "k7q02m911", "k7q02m9u", "查" * 8, "\0"])
def test_what_is_no_short_code(typed):
    assert normalise_short(typed) == ""
    assert normalise_short(short_code(12), 12) and not normalise_short(short_code(12))
