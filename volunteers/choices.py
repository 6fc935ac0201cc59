"""Words of voluntary service: what people need, who helps, and how a thing stands."""

from datetime import timedelta

from django.db.models import IntegerChoices, TextChoices

ADULT_FROM = 18
POINT_MINUTES = 30  # a point for each full half hour of counted service
SHOWN_DAYS = 3  # confirmed hours are shown to the team so long before they count
ASK_AT_ONCE = 3  # so many are asked at the same time
ASK_HOURS = 4  # and have so long to answer, before the next ones are asked
ASK_ROUNDS = 3  # after so many rounds the worker hears that nobody could
WISH_DAYS = 14  # a claimed wish is fulfilled within so many days, or goes back on the board
WISHES_AT_ONCE = 3  # so many wishes a volunteer has claimed and not brought yet
SEAT_HOURS = 12  # a seat that became free is kept so long for whoever waits first
PACKAGE_AHEAD = 14  # orders of a service package are made so many days ahead
CLAIM_MONTHS = 6  # a claimed post is held so long, then said again or given back
ERASE_AFTER = timedelta(days=180)  # name and phone of a single order, after it ended


class Help(TextChoices):
    """What kind of help somebody needs, and what a volunteer or a team can do."""

    ERRAND = "errand", "跑腿代买"
    ESCORT = "escort", "陪诊陪同"
    COMPANY = "company", "陪伴聊天"
    REPAIR = "repair", "小修小补"
    HAIRCUT = "haircut", "上门理发"
    PHONE = "phone", "教用手机"
    CLEANING = "cleaning", "打扫收拾"
    CARE = "care", "康养照看"
    HOMEWORK = "homework", "辅导功课"
    MEDIATE = "mediate", "邻里调解"
    ADVICE = "advice", "政策法律"
    ARTS = "arts", "文艺活动"
    PATROL = "patrol", "巡查值守"
    OTHER = "other", "别的"


# How long it usually takes (minutes), and whether it is risky work that needs insurance.
HELP_MINUTES = {
    Help.ERRAND: 40, Help.ESCORT: 180, Help.COMPANY: 60, Help.REPAIR: 60, Help.HAIRCUT: 40,
    Help.PHONE: 60, Help.CLEANING: 120, Help.CARE: 90, Help.HOMEWORK: 90, Help.MEDIATE: 60,
    Help.ADVICE: 60, Help.ARTS: 120, Help.PATROL: 120, Help.OTHER: 60,
}  # fmt: skip
RISKY = frozenset({Help.REPAIR, Help.CLEANING, Help.ESCORT, Help.PATROL})
# What somebody under 18 may do, with a guardian's consent (志愿服务条例 第15条: fit to age).
FITS_MINORS = frozenset({Help.COMPANY, Help.PHONE, Help.ARTS, Help.HOMEWORK})
# What the form for residents offers first: four large buttons.
FIRST_HELPS = (Help.ERRAND, Help.ESCORT, Help.REPAIR, Help.COMPANY)
HELP_ICONS = {
    Help.ERRAND: "shopping-bag", Help.ESCORT: "stethoscope", Help.COMPANY: "message-circle",
    Help.REPAIR: "tool", Help.HAIRCUT: "scissors", Help.PHONE: "device-mobile",
    Help.CLEANING: "spray", Help.CARE: "heart-handshake", Help.HOMEWORK: "book",
    Help.MEDIATE: "messages", Help.ADVICE: "scale", Help.ARTS: "music", Help.PATROL: "walk",
    Help.OTHER: "dots",
}  # fmt: skip


# What is said otherwise to whoever asks for it than among those who do it.
PLAIN_HELPS = {Help.ESCORT: "陪着看病"}


def plain_help(help):
    """The kind of help in words everybody uses."""
    return PLAIN_HELPS.get(help) or Help(help).label


class Part(IntegerChoices):
    """A part of the day."""

    MORNING = 0, "上午"
    AFTERNOON = 1, "下午"
    EVENING = 2, "晚上"


WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
ANY_TIME = (1 << 21) - 1  # free in every part of every day of the week


def free_bit(weekday, part):
    """The bit of a volunteer's free hours for a weekday (0 Monday) and a part of the day."""
    return 1 << (weekday * len(Part) + part)


class Reach(IntegerChoices):
    """How far from home a volunteer goes."""

    BUILDING = 1, "只在本楼"
    ESTATE = 2, "本小区"
    COMMUNITY = 3, "本社区"
    STREET = 4, "全街道"


class VolunteerState(TextChoices):
    """Where a volunteer stands. Who leaves keeps the record and can come back."""

    APPLIED = "applied", "等队长同意"
    ACTIVE = "active", "在册"
    PAUSED = "paused", "歇一阵"
    LEFT = "left", "已离开"
    REFUSED = "refused", "没有加入"


