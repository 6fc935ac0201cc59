"""Twelve weeks of a city's issues, lived through the portal's own acts."""

from .life import live_through_twelve_weeks

__all__ = ["live_through_twelve_weeks"]
