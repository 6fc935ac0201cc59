"""What deliberation shows on an estate's public page: results, and the next meeting."""

from django.utils import timezone

from deliberation.choices import ItemState, Route
from deliberation.models import Meeting, Notice
from deliberation.services.neighbours import public_title
from stations.registries import Block, front_page

MOST_RESULTS = 4


@front_page.register("deliberation.results", label="刚办好的事", order=10)
def results(estate):
    """The newest live notices, with before and after."""
    notices = (
        Notice.objects.live()
        .filter(area=estate)
        .select_related("issue", "before", "after")[:MOST_RESULTS]
    )
    items = [
        {
            "title": notice.title,
            "text": how_it_went(notice.issue),
            "url": f"/notices/{notice.pk}/",
            "before": notice.before,
            "after": notice.after,
            "before_on": notice.before and timezone.localdate(notice.before.created_at),
            "after_on": notice.after and timezone.localdate(notice.after.created_at),
        }
        for notice in notices
    ]
    return Block(kind="results", title="刚办好的事", items=items, url=f"/e/{estate.code}/notices/")


def how_it_went(issue):
    """27 户反映，四方一起商量，15 天办好。"""
    parts = [f"{issue.households} 户反映"] if issue.households > 1 else ["一位邻居报来"]
    if issue.route == Route.PARTIES:
        parts.append("四方一起商量")
    elif issue.route == Route.STREET:
        parts.append("街道出面协调")
    if issue.finished_at:
        days = (timezone.localdate(issue.finished_at) - issue.received_on).days
        parts.append(f"{days} 天办好" if days > 0 else "当天办好")
    return "，".join(parts) + "。"


@front_page.register("deliberation.next_meeting", label="下次四方议事", order=20)
def next_meeting(estate):
    """The next meeting with its agenda; nothing when none is planned."""
    start_of_day = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    meeting = (
        Meeting.objects.coming()
        .filter(area=estate, starts_at__gte=start_of_day)
        .order_by("starts_at", "pk")
        .first()
    )
    if meeting is None:
        return None
    items = meeting.items.exclude(state=ItemState.WITHDRAWN).select_related("issue__reporter")
    titles = [
        public_title(item.title, names=[item.issue.reporter.name] if item.issue else ())
        for item in items
    ]
    return Block(
        kind="meeting",
        title=f"下次{meeting.get_forum_display()}",
        items=titles,
        when=timezone.localtime(meeting.starts_at),
        where=meeting.place,
        aside=True,
    )