class MemberState(TextChoices):
    """Where a membership of a team stands."""

    APPLIED = "applied", "等队长同意"
    IN = "in", "在队"
    LEFT = "left", "已离队"
    REFUSED = "refused", "没有加入"


class PartnerKind(TextChoices):
    """What a partner of the station is."""

    FIRM = "firm", "企业"
    SHOP = "shop", "商户"
    SCHOOL = "school", "学校"
    CLINIC = "clinic", "医疗机构"
    UNIT = "unit", "机关单位"
    GROUP = "group", "社会组织"


class OrderState(TextChoices):
    """Where an order stands: 点单, 派单, 接单, and what follows."""

    ORDERED = "ordered", "待派单"
    DISPATCHED = "dispatched", "等人接单"
    ACCEPTED = "accepted", "已接单"
    ON_WAY = "on_way", "在路上"
    DONE = "done", "做完了"
    CONFIRMED = "confirmed", "已确认"
    RATED = "rated", "已评价"
    CANCELLED = "cancelled", "已取消"


# The same for whoever ordered: nobody waits at a counter, and nobody is dispatched.
PLAIN_STATES = {
    OrderState.ORDERED: "正在找人",
    OrderState.DISPATCHED: "正在找人",
    OrderState.ACCEPTED: "有人来",
    OrderState.ON_WAY: "在路上",
    OrderState.CONFIRMED: "做好了",
    OrderState.RATED: "做好了",
    OrderState.CANCELLED: "不用了",
}
ORDER_WAITING = (OrderState.ORDERED, OrderState.DISPATCHED)
ORDER_TAKEN = (OrderState.ACCEPTED, OrderState.ON_WAY)
ORDER_OPEN = (*ORDER_WAITING, *ORDER_TAKEN)
ORDER_SERVED = (OrderState.DONE, OrderState.CONFIRMED, OrderState.RATED)
# The table of allowed changes: nothing else happens to an order.
ORDER_CHANGES = {
    OrderState.ORDERED: {OrderState.DISPATCHED, OrderState.CANCELLED},
    OrderState.DISPATCHED: {OrderState.ACCEPTED, OrderState.ORDERED, OrderState.CANCELLED},
    OrderState.ACCEPTED: {OrderState.ON_WAY, OrderState.ORDERED, OrderState.CANCELLED},
    OrderState.ON_WAY: {  # back to ACCEPTED where 出发 was pressed by mistake
        OrderState.DONE,
        OrderState.ACCEPTED,
        OrderState.ORDERED,
        OrderState.CANCELLED,
    },
    OrderState.DONE: {OrderState.CONFIRMED, OrderState.ORDERED},  # nobody came: sent again
    OrderState.CONFIRMED: {OrderState.RATED},
    OrderState.RATED: set(),
    OrderState.CANCELLED: set(),
}


class OrderChannel(TextChoices):
    """How an order came."""

    FORM = "form", "居民网页"
    CARD = "card", "点单卡"
    WORKER = "worker", "社区代下"
    CALL = "call", "电话问候"
    REFERRAL = "referral", "转来的"
    PACKAGE = "package", "服务包"


class OrderEventKind(TextChoices):
    """A line of an order's way."""

    ORDERED = "ordered", "下单"
    DISPATCHED = "dispatched", "派单"
    DECLINED = "declined", "说去不了"
    BACK = "back", "又能去了"
    NOBODY = "nobody", "没人应"
    ACCEPTED = "accepted", "接单"
    ON_WAY = "on_way", "出发"
    BEGUN = "begun", "开始服务"
    HANDED_OVER = "handed_over", "转给别人"
    DONE = "done", "做完"
    CONFIRMED = "confirmed", "确认"
    RATED = "rated", "评价"
    CANCELLED = "cancelled", "取消"
    PRICE = "price", "说定价钱"
    TIME = "time", "改时间"
    CHANGED = "changed", "改内容"
    DOUBTED = "doubted", "没人来，或者没做好"
    CALLED = "called", "打过电话"
    AGAIN = "again", "再派人去"


class AskState(TextChoices):
    """What somebody who was asked to take an order said."""

    ASKED = "asked", "等回话"
    ACCEPTED = "accepted", "接了"
    DECLINED = "declined", "去不了"
    SILENT = "silent", "没回话"
    TAKEN = "taken", "别人接了"
    HANDED_OVER = "handed_over", "转给别人了"
    TAKEN_BACK = "taken_back", "换人去了"
    WITHDRAWN = "withdrawn", "不用了"


class CallResult(TextChoices):
    """What came of a telephone call to an old person."""

    WELL = "well", "都好"
    HELP = "help", "要帮忙"
    NO_ANSWER = "no_answer", "没人接"


