"""Words of deliberation: what an issue can be, and which change follows which."""

from django.db.models import IntegerChoices, TextChoices


class Category(TextChoices):
    """What an issue is about, in a neighbour's words."""

    ELEVATOR = "elevator", "电梯"
    LEAK = "leak", "漏水"
    LIGHT = "light", "路灯"
    PARKING = "parking", "停车"
    EBIKE = "ebike", "电动车"
    HYGIENE = "hygiene", "卫生"
    NOISE = "noise", "噪音"
    FACILITY = "facility", "设施"
    FIRE = "fire", "消防"
    PETS = "pets", "养宠"
    GREEN = "green", "绿化"
    OTHER = "other", "说不好"


CATEGORY_ICONS = {
    Category.ELEVATOR: "elevator",
    Category.LEAK: "droplet",
    Category.LIGHT: "bulb",
    Category.PARKING: "parking",
    Category.EBIKE: "scooter-electric",
    Category.HYGIENE: "trash",
    Category.NOISE: "volume",
    Category.FACILITY: "tool",
    Category.FIRE: "flame",
    Category.PETS: "dog",
    Category.GREEN: "tree",
    Category.OTHER: "dots",
}


class Channel(TextChoices):
    """How an issue reached the station."""

    WEB = "web", "扫码上报"
    COUNTER = "counter", "来站里说"
    PHONE = "phone", "电话"
    PATROL = "patrol", "巡查发现"
    ORDER = "order", "点单转来"


class Route(TextChoices):
    """The way an issue is handled, decided at triage."""

    DIRECT = "direct", "直接办"
    PARTIES = "parties", "四方议事"
    STREET = "street", "报街道"


class State(TextChoices):
    """Where an issue stands. The label says what it waits for."""

    RECEIVED = "received", "待受理"
    ACCEPTED = "accepted", "待定办法"
    DELIBERATING = "deliberating", "议事中"
    HANDLING = "handling", "办理中"
    STREET = "street", "街道在办"
    DONE = "done", "待公示"
    NOTICED = "noticed", "待评议"
    RATED = "rated", "待销号"
    CLOSED = "closed", "已销号"
    RETURNED = "returned", "不受理"
    WITHDRAWN = "withdrawn", "已撤回"
    MERGED = "merged", "已并案"


OPEN_STATES = frozenset(
    {
        State.RECEIVED,
        State.ACCEPTED,
        State.DELIBERATING,
        State.HANDLING,
        State.STREET,
        State.DONE,
        State.NOTICED,
        State.RATED,
    }
)
# Not yet solved for the resident: may still be withdrawn or merged.
EARLY_STATES = frozenset({State.RECEIVED, State.ACCEPTED, State.DELIBERATING})

# Something is still to be done about it: what others can help with may be passed on to them.
UNSOLVED_STATES = EARLY_STATES | {State.HANDLING, State.STREET}

# The one table of allowed changes. Services move an issue only along it.
ALLOWED = {
    State.RECEIVED: {State.ACCEPTED, State.RETURNED, State.WITHDRAWN, State.MERGED},
    State.ACCEPTED: {
        State.DELIBERATING,
        State.HANDLING,
        State.STREET,
        State.RETURNED,
        State.WITHDRAWN,
        State.MERGED,
    },
    State.DELIBERATING: {State.HANDLING, State.STREET, State.WITHDRAWN, State.MERGED},
    State.HANDLING: {State.DONE, State.STREET},
    State.STREET: {State.ACCEPTED, State.HANDLING, State.DONE},
    State.DONE: {State.NOTICED},
    State.NOTICED: {State.RATED, State.ACCEPTED},
    State.RATED: {State.CLOSED, State.ACCEPTED},
    State.CLOSED: {State.ACCEPTED},
    State.RETURNED: set(),
    State.WITHDRAWN: set(),
    State.MERGED: set(),
}
# Slips of the finger: the last act may be taken back for ten minutes.
ALLOWED_BACK = {
    State.ACCEPTED: {State.RECEIVED},
    State.DELIBERATING: {State.ACCEPTED},
    State.HANDLING: {State.ACCEPTED},
    State.STREET: {State.ACCEPTED},
    State.RETURNED: {State.RECEIVED, State.ACCEPTED},
}
UNDO_MINUTES = 10


class Stage(IntegerChoices):
    """The eight rings of an issue's way, as everybody sees them."""

    RECEIVED = 1, "收到"
    ACCEPTED = 2, "受理"
    ROUTED = 3, "定办法"
    HANDLED = 4, "办理"
    NOTICED = 5, "公示"
    RATED = 6, "评议"
    CLOSED = 7, "销号"
    REINSPECTED = 8, "回头看"


# The ring that an issue in this state is working on.
STAGE_OF = {
    State.RECEIVED: Stage.ACCEPTED,
    State.ACCEPTED: Stage.ROUTED,
    State.DELIBERATING: Stage.ROUTED,
    State.HANDLING: Stage.HANDLED,
    State.STREET: Stage.HANDLED,
    State.DONE: Stage.NOTICED,
    State.NOTICED: Stage.RATED,
    State.RATED: Stage.CLOSED,
    State.CLOSED: Stage.REINSPECTED,
    State.RETURNED: Stage.ACCEPTED,
    State.WITHDRAWN: Stage.ACCEPTED,
    State.MERGED: Stage.ACCEPTED,
}


