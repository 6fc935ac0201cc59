"""What neighbours may read of each other's reports: never a name, a number or a stranger's words."""

from django.utils import timezone

from deliberation.choices import State
from deliberation.models import Issue
from stations.foundation.redaction import redact


def public_where(issue):
    """The place without what somebody typed: the entrance, the building, or the public place."""
    return str(issue.entrance or issue.building or issue.place or "小区里")


def public_title(title, *, names=()):
    """A title with everything personal in it replaced: 3栋2单元某户漏水."""
    return redact(title, names=names)


def neighbours_reports(issues):
    """Similar reports as neighbours may read them: a title somebody has checked, else the kind.

    A report nobody has accepted yet stays a kind and a place: its title is a stranger's words.
    """
    rows = []
    for issue in Issue.objects.filter(pk__in=[issue.pk for issue in issues]).select_related(
        "entrance__building", "building", "place", "reporter"
    ):
        seen = issue.state != State.RECEIVED
        names = [issue.reporter.name]
        title = public_title(issue.title, names=names) if seen else ""
        rows.append(
            {
                "pk": issue.pk,
                "title": title or f"有人报过{issue.get_category_display()}的事",
                "where": public_where(issue),
                "day": timezone.localtime(issue.created_at),
                "households": issue.households,
            }
        )
    order = [issue.pk for issue in issues]
    return sorted(rows, key=lambda row: order.index(row["pk"]))
