"""What a stolen copy of the database must not tell (P1, P2, P3)."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from stations.foundation.phones import normalise
from stations.foundation.sealed import (
    SealBroken,
    blind_index,
    current_key_id,
    seal,
    unseal,
)


def key(byte):
    return base64.b64encode(bytes([byte, byte + 1] * 16)).decode()


@pytest.fixture(autouse=True)
def keys(settings):
    settings.FIELD_KEYS = [key(1)]
    settings.INDEX_KEY = key(9)


def test_opens_in_its_own_row_only():
    token = seal("13800006021", bound_to="people.phone:1")
    assert unseal(token, bound_to="people.phone:1") == "13800006021"
    for other in ("people.phone:2", "people.id_number:1", ""):
        with pytest.raises(SealBroken):
            unseal(token, bound_to=other)


def test_swapped_rows_are_an_error_and_not_another_persons_number():
    one = seal("13800006021", bound_to="people.phone:1")
    two = seal("13900001111", bound_to="people.phone:2")
    for token, row in ((two, 1), (one, 2)):
        with pytest.raises(SealBroken):
            unseal(token, bound_to=f"people.phone:{row}")


def test_nothing_of_the_text_shows_and_equal_texts_look_different():
    tokens = {seal("13800006021", bound_to="x") for _ in range(50)}
    assert len(tokens) == 50
    assert not any("13800006021" in token or "6021" in token for token in tokens)


@pytest.mark.parametrize("at", [0, 5, 12, 20, -1])
def test_a_changed_byte_breaks_the_seal(at):
    key_id, _, body = seal("13800006021", bound_to="x").partition(":")
    raw = bytearray(base64.urlsafe_b64decode(body))
    raw[at] ^= 1
    with pytest.raises(SealBroken):
        unseal(f"{key_id}:{base64.urlsafe_b64encode(raw).decode()}", bound_to="x")


@pytest.mark.parametrize("token", ["", ":", "k1:", "13800006021", "k00000000:AAAA", "k1:é", "\0"])
def test_what_is_no_seal_breaks(token):
    with pytest.raises(SealBroken):
        unseal(token, bound_to="x")


@pytest.mark.parametrize("body", ["", "!!!", "AAAA", "AAAA" * 4])
def test_a_known_key_before_rubbish_breaks(body):
    with pytest.raises(SealBroken):
        unseal(f"{current_key_id()}:{body}", bound_to="x")


def test_keys_change_and_old_texts_still_open(settings):
    old = seal("13800006021", bound_to="x")
    index = blind_index("13800006021", field="phone")
    assert old.startswith(f"{current_key_id()}:")

    settings.FIELD_KEYS = [key(3), key(1)]
    assert not old.startswith(f"{current_key_id()}:")
    assert unseal(old, bound_to="x") == "13800006021"
    new = seal(unseal(old, bound_to="x"), bound_to="x")
    assert new.startswith(f"{current_key_id()}:")
    assert blind_index("13800006021", field="phone") == index

    settings.FIELD_KEYS = [key(3)]
    assert unseal(new, bound_to="x") == "13800006021"
    with pytest.raises(SealBroken):
        unseal(old, bound_to="x")


@pytest.mark.parametrize(
    "wrong", [[], [""], ["short"], [key(1)[:-4]], [key(1), "not base64 at all"]]
)
def test_wrong_keys_stop_everything(settings, wrong):
    settings.FIELD_KEYS = wrong
    with pytest.raises(ImproperlyConfigured):
        seal("13800006021", bound_to="x")


def test_a_wrong_index_key_stops_everything(settings):
    settings.INDEX_KEY = "short"
    with pytest.raises(ImproperlyConfigured):
        blind_index("13800006021", field="phone")


def test_the_same_number_typed_differently_is_found():
    typed = ["13800006021", "+86 138 0000 6021", "１３８００００６０２１", "138-0000-6021"]
    assert len({blind_index(normalise(t), field="phone") for t in typed}) == 1


def test_fingerprints_are_keyed_and_differ_by_field(settings):
    phone = blind_index("13800006021", field="phone")
    assert len(phone) == 32
    assert int(phone, 16)
    assert phone != blind_index("13800006021", field="id_number")
    settings.INDEX_KEY = key(11)
    assert phone != blind_index("13800006021", field="phone")


@given(st.text(alphabet=st.characters(), max_size=200), st.text(max_size=40))
def test_any_text_comes_back_as_it_was(text, row):
    assert unseal(seal(text, bound_to=row), bound_to=row) == text


def test_lone_surrogates_come_back_as_they_were():
    assert unseal(seal("\ud800王", bound_to="x"), bound_to="x") == "\ud800王"
