"""Who may do what with the ledger of residents. The street sees figures, never a household."""

from residents_map.choices import Field
from stations.choices import COMMUNITY_STAFF, STREET_STAFF, Role
from stations.registries import permissions, verbs

SECRETARIES = frozenset({Role.SECRETARY})

VIEW_MAP = permissions.declare(
    "residents_map.view_map", label="看民情图、楼栋和住户", roles=COMMUNITY_STAFF
)
VIEW_SUMS = permissions.declare(
    "residents_map.view_sums",
    label="看各小区人群数（少于五人不显示）",
    roles=COMMUNITY_STAFF | STREET_STAFF,
)
DRAW_PLAN = permissions.declare(
    "residents_map.draw_plan", label="换平面图、画楼栋", roles=COMMUNITY_STAFF
)
KEEP_LEDGER = permissions.declare(
    "residents_map.keep_ledger", label="登记和改住户", roles=COMMUNITY_STAFF
)
REVEAL_FIELD = permissions.declare(
    "residents_map.reveal_field", label="写明理由看一项资料", roles=COMMUNITY_STAFF
)
APPROVE_CHILD_LOOK = permissions.declare(
    "residents_map.approve_child_look", label="同意看孩子资料", roles=SECRETARIES
)
VIEW_LOOKS = permissions.declare(
    "residents_map.view_looks", label="看谁看过这一户", roles=COMMUNITY_STAFF
)
IMPORT_LEDGER = permissions.declare(
    "residents_map.import_ledger", label="导入台账、撤回", roles=COMMUNITY_STAFF
)
EXPORT_LEDGER = permissions.declare(
    "residents_map.export_ledger", label="导出台账", roles=COMMUNITY_STAFF
)
VISIT = permissions.declare("residents_map.visit", label="走访、记急事", roles=COMMUNITY_STAFF)
PLAN_VISITS = permissions.declare(
    "residents_map.plan_visits", label="定多久看一次", roles=COMMUNITY_STAFF
)
KEEP_PLEDGES = permissions.declare(
    "residents_map.keep_pledges", label="登记认领、打印公示牌", roles=COMMUNITY_STAFF
)
INSPECT_RENTALS = permissions.declare(
    "residents_map.inspect_rentals", label="登记和检查出租屋", roles=COMMUNITY_STAFF
)
DECIDE_APPEALS = permissions.declare(
    "residents_map.decide_appeals", label="答复出租屋异议", roles=SECRETARIES
)
KEEP_KINDS = permissions.declare(
    "residents_map.keep_kinds", label="加人群、停用人群", roles=STREET_STAFF
)

for key, label in {
    "draw_plan": "改平面图",
    "move_in": "登记入住",
    "move_out": "登记迁出",
    "add_person": "加一个人",
    "change_person": "改一个人",
    "person_left": "登记离开",
    "change_household": "改一户",
    "undo_change": "撤销登记",
    "mark_person": "标人群",
    "unmark_person": "去掉人群",
    "plan_visits": "定走访",
    "record_visit": "记走访",
    "report_care": "记急事",
    "ask_child_look": "申请看孩子资料",
    "answer_child_look": "答复看孩子资料",
    "import_started": "上传台账",
    "import_mapped": "对台账栏目",
    "import_dropped": "放弃台账",
    "import_written": "写入台账",
    "import_undone": "撤回台账",
    "add_pledge": "登记认领",
    "change_pledge": "改认领",
    "end_pledge": "结束认领",
    "add_rental": "登记出租屋",
    "change_rental": "改出租屋资料",
    "end_rental": "出租屋不再出租",
    "inspect_rental": "检查出租屋",
    "undo_inspection": "撤销检查",
    "appeal_inspection": "对检查有异议",
    "decide_appeal": "答复异议",
    "erase_person": "到期删掉个人资料",
}.items():
    verbs.declare(f"residents_map.{key}", label=label, seen_by=COMMUNITY_STAFF)
verbs.declare("residents_map.add_kind", label="加人群")
verbs.declare("residents_map.end_kind", label="停用人群")
verbs.declare(
    "residents_map.view_household", label="打开一户", is_look=True, seen_by=COMMUNITY_STAFF
)
verbs.declare("residents_map.search", label="在民情图里找人", is_look=True, seen_by=COMMUNITY_STAFF)
verbs.declare(
    "residents_map.export_ledger", label="导出台账", is_look=True, seen_by=COMMUNITY_STAFF
)
verbs.declare(
    "residents_map.export_faults",
    label="下载没有导入的行",
    is_look=True,
    seen_by=COMMUNITY_STAFF,
)
verbs.declare("residents_map.print_board", label="打印认领公示牌", seen_by=COMMUNITY_STAFF)
verbs.declare(
    "residents_map.reveal_landlord", label="看房东电话", is_look=True, seen_by=COMMUNITY_STAFF
)
for field in Field:
    verbs.declare(
        f"residents_map.reveal_{field}",
        label=f"看{field.label}",
        is_look=True,
        seen_by=COMMUNITY_STAFF,
    )
