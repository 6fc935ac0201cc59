"""What the apps above hand back when the ground floor asks them: data only."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """Where somebody has to be, and when, for the day on the desk."""

    at: object
    title: str
    where: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """What a page may take over from the thing that something is raised out of, for one person.

    `source` is that thing, `url` its page; `text` holds nobody's name or number. `people` are
    [(key, words)] of whom it may be about, `who` the key of the one chosen. `contact()` ->
    {"name", "phone", "door"} in clear: calling it is a look that stands in the act log. `more`
    are values of further fields, for pages that know them by name.
    """

    source: object
    title: str
    url: str
    area: object
    home: object = None
    building: object = None
    entrance: object = None
    text: str = ""
    people: tuple = ()
    who: str = ""
    contact: Callable = dict
    more: dict = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a referred thing stands: its name, where it leads, its state in words."""

    title: str
    url: str
    state: str
    is_done: bool
    since: object = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a report: a title, column heads, and rows of plain values.

    `widths` are the columns' widths in characters; `words` is a sentence under the title.
    """

    title: str
    columns: tuple
    rows: list
    words: str = ""
    widths: tuple = ()


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something the search box found: its name, what tells it from others, where it leads.

    `exact`: its own number was typed. `icon` where it is not the one of its kind.
    """

    title: str
    url: str
    text: str = ""
    icon: str = ""
    exact: bool = False


@dataclass(frozen=True, kw_only=True)
class Done:
    """Something just done, in words that the public may read."""

    where: str
    what: str
    days: int


@dataclass(frozen=True, kw_only=True)
class Block:
    """A part of an estate's public page: data only, the page knows how to draw `kind`.

    kind "results": items with title, text, url, before, after, before_on, after_on.
    kind "meeting": items are agenda titles; `when` and `where` say the meeting.
    kind "cards": items with title, text, url and, if there is one, a sign: `picture` (the address
    of a small one), `seal` (a character cut into one) or `icon`, with their `tone`.
    `aside`: short, and stands beside the others on a wide screen.
    """

    kind: str
    title: str
    items: list
    url: str = ""
    when: object = None
    where: str = ""
    aside: bool = False
