"""Later work of voluntary service: hours."""

from datetime import timedelta

from stations.foundation.work import work
from volunteers.services.hours import BATCH, count_hours

from .batches import go_on


@work("volunteers.count_hours", label="时数计入", every=timedelta(minutes=10))
def counting(job):
    """Hours whose three days are over count: a batch at a time, each with its own commit."""
    if count_hours() == BATCH:
        go_on("volunteers.count_hours", job)
