"""Ink: lines of uneven weight and direction, as a hand draws them."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

Point = tuple[float, float]


def seed_of(*words: object) -> int:
    """A number that is the same for the same words in every process."""
    return crc32("/".join(map(str, words)).encode())


class Ink:
    """A pen with a seed. Its lines are paths: `d` attributes, never whole elements."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)

    def noise(self, count: int, every: int = 4) -> list[float]:
        """Smooth values between -1 and 1."""
        knots = max(2, count // every + 2)
        heights = [self.chance.uniform(-1, 1) for _ in range(knots + 1)]
        out = []
        for n in range(count):
            at = n / max(1, count - 1) * (knots - 1)
            left = int(at)
            part = at - left
            part = part * part * (3 - 2 * part)
            out.append(heights[left] * (1 - part) + heights[min(left + 1, knots)] * part)
        return out

    def wobble(
        self, points: Sequence[Point], amp: float = 1.0, step: float = 14, over: float = 0
    ) -> list[Point]:
        """The line through the points as a hand would draw it; `over` lets its ends run past."""
        points = list(points)
        if over:
            first = _past(points[0], points[1], self.chance.uniform(0, over))
            last = _past(points[-1], points[-2], self.chance.uniform(0, over))
            points = [first, *points[1:-1], last]
        dense = _dense(points, step)
        across, along = self.noise(len(dense), 3), self.noise(len(dense), 3)
        return [(x + across[n] * amp, y + along[n] * amp) for n, (x, y) in enumerate(dense)]

    def line(
        self, points: Sequence[Point], amp: float = 0.8, step: float = 16, over: float = 0
    ) -> str:
        """A thin line."""
        return path(self.wobble(points, amp, step, over))

    def shape(self, points: Sequence[Point], amp: float = 1.0, step: float = 16) -> str:
        """A closed shape with an uneven rim."""
        return path(self.wobble([*points, points[0]], amp, step)[:-1]) + "Z"

    def brush(
        self,
        points: Sequence[Point],
        width: float = 1.6,
        amp: float = 0.8,
        step: float = 12,
        over: float = 0,
        taper: float = 0.5,
    ) -> str:
        """A line of uneven weight, as the outline of what the brush left."""
        middle = self.wobble(points, amp, step, over)
        count = len(middle)
        weight = self.noise(count, 3)
        left, right = [], []
        for n, (x, y) in enumerate(middle):
            before, after = middle[max(0, n - 1)], middle[min(count - 1, n + 1)]
            dx, dy = after[0] - before[0], after[1] - before[1]
            length = math.hypot(dx, dy) or 1
            end = min(n, count - 1 - n) / max(1, (count - 1) / 2)
            half = width / 2 * (taper + (1 - taper) * min(1, end * 2.2)) * (1 + 0.45 * weight[n])
            left.append((x - dy / length * half, y + dx / length * half))
            right.append((x + dy / length * half, y - dx / length * half))
        return path(left + right[::-1]) + "Z"

    def blob(
        self, x: float, y: float, rx: float, ry: float, corners: int = 9, jitter: float = 0.18
    ) -> str:
        """A drop of colour."""
        turn = self.chance.uniform(0, 6.28)
        rim = []
        for n in range(corners):
            angle = turn + n / corners * math.tau
            far = 1 + self.chance.uniform(-jitter, jitter)
            rim.append((x + math.cos(angle) * rx * far, y + math.sin(angle) * ry * far))
        return smooth(rim)


def _past(end: Point, inner: Point, far: float) -> Point:
    length = math.hypot(end[0] - inner[0], end[1] - inner[1]) or 1
    return (
        end[0] + (end[0] - inner[0]) / length * far,
        end[1] + (end[1] - inner[1]) / length * far,
    )


def _dense(points: Sequence[Point], step: float) -> list[Point]:
    out: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        count = max(1, round(math.hypot(x1 - x0, y1 - y0) / step))
        out += [(x0 + (x1 - x0) * n / count, y0 + (y1 - y0) * n / count) for n in range(count)]
    return [*out, points[-1]]


def number(value: float) -> str:
    """A coordinate as short as it can be: 12.5, 12, -.5 stays -0.5."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def path(points: Sequence[Point]) -> str:
    """Straight from point to point."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def smooth(points: Sequence[Point]) -> str:
    """A closed curve that bends at the points."""
    first, last = points[0], points[-1]
    out = f"M{number((first[0] + last[0]) / 2)} {number((first[1] + last[1]) / 2)}"
    for n, here in enumerate(points):
        following = points[(n + 1) % len(points)]
        out += (
            f"Q{number(here[0])} {number(here[1])} "
            f"{number((here[0] + following[0]) / 2)} {number((here[1] + following[1]) / 2)}"
        )
    return out + "Z"


def spline(points: Sequence[Point], count: int = 8) -> list[Point]:
    """A curve through the points (Catmull-Rom), as points."""
    out = []
    ends = [points[0], *points, points[-1]]
    for n in range(1, len(ends) - 2):
        a, b, c, e = ends[n - 1 : n + 3]
        for k in range(count):
            t = k / count
            out.append(
                tuple(
                    0.5
                    * (
                        2 * b[m]
                        + (c[m] - a[m]) * t
                        + (2 * a[m] - 5 * b[m] + 4 * c[m] - e[m]) * t * t
                        + (3 * b[m] - a[m] - 3 * c[m] + e[m]) * t**3
                    )
                    for m in (0, 1)
                )
            )
    return [*out, points[-1]]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float, count: int = 12):
    """Points on a part of an ellipse; angles in radians, clockwise from the right."""
    return [
        (
            x + math.cos(start + (end - start) * n / count) * rx,
            y + math.sin(start + (end - start) * n / count) * ry,
        )
        for n in range(count + 1)
    ]
