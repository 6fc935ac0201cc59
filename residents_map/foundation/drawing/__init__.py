"""The plan of an estate and the front of a house, drawn with ink and water-colour.

Pure functions from numbers to SVG text: no models, no colours (static/css/map.css has them).
Every drawing is seeded: the same estate is drawn the same way every day.
"""

from .fronts import Front, draw_front
from .layout import House, Layout, Spot, lay_out
from .plan import PlanDrawing, draw_plan, ring

__all__ = [
    "Front",
    "House",
    "Layout",
    "PlanDrawing",
    "Spot",
    "draw_front",
    "draw_plan",
    "lay_out",
    "ring",
]
