"""The duty of a rental house: twice a month somebody looks at it, and what was wrong again."""

from datetime import datetime, time

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from residents_map.choices import DUE_WITHIN, InspectionState
from residents_map.models import Inspection, Rental
from stations.models import Duty
from stations.services.duties import end_duty, start_duties, start_duty

RENTAL_VISIT = "residents_map.rental_visit"
RENTAL_APPEAL = "residents_map.rental_appeal"
BATCH = 500


def last_inspection(rental):
    """The inspection that counts now, or None."""
    return rental.inspections.exclude(state=InspectionState.VOID).order_by("-pk").first()


def due_rentals():
    """Houses whose visit stands on somebody's desk."""
    last = timezone.localdate() + DUE_WITHIN
    waiting = Inspection.objects.filter(rental=OuterRef("pk"), state=InspectionState.APPEALED)
    rows = Rental.objects.current().filter(next_visit_on__lte=last)
    return rows.filter(~Exists(waiting))


def facts(rental):
    """What the duty says: the door and the stars, never the landlord."""
    until = timezone.make_aware(datetime.combine(rental.next_visit_on, time(23, 59)))
    since = timezone.make_aware(datetime.combine(rental.next_visit_on - DUE_WITHIN, time.min))
    to_fix = next((row for row in open_fixes(rental)), None)
    said = f"复查，{to_fix.fix_by:%-m月%-d日}前整改好" if to_fix else "半月一次的走访"
    return {
        "title": f"{rental.home}出租屋",
        "subtitle": f"{rental.area} · {said}",
        "since": min(since, timezone.now()),
        "until": until,
    }


def open_fixes(rental):
    """The inspections of a house that still have to be put right."""
    known = getattr(rental, "to_fix", None)
    if known is not None:
        return known
    last = last_inspection(rental)
    return [last] if last and last.state == InspectionState.TO_FIX else []


def keep_rental_duty(rental):
    """Start or end the duty of one house, as its next day says."""
    day = rental.next_visit_on
    if rental.until or day is None or day > timezone.localdate() + DUE_WITHIN:
        end_duty(RENTAL_VISIT, on=rental)
        return
    start_duty(RENTAL_VISIT, on=rental, **facts(rental))


def keep_all_rental_duties():
    """Start what has become due, in batches; a house whose appeal waits is left alone."""
    started = 0
    while found := _start_batch():
        started += found
        if found < BATCH:
            break
    still = due_rentals().filter(pk=OuterRef("object_id"))
    gone = Duty.objects.open().filter(~Exists(still), kind=RENTAL_VISIT)
    gone.update(ended_at=timezone.now())
    return started


def _start_batch():
    has = Duty.objects.open().filter(kind=RENTAL_VISIT, object_id=OuterRef("pk"))
    newest = Inspection.objects.filter(state=InspectionState.TO_FIX).order_by("-pk")
    rows = due_rentals().filter(~Exists(has)).select_related("area", "home__entrance__building")
    rows = rows.prefetch_related(Prefetch("inspections", newest, to_attr="to_fix"))
    return start_duties(
        RENTAL_VISIT,
        [
            {"object_id": row.pk, "area_id": row.area_id, "holder_id": None, **facts(row)}
            for row in rows.order_by("pk")[:BATCH]
        ],
    )
