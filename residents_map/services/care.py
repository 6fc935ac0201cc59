"""急事: something happened in a household, somebody looks in within 24 hours."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from residents_map.choices import EVENT_HOURS
from residents_map.models import CareEvent
from residents_map.services.visit_duties import CARE_DUTY, door_words
from residents_map.services.visits import CLOCK_SKEW, locked
from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.duties import start_duty

CARE_BACK_DAYS = 7


@transaction.atomic
def report_care(*, household, by, kind, at=None):
    """A hospital stay, a fall, a loss: whoever visits here looks in within 24 real hours.

    What happened may touch health, so the duty says the door and the hour, not the event.
    """
    household = locked(household)
    if household.until:
        refuse("这一户已经迁出了。")
    now = timezone.now()
    at = at or now
    if at > now + CLOCK_SKEW:
        refuse("这个时间还没到，请改一下。")
    if at < now - timedelta(days=CARE_BACK_DAYS):
        refuse(f"{CARE_BACK_DAYS} 天以前的事不用再记急事，直接去看一次就好。")
    at = min(at, now)
    try:
        with transaction.atomic():
            event = CareEvent.objects.create(
                household=household, area_id=household.area_id, kind=kind, at=at, by=by
            )
    except IntegrityError:
        refuse("这一户已经有一件急事在等人去看，去看过以后再记新的。")
    start_duty(
        CARE_DUTY,
        on=household,
        title=door_words(household),
        subtitle=f"{household.area} · 有急事，{EVENT_HOURS} 小时内去看一次",
        holder=household.visitor,
        since=at,
        until=at + timedelta(hours=EVENT_HOURS),
        day_and_night=True,
    )
    record("residents_map.report_care", on=household, by=by)
    return event
