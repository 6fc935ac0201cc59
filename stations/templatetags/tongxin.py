"""Template tags of the house: icons, drawings and small words. `{% load tongxin %}`.

The pictures themselves are made in stations/foundation/drawing.py; each tag is shown in all
its states on the component page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from stations import registries
from stations.access import can
from stations.foundation import drawing
from stations.foundation.marking import marked
from stations.models import Area, Home, User

register = template.Library()


class Figure(Protocol):
    """What stations/foundation/counts.py makes: words, and where the cases are."""

    words: str
    url: str


HOUSE_SIGN = mark_safe(
    '<svg class="house-sign" width="32" height="32" viewBox="0 0 32 32" fill="none" '
    'aria-hidden="true"><path d="M16.4 1.9c8-.2 13.9 6.2 13.8 14.2-.1 7.7-6.4 14-14.3 14C8 30.1 '
    '1.8 23.9 1.9 15.9 2 8.2 8.3 2.1 16.4 1.9z" stroke="currentColor" stroke-width="2"/><path '
    'd="M16.1 7.5c4.8 0 8.5 3.8 8.5 8.6 0 4.6-3.9 8.3-8.6 8.3-4.8 0-8.5-3.7-8.5-8.5 0-4.6 3.9-8.4 '
    '8.6-8.4z" stroke="currentColor" stroke-width="2.2"/>'
    '<circle cx="16" cy="16" r="3.9" class="heart"/></svg>'
)
STANCES = {
    "agree": "同意",
    "if": "附条件同意",
    "against": "不同意",
    "abstain": "弃权",
    "none": "还没表态",
}
KINDS = {
    "party": "党员先锋",
    "united": "统战力量",
    "elder": "高龄长者",
    "child": "留守儿童",
    "hardship": "困难家庭",
    "alone": "独居老人",
    "disabled": "残障人士",
}


def _sprite(symbol: str = "") -> str:
    """The address of the sprite, or of one of its drawings. A hundred are asked for on a page, so
    where files are named after what is in them (they change with a restart only) it is kept."""
    icons = _collected("img/icons.svg") if settings.STATIC_MANIFEST else static("img/icons.svg")
    return f"{icons}#{symbol}" if symbol else icons


@lru_cache(maxsize=8)
def _collected(name: str) -> str:
    return static(name)


@lru_cache(maxsize=1024, typed=True)  # a page draws dozens of them, all known after the first day
def _drawn(sprite: str, name: str, classes: str, label: str) -> SafeString:
    spoken = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="{}" {}><use href="{}#{}"/></svg>', classes, spoken, sprite, name
    )


def _symbol(name: str, classes: str, label: str = "") -> SafeString:
    return _drawn(_sprite(), name, classes, label)


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """A line icon of the sprite: `{% icon "phone" %}`, `{% icon "check" "s" %}` (s, l, end, flip).

    Silent to screen readers unless `label` names it.
    """
    return _symbol(name, f"icon {classes}".strip(), label)


@register.simple_tag
def house_sign() -> SafeString:
    """The concentric circles of the house; its colours follow the ground it stands on."""
    return HOUSE_SIGN


@register.simple_tag
def blob(name: str, tone: str = "ink") -> SafeString:
    """An icon on a drop of water-colour. Tones: blue green ochre red plum ink."""
    shape = sum(map(ord, name)) % 3 + 1
    return format_html(
        '<span class="blob {}"><svg class="wash" aria-hidden="true"><use href="{}"/></svg>{}</span>',
        tone,
        _sprite(f"blob-{shape}"),
        icon(name),
    )


@register.simple_tag
def card_sign(item: Mapping[str, str]) -> SafeString:
    """The sign of a card: its picture, a seal cut with its character, or an icon."""
    if item.get("picture"):
        return format_html(
            '<img class="card-sign" src="{}" width="48" height="48" loading="lazy" alt="">',
            item["picture"],
        )
    if item.get("seal"):
        return drawing.seal(item["seal"], item.get("tone", "ink"), 48)
    return blob(item["icon"], item.get("tone", "ink")) if item.get("icon") else SafeString()


@register.simple_tag
def kind(name: str, label: bool = False) -> SafeString:
    """The sign of one of the seven kinds of people: a colour and a shape."""
    return _symbol(f"k-{name}", f"shape k-{name}", KINDS[name] if label else "")


@register.simple_tag
def stance(name: str, label: bool = False) -> SafeString:
    """The mark of a position: agree, if, against, abstain, none."""
    return _symbol(f"stance-{name}", f"stance stance-{name}", STANCES[name] if label else "")


@register.simple_tag
def face(level: int) -> SafeString:
    """The drawn face of a rating, 1 (很不满) to 5 (很满意)."""
    return _symbol(f"face-{level}", "smile")


@register.simple_tag
def bar(
    value: drawing.Number | None,
    max: drawing.Number | None,
    tick: drawing.Number | None = None,
    part: drawing.Number | None = None,
    tone: str = "",
    label: str = "",
) -> SafeString:
    """A bar from 0: `{% bar row.solved row.closed tick=street_rate tone="hot" %}`."""
    return drawing.bar(value, max, tick=tick, part=part, tone=tone, label=label)


@register.simple_tag
def waitbar(since: datetime, until: datetime, now: datetime | None = None) -> SafeString:
    """The thin bar of waiting; overdue it is red with a tick at the limit."""
    return drawing.waitbar(since, until, now or timezone.now())


@register.simple_tag
def daysleft(due: datetime | None, now: datetime | None = None) -> SafeString:
    """The deadline in words, coloured: 超 2 小时, 今天 17:30, 明天 12:00, 11-20."""
    if due is None:
        return mark_safe('<span class="mute">—</span>')
    words, tone = drawing.left_words(due, now or timezone.now())
    return format_html(
        '<time class="due-on {}" datetime="{}">{}</time>', tone, due.isoformat(), words
    )


@register.simple_tag
def rings(step: int, total: int, state: str = "now", size: int = 24, label: str = "") -> SafeString:
    """An issue's way as small rings in a row: `{% rings 3 8 "burn" label="定办法，已超期" %}`."""
    return drawing.rings(step, total, state=state, size=size, label=label)


