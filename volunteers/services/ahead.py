"""What somebody promised and has still to do: orders, seats, places in a line, wishes, posts."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import dateformat, timezone

from volunteers.choices import OrderState, SignUpState, WishState
from volunteers.models import Claim, Wish
from volunteers.services.posts import NEAR

MOST = 20  # of each kind; more than that nobody has promised
DAY, MOMENT = "n月j日 l", "n月j日 l H:i"


@dataclass(frozen=True)
class Ahead:
    """One promise. `page` and `key` lead to it; only what has a place and a time can come next."""

    sort: datetime
    when: str
    title: str
    place: str
    page: str
    key: int
    note: str = ""
    is_pressing: bool = False
    can_be_next: bool = False
    is_on_way: bool = False


def ahead_of(volunteer, orders, sign_ups):
    """Everything that was promised, soonest first; two queries more than the rows given."""
    rows = [
        *(of_order(order) for order in orders),
        *(of_sign_up(row) for row in sign_ups),
        *(of_wish(wish) for wish in wishes_claimed(volunteer)),
        *(of_claim(claim) for claim in claims_ending(volunteer)),
    ]
    return sorted(rows, key=lambda row: row.sort)


def next_and_later(rows):
    """(what to go to next, everything else)."""
    first = next((row for row in rows if row.can_be_next), None)
    return first, [row for row in rows if row is not first]


def wishes_claimed(volunteer):
    """Wishes this volunteer has promised, the next day first."""
    rows = Wish.objects.filter(volunteer=volunteer, state=WishState.CLAIMED)
    return rows.order_by("claimed_until", "pk")[:MOST]


def claims_ending(volunteer):
    """Posts whose half year is nearly over: said again, or given back."""
    rows = Claim.objects.current().filter(
        volunteer=volunteer, until__lte=timezone.localdate() + NEAR
    )
    return rows.select_related("post__area").order_by("until", "pk")[:MOST]


def at_day(day: date, at=time.min):
    """The moment a day begins, or that hour of it: what dates and moments are sorted by."""
    return timezone.make_aware(datetime.combine(day, at))


def of_order(order):
    """An order without a day is meant soon; within a day the part of it decides."""
    day, when = order.wanted_on, "说好时间就去"
    if day:
        part = f" {order.get_part_display()}" if order.part is not None else ""
        when = f"{dateformat.format(day, DAY)}{part}"
    hour = {0: 8, 1: 13, 2: 18}.get(order.part, 23)
    return Ahead(
        sort=at_day(day, time(hour)) if day else order.created_at,
        when=when,
        title=order.get_help_display(),
        place=str(order.entrance or order.building or order.area),
        page="my_order",
        key=order.pk,
        can_be_next=True,
        is_on_way=order.state == OrderState.ON_WAY,
    )


def of_sign_up(row):
    """A seat, or a place in the line for one."""
    offered = row.state == SignUpState.OFFERED
    waiting = row.state == SignUpState.WAITING
    note = f"候补第{row.place}位" if waiting else "有空位，等您点头" if offered else ""
    return Ahead(
        sort=row.starts_at,
        when=dateformat.format(timezone.localtime(row.starts_at), MOMENT),
        title=str(row.slot.event),
        place=row.slot.event.place,
        page="my_event",
        key=row.slot.event_id,
        note=note,
        is_pressing=offered,
        can_be_next=not waiting,
    )


def of_wish(wish):
    """A wish that was claimed, pressing when its day has passed."""
    late = wish.claimed_until < timezone.localdate()
    return Ahead(
        sort=at_day(wish.claimed_until),
        when=f"{dateformat.format(wish.claimed_until, 'n月j日')}前",
        title=wish.title,
        place=f"{wish.first_name}的心愿",
        page="my_wish",
        key=wish.pk,
        note="到日子了" if late else "",
        is_pressing=late,
    )


def of_claim(claim):
    """A post whose half year ends soon."""
    return Ahead(
        sort=at_day(claim.until),
        when=f"{dateformat.format(claim.until, 'n月j日')}到期",
        title=str(claim.post),
        place=str(claim.post.area),
        page="my_posts",
        key=0,
        note="续不续？",
        is_pressing=True,
    )
