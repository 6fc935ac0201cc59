"""The gaps of all service packages, kept on the desk as the days go by."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.calendar import add_workdays
from stations.models import Duty
from stations.registries import duties
from stations.services.duties import end_duties, end_stale, start_duties

from .packages import BATCH, GAP_DUTY, current_packages, gap_words, with_gaps


@transaction.atomic
def keep_gap_duties(after=0, today=None):
    """Each package that lacks a visit stands on the worker's desk, each that does not is off.
    What lacks one more says so; its clock goes on.

    One batch of packages, by key from the one after `after`; returns the last key, None with the
    last batch.
    """
    end_stale(GAP_DUTY, current_packages(), BATCH)
    rows = list(current_packages().filter(pk__gt=after)[:BATCH])
    lacking = with_gaps(rows, today)
    opened = Duty.objects.open().filter(kind=GAP_DUTY, object_id__in=[row.pk for row in rows])
    known = {duty.object_id: duty for duty in opened}
    end_duties(GAP_DUTY, known.keys() - lacking.keys())
    words = {row.pk: gap_words(row, lacking[row.pk]) for row in rows if row.pk in lacking}
    now = timezone.now()
    clock = {"since": now, "until": add_workdays(now, duties[GAP_DUTY].days), "holder_id": None}
    start_duties(
        GAP_DUTY,
        [
            {"object_id": row.pk, "area_id": row.area_id, **clock, **words[row.pk]}
            for row in rows
            if row.pk in lacking.keys() - known.keys()
        ],
    )
    changed = [known[pk] for pk in words.keys() & known if known[pk].title != words[pk]["title"]]
    for duty in changed:
        duty.title, duty.subtitle = words[duty.object_id].values()
    Duty.objects.bulk_update(changed, ["title", "subtitle"])
    return rows[-1].pk if len(rows) == BATCH else None
