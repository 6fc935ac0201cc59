"""总览: how much of voluntary service waits for whoever works here, each counted to a bound."""

from stations.access import can
from stations.choices import COMMUNITY_STAFF
from stations.foundation.keyset import capped_counts
from stations.models.area import places_of
from volunteers import access
from volunteers.choices import WishState
from volunteers.models import Hour, Membership, Order, Wish
from volunteers.services.identities import to_verify

MOST = 99


def at(rows):
    """The same rows at the places where this person works: an index each, no OR."""
    return lambda user: rows().filter(area__in=places_of(user, COMMUNITY_STAFF))


# (words, address, its query, icon, permission, f(user) -> rows)
WAITS = (
    (
        "点单等派",
        "orders",
        "",
        "hand-click",
        access.VIEW_ORDERS,
        at(lambda: Order.objects.to_dispatch()),
    ),
    (
        "时数等确认",
        "hours",
        "",
        "clock",
        access.CONFIRM_HOURS,
        at(lambda: Hour.objects.waiting().filter(other_at=None)),
    ),
    (
        "心愿等上墙",
        "wishes",
        "",
        "sparkles",
        access.KEEP_WISHES,
        at(lambda: Wish.objects.filter(state=WishState.DRAFT)),
    ),
    (
        "等加入队伍",
        "volunteers",
        "?state=applied",
        "user-plus",
        access.KEEP_TEAMS,
        at(lambda: Membership.objects.waiting()),
    ),
    ("等核对身份", "identities", "", "id", access.VERIFY_IDENTITY, to_verify),
)


def waiting_for(user):
    """[{label, name, query, icon, count}] of what this person can act upon, in one query."""
    mine = [row for row in WAITS if can(user, row[4])]
    if not mine:
        return []
    counts = capped_counts([rows(user) for *_, rows in mine], MOST)
    return [
        {"label": label, "name": name, "query": query, "icon": icon,
         "count": f"{count}{'+' if more else ''}", "is_any": count > 0}
        for (label, name, query, icon, *_), (count, more) in zip(mine, counts, strict=True)
    ]  # fmt: skip
