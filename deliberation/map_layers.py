"""What this app shows on the plan of an estate: open issues by building."""

from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from deliberation.access import VIEW_ISSUES
from deliberation.models import Issue
from stations.registries import map_layers


def open_issues(area, user):
    """{building id: issues that are not ended}, one query."""
    issues = Issue.objects.visible_to(user).open().filter(area=area, building__isnull=False)
    return dict(issues.order_by().values_list("building_id").annotate(n=Count("pk")))


def issues_of(building):
    """The list of what was counted."""
    query = urlencode({"area": building.area_id, "building": building.pk, "view": "open"})
    return f"{reverse('deliberation:issues')}?{query}"


map_layers.declare(
    "deliberation.issues",
    label="诉求",
    icon="message-report",
    colour="shiqing",
    unit="件",
    count=open_issues,
    url=issues_of,
    opened_by=VIEW_ISSUES,
)
