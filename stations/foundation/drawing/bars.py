"""Bars from 0, and the bar of waiting with its deadline in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .svg import Number, share, spoken


def bar(
    value: Number | None,
    maximum: Number | None,
    *,
    tick: Number | None = None,
    part: Number | None = None,
    tone: str = "",
    label: str = "",
) -> SafeString:
    """A bar from 0 to `maximum`. `tick` marks an average, `part` a burning share of the bar.

    `tone`: "" slate, "hot" red, "soft" light, "plain" without its track.
    """
    inner = "" if "plain" in tone.split() else '<rect class="track" width="100%" height="100%"/>'
    inner += f'<rect class="fill" width="{share(value, maximum)}%" height="100%"/>'
    if part:
        inner += f'<rect class="part" width="{share(part, maximum)}%" height="100%"/>'
    if tick is not None:
        at = share(tick, maximum)
        inner += f'<rect class="tick" x="{at}%" y="-25%" width="3" height="150%"/>'
    safe = mark_safe(inner)  # constants and numbers
    return format_html('<svg class="bar {}" {}>{}</svg>', tone, spoken(label), safe)


@dataclass(frozen=True)
class Wait:
    """How far the waiting has come between asking and deadline."""

    state: str  # "plain", "soon" (more than half, or less than a day) or "late"
    run: float  # filled part, 0 to 100
    limit: float | None  # where the deadline was, when it has passed


def wait(since: datetime, until: datetime, now: datetime) -> Wait:
    """Measure the waiting; past the deadline the bar is full and the limit stands inside it."""
    whole = max((until - since).total_seconds(), 1.0)
    gone = max((now - since).total_seconds(), 0.0)
    if now > until:
        return Wait("late", 100.0, round(max(whole / max(gone, 1.0), 0.04) * 100, 2))
    soon = gone / whole >= 0.8 or until - now < timedelta(days=1)
    return Wait("soon" if soon else "plain", round(gone / whole * 100, 2), None)


def waitbar(since: datetime, until: datetime, now: datetime) -> SafeString:
    """A thin bar from start to deadline; overdue it is red with a tick where the limit was."""
    measured = wait(since, until, now)
    limit = ""
    if measured.limit is not None:
        limit = format_html('<rect class="limit" x="{}%" width="2" height="10"/>', measured.limit)
    return format_html(
        '<svg class="waitbar is-{}" aria-hidden="true">'
        '<rect class="track" y="3" width="100%" height="4" rx="2"/>'
        '<rect class="run" y="3" width="{}%" height="4" rx="2"/>{}</svg>',
        measured.state,
        measured.run,
        limit,
    )


def left_words(due: datetime, now: datetime) -> tuple[str, str]:
    """Deadline in words for a person, and its class: ("超 2 小时", "late"), ("今天 17:30", "warn").

    Calendar time: work days are counted by the clock of the duty, not here. What was due by the
    end of a day is late by days of the calendar: the morning after it is 超 1 天.
    """
    due, now = timezone.localtime(due), timezone.localtime(now)
    if now > due:
        late = now - due
        days = (now.date() - due.date()).days
        if days and (due.hour, due.minute) == (23, 59):
            return f"超 {days} 天", "late"
        if late < timedelta(hours=1):
            return f"超 {max(int(late.total_seconds() // 60), 1)} 分钟", "late"
        if late < timedelta(days=1):
            return f"超 {int(late.total_seconds() // 3600)} 小时", "late"
        return f"超 {late.days} 天", "late"
    days = (due.date() - now.date()).days
    if days == 0:
        return f"今天 {due:%H:%M}", "warn"
    if days == 1:
        return f"明天 {due:%H:%M}", ""
    if due.year != now.year:
        return f"{due.year}-{due:%m-%d}", ""
    return f"{due:%m-%d}", ""