@register.simple_tag
def dial(done: int, total: int, waiting: bool = True, label: str = "") -> SafeString:
    """The cut ring on residents' pages: green what is done, red what waits for them."""
    return drawing.dial(done, total, waiting=waiting, label=label)


@register.simple_tag
def ripple(steps: Sequence[Mapping[str, str]], label: str = "") -> SafeString:
    """The large rings on top of the tracking page; see drawing.ripple for a step."""
    return drawing.ripple(steps, label=label)


@register.simple_tag
def sparkline(
    values: Sequence[drawing.Number | None], digits: int = 1, hot: bool = False, label: str = ""
) -> SafeString:
    """A small line with first and last value."""
    return drawing.sparkline(values, digits=digits, hot=hot, label=label)


@register.inclusion_tag("parts/lines.html")
def lines(
    series: Sequence[drawing.Series | Mapping],
    labels: Sequence[str],
    label: str = "",
    between: str = "",
) -> dict:
    """A line chart with direct labels, and its figures as a table for people who read."""
    rows = [s if isinstance(s, drawing.Series) else drawing.Series(**s) for s in series]
    return {
        "svg": drawing.lines(rows, labels, label=label, between=between),
        "names": [row.name for row in rows],
        "table": [(text, [row.values[i] for row in rows]) for i, text in enumerate(labels)],
    }


@register.inclusion_tag("parts/clock.html")
def clock(days: Sequence[drawing.Day]) -> dict:
    """A row of days from arrival to deadline; make them with drawing.clock_days."""
    return {"days": days}


@register.inclusion_tag("parts/chain.html")
def chain(steps: Sequence[Mapping[str, str]]) -> dict:
    """The steps of an issue across its page.

    A step: label, state ("done", "now", "now late", "later", "skip"), when, note (may be empty).
    """
    return {"steps": steps}


@register.inclusion_tag("parts/round_table.html")
def round_table(seats: Sequence[Mapping], topic: str = "", state: str = "", note: str = "") -> dict:
    """Up to four seats round the matter.

    A seat: party, name, presence (words), stance (agree, if, against, abstain, none), here
    (bool), remote (bool). The middle says topic, state and note.
    """
    arcs = drawing.seat_arcs()
    placed = []
    for where, seat in zip(drawing.SEATS, seats, strict=False):
        path, x, y = arcs[where]
        mark = seat.get("stance") or "none"
        placed.append(
            {
                "remote": False,
                "name": "",
                "presence": "",
                **seat,
                "where": where,
                "path": path,
                "x": x,
                "y": y,
                "px": x - 11,
                "py": y - 11,
                "stance": mark,
                "word": STANCES[mark],
            }
        )
    return {
        "seats": placed,
        "topic": topic,
        "state": state,
        "note": note,
        "sprite": _sprite(),
    }


@register.simple_tag
def options(choices: Iterable) -> SafeString:
    """The options of a select, none of them chosen: `{% options field.field.choices %}`."""
    return _options(tuple((str(value), str(label)) for value, label in choices))


@lru_cache(maxsize=64)
def _options(choices: tuple) -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', choices)


@register.simple_tag
def other_doors(estate: Area, at: str = "") -> list[dict]:
    """What else a resident can begin here: `{% other_doors estate at as doors %}`."""
    return [
        {
            "label": door.label,
            "words": door.words,
            "icon": door.icon,
            "tone": door.tone,
            "url": door.url(estate, at),
        }
        for door in registries.doors
    ]


@register.simple_tag
def home_doors(home: Home, user: User) -> list[dict[str, str]]:
    """What staff can begin for a home, or what there is already where it was begun before:
    `{% home_doors home request.user as doors %}`."""
    area = home.entrance.building.area
    found = []
    for door in registries.home_doors:
        if can(user, door.permission, at=area):
            known = door.known and door.known(home, user)
            label, url = (known.title, known.url) if known else (door.label, door.url(home))
            found.append({"label": label, "icon": door.icon, "url": url})
    return found


@register.filter
def stamp(moment: datetime) -> str:
    """Day and time as lists show them: 11-20 08:46."""
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


@register.filter
def linked(figure: Figure) -> str:
    """A figure in words, leading to its cases for whoever may open them."""
    if not figure.url:
        return figure.words
    return format_html('<a href="{}">{}</a>', figure.url, figure.words)


@register.filter
def undo_url(message: object) -> str:
    """The address that takes a message's act back (its tag `undo:<url>`), or nothing."""
    for tag in str(getattr(message, "extra_tags", "") or "").split():
        if tag.startswith("undo:/") and not tag.startswith("undo://"):
            return tag.removeprefix("undo:")
    return ""


@register.filter
def marking(title: object, words: Sequence[str]) -> SafeString:
    """The title with the words that were looked for in <mark>."""
    return marked(str(title), words)


@register.filter
def initial(name: object) -> str:
    """The first character of a name, for the round sign beside it."""
    return str(name or "").strip()[:1]


@lru_cache(maxsize=1)
def icon_names() -> tuple[str, ...]:
    """Every icon of the sprite, for the component page."""
    found = finders.find("img/icons.svg")
    text = Path(found).read_text(encoding="utf-8") if isinstance(found, str) else ""
    return tuple(re.findall(r'<symbol id="([a-z0-9-]+)" viewBox="0 0 24 24"', text))
