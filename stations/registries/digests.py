"""What an app says of itself on a dashboard: a few of its figures, in a block of their own."""

from dataclasses import dataclass

from stations.foundation.registry import Registry

from .kinds import Permission


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A figure of a digest: an indicator (`key`) under the name it has there.

    `per` of what is counted make one `unit`: 60 minutes an hour. `part` is an indicator whose
    number is among these, said beneath as `part_label`. `is_short`: any at all is something that
    is missing. Fewer than `least` are told to nobody who may not open the cases: they would tell
    of single people.
    """

    key: str
    label: str
    unit: str
    per: int = 1
    part: str = ""
    part_label: str = ""
    is_short: bool = False
    least: int = 0


@dataclass(frozen=True, kw_only=True)
class Digest:
    """A block of a dashboard and a line of the wall. `url_name` is the app's own first page, for
    whoever holds `permission` there."""

    key: str
    label: str
    icon: str
    url_name: str
    permission: Permission
    facts: tuple
    order: int = 100


class Digests(Registry):
    def declare(self, key, **facts):
        return self.add(Digest(key=key, **facts))
