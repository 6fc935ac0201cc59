"""The way in, and the desk of whoever works here."""

from datetime import datetime

from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from stations.access import USE_DESK, VIEW_FIGURES, VIEW_WORK, requires, signed_in
from stations.foundation.http import show
from stations.foundation.keyset import in_utc
from stations.registries import duties, welcome
from stations.services import desk as desks
from stations.views.frame import address, may

# Where a person's work begins: the first of these they may use.
WAYS = (
    (USE_DESK.key, "stations:desk"),
    (VIEW_FIGURES.key, "stations:dashboard"),
    (VIEW_WORK.key, "stations:work"),
    ("volunteers.serve", "volunteers:mine"),  # of the floor above, when it stands there
)


@signed_in("sign-in leads here; people without a posting are told whom to ask")
def home(request):
    """Send people to where their work is; tell those who have none (yet) what comes."""
    for key, name in WAYS:
        if may(request.user, key) and (url := address(name)):
            return HttpResponseRedirect(url)
    for part in welcome:
        if url := part.run(request.user):
            return HttpResponseRedirect(url)
    return show(request, "stations/home.html", {})


@requires(USE_DESK)
def desk(request):
    """我的待办: the day in a sentence, then everything that is due, whichever app it is of."""
    now = timezone.now()
    groups = list(dict.fromkeys(kind.group for kind in duties)) + [desks.URGE]
    group = request.GET.get("group", "")
    group = group if group in groups else ""
    part = request.GET.get("part", "")
    part = part if part in desks.HEADINGS else ""
    place = place_from(request.GET.get("after", ""))
    context = desk_of(request.user, now, group=group, part=part, place=place)
    return show(request, "stations/desk.html", context | {"group": group, "part": part})


def desk_of(user, now, *, group, part, place):
    """What the desk shows: at most `PAGE` rows, and the sentence over all of them.

    Of a full heading only the first rows are shown, until `part` asks for all of them.
    """
    everything = list(desks.due_for(user)[: desks.PAGE + 1])
    urge = list(desks.to_urge(user, now)[: desks.PAGE + 1])
    rows = urge if group == desks.URGE else everything
    if place or (len(rows) > desks.PAGE and group):
        rows = page_of(user, now, group=group, place=place)
    elif group and group != desks.URGE:
        rows = [duty for duty in rows if duty.kind in desks.kinds_of(group)]
    more = place_of(rows[desks.PAGE - 1]) if len(rows) > desks.PAGE else ""
    lines = desks.lines(rows[: desks.PAGE], now)
    lines = [line for _, _, found in desks.under_headings(lines, now) for line in found]
    shown = sections(lines, now, part=part, whole=bool(place or group))
    urge_shown = [] if group or place or part else desks.lines(urge[: desks.URGE_SHOWN], now)
    is_urging = group == desks.URGE
    return {
        "now": now,
        "greeting": desks.greeting(now),
        "sentence": sentence(everything, now),
        "tabs": tabs(everything, urge),
        "sections": shown,
        "has_open_rows": bool(urge_shown or is_urging or {row["key"] for row in shown} - {"later"}),
        "is_asked_for": bool(place or group or part),
        "is_urging": is_urging,
        "urge": urge_shown,
        "urge_count": count_words(len(urge)),
        "first": lines[0].duty.pk if lines and group != desks.URGE else None,
        "more": "" if part else more,
        "schedule": desks.appointments(user, now),
        "waiting": desks.lines(desks.waiting_for(user)[: desks.WAITING_SHOWN], now),
    }


def sections(lines, now, *, part, whole):
    """[{key, heading, lines, count, left}] of the desk, each as long as one can take in."""
    found = []
    for key, heading, rows in desks.under_headings(lines, now):
        if part and key != part:
            continue
        shown = rows if part or whole else rows[: desks.SHOWN[key]]
        left = len(rows) - len(shown)
        found.append(
            {"key": key, "heading": heading, "lines": shown, "count": len(rows), "left": left}
        )
    return found


def page_of(user, now, *, group, place):
    """A later page, or one group of a desk too full to be sorted here."""
    rows = desks.to_urge(user, now) if group == desks.URGE else desks.due_for(user)
    if group and group != desks.URGE:
        rows = rows.filter(kind__in=desks.kinds_of(group))
    if place:
        rows = desks.after(rows, place)
    return list(rows[: desks.PAGE + 1])


def sentence(rows, now):
    """The figures of the opening sentence, from the rows themselves."""
    lines = desks.lines(rows[: desks.PAGE], now)
    headings = {key: found for key, _, found in desks.under_headings(lines, now)}
    today = headings.get("today", ())
    return {
        "late": len(headings.get("late", ())),
        "today": len(today),
        "urgent": sum(line.kind.urgent for line in today),
        "first": next((line for found in headings.values() for line in found), None),
        "many": len(rows) > desks.PAGE,
    }


def tabs(rows, urge):
    """[(group, words)]: how much of each group is due; groups with nothing are left out."""
    found = [("", count_words(len(rows)))]
    for name in dict.fromkeys(kind.group for kind in duties):
        kinds = set(desks.kinds_of(name))
        count = sum(duty.kind in kinds for duty in rows)
        if count:  # of a desk too full to be read at once only a least is known
            is_least = len(rows) > desks.PAGE
            found.append((name, f"{min(count, desks.PAGE)}+" if is_least else str(count)))
    if urge:
        found.append((desks.URGE, count_words(len(urge))))
    return found


def count_words(count):
    return f"{desks.PAGE}+" if count > desks.PAGE else str(count)


def place_of(duty):
    """Where a page ends, as it stands in the URL of the next one."""
    return f"{duty.until.isoformat()},{duty.pk}"


def place_from(text):
    """(until, pk) of a URL; anything else is the first page."""
    until, _, pk = text.replace("\x00", "").rpartition(",")
    try:
        moment = parse_datetime(until.replace(" ", "+"))
    except ValueError:
        return None
    moment = in_utc(moment) if isinstance(moment, datetime) else None
    if moment is None:
        return None
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return None
    return moment, int(pk)
