"""Later work of care: orders of service packages, calls that are late."""

from datetime import timedelta

from stations.foundation.work import work
from volunteers.services.calls import keep_call_duties
from volunteers.services.packages import keep_gap_duties
from volunteers.services.packages import make_package_orders as make_orders


@work("volunteers.make_package_orders", label="排服务包", every=timedelta(hours=6))
def make_package_orders(job):
    """What is planned for the next two weeks is ordered; what did not take place is due."""
    make_orders()
    keep_gap_duties()


@work("volunteers.calls_due", label="排问候电话", every=timedelta(hours=1))
def calls_due(job):
    """Whoever should have been rung up the day before yesterday stands on a desk."""
    keep_call_duties()
