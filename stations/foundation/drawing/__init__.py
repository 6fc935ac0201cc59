"""Small drawings for pages: bars, rings, lines, the clock of days, the round table.

Pure functions from numbers to SVG text: no models, no settings, no colours (the stylesheet has
them). Every bar starts at 0. Pages have a strict content policy, so widths are SVG attributes,
never inline styles.
"""

from .bars import Wait, bar, left_words, wait, waitbar
from .charts import Series, lines, nice_top, sparkline
from .clock import Day, clock_days
from .rings import dial, rings, ripple
from .seal import seal
from .svg import Number, share
from .table import SEATS, seat_arcs

__all__ = [
    "SEATS",
    "Day",
    "Number",
    "Series",
    "Wait",
    "bar",
    "clock_days",
    "dial",
    "left_words",
    "lines",
    "nice_top",
    "rings",
    "ripple",
    "seal",
    "seat_arcs",
    "share",
    "sparkline",
    "wait",
    "waitbar",
]
