"""Later work of voluntary service: the volunteers themselves."""

from datetime import timedelta

from stations.foundation.work import work
from volunteers.services import insurance

from .batches import go_on


@work("volunteers.keep_insurance", label="看谁的保险快到期", every=timedelta(hours=6))
def keep_insurance(job):
    """Whose insurance ends soon stands on a desk, a batch at a time."""
    if max(insurance.keep_insurance_duties()) == insurance.BATCH:
        go_on("volunteers.keep_insurance", job)
