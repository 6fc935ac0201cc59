"""首页 of a volunteer: what comes next, in a constant number of queries."""

from datetime import date

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When
from django.utils import timezone

from stations.foundation.keyset import capped_counts
from stations.models import Message
from volunteers.choices import (
    ORDER_SERVED,
    ORDER_TAKEN,
    ORDER_WAITING,
    HourState,
    MemberState,
    SignUpState,
)
from volunteers.models import Ask, Hour, Membership, Order, Position, Roster, SignUp
from volunteers.services.ahead import MOST, ahead_of, next_and_later
from volunteers.services.brands import first_moment
from volunteers.services.events import LIVE
from volunteers.services.hours.who import is_verified
from volunteers.services.sign_ups import with_place

SHOWN = 5
COUNTED = 99


def first_page(volunteer):
    """Everything the first page says, as many queries however much there is."""
    now = timezone.now()
    memberships = list(
        Membership.objects.filter(
            volunteer=volunteer, state__in=[MemberState.IN, MemberState.APPLIED]
        ).select_related("team__brand", "team__leader", "team__deputy")
    )
    led = [m.team for m in memberships if volunteer.pk in (m.team.leader_id, m.team.deputy_id)]
    orders, sign_ups = orders_taken(volunteer)[:MOST], next_slots(volunteer, now)[:MOST]
    first, later = next_and_later(ahead_of(volunteer, orders, sign_ups))
    return {
        "rosters": places_in(list(rosters_of(volunteer)[:SHOWN]), volunteer),
        "first": first,
        "later": later[:SHOWN],
        "later_still": later[SHOWN:],
        "is_verified": is_verified(volunteer.user),
        "asks": list(asks_of(volunteer, now)[:SHOWN]),
        "hours": hours_of_year(volunteer, timezone.localdate().year),
        "memberships": memberships,
        "led": led,
        **waiting_for(volunteer, led),
    }


def rosters_of(volunteer):
    """Emergencies in which this volunteer has a place; they stand above everything else."""
    return Roster.objects.open().filter(
        pk__in=Position.objects.filter(volunteer=volunteer).order_by().values("roster")
    )


def places_in(rosters, volunteer):
    """The rosters, each with `places`: what this volunteer answers for, in words."""
    rows = Position.objects.filter(roster__in=rosters, volunteer=volunteer) if rosters else ()
    if rosters:
        rows = rows.select_related("building", "entrance__building").order_by("pk")
    for roster in rosters:
        roster.places = "、".join(str(one) for one in rows if one.roster_id == roster.pk)
    return rosters


def orders_taken(volunteer):
    """What was accepted and is not done, the next one first."""
    rows = Order.objects.filter(volunteer=volunteer, state__in=ORDER_TAKEN)
    # Within a day what has no time comes last; orders without a day are meant soon.
    return rows.select_related("area", "building", "entrance__building").order_by(
        F("wanted_on").asc(nulls_first=True), F("part").asc(nulls_last=True), "due_at", "pk"
    )


def orders_served(volunteer):
    """What this volunteer did, the last one first."""
    rows = Order.objects.filter(volunteer=volunteer, state__in=ORDER_SERVED)
    places = ("area", "building", "entrance__building")
    return rows.select_related(*places).order_by("-done_at", "-pk")


def asks_of(volunteer, now):
    """Orders this volunteer was asked to take and can still take."""
    rows = Ask.objects.waiting().filter(
        volunteer=volunteer, until__gt=now, order__state__in=ORDER_WAITING
    )
    return rows.select_related(
        "order__area", "order__building", "order__entrance__building"
    ).order_by("until", "pk")


def next_slots(volunteer, now):
    """Events this volunteer has a seat at, is offered one or waits for one, the next one first."""
    rows = SignUp.objects.filter(
        volunteer=volunteer,
        state__in=[*LIVE, SignUpState.PRESENT],
        slot__ends_at__gt=now,
    )
    return with_place(rows.select_related("slot__event")).order_by("slot__starts_at", "pk")


def hours_of_year(volunteer, year):
    """{"counted", "shown", "waiting"} minutes of services that began this year."""
    start = first_moment(date(year, 1, 1))

    def sum_of(state):
        return Sum(
            Case(When(state=state, then=F("minutes")), default=Value(0)),
            default=0,
            output_field=IntegerField(),
        )

    rows = Hour.objects.filter(volunteer=volunteer, began_at__gte=start).order_by()
    return rows.aggregate(
        counted=sum_of(HourState.COUNTED),
        shown=sum_of(HourState.SHOWN),
        waiting=sum_of(HourState.REPORTED),
    )


def minutes_of_year(volunteers, year):
    """{key: counted minutes} of services that began this year, of several people in one query."""
    start = first_moment(date(year, 1, 1))
    rows = Hour.objects.counted().filter(volunteer__in=volunteers, began_at__gte=start).order_by()
    sums = rows.values("volunteer").annotate(sum=Sum("minutes"))
    return dict(sums.values_list("volunteer", "sum"))


def waiting_for(volunteer, led):
    """What waits for this volunteer, counted no further than 99: who wants to join their teams,
    hours they should confirm, unread messages."""
    joining = Membership.objects.waiting().filter(team__in=led)
    confirm = Hour.objects.waiting().filter(Q(team__in=led), lead_at=None)
    confirm = confirm.exclude(volunteer=volunteer)
    unread = Message.objects.unread().filter(recipient=volunteer.user_id)
    counts = capped_counts([joining, confirm, unread], COUNTED)
    names = ("joining", "confirm", "unread")
    return {
        name: f"{count}{'+' if more else ''}" if count else ""
        for name, (count, more) in zip(names, counts, strict=True)
    }
