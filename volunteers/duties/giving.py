"""What can be due with voluntary service: wishes to be put up or asked after, matches to be
answered, donations to be witnessed."""

from stations.choices import COMMUNITY_STAFF, Role
from stations.registries import duties
from volunteers.choices import MatchState, WishState
from volunteers.models import Match, Wish
from volunteers.services.donations import WITNESS, unwitnessed
from volunteers.services.matches import ANSWER
from volunteers.services.wishes import LATE, PASS_ON, PUBLISH


def wish_url(pk):
    """Where a wish is read and acted upon."""
    return f"/wishes/{pk}/"


def match_url(pk):
    """Where both sides' answers to a match are written down."""
    return f"/lists/matches/{pk}/"


def donation_url(pk):
    """Where the witness of a donation says that it came in."""
    return f"/donations/{pk}/"


duties.declare(
    PUBLISH,
    label="心愿上墙",
    group="志愿服务",
    icon="gift",
    verb="看一遍上墙",
    role=Role.WORKER,
    days=2,
    url=wish_url,
    truth=lambda: Wish.objects.filter(state=WishState.DRAFT).values_list("pk", flat=True),
    seen_by=COMMUNITY_STAFF,
    order=120,
)
duties.declare(
    LATE,
    label="心愿到期没圆",
    group="志愿服务",
    icon="gift",
    verb="问问认领的人",
    role=Role.WORKER,
    days=3,
    url=wish_url,
    truth=lambda: Wish.objects.late().values_list("pk", flat=True),
    seen_by=COMMUNITY_STAFF,
    order=121,
)
duties.declare(
    PASS_ON,
    label="心愿转交",
    group="志愿服务",
    icon="gift",
    verb="转交",
    role=Role.WORKER,
    days=3,
    url=wish_url,
    truth=lambda: Wish.objects.filter(state=WishState.HANDED_IN).values_list("pk", flat=True),
    seen_by=COMMUNITY_STAFF,
    order=119,
)
duties.declare(
    ANSWER,
    label="对接等回话",
    group="志愿服务",
    icon="arrows-exchange",
    verb="问两边",
    role=Role.WORKER,
    days=5,
    url=match_url,
    truth=lambda: Match.objects.filter(state=MatchState.PROPOSED).values_list("pk", flat=True),
    order=122,
)
duties.declare(
    WITNESS,
    label="捐赠等见证",
    group="志愿服务",
    icon="gift",
    verb="看一眼，点头",
    role=Role.WORKER,
    days=2,
    url=donation_url,
    truth=lambda: list(unwitnessed()),
    seen_by=COMMUNITY_STAFF,
    order=123,
)
