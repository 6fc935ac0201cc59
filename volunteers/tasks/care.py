"""Later work of care: orders of service packages, calls that are late."""

from datetime import timedelta

from stations.foundation.work import work
from volunteers.services import calls, package_gaps, packages

from .batches import go_on


@work("volunteers.make_package_orders", label="排服务包", every=timedelta(hours=6))
def make_package_orders(job):
    """What is planned for the next two weeks is ordered."""
    if packages.make_package_orders() >= packages.MOST_A_RUN:
        go_on("volunteers.make_package_orders", job)


@work("volunteers.keep_gaps", label="看服务包缺几次", every=timedelta(hours=6))
def keep_gaps(job):
    """Visits that did not take place are due, a batch of packages at a time."""
    if after := package_gaps.keep_gap_duties(job.arguments.get("after", 0)):
        go_on("volunteers.keep_gaps", job, after=after)


@work("volunteers.calls_due", label="排问候电话", every=timedelta(hours=1))
def calls_due(job):
    """Whoever should have been rung up the day before yesterday stands on a desk."""
    if max(calls.keep_call_duties()) == calls.BATCH:
        go_on("volunteers.calls_due", job)
