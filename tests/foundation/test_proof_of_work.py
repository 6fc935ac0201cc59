"""Proof of work for suspicious senders (I2)."""

import base64
import json
import time

import altcha
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from stations.foundation.proof_of_work import LIFETIME, challenge, solved


def solve(asked):
    """What the page does with a challenge: work, then send base64 JSON."""
    task = altcha.Challenge.from_dict(json.loads(json.dumps(asked)))
    return altcha.Payload(task, altcha.solve_challenge(task)).to_base64()


def changed(payload, change):
    content = json.loads(base64.b64decode(payload))
    change(content)
    return base64.b64encode(json.dumps(content).encode()).decode()


class Memory(set):
    def __call__(self, token):
        new = token not in self
        self.add(token)
        return new


def test_honest_work_is_accepted_once():
    memory = Memory()
    payload = solve(challenge(difficulty=20))
    assert solved(payload, remember=memory)
    assert not solved(payload, remember=memory)
    assert len(memory) == 1


def test_the_same_work_in_another_dress_is_the_same_work():
    memory = Memory()
    payload = solve(challenge(difficulty=5))
    assert solved(payload, remember=memory)

    def took_longer(content):
        content["solution"]["time"] = 12345

    def other_number(content):
        content["challenge"]["parameters"]["cost"] = float(
            content["challenge"]["parameters"]["cost"]
        )

    def shouted(content):
        content["challenge"]["signature"] = content["challenge"]["signature"].upper()

    for change in (took_longer, other_number, shouted):
        assert not solved(changed(payload, change), remember=memory)


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        ("parameters", "cost", 1),
        ("parameters", "keyPrefix", ""),
        ("parameters", "expiresAt", 99999999999),
        ("parameters", "expiresAt", None),
        ("parameters", "keySignature", None),
        ("parameters", "algorithm", "SHA-256"),
        ("solution", "derivedKey", "00" * 32),
        ("solution", "derivedKey", None),
        ("solution", "derivedKey", 5),
    ],
)
def test_what_was_tampered_with_is_refused_and_not_remembered(where, key, value):
    def tamper(content):
        part = content["solution"] if where == "solution" else content["challenge"]["parameters"]
        part[key] = value

    memory = Memory()
    assert not solved(changed(solve(challenge(difficulty=5)), tamper), remember=memory)
    assert not memory


def test_it_runs_out():
    with time_machine.travel(time.time(), tick=False) as clock:
        payload = solve(challenge(difficulty=5))
        clock.shift(LIFETIME + 1)
        assert not solved(payload, remember=Memory())
        clock.shift(-2)
        assert solved(payload, remember=Memory())


def test_another_portals_work_does_not_count(settings):
    payload = solve(challenge(difficulty=5))
    settings.SECRET_KEY = "another secret key of another portal"
    assert not solved(payload, remember=Memory())


def test_an_unsigned_challenge_does_not_count():
    task = altcha.create_challenge("PBKDF2/SHA-256", 1, key_prefix="")
    payload = altcha.Payload(task, altcha.solve_challenge(task)).to_base64()
    assert not solved(payload, remember=Memory())


@pytest.mark.parametrize(
    "payload",
    [
        None,
        b"",
        5,
        "",
        "x",
        "é" * 10,
        "\0",
        "e30=",
        "W10=",
        "bnVsbA==",
        "WzFd",
        "A" * 5000,
        base64.b64encode(b'{"challenge": "x", "solution": []}').decode(),
        base64.b64encode(b'{"challenge": {"parameters": 1}, "solution": {}}').decode(),
        base64.b64encode(b"[" * 3000).decode(),
    ],
)
def test_rubbish_is_no_work(payload):
    assert not solved(payload, remember=Memory())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["challenge", "solution", "parameters", "signature", "counter", "derivedKey"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_strange_payloads_are_never_an_error(content):
    payload = base64.b64encode(json.dumps(content).encode()).decode()
    assert not solved(payload, remember=Memory())


def test_the_longest_work_is_bounded():
    for _ in range(20):
        content = json.loads(base64.b64decode(solve(challenge(difficulty=3))))
        assert content["solution"]["counter"] < 3
    with pytest.raises(ValueError, match="at least one try"):
        challenge(difficulty=0)
