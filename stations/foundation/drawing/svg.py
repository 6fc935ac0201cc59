"""What every drawing shares: parts of a whole, and how a drawing is named aloud."""

from __future__ import annotations

from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

Number = int | float | Decimal


def share(value: Number | None, maximum: Number | None) -> float:
    """Part of the whole as 0 to 100; nothing, and a whole of nothing, are 0."""
    if not value or not maximum or float(maximum) <= 0:
        return 0.0
    return round(min(max(float(value) / float(maximum), 0.0), 1.0) * 100, 2)


def spoken(label: str) -> SafeString:
    """Attributes that give a drawing a name, or hide it when the words beside it say it all."""
    if label:
        return format_html('role="img" aria-label="{}"', label)
    return mark_safe('aria-hidden="true"')
