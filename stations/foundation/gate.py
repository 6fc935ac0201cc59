"""A gate before what anybody may send without an account: limits, and waiting in plain words.

Honest people never meet it. Take from the buckets outside the transaction of the act (see
stations/foundation/limits.py). Keys hold fingerprints, never an address or a number.
"""

from dataclasses import dataclass

from stations.foundation.limits import take
from stations.foundation.sealed import blind_index

HOUR = 3600


@dataclass(frozen=True)
class Limit:
    """A bucket: how many at once, and how many an hour after that."""

    name: str
    size: int
    an_hour: float

    def bucket(self, who):
        """The bucket of somebody: its key, its size, its refill per second."""
        key = blind_index(str(who), field=f"gate.{self.name}")
        return f"{self.name}:{key}", self.size, self.an_hour / HOUR

    def take(self, who):
        key, size, refill = self.bucket(who)
        return take(key, size=size, refill_per_second=refill)


class Held(Exception):
    """Not let in now: a sentence for the person, and whether working or waiting helps."""

    def __init__(self, sentence, *, retry_after=0, challenge=None):
        super().__init__(sentence)
        self.retry_after = retry_after
        self.challenge = challenge

    @property
    def status(self):
        return 422 if self.challenge else 429


def insist(limit, who, sentence):
    """Take one, or raise `Held` with the time to wait."""
    taken = limit.take(who)
    if not taken.allowed:
        minutes = max(1, -(-taken.retry_after // 60))
        raise Held(sentence.format(minutes=minutes), retry_after=taken.retry_after)
