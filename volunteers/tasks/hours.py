"""Later work of voluntary service: hours."""

from datetime import timedelta

from stations.foundation.work import work
from stations.services.work import later
from volunteers.services.hours import BATCH, count_hours


@work("volunteers.count_hours", label="时数计入", every=timedelta(minutes=10))
def counting(job):
    """Hours whose three days are over count: a batch at a time, each with its own commit."""
    if count_hours() == BATCH:
        turn, _, batch = job.key.partition("+")
        later("volunteers.count_hours", key=f"{turn}+{int(batch or 0) + 1}")
