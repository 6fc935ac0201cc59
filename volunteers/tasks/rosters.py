"""Later work of voluntary service: what is kept no longer than it serves."""

from datetime import timedelta

from stations.foundation.work import work
from volunteers.services import forgetting

from .batches import go_on


@work("volunteers.erase_rosters", label="删到期的应急资料", every=timedelta(days=1))
def erasing_rosters(job):
    """Names, phones, doors and words of emergencies long over, a batch at a time."""
    if forgetting.erase_rosters() == forgetting.ROSTERS:
        go_on("volunteers.erase_rosters", job)


@work("volunteers.erase_guardians", label="删到期的监护人资料", every=timedelta(days=1))
def erasing_guardians(job):
    """Who came of age, or was refused long ago, needs no guardian, a batch at a time."""
    if forgetting.erase_guardians() == forgetting.BATCH:
        go_on("volunteers.erase_guardians", job)
