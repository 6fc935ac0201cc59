"""Later work, declared. The rows live in `stations.models.Work`.

Why not plain Celery tasks: with every reliable setting on, Redis can still lose an
accepted task or run it twice. So the row is the work and Celery only wakes a worker up.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from stations.foundation.registry import Registry

MAX_ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of later work. `run(job)` does it inside the transaction that marks it done."""

    key: str
    label: str
    run: Callable
    every: timedelta | None = None
    on_dead: Callable | None = None
    order: int = 100

    def turn(self, now):
        """Which turn of a recurring kind `now` lies in: the same for two beats."""
        return str(int(now.timestamp() // self.every.total_seconds()))


@dataclass
class Job:
    """What a handler gets: its plain arguments, and `report()` to tell how far it is."""

    pk: int
    key: str
    arguments: dict
    attempt: int
    percent: int = 0
    after_commit: list = field(default_factory=list)

    def report(self, done, total):
        """Tell people how far the work is; shown as a bar, written by the heartbeat."""
        self.percent = min(99, int(100 * done / total)) if total else 0


class Kinds(Registry):
    """Every kind of later work the portal knows."""

    def recurring(self):
        """Kinds that come round by themselves; a missed turn is not made up for."""
        return [kind for kind in self if kind.every]


kinds = Kinds()


def work(key, *, label, every=None, on_dead=None):
    """The only way to declare later work. The handler may be delivered ten times.

    With `every` (a timedelta) the beat writes a row for each turn; what such a handler
    does is computed from the data ("due and not told"), never from having been called.
    """

    def decorator(function):
        kinds.add(Kind(key=key, label=label, run=function, every=every, on_dead=on_dead))
        return function

    return decorator
