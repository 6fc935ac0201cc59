"""The staff frame: where one is, what one may open, how much waits. Not a page itself."""

import hmac
from datetime import timedelta
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from stations.access import FIND, READ_MESSAGES, USE_DESK, can
from stations.foundation.keyset import capped_counts
from stations.foundation.sealed import index_key
from stations.models import Duty, Message
from stations.registries import menu, permissions

MOST = 100  # counts stop here: "99+" says as much, and the query stays small
ENTER = "deliberation.enter_issue"  # a page of the floor above, when it stands there
COUNTED = {"desk": "超期的和今明两天到期的"}  # what the number beside an entry counts
TABS = 4  # a thumb finds four; the rest is under 更多


def frame(request):
    """Context processor. Asks nothing of the database until a page draws the frame."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"frame": {}}
    return {"frame": SimpleLazyObject(lambda: frame_of(user, request.path))}


def frame_of(user, path):
    """Everything templates/staff.html draws round a page for this person."""
    posting = next(iter(user.current_postings()), None)
    unread, due = waiting(user)
    counts = {"desk": due}
    nav = [
        {
            "label": entry.label,
            "icon": entry.icon,
            "url": url,
            "count": counts.get(entry.key, ""),
            "counted": COUNTED.get(entry.key, ""),
            "tab": entry.tab,
            "room": (url, *entry.covers),
        }
        for entry in menu
        if can(user, entry.permission) and (url := address(entry.url_name))
    ]
    here = max(
        (near for item in nav for near in item["room"] if path.startswith(near)),
        default="",
        key=len,
    )
    for item in nav:
        item["on"] = here in item["room"]  # of /map/ and /map/boards/ the nearer one
    return {
        "place": posting.area.name if posting else "",
        "above": place_above(posting),
        "nav": nav,
        "tabs": [item for item in nav if item["tab"]][:TABS],
        "person": {
            "name": str(user),
            "role_label": role_label(posting),
            "initial": user.initial,
        },
        "unread": unread,
        "messages_url": address("stations:messages") if can(user, READ_MESSAGES) else "",
        "enter_url": address("deliberation:issue_new") if may(user, ENTER) else "",
        "outbox_key": outbox_key(user),
        "search_url": address("stations:find") if can(user, FIND) else "",
    }


def outbox_key(user):
    """The key with which this person's browser seals what it could not send yet: who finds the
    phone and cannot sign in cannot read it either."""
    return hmac.new(index_key("outbox"), str(user.pk).encode(), sha256).hexdigest()


def address(name):
    """The URL of that name, or nothing where no page stands there (yet)."""
    return _address(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@cache
def _address(name, urlconf, prefix):
    """Every page asks for the same dozen; they change with the table of addresses only."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def may(user, key):
    """Whether the user holds the permission of that key, wherever it was declared."""
    return key in permissions and can(user, permissions[key])


def waiting(user):
    """[unread messages, pressing duties] in words: "" for none, "99+" from a hundred on.

    Pressing is what is late or due today or tomorrow: a count of the whole month says nothing.
    """
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    due = Duty.objects.none()
    if can(user, USE_DESK):
        due = Duty.objects.for_person(user).filter(until__lt=today + timedelta(days=2))
    return capped(Message.objects.unread().visible_to(user), due)


def capped(*many):
    """How many rows each of these are, in words, from one query."""
    counts = capped_counts(many, MOST - 1)
    return [f"{count}{'+' if more else ''}" if count else "" for count, more in counts]


def place_above(posting):
    """The name of the place above, small over the own one; the city has none."""
    above = posting.area.parent if posting and posting.area.parent_id else None
    return above.name if above else ""


def role_label(posting):
    """What the person is posted as, as it stands under the name."""
    return (posting.title or posting.get_role_display()) if posting else "还没有岗位"
