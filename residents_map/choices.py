"""Words of the resident-situation map: households, kinds of people, visits, rental houses."""

from datetime import timedelta

from django.db.models import TextChoices

ADULT_NAME_FROM = 14  # under 14 everything is sensitive data (个人信息保护法 第28条)
MASK_AFTER_MINUTES = 10
SMALLEST_CELL = 5  # figures of fewer people are not shown to whoever may not see the people


class Sex(TextChoices):
    FEMALE = "f", "女"
    MALE = "m", "男"


class Kinship(TextChoices):
    """What a person is to the head of the household (GB/T 4761 in everyday words)."""

    HEAD = "head", "户主"
    SPOUSE = "spouse", "配偶"
    SON = "son", "儿子"
    DAUGHTER = "daughter", "女儿"
    CHILD_IN_LAW = "in_law", "儿媳/女婿"
    GRANDCHILD = "grandchild", "孙辈"
    PARENT = "parent", "父母"
    GRANDPARENT = "grandparent", "祖父母"
    SIBLING = "sibling", "兄弟姐妹"
    TENANT = "tenant", "租住人"
    OTHER = "other", "其他"


class Tenure(TextChoices):
    """How a household holds its home."""

    OWN = "own", "自有住房"
    RENT = "rent", "租住"
    LENT = "lent", "借住"
    UNKNOWN = "unknown", "还没问"


class KindRule(TextChoices):
    """How it is known that somebody is of a kind: said by people, or computed."""

    SAID = "said", "登记"
    AGE = "age", "按年龄算"
    ALONE = "alone", "按年龄和同住人算"


class SeenBy(TextChoices):
    """Who may see that a person is of a kind."""

    STAFF = "staff", "社区工作者和书记"
    SECRETARY = "secretary", "只有书记"


class Basis(TextChoices):
    """On what ground of law a kind is kept (个人信息保护法 第13条)."""

    DUTY = "duty", "法定职责"
    CONSENT = "consent", "本人同意"
    PARTY = "party", "党内工作"


class Tier(TextChoices):
    """How often a household is visited. High risk weekly, key monthly, general quarterly."""

    NONE = "", "不定期"
    WEEK = "week", "每周一次"
    MONTH = "month", "每月一次"
    QUARTER = "quarter", "每季一次"


MONTHLY = (Tier.WEEK, Tier.MONTH)  # those who have to be seen at least once a month
IN_PLAN, MET = "residents_map.in_plan", "residents_map.met"  # what the month's rate stands on
TIER_DAYS = {Tier.WEEK: 7, Tier.MONTH: 30, Tier.QUARTER: 90}
DUE_WITHIN = timedelta(days=7)  # a visit becomes a duty a week before its day
EVENT_HOURS = 24
RETRY_DAYS = 2  # after a visit at which nobody was met
MISSES_TOLD = 3  # so many in a row, and the secretary hears of it
VISIT_BACK_DAYS = 30  # a visit is written down at most so much later


class VisitWay(TextChoices):
    """How somebody was visited (one provincial scheme names seven ways)."""

    DOOR = "door", "上门"
    CALL = "call", "打电话"
    THIRD = "third", "第三方代看"
    PAIRED = "paired", "结对人去"
    NEIGHBOUR = "neighbour", "邻居帮看"
    ALARM = "alarm", "设备报平安"
    HOTLINE = "hotline", "热线回访"


class VisitState(TextChoices):
    """How the people were found."""

    WELL = "well", "都好"
    CHANGED = "changed", "有变化"
    HELP = "help", "要帮忙"
    MISSED = "missed", "没见到"


class Missed(TextChoices):
    """Why nobody was met."""

    NOT_IN = "not_in", "家里没人"
    NO_ANSWER = "no_answer", "电话没接"
    AWAY = "away", "去外地了"
    HOSPITAL = "hospital", "在住院"
    REFUSED = "refused", "不愿见"
    OTHER = "other", "别的原因"


class CareKind(TextChoices):
    """What happened in a household that asks for a visit within 24 hours."""

    HOSPITAL = "hospital", "住院或出院"
    FALL = "fall", "摔倒"
    LOSS = "loss", "家里有人去世"
    DISPUTE = "dispute", "家里闹矛盾"
    DISASTER = "disaster", "水电火灾情"
    OTHER = "other", "别的急事"


class Field(TextChoices):
    """Protected fields of a person: masked until somebody says why they must be seen."""

    NAME = "name", "姓名"
    PHONE = "phone", "电话"
    IDENTITY = "identity", "身份证号"
    POLITICAL = "political", "政治面貌"
    HEALTH = "health", "身体情况"


class Reason(TextChoices):
    """Why a protected field must be seen."""

    VISIT = "visit", "走访前联系"
    ISSUE = "issue", "办他报的事"
    EMERGENCY = "emergency", "应急"
    CHECK = "check", "核对台账"
    OTHER = "other", "别的"


class Purpose(TextChoices):
    """Why a ledger leaves the portal as a file."""

    VISIT = "visit", "走访带上"
    REPORT = "report", "上报报表"
    CHECK = "check", "核对台账"
    EMERGENCY = "emergency", "应急"


class Column(TextChoices):
    """What a ledger that leaves the portal may hold. Nothing protected stands in clear."""

    DOOR = "door", "房号"
    NAME = "name", "姓名（打码）"
    KINSHIP = "kinship", "与户主关系"
    SEX = "sex", "性别"
    AGE = "age", "年龄"
    KINDS = "kinds", "人群"
    PHONE = "phone", "电话（打码）"
    IDENTITY = "identity", "身份证号（打码）"
    LIVES = "lives", "常住"
    TENURE = "tenure", "住房"
    VISITED = "visited", "上次走访"
    PAIRED = "paired", "结对人"


class ImportState(TextChoices):
    """Where an imported ledger stands."""

    READING = "reading", "正在读"
    MAPPING = "mapping", "对栏目"
    COMPARING = "comparing", "正在比对"
    READY = "ready", "等您确认"
    WRITING = "writing", "正在写入"
    DONE = "done", "已写入"
    UNDOING = "undoing", "正在撤回"
    UNDONE = "undone", "已撤回"
    FAILED = "failed", "没读成"
    DROPPED = "dropped", "已放弃"


class RowState(TextChoices):
    """What an imported row would do."""

    NEW = "new", "新增"
    CHANGED = "changed", "有变化"
    SAME = "same", "没变"
    GONE = "gone", "迁出"
    CONFLICT = "conflict", "对不上"
    FAULTY = "faulty", "有错"


UNDO_DAYS = 7


class PledgeRole(TextChoices):
    """What somebody has claimed at a building (党员楼栋认领)."""

    BUILDING = "building", "楼栋长"
    ENTRANCE = "entrance", "单元长"
    MEMBER = "member", "认领党员"


class Listing(TextChoices):
    """On which list of houses a rental house stands; seen by members and staff only."""

    NONE = "", "未上榜"
    RED = "red", "红榜"
    BLACK = "black", "黑榜"


class InspectionState(TextChoices):
    """Where the inspection of a rental house stands."""

    PASSED = "passed", "通过"
    TO_FIX = "to_fix", "要整改"
    FIXED = "fixed", "已整改"
    APPEALED = "appealed", "有异议"
    VOID = "void", "不算数"
