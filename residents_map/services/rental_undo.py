"""撤销检查: an inspection entered wrongly a moment ago does not count."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from residents_map.choices import InspectionState
from residents_map.models import Inspection
from residents_map.services.rental_duties import last_inspection
from residents_map.services.rentals import EVERY_DAYS, FIRST_DAYS, locked, make_void, take_result
from stations.foundation.refusal import refuse
from stations.services.acts import record

UNDO_MINUTES = 10


def refuse_to_undo(inspection, by):
    """One takes back one's own last inspection, within ten minutes, before anybody objected."""
    if inspection.by_id != by.pk or inspection.at < timezone.now() - timedelta(
        minutes=UNDO_MINUTES
    ):
        refuse("只有查的人十分钟内能撤销。查错了，请再查一次。")
    if inspection.state == InspectionState.VOID:
        refuse("这次检查已经不算数了。")
    if inspection.appealed_at:
        refuse("房东已经提了异议，等书记答复。")
    if inspection.rental.until:
        refuse("这间屋已经不出租了，不能再改。")
    if inspection.pk != last_inspection(inspection.rental).pk:
        refuse("这不是最近一次检查，撤不回来了。")


def may_undo(inspection, by):
    """Whether the page offers 撤销."""
    try:
        refuse_to_undo(inspection, by)
    except ValidationError:
        return False
    return True


@transaction.atomic
def undo_inspection(*, inspection, by):
    """Entered wrongly a moment ago: it stays in the record and does not count.

    The house stands as the inspection before says: its stars, its list, its next day.
    """
    rental = locked(inspection.rental)
    inspection = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
    inspection.rental = rental
    refuse_to_undo(inspection, by)
    make_void(inspection)
    earlier = last_inspection(rental)
    take_result(rental, earlier and earlier.stars, day_after(rental, earlier))
    record("residents_map.undo_inspection", on=rental, by=by, inspection=inspection.pk)
    return inspection


def day_after(rental, inspection):
    """When the house is next visited, as its last inspection says."""
    today = timezone.localdate()
    newer = rental.inspections.filter(pk__gt=inspection.pk if inspection else 0)
    if newer.exclude(decided_by=None).exists():  # an appeal was right: look again soon
        return today + timedelta(days=FIRST_DAYS)
    if inspection is None:
        return rental.since + timedelta(days=FIRST_DAYS)
    return inspection.fix_by or timezone.localdate(inspection.at) + timedelta(days=EVERY_DAYS)
