"""What addresses hold, keys and days, never trusted; and pages that only go on.

`page` is for what one reads downwards from its newest row and leaves again (messages, the act
log, a points account): the caller filters by the key in `?after=`, and the way back is the first
page. A list that one works through, in the order of any column and page by page in both
directions, with its numbers counted: `keyset.page`.
"""

from datetime import date
from urllib.parse import urlencode

PAGE = 30
BIGGEST = 2**63 - 1
YEARS = range(1900, 2200)  # of days anybody means; weeks can be added to all of them


def page(rows, size=PAGE):
    """(rows of this page, key of its last row when there is more behind it, else None). `rows`
    is an ordered queryset that begins where the page does."""
    found = list(rows[: size + 1])
    more = found[size - 1].pk if len(found) > size else None
    return found[:size], more


def key_from(text):
    """A primary key out of a URL, or None when it is none."""
    text = (text or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    return int(text) if int(text) <= BIGGEST else None


def sensible_day(day):
    """Whether anybody can mean this day."""
    return day.year in YEARS


def day_from(text):
    """A day out of a URL, or None when it is none."""
    try:
        day = date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None
    return day if sensible_day(day) else None


def page_urls(request, *, before, older):
    """(back to the first page, on to the next one), with the filters kept; "" where none is."""
    kept = [
        (key, value)
        for key, values in request.GET.lists()
        if key != "after"
        for value in values
        if value
    ]
    first = f"{request.path}?{urlencode(kept)}" if kept else request.path
    following = f"{request.path}?{urlencode([*kept, ('after', older)])}"
    return (first if before else "", following if older else "")
