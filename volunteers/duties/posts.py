"""What can be due with voluntary service: posts."""

from stations.choices import Role
from stations.registries import duties
from volunteers.services.posts import CLAIM_ENDS, near_their_end

duties.declare(
    CLAIM_ENDS,
    label="认领快到期",
    group="志愿服务",
    icon="flag",
    verb="问问续不续",
    role=Role.WORKER,
    days=7,
    url=lambda pk: f"/posts/claims/{pk}/",
    truth=lambda: list(near_their_end().values_list("pk", flat=True)),
    order=123,
)
