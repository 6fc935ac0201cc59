"""What can be due with voluntary service: hours."""

from django.db.models import Q

from stations.choices import COMMUNITY_STAFF, Role
from stations.registries import duties
from volunteers.access import SECRETARIES
from volunteers.choices import HourSource, HourState, OrderState
from volunteers.models import Hour
from volunteers.services.hours import CONFIRM_DUTY, DECIDE_DUTY


def hour_url(pk):
    """Where an hour is read, confirmed and decided."""
    return f"/hours/{pk}/"


def waiting_for_station():
    """Hours whose other side is the station: nobody was helped who could say so, or they said
    the order was done and the hour could not take their word yet (see orders/ending.py)."""
    nobody = Q(source__in=(HourSource.SAID, HourSource.SLOT))
    said = Q(order__state__in=(OrderState.CONFIRMED, OrderState.RATED))
    return Hour.objects.waiting().filter(nobody | said, other_at=None).values_list("pk", flat=True)


duties.declare(
    CONFIRM_DUTY,
    label="确认时数",
    group="志愿服务",
    icon="clock",
    verb="确认",
    role=Role.WORKER,
    days=5,
    url=hour_url,
    truth=waiting_for_station,
    seen_by=COMMUNITY_STAFF,
    order=94,
)
duties.declare(
    DECIDE_DUTY,
    label="看有疑问的时数",
    group="志愿服务",
    icon="clock",
    verb="决定",
    role=Role.SECRETARY,
    days=3,
    url=hour_url,
    truth=lambda: Hour.objects.filter(state=HourState.HELD).values_list("pk", flat=True),
    seen_by=SECRETARIES,
    order=62,
)
