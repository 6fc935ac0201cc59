"""Who may do what with voluntary service. The street reads figures, never who was helped."""

from stations.choices import COMMUNITY_STAFF, STREET_STAFF, Role
from stations.registries import permissions, verbs

SECRETARIES = frozenset({Role.SECRETARY})
VOLUNTEERS = frozenset({Role.VOLUNTEER})

SERVE = permissions.declare(
    "volunteers.serve", label="做志愿者：接单、报名、看时数", roles=VOLUNTEERS
)
VIEW = permissions.declare(
    "volunteers.view", label="看品牌、队伍、活动和清单", roles=COMMUNITY_STAFF | STREET_STAFF
)
VIEW_ORDERS = permissions.declare("volunteers.view_orders", label="看点单", roles=COMMUNITY_STAFF)
DISPATCH = permissions.declare(
    "volunteers.dispatch", label="代下单、派单、取消、确认", roles=COMMUNITY_STAFF
)
REVEAL = permissions.declare(
    "volunteers.reveal", label="看服务对象姓名和电话", roles=COMMUNITY_STAFF
)
KEEP_PACKAGES = permissions.declare(
    "volunteers.keep_packages", label="登记服务包、点单卡、打问候电话", roles=COMMUNITY_STAFF
)
KEEP_TEAMS = permissions.declare(
    "volunteers.keep_teams", label="登记品牌、队伍、合伙人", roles=COMMUNITY_STAFF
)
VIEW_VOLUNTEERS = permissions.declare(
    "volunteers.view_volunteers", label="看志愿者", roles=COMMUNITY_STAFF
)
VERIFY_IDENTITY = permissions.declare(
    "volunteers.verify_identity", label="当面核对身份", roles=COMMUNITY_STAFF | STREET_STAFF
)
CONFIRM_HOURS = permissions.declare(
    "volunteers.confirm_hours", label="代服务站确认时数", roles=COMMUNITY_STAFF
)
DECIDE_HOURS = permissions.declare(
    "volunteers.decide_hours", label="决定有疑问的时数、冲销", roles=SECRETARIES
)
MAKE_PAPERS = permissions.declare(
    "volunteers.make_papers", label="出服务记录、作废", roles=COMMUNITY_STAFF
)
SEAL_PAPERS = permissions.declare(
    "volunteers.seal_papers", label="盖章出服务证明", roles=SECRETARIES
)
KEEP_GIFTS = permissions.declare(
    "volunteers.keep_gifts", label="登记积分可换的东西、给来领的人", roles=COMMUNITY_STAFF
)
KEEP_WISHES = permissions.declare(
    "volunteers.keep_wishes", label="登记微心愿、上墙、送到", roles=COMMUNITY_STAFF
)
KEEP_LISTS = permissions.declare(
    "volunteers.keep_lists", label="登记需求、资源、对接和捐赠", roles=COMMUNITY_STAFF
)
KEEP_POSTS = permissions.declare(
    "volunteers.keep_posts", label="设岗、画责任区", roles=COMMUNITY_STAFF
)
KEEP_EVENTS = permissions.declare(
    "volunteers.keep_events", label="发活动、签到", roles=COMMUNITY_STAFF
)
RUN_ROSTER = permissions.declare(
    "volunteers.run_roster", label="应急排班、清点人数", roles=COMMUNITY_STAFF
)

