"""Lets a lower floor use what the floors above contribute, without importing them."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """A function of some app under a key of its own ("app.name")."""

    key: str
    label: str
    run: Callable  # not __call__: templates would call it
    order: int = 100


class Registry:
    """Contributions by key, in their order. Refuses the same key twice."""

    def __init__(self):
        self._registry = {}  # the name autodiscover_modules(register_to=...) expects

    def __iter__(self):
        return iter(sorted(self._registry.values(), key=lambda c: (c.order, c.key)))

    def __len__(self):
        return len(self._registry)

    def __getitem__(self, key):
        return self._registry[key]

    def get(self, key):
        """The contribution under this key, or None."""
        return self._registry.get(key)

    def __contains__(self, key):
        return key in self._registry

    def add(self, contribution):
        if contribution.key in self._registry:
            raise ValueError(f"{contribution.key!r} is registered twice")
        self._registry[contribution.key] = contribution
        return contribution

    def register(self, key, *, label, order=100):
        """Decorator: contribute the function under this key."""

        def decorator(function):
            self.add(Contribution(key=key, label=label, run=function, order=order))
            return function

        return decorator
