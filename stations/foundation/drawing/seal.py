"""A seal cut with one character: the sign of whoever has no picture."""

from __future__ import annotations

from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

# A square of 56, cut by hand: no side is straight.
CUT = (
    "M7 3.4C18 2.4 40 2.9 49.6 3.6C53 4 53.4 6 53.2 10C52.7 22 53.3 36 52.8 47C52.6 52 51 53 46.5 53"
    "C33 53.5 20 52.8 8.6 53.1C4 53.2 3 51.4 3 47C3.4 34 2.7 21 3.1 9C3.2 5 4 3.6 7 3.4Z"
)


@lru_cache(maxsize=512)
def seal(character: str, tone: str, size: int) -> SafeString:
    """The seal as SVG, so many pixels wide. Tones: blue green ochre red plum ink."""
    return format_html(
        '<svg class="cut-seal {}" viewBox="0 0 56 56" width="{}" height="{}" aria-hidden="true">'
        '<path class="clay" d="{}"/><path class="cut" d="{}" transform="translate(5 5) scale(.82)"/>'
        '<text x="28" y="39.5" text-anchor="middle">{}</text></svg>',
        tone,
        size,
        size,
        CUT,
        CUT,
        character,
    )
