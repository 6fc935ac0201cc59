"""Later work of voluntary service."""

from . import care, events, giving, hours, orders  # noqa: F401 - each fills the registry
