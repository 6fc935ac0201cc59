"""Later work of voluntary service."""

from . import care, events, giving, hours, orders, rosters  # noqa: F401 - each fills the registry
