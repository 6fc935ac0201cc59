"""What the resident-situation map puts into the staff frame."""

from residents_map.access import INSPECT_RENTALS, KEEP_PLEDGES, VIEW_MAP, VIEW_SUMS, VISIT
from stations.registries import menu

menu.declare(
    "map",
    label="民情图",
    icon="map-2",
    url_name="residents_map:map",
    permission=VIEW_MAP,
    tab=True,
    order=25,
)
menu.declare(
    "visits",
    label="走访",
    icon="walk",
    url_name="residents_map:visits",
    permission=VISIT,
    order=45,
)
menu.declare(
    "sums",
    label="人群数",
    icon="users-group",
    url_name="residents_map:sums",
    permission=VIEW_SUMS,
    order=47,
)
menu.declare(
    "boards",
    label="楼栋认领",
    icon="flag",
    url_name="residents_map:boards",
    permission=KEEP_PLEDGES,
    order=48,
)
menu.declare(
    "rentals",
    label="出租屋",
    icon="key",
    url_name="residents_map:rentals",
    permission=INSPECT_RENTALS,
    order=49,
)
