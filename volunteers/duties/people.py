"""What can be due with voluntary service: the volunteers themselves."""

from stations.choices import COMMUNITY_STAFF, Role
from stations.registries import duties
from volunteers.services.insurance import INSURANCE_ENDS, insurance_to_renew


def insurance_url(pk):
    """Where the new date is written down: on top of the volunteer's page."""
    return f"/volunteers/people/{pk}/#insurance"


duties.declare(
    INSURANCE_ENDS,
    label="保险快到期",
    group="志愿服务",
    icon="shield-check",
    verb="续保险",
    role=Role.WORKER,
    days=20,
    url=insurance_url,
    truth=lambda: insurance_to_renew().values_list("pk", flat=True),
    seen_by=COMMUNITY_STAFF,
    order=96,
)