class WishState(TextChoices):
    """Where a micro-wish stands."""

    DRAFT = "draft", "待上墙"
    OPEN = "open", "等人认领"
    CLAIMED = "claimed", "有人认领"
    HANDED_IN = "handed_in", "送到服务站了"
    FULFILLED = "fulfilled", "圆了"
    THANKED = "thanked", "圆了，谢过了"
    CANCELLED = "cancelled", "已撤下"


class WishKind(TextChoices):
    """What a micro-wish is for: something to be brought, or somebody's time."""

    THING = "thing", "一样东西"
    HELP = "help", "帮个忙"


class Sort(TextChoices):
    """What a need asks for and a resource offers: both lists speak the same words."""

    PEOPLE = "people", "人手"
    SKILL = "skill", "本领"
    ROOM = "room", "场地"
    GOODS = "goods", "东西"
    MONEY = "money", "钱款"


class NeedState(TextChoices):
    """Where a need stands."""

    OPEN = "open", "没对上"
    MATCHED = "matched", "对上了"
    MET = "met", "办成了"
    CLOSED = "closed", "不用了"


class MatchState(TextChoices):
    """Where a match of a need with a resource stands: the third list, 服务清单."""

    PROPOSED = "proposed", "等两边答应"
    AGREED = "agreed", "说好了"
    DELIVERED = "delivered", "送到了"
    RATED = "rated", "评过了"
    DECLINED = "declined", "没谈成"


class NeedSource(TextChoices):
    """Where a need came from."""

    RESIDENT = "resident", "居民说的"
    VISIT = "visit", "走访来的"
    ISSUE = "issue", "诉求转来"
    STATION = "station", "服务站想做"


class PostKind(TextChoices):
    """设岗定责: what a claimed post stands for."""

    AUTONOMY = "autonomy", "自治岗"
    LAW = "law", "法治岗"
    VIRTUE = "virtue", "德治岗"
    ZONE = "zone", "责任区"


class EventKind(TextChoices):
    """What people sign up for."""

    SERVICE = "service", "志愿服务"
    CLEANUP = "cleanup", "清洁日"
    CLUB = "club", "文体活动"
    TRAINING = "training", "学习培训"


class EventState(TextChoices):
    """Where an event stands."""

    DRAFT = "draft", "没发布"
    OPEN = "open", "报名中"
    CANCELLED = "cancelled", "取消了"
    OVER = "over", "结束了"


class SignUpState(TextChoices):
    """Where a sign-up for a slot stands."""

    IN = "in", "报上了"
    WAITING = "waiting", "候补"
    OFFERED = "offered", "有空位，等您点头"
    PRESENT = "present", "已签到"
    LEFT = "left", "已签退"
    CANCELLED = "cancelled", "不去了"
    EXPIRED = "expired", "没来得及点头"
    NO_SHOW = "no_show", "没来"


SEATED = (SignUpState.IN, SignUpState.OFFERED, SignUpState.PRESENT, SignUpState.LEFT)


class HourSource(TextChoices):
    """What the time of a service is known from."""

    CLOCK = "clock", "按手机上的开始、做完"
    SLOT = "slot", "按签到签退"
    SAID = "said", "自己报的"


class HourState(TextChoices):
    """Where hours stand. Only counted ones are hours."""

    REPORTED = "reported", "等两边确认"
    SHOWN = "shown", "公示中"
    HELD = "held", "等书记看"
    COUNTED = "counted", "已计入"
    REFUSED = "refused", "不算"


class ConfirmedAs(TextChoices):
    """In which capacity somebody confirmed that the service took place."""

    LEADER = "leader", "队里"
    SERVED = "served", "服务对象"
    STATION = "station", "服务站"


class PaperKind(TextChoices):
    """服务记录 by default; 证明 only under the committee's seal (民政部令67号: who organises records,
    who records certifies; a residents' committee may certify, software may not)."""

    RECORD = "record", "志愿服务记录"
    CERTIFICATE = "certificate", "志愿服务证明"


class PointKind(TextChoices):
    """Why points came or went."""

    EARNED = "earned", "服务得的"
    TAKEN_BACK = "taken_back", "时数冲销"
    SPENT = "spent", "换东西"
    RETURNED = "returned", "没换成退回"


class RosterGroup(TextChoices):
    """四个组 of an emergency."""

    VANGUARD = "vanguard", "先锋组"
    SHOPPING = "shopping", "代购组"
    PUBLICITY = "publicity", "宣传组"
    DISINFECTION = "disinfection", "消杀组"


ROUNDS = (1, 2, 3)


class SupplyState(TextChoices):
    """Where supplies ordered through a building lead stand."""

    ASKED = "asked", "要买"
    BOUGHT = "bought", "买到了"
    DELIVERED = "delivered", "送到了"
    CANCELLED = "cancelled", "不要了"
