"""Codes that people read aloud: the secret tracking code and the public code of a place."""

import hashlib
import hmac
import secrets
import unicodedata

from stations.foundation.sealed import index_key

# Crockford's base 32: no I, L, O, U. Whoever reads O for 0 or I for 1 is understood all the same.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4

_CONFUSED = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """A tracking code such as `K7QF-2M9X-4TDN-8RCH`: 80 random bits, a secret like a key."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(symbols[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def normalise_code(text: str) -> str:
    """The code as `new_code` writes it, from whatever people typed; empty when it is none."""
    symbols = _symbols(text, LENGTH)
    return "-".join(symbols[at : at + GROUP] for at in range(0, len(symbols), GROUP))


def _symbols(text, length):
    """So many symbols of the alphabet, in capitals, from what people typed; "" when it is none."""
    plain = unicodedata.normalize("NFKC", (text or "")[:200]).upper()
    symbols = "".join(c for c in plain if c.isalnum()).translate(_CONFUSED)
    return symbols if len(symbols) == length and set(symbols) <= set(ALPHABET) else ""


def code_digest(code: str) -> str:
    """What the database keeps of a code: a keyed hash, 64 hex digits.

    Takes a code as typed. Something that is no code gets a digest no code can have, so that a
    look-up takes the same way for wrong and for strange codes.
    """
    normal = normalise_code(code)
    message = normal or "not a code"
    return hmac.new(index_key("tracking code"), message.encode(), hashlib.sha256).hexdigest()


def short_code(length: int = 8) -> str:
    """A public code of a place for links in QR codes: lower case, no confusable letters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length)).lower()


def normalise_short(text: str, length: int = 8) -> str:
    """The code as `short_code` writes it, from whatever people typed; empty when it is none."""
    return _symbols(text, length).lower()


def code_from(token) -> str:
    """The tracking code that belongs to a form's token (UUID): a keyed hash of it, 80 bits.

    A form sent again thus gets the same receipt, although the database keeps no code.
    """
    digest = hmac.new(index_key("code of token"), str(token).encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest[:10], "big")
    symbols = "".join(ALPHABET[number >> 5 * at & 31] for at in range(LENGTH))
    return "-".join(symbols[at : at + GROUP] for at in range(0, LENGTH, GROUP))
