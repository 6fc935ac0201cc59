"""总览: how the day stands, what waits for whoever works here (each counted to a bound), what is
on this week, which packages lack a visit, and for the street how its communities do."""

from datetime import timedelta

from django.utils import timezone

from stations.access import can
from stations.choices import COMMUNITY_STAFF, Level
from stations.foundation.keyset import capped_counts
from stations.models import Area
from stations.models.area import known_places, places_of
from stations.services import figures
from volunteers import access
from volunteers.choices import EventState, WishState
from volunteers.models import Hour, Membership, Order, Package, Slot, Wish
from volunteers.services.brands import first_moment, first_of_month
from volunteers.services.events import with_seats
from volunteers.services.identities import to_verify
from volunteers.services.package_rows import rows_of
from volunteers.services.packages import current_packages, packages_with_gaps, with_people
from volunteers.services.volunteer_list import active_at

MOST = 99
WEEK = timedelta(days=7)
SHOWN = 6  # rows of the week's events and of packages; the rest is on their own pages
ORDERED, SERVED = "volunteers.ordered", "volunteers.served"


def at(rows):
    """The same rows at the places where this person works: an index each, no OR."""
    return lambda user: rows().filter(area__in=places_of(user, COMMUNITY_STAFF))


# (words, address, icon, permission, f(user) -> rows)
WAITS = (
    (
        "点单等派",
        "orders",
        "hand-click",
        access.VIEW_ORDERS,
        at(lambda: Order.objects.to_dispatch()),
    ),
    (
        "时数等确认",
        "hours",
        "clock",
        access.CONFIRM_HOURS,
        at(lambda: Hour.objects.waiting().filter(other_at=None)),
    ),
    (
        "心愿等上墙",
        "wishes",
        "sparkles",
        access.KEEP_WISHES,
        at(lambda: Wish.objects.filter(state=WishState.DRAFT)),
    ),
    (
        "等加入队伍",
        "members_waiting",
        "user-plus",
        access.KEEP_TEAMS,
        at(lambda: Membership.objects.waiting()),
    ),
    ("等核对身份", "identities", "id", access.VERIFY_IDENTITY, to_verify),
)


def late_orders(user):
    """Orders past the moment that was promised."""
    return Order.objects.late().filter(area__in=places_of(user, COMMUNITY_STAFF))


def slots_between(user, first, last):
    """Times of open events that begin on these days, as far as this person sees them."""
    rows = Slot.objects.standing().visible_to(user).filter(event__state=EventState.OPEN)
    return rows.filter(starts_at__gte=first_moment(first), starts_at__lt=first_moment(last))


def today_of(user, today=None):
    """{"late", "waiting", "tomorrow"}: what the sentence on top says, each "4" or "99+" or "";
    orders only to whoever may see them."""
    today = today or timezone.localdate()
    sees = can(user, access.VIEW_ORDERS)
    to_dispatch = at(lambda: Order.objects.to_dispatch())
    many = [late_orders(user), to_dispatch(user)] if sees else []
    many.append(slots_between(user, today + timedelta(days=1), today + timedelta(days=2)))
    told = [f"{n}{'+' if more else ''}" if n else "" for n, more in capped_counts(many, MOST)]
    return {
        "late": told[0] if sees else "",
        "waiting": told[1] if sees else "",
        "tomorrow": told[-1],
    }


def week_of_events(user, today=None):
    """The times of open events within seven days, the next one first, with who comes."""
    today = today or timezone.localdate()
    rows = slots_between(user, today, today + WEEK).filter(ends_at__gt=timezone.now())
    # Which they are is found before anybody counts who comes: in one query the seats of the whole
    # city's week were counted for the first six of them.
    first = list(rows.order_by("starts_at", "pk").values_list("pk", flat=True)[:SHOWN])
    rows = with_seats(Slot.objects.filter(pk__in=first))
    return list(rows.select_related("event", "area").order_by("starts_at", "pk"))


def lacking_packages(user):
    """(rows of packages that this month lack a visit, how many more): for who keeps them."""
    if not can(user, access.KEEP_PACKAGES):
        return [], 0
    lacking = packages_with_gaps(current_packages().visible_to(user))
    first = sorted(lacking, key=lambda pk: (-lacking[pk], pk))[:SHOWN]
    found = with_people(Package.objects.filter(pk__in=first)).order_by("pk")
    return rows_of(list(found)), len(lacking) - len(first)


def communities_of(user, brands, today=None):
    """For whoever sees several communities, a row of figures for each: people, teams, orders,
    services, minutes of this month. `brands` are the rows of the page, so that sums agree."""
    places = known_places(user, access.VIEW.roles)
    if places is None:  # a district: too many to be kept with the person
        places = Area.objects.visible_to(user, access.VIEW.roles).filter(level=Level.COMMUNITY)
        places = places.order_by("path")[:MOST]
    areas = [area for area in places if area.level == Level.COMMUNITY][:MOST]
    if len(areas) < 2:
        return []
    today = today or timezone.localdate()
    keys = [area.pk for area in areas]
    read = figures.read(keys, [ORDERED, SERVED], first_of_month(today), today)
    active = active_at(keys)
    rows = [
        {
            "area": area,
            "active": active.get(area.pk, 0),
            "ordered": read.get((area.pk, ORDERED, ""), 0),
            "served": read.get((area.pk, SERVED, ""), 0),
            **sums_of([row for row in brands if row["brand"].area_id == area.pk]),
        }
        for area in areas
    ]
    return [row | {"is_any": any(row[key] for key in row if key != "area")} for row in rows]


def sums_of(rows):
    """{"teams", "services", "minutes"} of the brands of one community."""
    return {
        "teams": sum(row["brand"].team_count for row in rows),
        "services": sum(row["month"]["services"] for row in rows),
        "minutes": sum(row["month"]["minutes"] for row in rows),
    }


def waiting_for(user):
    """[{label, name, icon, count}] of what this person can act upon, in one query."""
    mine = [row for row in WAITS if can(user, row[3])]
    if not mine:
        return []
    counts = capped_counts([rows(user) for *_, rows in mine], MOST)
    return [
        {"label": label, "name": name, "icon": icon,
         "count": f"{count}{'+' if more else ''}", "is_any": count > 0}
        for (label, name, icon, *_), (count, more) in zip(mine, counts, strict=True)
    ]  # fmt: skip
