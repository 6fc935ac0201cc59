"""The search box: every kind of thing asked once, each by its own app and for its own people."""

from dataclasses import dataclass

from django.urls import reverse

from stations.access import can
from stations.registries import finders, own_searches

EACH = 5  # rows of a kind on a page of all kinds
ALONE = 50  # rows of the one kind that was asked for


@dataclass(frozen=True)
class Group:
    """What was found of one kind. `more`: there are others, and `url` leads to all of them ("" if
    no address may hold what was typed)."""

    finder: object
    rows: list
    more: bool
    url: str


def find_all(user, sought, only=""):
    """[Group] of what this person may open, kinds without any left out; `only` names one kind."""
    groups = []
    most = ALONE if only else EACH
    for finder in finders:
        if only not in ("", finder.key) or not can(user, finder.permission):
            continue
        rows = finder.run(user, sought, most + 1) if sought.text else []
        if rows:
            more = len(rows) > most
            url = whole(finder, sought) if more and not only else ""
            groups.append(Group(finder, rows[:most], more, url))
    return groups


def whole(finder, sought):
    """Where all of a kind are: the app's own list, or this search for the one kind."""
    if finder.whole:
        return finder.whole(sought)
    return sought.in_list("stations:find", kind=finder.key)


def straight_to(groups, sought):
    """The address of the one thing whose number was typed, or "". A bare number leads there only
    when nothing else has it in it."""
    rows = [row for group in groups for row in group.rows]
    exact = [row for row in rows if row.exact]
    if len(exact) != 1 or (sought.text.isdigit() and len(rows) > 1):
        return ""
    return exact[0].url


def offers(user, sought):
    """[(own search, its address)] to which the words can be handed on."""
    if not sought.text:
        return []
    return [
        (search, reverse(search.url_name))
        for search in own_searches
        if can(user, search.permission) and search.fits(sought)
    ]


def kinds_for(user):
    """The kinds that this person can look for."""
    return [finder for finder in finders if can(user, finder.permission)]
