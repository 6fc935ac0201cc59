"""Sealed texts: what a stolen copy of the database must not tell.

A sealed text is AES-256-GCM under a key from `settings.FIELD_KEYS` and bound to its row: copied
to another row it does not open, so nobody can be shown another person's number. The first key is
the current one; older ones stay in the list until nothing is sealed with them any more.

A sealed text cannot be searched. `blind_index` makes a keyed fingerprint for "is this the same
number"; its key is `settings.INDEX_KEY`, which stays the same when the field keys change, because
every fingerprint would change with it. Equal values are visible as equal; that is the price.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_NONCE_BYTES = 12


class SealBroken(Exception):
    """A sealed text that does not open: another row's, changed, or its key is missing."""


def seal(text: str, *, bound_to: str) -> str:
    """Seal a text for one place, e.g. `bound_to="people.phone:4711"`. Gives `k1a2b3c4d:…`."""
    key_id, cipher = _current()
    nonce = secrets.token_bytes(_NONCE_BYTES)
    # Lone surrogates come in from broken clients; they must come out again as they were.
    secret = cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), _aad(key_id, bound_to))
    return f"{key_id}:{base64.urlsafe_b64encode(nonce + secret).decode()}"


def unseal(token: str, *, bound_to: str) -> str:
    """The text of a sealed text in its own place; `SealBroken` everywhere else."""
    key_id, _, body = token.partition(":")
    cipher = dict(_ciphers()).get(key_id)
    if cipher is None:
        raise SealBroken("sealed with a key that is not in FIELD_KEYS")
    try:
        raw = base64.b64decode(body, altchars=b"-_", validate=True)
        text = cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _aad(key_id, bound_to))
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise SealBroken("changed, or not of this row") from error
    return text.decode("utf-8", "surrogatepass")


def current_key_id() -> str:
    """The id of the key that seals now: a fingerprint, so that it survives a change of order."""
    return _current()[0]


def blind_index(text: str, *, field: str) -> str:
    """A keyed fingerprint of a normalised text (32 hex digits), for looking up equal values.

    Each field has its own key: the same number has different fingerprints in different fields.
    """
    digest = hmac.new(index_key(field), text.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return digest.hexdigest()[:32]


def index_key(purpose: str) -> bytes:
    """The 32-byte key for one purpose, derived from `settings.INDEX_KEY`."""
    master = _key(settings.INDEX_KEY, "INDEX_KEY")
    return hmac.new(master, b"tongxin index|" + purpose.encode(), hashlib.sha256).digest()


def _current() -> tuple[str, AESGCM]:
    return _ciphers()[0]


def _ciphers() -> tuple[tuple[str, AESGCM], ...]:
    return _ciphers_of(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=8)
def _ciphers_of(keys: tuple[str, ...]) -> tuple[tuple[str, AESGCM], ...]:
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty: nothing can be sealed")
    raw = [_key(key, "FIELD_KEYS") for key in keys]
    return tuple((_key_id(key), AESGCM(key)) for key in raw)


def _key_id(key: bytes) -> str:
    return "k" + hashlib.sha256(b"tongxin key id|" + key).hexdigest()[:8]


def _key(text: str, setting: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured(f"{setting}: a key is 32 random bytes in base64")
    return key


def _aad(key_id: str, bound_to: str) -> bytes:
    return f"{key_id}|{bound_to}".encode()
