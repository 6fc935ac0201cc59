"""What can be due with people who are looked after: a call, a visit of a package."""

from stations.choices import COMMUNITY_STAFF, Role
from stations.registries import duties
from volunteers.services.calls import overdue
from volunteers.services.care import CALL_DUTY
from volunteers.services.packages import GAP_DUTY, packages_with_gaps


def call_url(pk):
    """The call list, beginning with this person."""
    return f"/calls/?first={pk}"


def package_url(pk):
    """Where the missing visit is made up for."""
    return f"/packages/{pk}/"


duties.declare(
    CALL_DUTY,
    label="问候电话",
    group="服务包",
    icon="phone-call",
    verb="打电话",
    role=Role.WORKER,
    days=1,
    url=call_url,
    truth=lambda: overdue().values_list("pk", flat=True),
    seen_by=COMMUNITY_STAFF,
    order=30,
)
duties.declare(
    GAP_DUTY,
    label="服务包缺一次",
    group="服务包",
    icon="package",
    verb="补一次",
    role=Role.WORKER,
    days=2,
    url=package_url,
    truth=lambda: list(packages_with_gaps()),
    seen_by=COMMUNITY_STAFF,
    order=32,
)
