"""The receipt of a report: what will happen by when."""

from datetime import timedelta

from django.utils import timezone

from deliberation.services.intake import RESPOND_DAYS
from stations.foundation.calendar import WEEKDAYS, add_workdays, day_kind, day_name
from stations.registries import duties


def promises(issue):
    """接下来: what will happen by when, for the receipt."""
    route_by = add_workdays(issue.respond_by, duties["deliberation.route"].days)
    return [
        {
            **_until(issue.respond_by),
            "title": "有人回您",
            "words": "社区看过就受理，有不清楚的会打电话问您。",
        },
        {
            **_until(route_by),
            "title": "告诉您怎么办",
            "words": "小修直接安排；要大家商量的，请您来听四方议事。",
        },
        {
            **_until(issue.finish_by),
            "title": "办好，请您来评",
            "words": "不满意就重新办。办不成，也会说清楚为什么。",
        },
    ]


def _until(moment):
    """A date and its weekday, which stand in two lines."""
    local = timezone.localtime(moment)
    return {"by": local, "weekday": f"周{WEEKDAYS[local.weekday()]}"}


def answer_by(now):
    """When somebody will have answered what is reported now: 明天（11月24日 周二）."""
    due = timezone.localtime(add_workdays(now, RESPOND_DAYS))
    words = f"{due:%-m月%-d日} 周{WEEKDAYS[due.weekday()]}"
    is_tomorrow = due.date() == timezone.localdate(now) + timedelta(days=1)
    return f"明天（{words}）" if is_tomorrow else words


def days_off(since, until):
    """Holidays that moved the promised dates: 10月1日到8日国庆节放假."""
    first, last = timezone.localtime(since).date(), timezone.localtime(until).date()
    runs, at = [], first + timedelta(days=1)
    while at <= last:
        name = day_name(at)
        if day_kind(at) == "holiday":
            if runs and runs[-1]["name"] == name and runs[-1]["to"] == at - timedelta(days=1):
                runs[-1]["to"] = at
            else:
                runs.append({"name": name, "from": at, "to": at})
        at += timedelta(days=1)
    return runs
