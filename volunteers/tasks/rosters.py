"""Later work of voluntary service: what is kept no longer than it serves."""

from datetime import timedelta

from stations.foundation.work import work
from stations.services.work import later
from volunteers.services import forgetting


@work("volunteers.erase_rosters", label="删到期的应急资料", every=timedelta(days=1))
def erasing_rosters(job):
    """Names, phones, doors and words of emergencies long over, a batch at a time."""
    if forgetting.erase_rosters() == forgetting.ROSTERS:
        later("volunteers.erase_rosters", key=f"{job.key}+")


@work("volunteers.erase_guardians", label="删成年志愿者的监护人资料", every=timedelta(days=1))
def erasing_guardians(job):
    """Who came of age needs no guardian, a batch at a time."""
    if forgetting.erase_guardians() == forgetting.BATCH:
        later("volunteers.erase_guardians", key=f"{job.key}+")
