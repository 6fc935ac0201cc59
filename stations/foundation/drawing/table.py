"""Where the four seats of the round table stand."""

from __future__ import annotations

import math

SEATS = ("n", "e", "s", "w")


def seat_arcs() -> dict[str, tuple[str, float, float]]:
    """For each of the four places: the arc before its seat and where the peg stands."""
    arcs = {}
    for seat, turn in zip(SEATS, (-90, 0, 90, 180), strict=True):
        inner, outer, half = 124, 146, 37
        a, b = math.radians(turn - half), math.radians(turn + half)

        def at(radius: float, angle: float) -> str:
            return f"{150 + radius * math.cos(angle):.1f} {150 + radius * math.sin(angle):.1f}"

        path = (
            f"M{at(outer, a)}A{outer} {outer} 0 0 1 {at(outer, b)}"
            f"L{at(inner, b)}A{inner} {inner} 0 0 0 {at(inner, a)}Z"
        )
        middle = math.radians(turn)
        arcs[seat] = (
            path,
            round(150 + 135 * math.cos(middle), 1),
            round(150 + 135 * math.sin(middle), 1),
        )
    return arcs
