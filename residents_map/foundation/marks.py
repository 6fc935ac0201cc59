"""Kinds of people as keyed numbers.

Some kinds are protected in themselves (party membership, hardship, disability), yet the map
counts them by building. So the table of marks holds a keyed number for each kind: it can be
grouped and compared, and without `settings.INDEX_KEY` it does not say what it counts.
"""

import hmac
from functools import lru_cache
from hashlib import sha256

from django.conf import settings

from stations.foundation.sealed import index_key


def token_of(key: str) -> int:
    """The keyed number of a kind, for `Mark.token` (a signed 64-bit integer)."""
    return _token(key, settings.INDEX_KEY)


@lru_cache(maxsize=512)
def _token(key, _index_key):
    digest = hmac.new(index_key("person.kind"), key.encode(), sha256).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