class SolvedAt(TextChoices):
    """At which level an issue was solved (小事不出门、大事不出小区)."""

    ESTATE = "estate", "小区"
    COMMUNITY = "community", "社区"
    STREET = "street", "街道"


class EventKind(TextChoices):
    """What happened, for the timeline."""

    SUBMITTED = "submitted", "报来"
    ME_TOO = "me_too", "也遇到"
    ACCEPTED = "accepted", "受理"
    CORRECTED = "corrected", "改类别或地点"
    MERGED = "merged", "并案"
    TOOK_IN = "took_in", "并进来"
    ASKED = "asked", "问居民"
    REMARK = "remark", "居民补充"
    NOTE = "note", "记一笔"
    REFERRED = "referred", "转出去"
    RETURNED = "returned", "不受理"
    WITHDRAWN = "withdrawn", "撤回"
    ROUTED = "routed", "定办法"
    UNDONE = "undone", "撤销"
    TO_STREET = "to_street", "报街道"
    STREET_ANSWER = "street_answer", "街道答复"
    SENT_BACK = "sent_back", "街道退回"
    ON_AGENDA = "on_agenda", "上会"
    RESOLVED = "resolved", "决议"
    POSTPONED = "postponed", "缓议"
    TASK = "task", "派任务"
    PROGRESS = "progress", "进展"
    CANCELLED = "cancelled", "取消任务"
    FINISHED = "finished", "办完"
    REFUSED = "refused", "没通过验收"
    VERIFIED = "verified", "验收"
    DONE = "done", "办好"
    NOTICED = "noticed", "公示"
    NOT_NOTICED = "not_noticed", "不公示"
    TAKEN_DOWN = "taken_down", "撤下公示"
    RATED = "rated", "评议"
    REOPENED = "reopened", "重办"
    CALLED_BACK = "called_back", "回访"
    WAIVED = "waived", "免一环"
    CLOSED = "closed", "销号"
    REINSPECTED = "reinspected", "回头看"


class PhotoStage(TextChoices):
    REPORT = "report", "报事"
    BEFORE = "before", "原来"
    PROGRESS = "progress", "现场"
    AFTER = "after", "现在"


class Party(TextChoices):
    """The four parties round the table."""

    BRANCH = "branch", "小区党组织"
    RESIDENTS = "residents", "居民代表"
    OWNERS = "owners", "业主委员会"
    PROPERTY = "property", "物业公司"


# As people say it at the table, where the long name takes too much room.
PARTY_SHORT = {
    Party.BRANCH: "党组织",
    Party.RESIDENTS: "居民代表",
    Party.OWNERS: "业委会",
    Party.PROPERTY: "物业",
}


class Forum(TextChoices):
    """A kind of meeting. Which parties it needs is said in REQUIRED_PARTIES."""

    FOUR = "four", "四方议事"
    THREE = "three", "三方联席会议"
    BENCH = "bench", "板凳会议"


REQUIRED_PARTIES = {
    Forum.FOUR: (Party.BRANCH, Party.RESIDENTS, Party.OWNERS, Party.PROPERTY),
    Forum.THREE: (Party.BRANCH, Party.RESIDENTS, Party.PROPERTY),
    Forum.BENCH: (Party.BRANCH, Party.RESIDENTS),
}


class MeetingState(TextChoices):
    PLANNED = "planned", "待开"
    RUNNING = "running", "正在开"
    ENDED = "ended", "已散会"
    CANCELLED = "cancelled", "已取消"


class Presence(TextChoices):
    ROOM = "room", "在场"
    VIDEO = "video", "视频参会"


class Stance(TextChoices):
    AGREE = "agree", "同意"
    IF = "if", "附条件"
    AGAINST = "against", "反对"
    ABSTAIN = "abstain", "弃权"


class ItemState(TextChoices):
    WAITING = "waiting", "待议"
    OPEN = "open", "正在议"
    RESOLVED = "resolved", "已决议"
    POSTPONED = "postponed", "缓议"
    ESCALATED = "escalated", "报街道"
    WITHDRAWN = "withdrawn", "撤下"


class Responsible(TextChoices):
    """Who does a task: one of the parties, the community's own staff, or the street."""

    PROPERTY = "property", "物业公司"
    OWNERS = "owners", "业主委员会"
    BRANCH = "branch", "小区党组织"
    RESIDENTS = "residents", "居民代表"
    COMMUNITY = "community", "社区"
    STREET = "street", "街道"


class TaskState(TextChoices):
    OPEN = "open", "在办"
    FINISHED = "finished", "待验收"
    VERIFIED = "verified", "已验收"
    CANCELLED = "cancelled", "已取消"


class Level5(IntegerChoices):
    """Five levels of satisfaction; the two lowest reopen (浙江好差评 2019)."""

    VERY_BAD = 1, "很不满"
    BAD = 2, "不满"
    FAIR = 3, "一般"
    GOOD = 4, "满意"
    VERY_GOOD = 5, "很满意"


class Link(TextChoices):
    """A link of the chain that a close needs; only these can be waived, by a secretary."""

    TASK = "task", "验收过的任务"
    NOTICE = "notice", "公示"
    RATING = "rating", "居民评议"
    CALL_BACK = "call_back", "回访"
