"""Later work of voluntary service."""

from . import (  # noqa: F401 - each fills the registry
    care,
    events,
    giving,
    hours,
    orders,
    people,
    rosters,
)