# An order names a door and an hour names a person: both are nothing for the street.
for key, label in {
    "order_help": "下点单",
    "dispatch_order": "派单",
    "ask_again": "再问一轮",
    "accept_order": "接单",
    "decline_order": "说去不了",
    "set_out": "出发",
    "begin_service": "开始服务",
    "hand_over_order": "转给别人",
    "take_back_order": "过点了换人去",
    "remind_done": "请志愿者补按做完了",
    "undo_set_out": "撤销出发",
    "answer_again": "又能去了",
    "finish_order": "做完",
    "confirm_order": "确认点单",
    "rate_order": "评价点单",
    "doubt_order": "说没人来、没做好",
    "take_back_doubt": "收回没人来、没做好",
    "answer_call": "打过回访电话",
    "send_again": "再派人去",
    "agree_day": "说好哪天去",
    "cancel_order": "取消点单",
    "change_time": "改时间",
    "change_order": "改点单内容",
    "agree_price": "说定价钱",
    "order_unanswered": "点单没人应",
    "add_beneficiary": "登记服务对象",
    "change_beneficiary": "改服务对象",
    "end_beneficiary": "不再服务",
    "give_card": "发点单卡",
    "revoke_card": "收回点单卡",
    "record_call": "记问候电话",
    "add_package": "登记服务包",
    "change_package": "改服务包",
    "end_package": "结束服务包",
    "erase_beneficiary": "到期删掉服务对象资料",
    "join": "报名当志愿者",
    "admit": "同意加入队伍",
    "refuse_member": "没有同意加入",
    "leave_team": "离队",
    "return_member": "撤销离队",
    "pause_volunteer": "歇一阵",
    "leave": "不再做志愿者",
    "come_back": "回来做志愿者",
    "change_profile": "改志愿者资料",
    "guardian_consent": "登记监护人同意",
    "set_insurance": "登记保险",
    "claim_identity": "登记身份",
    "verify_identity": "当面核对身份",
    "report_hours": "报时数",
    "withdraw_hours": "撤回报的时数",
    "confirm_hours": "确认时数",
    "hours_attempt": "时数确认被拦下",
    "object_hours": "对时数有异议",
    "decide_hours": "决定时数",
    "count_hours": "时数计入",
    "reverse_hours": "冲销时数",
    "make_paper": "出服务记录",
    "seal_paper": "盖章出证明",
    "revoke_paper": "作废服务记录",
    "redeem": "积分换东西",
    "hand_over_gift": "积分换的东西领走",
    "cancel_redemption": "积分退回",
    "sign_up": "报名活动",
    "leave_slot": "不去活动",
    "offer_seat": "候补有位",
    "take_seat": "候补点头",
    "check_in": "签到",
    "check_out": "签退",
    "no_show": "记没来",
    "claim_post": "认领岗位",
    "renew_claim": "续认岗位",
    "end_claim": "交回岗位",
    "add_wish": "登记微心愿",
    "publish_wish": "心愿上墙",
    "claim_wish": "认领心愿",
    "release_wish": "放回心愿",
    "hand_in_wish": "心愿的东西送到服务站",
    "fulfil_wish": "心愿圆了",
    "return_wish": "心愿还没圆，退回",
    "remove_wish_photo": "撤下心愿照片",
    "thank_wish": "心愿道谢",
    "cancel_wish": "撤下心愿",
    "fill_roster": "排应急班",
    "erase_roster": "到期删掉应急资料",
    "erase_guardian": "到期删掉监护人资料",
    "head_count": "报清点人数",
    "ask_supplies": "订应急物资",
    "move_supplies": "办应急物资",
}.items():
    verbs.declare(f"volunteers.{key}", label=label, seen_by=COMMUNITY_STAFF)
for key, label in {
    "add_brand": "登记品牌",
    "change_brand": "改品牌",
    "end_brand": "品牌结束",
    "add_team": "登记队伍",
    "change_team": "改队伍",
    "end_team": "队伍解散",
    "add_partner": "登记合伙人",
    "change_partner": "改合伙人",
    "end_partner": "合伙人退出",
    "add_gift": "登记可换的东西",
    "change_gift": "改可换的东西",
    "end_gift": "不再可换",
    "add_event": "发活动",
    "change_event": "改活动",
    "open_event": "开放报名",
    "cancel_event": "取消活动",
    "cancel_slot": "取消一场",
    "end_event": "活动结束",
    "add_post": "设岗",
    "change_post": "改岗位",
    "end_post": "撤岗",
    "draw_zone": "画责任区",
    "add_need": "登记需求",
    "change_need": "改需求",
    "close_need": "需求不用了",
    "meet_need": "需求办成了",
    "add_resource": "登记资源",
    "change_resource": "改资源",
    "end_resource": "资源不再提供",
    "propose_match": "对接需求和资源",
    "agree_match": "同意对接",
    "decline_match": "没谈成",
    "deliver_match": "送到",
    "rate_match": "评价对接",
    "take_donation": "收捐赠",
    "witness_donation": "见证捐赠",
    "use_donation": "用捐赠",
    "open_roster": "启动应急排班",
    "close_roster": "结束应急排班",
}.items():
    verbs.declare(f"volunteers.{key}", label=label)
for key, label in {
    "reveal_beneficiary": "看服务对象",
    "open_call_list": "打开问候电话单",
    "print_call_sheet": "打印应急联络单",
    "view_volunteer": "打开志愿者",
    "reveal_partner": "看合伙人联系人",
    "print_card": "打印点单卡",
    "print_paper": "下载服务记录",
    "export_volunteers": "导出志愿者",
    "export_hours": "导出时数",
}.items():
    verbs.declare(f"volunteers.{key}", label=label, is_look=True, seen_by=COMMUNITY_STAFF)
# The street takes these lists out too: its own file of them must be read by somebody.
for key, label in {
    "export_donations": "导出捐赠",
    "export_needs": "导出需求清单",
    "export_resources": "导出资源清单",
}.items():
    verbs.declare(
        f"volunteers.{key}", label=label, is_look=True, seen_by=COMMUNITY_STAFF | STREET_STAFF
    )
