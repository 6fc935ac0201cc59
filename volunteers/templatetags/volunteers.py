"""Links between the rooms of voluntary service. `{% load volunteers %}`."""

from __future__ import annotations

from functools import cache

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

from stations.access import can
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
    ("rosters", "应急", "rosters", access.RUN_ROSTER),
)
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
    return [
        {"label": label, "url": url, "on": key == here}
        for key, label, name, permission in STAFF_TABS
        if (url := address(name)) and can(user, permission)
    ]


@register.simple_tag(takes_context=True)
def phone_tabs(context: template.Context) -> list[dict]:
    """The five tabs of a volunteer's phone."""
    here = context.get("tab")
    return [
        {"label": label, "url": url, "icon": icon, "on": key == here}
        for key, label, name, icon in PHONE_TABS
        if (url := address(name))
    ]


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
