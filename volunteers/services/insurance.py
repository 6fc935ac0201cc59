"""保险: who does work that asks for insurance (志愿服务条例 第17条), whose insurance ends, and the
station's duty to renew it.

Most of it becomes due by the calendar, so later work starts it; the acts on a volunteer end it and
start it again at once. It names nobody: a reminder may leave the portal by mail.
"""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from stations.models import Duty
from stations.services.duties import end_duty, end_stale, start_duties, without_duty
from volunteers.choices import (
    ORDER_TAKEN,
    RISKY,
    SEATED,
    EventState,
    Help,
    RosterGroup,
    VolunteerState,
)
from volunteers.messages.people import insurance_ends_soon
from volunteers.models import Order, Position, SignUp, Volunteer

INSURANCE_ENDS = "volunteers.insurance_ends"
ENDS_WITHIN = timedelta(days=30)
DAY_ENDS = time(23, 59)  # the last day is insured as a whole
BATCH = 500


def needs_insurance():
    """Those who serve and do risky work, or have it in hand: by what they said they do, an order
    they took, a seat in an event ahead, a place among those who disinfect."""
    whose = {"volunteer": OuterRef("pk")}
    order = Order.objects.filter(**whose, state__in=ORDER_TAKEN, help__in=RISKY)
    seat = SignUp.objects.filter(
        **whose,
        state__in=SEATED,
        ends_at__gt=timezone.now(),
        slot__cancelled_at=None,
        slot__event__is_risky=True,
        slot__event__state=EventState.OPEN,
    )
    place = Position.objects.filter(**whose, group=RosterGroup.DISINFECTION, roster__closed_at=None)
    does = Q(helps__overlap=[str(help) for help in RISKY])
    return Q(state=VolunteerState.ACTIVE) & (does | Exists(order) | Exists(seat) | Exists(place))


def ends_between(first, last):
    """Of these, whose insurance ends on one of these days."""
    return needs_insurance() & Q(insured_until__range=(first, last))


def insurance_to_renew(today=None):
    """Volunteers whose insurance ends within thirty days, or has ended, and who need it still.
    Whoever never had any is not asked for here: they are only left out of risky work."""
    last = (today or timezone.localdate()) + ENDS_WITHIN
    return Volunteer.objects.filter(needs_insurance(), insured_until__lte=last)


def settle_insurance(volunteer):
    """After an act on a volunteer (the caller holds them): the duty stands as they stand now. One
    that is due still for the same day goes on with its clock."""
    open_one = Duty.objects.open().filter(kind=INSURANCE_ENDS, object_id=volunteer.pk).first()
    is_due = insurance_to_renew().filter(pk=volunteer.pk).exists()
    if open_one and is_due and open_one.until == last_moment(volunteer):
        return
    if open_one:
        end_duty(INSURANCE_ENDS, on=volunteer)
    if is_due:
        start([volunteer])


@transaction.atomic
def keep_insurance_duties():
    """Whoever's insurance ends soon stands on the station's desk, who needs none any more does
    not. A batch of either at a time, people in the midst of an act left for the next turn; gives
    (ended, started): a full batch has more behind it."""
    due = insurance_to_renew()
    ended = end_stale(INSURANCE_ENDS, due, BATCH)
    fresh = without_duty(INSURANCE_ENDS, due).select_related("area")
    fresh = fresh.order_by("insured_until", "pk")
    held = fresh.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return ended, start(list(held[:BATCH]))


def start(volunteers):
    """The duty of each of them; who is still insured hears it too."""
    insurance_ends_soon([one for one in volunteers if one.is_insured()])
    return start_duties(INSURANCE_ENDS, [facts(volunteer) for volunteer in volunteers])


def facts(volunteer):
    """What the duty says: a number, the day, and the risky work; no name."""
    until = last_moment(volunteer)
    risky = [help for help in volunteer.helps if help in RISKY]
    does = "、".join(Help(help).label for help in risky) or "手上有要保险的事"
    return {
        "object_id": volunteer.pk,
        "area_id": volunteer.area_id,
        "holder_id": None,
        "title": f"志愿者{volunteer.number}的保险{volunteer.insured_until:%-m月%-d日}到期",
        "subtitle": f"{volunteer.area} · {does}",
        "since": min(timezone.now(), until),
        "until": until,
    }


def last_moment(volunteer):
    """The end of the last day on which they are insured."""
    return timezone.make_aware(datetime.combine(volunteer.insured_until, DAY_ENDS))


def a_year_more(volunteer, today=None):
    """The day to which insurance is usually renewed: a year after the last one, or from today
    where it has ended."""
    begin = max(volunteer.insured_until, today or timezone.localdate())
    try:
        return begin.replace(year=begin.year + 1)
    except ValueError:  # 29 February
        return begin.replace(year=begin.year + 1, day=28)
