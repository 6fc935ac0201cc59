"""What the search box finds of deliberation: issues and resolutions."""

from django.db.models import Case, Value, When

from deliberation.access import VIEW_ISSUES, VIEW_MEETINGS
from deliberation.models import Issue, Resolution
from stations.registries import Found, finders


@finders.register(
    "deliberation.issues",
    label="诉求",
    icon="message-report",
    permission=VIEW_ISSUES,
    hint="SQ-12，或者事情、地点里的字：充电桩",
    whole=lambda sought: sought.in_list("deliberation:issues", view="all"),
    order=10,
)
def issues(user, sought, most):
    """By number (SQ-12), or by all the words: what happened, where, who reported it. The one with
    the number first, then the newest."""
    if sought.phone:
        return []
    number, is_named = sought.number("SQ")
    mine = Issue.objects.visible_to(user)
    rows = mine.filter(pk=number) if is_named else mine.matching(sought.text)
    named_first = Case(When(pk=number, then=Value(0)), default=Value(1)) if number else Value(1)
    return [
        Found(
            title=issue.title,
            text=f"{issue.number} · {issue.area} {issue.where} · {issue.get_state_display()}",
            url=issue.get_absolute_url(),
            icon=issue.category_icon,
            exact=issue.pk == number,
        )
        for issue in rows.for_page().order_by(named_first, "-pk")[:most]
    ]


@finders.register(
    "deliberation.resolutions",
    label="决议",
    icon="gavel",
    permission=VIEW_MEETINGS,
    whole=lambda sought: sought.in_list("deliberation:resolutions"),
    order=16,
)
def resolutions(user, sought, most):
    """By number (锦江议〔2026〕12 号), matter or text."""
    if not sought.parts:
        return []
    rows = Resolution.objects.visible_to(user).passed().holding(sought.text)
    return [
        Found(
            title=resolution.item.title,
            text=f"{resolution.number} · {resolution.item.meeting.area}",
            url=resolution.item.meeting.get_absolute_url(),
        )
        for resolution in rows.select_related("item__meeting__area").order_by("-pk")[:most]
    ]
