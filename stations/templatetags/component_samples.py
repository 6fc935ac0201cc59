"""Invented data for the component page, so that each drawing is shown in every state."""

from __future__ import annotations

from datetime import date, timedelta

from django import template
from django.utils import timezone

from stations.foundation import drawing
from stations.templatetags.tongxin import icon_names

register = template.Library()
HOLIDAYS = {date(2026, 6, 19): "端午"}


def _works(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def _holiday(day: date) -> str:
    return HOLIDAYS.get(day, "")


def _days(received: date, due: date, today: date) -> list[drawing.Day]:
    return drawing.clock_days(
        received=received, due=due, today=today, works=_works, holiday=_holiday
    )


WAY = ("报", "受", "议", "决", "办", "示", "评")
PARTIES = ("小区党组织", "业主委员会", "物业公司", "居民代表")
NAMES = ("李建国", "何平", "刘建军", "孙玉华")


@register.simple_tag
def samples() -> dict:
    """Everything the component page draws: `{% samples as s %}`."""
    now = timezone.now()
    june = date(2026, 6, 11)
    weeks = ["8/24", "8/31", "9/7", "9/14", "9/21", "9/28"]
    weeks += ["10/5", "10/12", "10/19", "10/26", "11/2", "11/9"]
    received = [214, 221, 209, 228, 240, 252, 236, 231, 243, 262, 258, 252]
    closed = [205, 212, 207, 213, 222, 231, 226, 220, 224, 231, 229, 235]
    presence = ("支部书记，在场", "主任，在场", "项目经理，视频参会", "2 人在场")
    return {
        "now": now,
        "ago_day": now - timedelta(hours=26),
        "late": now - timedelta(hours=2),
        "late_days": now - timedelta(days=2),
        "ago_week": now - timedelta(days=7),
        "soon": now + timedelta(hours=2),
        "later": now + timedelta(days=6),
        "clock": _days(june, date(2026, 6, 18), date(2026, 6, 15)),
        "clock_late": _days(june, date(2026, 6, 15), date(2026, 6, 17)),
        "clock_long": _days(date(2026, 5, 12), date(2026, 6, 26), date(2026, 6, 15)),
        "chain": [
            {"label": "收到", "state": "done", "when": "6月11日 8:42", "note": "扫码上报"},
            {
                "label": "受理",
                "state": "done",
                "when": "6月11日 15:10",
                "note": "陈晓燕，用 6 小时",
            },
            {
                "label": "定办法",
                "state": "now",
                "when": "6月18日 周四前",
                "note": "还有 3 个工作日",
            },
            {"label": "办理", "state": "later", "when": "7月3日 周五前", "note": ""},
            {"label": "公示", "state": "later", "when": "办好后 3 日内", "note": ""},
            {"label": "评议", "state": "later", "when": "周桂兰来评", "note": ""},
            {"label": "销号", "state": "later", "when": "书记确认", "note": ""},
            {"label": "回头看", "state": "later", "when": "30 天后", "note": ""},
        ],
        "ripple": [
            {"sign": sign, "state": "done" if i < 6 else "now"} for i, sign in enumerate(WAY)
        ],
        "ripple_early": [
            {"sign": sign, "state": "done" if i < 2 else "wait" if i == 2 else "later"}
            for i, sign in enumerate(WAY)
        ],
        "up": [89.8, 90.2, 90.6, 91.0, 91.3, 91.6, 91.5, 92.0, 92.4, 92.6, 92.8, 93.1],
        "down": [95.2, 95.1, 94.8, 94.9, 94.6, 94.4, None, 94.0, 93.9, 93.6, 93.5, 93.2],
        "weeks": weeks,
        "series": [
            drawing.Series("收到", received),
            drawing.Series("办结", closed, "done"),
        ],
        "empty_series": [
            drawing.Series("收到", [0] * 12),
            drawing.Series("办结", [0] * 12, "done"),
        ],
        "seats": [
            {
                "party": party,
                "name": name,
                "presence": words,
                "stance": stance,
                "here": True,
                "remote": "视频" in words,
            }
            for party, name, words, stance in zip(
                PARTIES, NAMES, presence, ("agree", "if", "if", "agree"), strict=True
            )
        ],
        "seats_waiting": [
            {
                "party": PARTIES[0],
                "name": NAMES[0],
                "presence": "在场",
                "stance": "agree",
                "here": True,
            },
            {"party": PARTIES[1], "presence": "已请，未到", "here": False},
            {
                "party": PARTIES[2],
                "name": NAMES[2],
                "presence": "在场",
                "stance": "against",
                "here": True,
            },
            {
                "party": PARTIES[3],
                "name": NAMES[3],
                "presence": "在场",
                "stance": "abstain",
                "here": True,
            },
        ],
        "icons": icon_names(),
    }
