"""The duty of a visit: a week before its day it stands on the visitor's desk."""

from datetime import datetime, time

from django.db.models import Case, Exists, OuterRef, Prefetch, When
from django.utils import timezone

from residents_map.choices import DUE_WITHIN, IN_PLAN, Kinship
from residents_map.models import Household, Person
from stations.models import Area, Duty, Figure
from stations.services.duties import end_duty, start_duties, start_duty
from stations.services.figures import mark_stale

VISIT_DUTY = "residents_map.visit"
CARE_DUTY = "residents_map.care"
BATCH = 500


def due_now():
    """The households whose visit stands on somebody's desk."""
    return Household.objects.due_by(timezone.localdate() + DUE_WITHIN)


def door_words(household):
    """3栋2单元402 刘*芳家: the door and a masked name, enough to know which one."""
    name = head_name(household)
    return f"{household.home} {name}家" if name else str(household.home)


def head_name(household):
    """The masked name of the head, or of the first grown-up; of a child none."""
    people = getattr(household, "heads", None)
    if people is None:
        people = grown_up().filter(household=household)[:1]
    return next((person.masked_name for person in people), "")


def grown_up():
    """People who live here and are no children, the head first."""
    rows = Person.objects.residents().filter(name_sealed="")
    head_first = Case(When(kinship=Kinship.HEAD, then=0), default=1)
    return rows.order_by(head_first, "pk")


def with_heads(households):
    """The households with their door and head: two queries for all of them."""
    return households.select_related("area", "home__entrance__building").prefetch_related(
        Prefetch("people", grown_up(), to_attr="heads")
    )


def day_end(day):
    """The last minute of a day here."""
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def facts(household, now):
    """What the duty says: never what is known of the people, only the door and how often."""
    until = day_end(household.next_visit_on)
    week_before = timezone.make_aware(
        datetime.combine(household.next_visit_on - DUE_WITHIN, time.min)
    )
    last = household.last_visit_at
    seen = f"上次 {timezone.localtime(last):%-m月%-d日}" if last else "还没去过"
    return {
        "title": door_words(household),
        "subtitle": f"{household.area} · {household.get_tier_display()} · {seen}",
        "since": week_before if until < now else min(now, until),
        "until": until,
    }


def keep_visit_duty(household):
    """Start, move or end the duty of one household, as its plan says now."""
    now = timezone.now()
    day = household.next_visit_on
    if household.until or not household.tier or day > timezone.localdate(now) + DUE_WITHIN:
        end_duty(VISIT_DUTY, on=household)
        return
    said = facts(household, now)
    duty = Duty.objects.open().filter(kind=VISIT_DUTY, object_id=household.pk).first()
    if duty and (duty.until, duty.holder_id) == (said["until"], household.visitor_id):
        return
    start_duty(VISIT_DUTY, on=household, holder=household.visitor, fresh=duty is None, **said)


def keep_all_visit_duties():
    """Start what has become due, end what no longer is. Returns how many were started.

    Computed from the data, in batches: "due within seven days and no open duty".
    """
    started = 0
    while started_now := _start_batch():
        started += started_now
        if started_now < BATCH:
            break
    still = due_now().filter(pk=OuterRef("object_id"))
    gone = Duty.objects.open().filter(~Exists(still), kind=VISIT_DUTY)
    gone.update(ended_at=timezone.now())
    _begin_month()
    return started


def _start_batch():
    now = timezone.now()
    has = Duty.objects.open().filter(kind=VISIT_DUTY, object_id=OuterRef("pk"))
    rows = with_heads(due_now().filter(~Exists(has)).order_by("pk"))[:BATCH]
    return start_duties(
        VISIT_DUTY,
        [
            {
                "object_id": row.pk,
                "area_id": row.area_id,
                "holder_id": row.visitor_id,
                **facts(row, now),
            }
            for row in rows
        ],
    )


def _begin_month():
    """A month has a rate from its first day on, also where nobody has been visited yet."""
    first = timezone.localdate().replace(day=1)
    counted = Figure.objects.filter(area=OuterRef("area"), day=first, key=IN_PLAN, split="")
    places = Household.objects.monthly().filter(~Exists(counted)).order_by()
    for area in Area.objects.filter(pk__in=places.values("area")):
        mark_stale(area=area, day=first)
