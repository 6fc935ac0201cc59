"""What the apps say of themselves on a dashboard: their digests, read from the roll-up.

One query, for the area alone: what stands below it costs nothing.
"""

from dataclasses import dataclass

from django.urls import reverse

from stations.foundation.counts import NONE, Count
from stations.registries import Digest, Fact, digests, indicators
from stations.services.dashboard import Numbers, nobody
from stations.services.figures import read_with_moment


@dataclass(frozen=True)
class Said:
    """A fact with its number, and the number among it."""

    fact: Fact
    count: Count
    part: Count = NONE

    @property
    def is_hidden(self):
        """Too few, and told to somebody who may not open the cases."""
        return 0 < self.count.number < self.fact.least and not self.count.url

    @property
    def words(self):
        """912.5, 1,046, or 不到5."""
        if self.is_hidden:
            return f"不到{self.fact.least}"
        if self.fact.per == 1:
            return self.count.words
        return f"{self.count.number / self.fact.per:,.1f}".removesuffix(".0")

    @property
    def is_of_now(self):
        """A number of this moment, whatever the period."""
        return indicators[self.fact.key].of_the_moment

    @property
    def is_short(self):
        return self.fact.is_short and self.count.number > 0


@dataclass(frozen=True)
class DigestOf:
    """A digest of one area and period; `url` is empty for whoever may not open the app."""

    digest: Digest
    said: tuple
    url: str = ""

    @property
    def is_any(self):
        return any(one.count.number for one in self.said)


def digests_of(area, period, *, opens=nobody):
    """[DigestOf] of an area: figures of the period and of this moment. One query."""
    keys = {key for one in digests for fact in one.facts for key in (fact.key, fact.part) if key}
    found = read_with_moment(area.pk, sorted(keys), period.first, period.last)
    numbers = Numbers(found, opens, period.first, period.last)
    return [
        DigestOf(
            one,
            tuple(said(fact, area, numbers) for fact in one.facts),
            reverse(one.url_name) if opens(one.permission, area) else "",
        )
        for one in digests
    ]


def said(fact, area, numbers):
    part = numbers.count(area, indicators[fact.part]) if fact.part else NONE
    return Said(fact, numbers.count(area, indicators[fact.key]), part)
