"""What can be due with households: a visit in its turn, and a look within a day of an event."""

from residents_map.access import SECRETARIES
from residents_map.choices import InspectionState
from residents_map.models import ChildLook, Household, Inspection
from residents_map.services.rental_duties import RENTAL_APPEAL, RENTAL_VISIT, due_rentals
from residents_map.services.reveals import CHILD_LOOK
from residents_map.services.visit_duties import CARE_DUTY, VISIT_DUTY, due_now
from stations.choices import COMMUNITY_STAFF, Role
from stations.registries import duties


def visit_url(pk):
    """Where the visit of a household is written down."""
    return f"/visits/{pk}/"


def child_look_url(pk):
    """Where the secretary agrees that somebody sees a child's data, or not."""
    return f"/map/child-looks/{pk}/"


def rental_url(pk):
    """Where a rental house is inspected."""
    return f"/map/rentals/{pk}/"


def inspection_url(pk):
    """Where an inspection and the appeal against it are read and decided."""
    return f"/map/inspections/{pk}/"


duties.declare(
    VISIT_DUTY,
    label="走访",
    group="走访",
    icon="walk",
    verb="记走访",
    role=Role.WORKER,
    days=7,
    url=visit_url,
    truth=lambda: due_now().values_list("pk", flat=True),
    seen_by=COMMUNITY_STAFF,
    order=90,
)
duties.declare(
    CARE_DUTY,
    label="急事探望",
    group="走访",
    icon="heart-handshake",
    verb="去看看",
    role=Role.WORKER,
    days=1,
    url=visit_url,
    truth=lambda: Household.objects.awaited().values_list("pk", flat=True),
    seen_by=COMMUNITY_STAFF,
    urgent=True,
    order=6,
)
duties.declare(
    CHILD_LOOK,
    label="答复看孩子资料",
    group="民情图",
    icon="shield-lock",
    verb="答复",
    role=Role.SECRETARY,
    days=1,
    url=child_look_url,
    truth=lambda: ChildLook.objects.waiting().values_list("pk", flat=True),
    seen_by=SECRETARIES,
    order=8,
)
duties.declare(
    RENTAL_VISIT,
    label="出租屋走访",
    group="出租屋",
    icon="key",
    verb="去检查",
    role=Role.WORKER,
    days=7,
    url=rental_url,
    truth=lambda: due_rentals().values_list("pk", flat=True),
    seen_by=COMMUNITY_STAFF,
    order=92,
)
duties.declare(
    RENTAL_APPEAL,
    label="答复出租屋异议",
    group="出租屋",
    icon="key",
    verb="答复",
    role=Role.SECRETARY,
    days=3,
    url=inspection_url,
    truth=lambda: Inspection.objects.filter(
        state=InspectionState.APPEALED, rental__until=None
    ).values_list("pk", flat=True),
    seen_by=SECRETARIES,
    order=60,
)
