"""Links between the rooms of voluntary service. `{% load volunteers %}`."""

from __future__ import annotations

from functools import cache

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stations.access import can
from stations.foundation import drawing
from volunteers import access
from volunteers.choices import HELP_ICONS, Help

register = template.Library()

# (key, words, address, who may open it)
STAFF_TABS = (
    ("home", "总览", "home", access.VIEW),
    ("orders", "点单", "orders", access.VIEW_ORDERS),
    ("brands", "品牌队伍", "brands", access.VIEW),
    ("volunteers", "志愿者", "volunteers", access.VIEW_VOLUNTEERS),
    ("hours", "时数", "hours", access.CONFIRM_HOURS),
    ("events", "活动", "events", access.VIEW),
    ("posts", "岗位", "posts", access.VIEW),
    ("wishes", "微心愿", "wishes", access.KEEP_WISHES),
    ("lists", "三张清单", "lists", access.VIEW),
    ("donations", "捐赠", "donations", access.VIEW),
    ("packages", "服务包", "packages", access.KEEP_PACKAGES),
    ("calls", "问候电话", "calls", access.KEEP_PACKAGES),
    ("rosters", "应急", "rosters", access.RUN_ROSTER),
)
# What stands within a room: {key: ((words, address, who may open it), …)}
SUB_TABS = {
    "brands": (
        ("品牌队伍", "brands", access.VIEW),
        ("合伙人", "partners", access.VIEW),
    ),
    "volunteers": (
        ("志愿者", "volunteers", access.VIEW_VOLUNTEERS),
        ("等加入", "members_waiting", access.KEEP_TEAMS),
        ("核对身份", "identities", access.VERIFY_IDENTITY),
    ),
    "hours": (
        ("时数", "hours", access.CONFIRM_HOURS),
        ("服务记录", "paper_list", access.MAKE_PAPERS),
        ("积分换的东西", "gifts", access.KEEP_GIFTS),
    ),
}
# Rooms that stand in the row beside the one whose key their pages say.
OWN_TABS = {"calls"}
# (key, words, address, icon) at the foot of a volunteer's phone
PHONE_TABS = (
    ("mine", "首页", "mine", "home"),
    ("orders", "接单", "my_orders", "hand-click"),
    ("events", "活动", "my_events", "calendar-event"),
    ("hours", "时数", "my_hours", "clock"),
    ("me", "我的", "profile", "user"),
)


def address(name: str, *args: object) -> str:
    """The address of that name in this app, or nothing where no page stands there."""
    if not args:
        return _plain(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    try:
        return reverse(f"volunteers:{name}", args=args)
    except NoReverseMatch:
        return ""


@cache
def _plain(name: str, urlconf: str, prefix: str) -> str:
    """Every page asks for the same dozen; they change with the table of addresses only."""
    try:
        return reverse(f"volunteers:{name}")
    except NoReverseMatch:
        return ""


@register.simple_tag
def way(name: str, *args: object) -> str:
    """`{% way "my_order" order.pk as url %}`: an address, empty where no page stands."""
    return address(name, *args)


@register.simple_tag(takes_context=True)
def staff_tabs(context: template.Context) -> list[dict]:
    """The rooms this person may open, for templates/volunteers/staff_tabs.html."""
    user, here = context["request"].user, context.get("tab")
    here = page_name(context) if page_name(context) in OWN_TABS else here
    return [
        {"label": label, "url": url, "on": key == here}
        for key, label, name, permission in STAFF_TABS
        if (url := address(name)) and can(user, permission)
    ]


@register.simple_tag(takes_context=True)
def sub_tabs(context: template.Context) -> list[dict]:
    """The pages within the room one is in; none on a page below them, or where there is one."""
    user, here = context["request"].user, page_name(context)
    found = [
        {"label": label, "url": address(name), "on": name == here}
        for label, name, permission in SUB_TABS.get(context.get("tab"), ())
        if can(user, permission)
    ]
    return found if len(found) > 1 and any(link["on"] for link in found) else []


def page_name(context: template.Context) -> str:
    """The name of the address that is shown; nothing for an error page."""
    match = context["request"].resolver_match
    return match.url_name if match else ""


@register.simple_tag(takes_context=True)
def phone_tabs(context: template.Context) -> list[dict]:
    """The five tabs of a volunteer's phone."""
    here = context.get("tab")
    return [
        {"label": label, "url": url, "icon": icon, "on": key == here}
        for key, label, name, icon in PHONE_TABS
        if (url := address(name))
    ]


@register.simple_tag
def seal(brand, size: int = 56) -> SafeString:
    """A brand's sign: its logo, or a seal cut with the last character of its name (同心智: 智)."""
    if brand.thumb:
        return format_html(
            '<img class="vol-sign" src="{}" width="{}" height="{}" alt="">',
            address("brand_logo_small", brand.code),
            size,
            size,
        )
    return drawing.seal(brand.name[-1:], brand.colour, size)


@register.filter
def yuan(fen: int) -> str:
    """Money as people read it: 2000 fen are 20元, 1250 are 12.50元."""
    return f"{fen // 100}元" if fen % 100 == 0 else f"{fen / 100:.2f}元"


@register.filter
def in_hours(minutes: int | None) -> str:
    """Minutes as hours with one digit: 90 are 1.5, 60 are 1."""
    hours = round((minutes or 0) / 60, 1)
    return f"{hours:.0f}" if hours == int(hours) else f"{hours:.1f}"


@register.filter
def helps(values: list[str]) -> list[dict]:
    """What a team or a volunteer does, with its icons."""
    known = [Help(value) for value in values if value in Help.values]
    return [{"label": help.label, "icon": HELP_ICONS[help]} for help in known]


@register.filter
def help_icon(value: str) -> str:
    """The icon of a kind of help."""
    return HELP_ICONS.get(value, "dots")
