"""Proof of work: a few seconds of a sender's processor instead of a puzzle for people.

Asked for only when a sender looks suspicious. It is ALTCHA's second protocol, so its widget can
solve it, and so can twenty lines of our own: try counters 0, 1, 2 … until PBKDF2-SHA-256 over
`nonce + counter (4 bytes, big-endian)` with `salt` and `cost` begins with `keyPrefix`.

The counter is drawn by us below `difficulty`, so the longest wait is known, and checking costs us
one HMAC. Whether a solution was used before is for the caller to remember.
"""

import secrets
import time
from collections.abc import Callable

import altcha
from django.conf import settings
from django.utils.crypto import salted_hmac

# PBKDF2 rounds for one try: about a millisecond in a browser on a PC, some on an old phone;
# making a challenge costs us one try.
COST = 5000
LIFETIME = 600
_LONGEST_PAYLOAD = 4096


def challenge(*, difficulty: int) -> dict:
    """A signed challenge, as JSON for the page. `difficulty` is the most tries it can take.

    500 means at most half a second on a PC and a few seconds on an old phone, on average half.
    It runs out after ten minutes.
    """
    if difficulty < 1:
        raise ValueError("A challenge takes at least one try")
    made = altcha.create_challenge(
        "PBKDF2/SHA-256",
        COST,
        counter=secrets.randbelow(difficulty),
        expires_at=int(time.time()) + LIFETIME,
        hmac_secret=_key("challenge"),
        hmac_key_secret=_key("solution"),
    )
    return made.to_dict()


def solved(payload: str, *, remember: Callable[[str], bool]) -> bool:
    """Whether this is a right, fresh and unused solution of a challenge of ours.

    `payload` is base64 JSON as the ALTCHA widget sends it. `remember(token)` is asked last, must
    be atomic (an INSERT with a unique key) and answers False when it has seen the token before.
    """
    if not isinstance(payload, str) or not 0 < len(payload) <= _LONGEST_PAYLOAD:
        return False
    try:
        parsed = altcha.Payload.from_base64(payload)
        result = altcha.verify_solution(parsed, _key("challenge"), hmac_key_secret=_key("solution"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return False
    # The signature names the challenge: it is checked, and nobody else can make another one.
    return result.verified and remember(parsed.challenge.signature)


def _key(purpose: str) -> bytes:
    return salted_hmac(
        f"tongxin proof of work {purpose}", "", secret=settings.SECRET_KEY, algorithm="sha256"
    ).digest()
