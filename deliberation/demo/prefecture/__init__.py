"""A whole prefecture with as many issues as asked for: for measuring, not for showing.

The demo lives through the portal's own acts, a few a second. Here a million issues are written
the way those acts would have left them, straight into the tables; a test compares what both say.
"""

from .making import make_prefecture

__all__ = ["make_prefecture"]
