"""Words of the ground floor: levels of places, roles of people, states of later work."""

from django.db.models import IntegerChoices, TextChoices


class Level(IntegerChoices):
    """How high a place stands in the tree; a bigger number is nearer to the door."""

    CITY = 1, "市"
    DISTRICT = 2, "区"
    STREET = 3, "街道"
    COMMUNITY = 4, "社区"
    ESTATE = 5, "小区"


class Role(TextChoices):
    """What a person is posted as. A role counts at the posting's area and below."""

    WORKER = "worker", "社区工作者"
    SECRETARY = "secretary", "书记"
    OFFICER = "officer", "街道干部"
    DISTRICT = "district", "区级干部"
    VOLUNTEER = "volunteer", "志愿者"
    ADMIN = "admin", "系统管理员"


COMMUNITY_STAFF = frozenset({Role.WORKER, Role.SECRETARY})
STREET_STAFF = frozenset({Role.OFFICER})
STAFF = COMMUNITY_STAFF | STREET_STAFF


class WorkState(TextChoices):
    """Where a row of later work stands."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    DEAD = "dead", "没办成"


class DutyStep(IntegerChoices):
    """How far a duty's time has run when somebody is told."""

    HALF = 50, "时间过半"
    MOST = 80, "快到期"
    FULL = 100, "已超期"


class ReportKind(TextChoices):
    """Which period a report covers."""

    MONTH = "month", "月报"
