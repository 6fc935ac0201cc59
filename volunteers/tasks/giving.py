"""Later work of voluntary service: wishes that are late, and who wished what is over."""

from datetime import timedelta

from stations.foundation.work import work
from volunteers.services.wishes import forget_wishers, tend_wishes, tending

from .batches import go_on


@work("volunteers.tend_wishes", label="问问到期的心愿", every=timedelta(hours=6))
def tend(job):
    """Late wishes: tell, then put back on the board; forget who wished what is long over."""
    if max(*tend_wishes(), forget_wishers()) == tending.BATCH:
        go_on("volunteers.tend_wishes", job)
