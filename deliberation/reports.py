"""What deliberation puts into a street's reports, and onto the wall.

Reports are for staff, but they travel: no reporter's name, phone or door stands in them.
"""

from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from deliberation.choices import Level5, SolvedAt, State, TaskState
from deliberation.models import Issue, Notice, Resolution
from stations.foundation.redaction import redact
from stations.models import Area
from stations.registries import Done, Section, done_lately, reports

CHUNK = 500


def moments(first, last):
    """The half-open span of time of these days."""
    start = timezone.make_aware(datetime.combine(first, time.min))
    return start, timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


@reports.register("deliberation.finished", label="办结诉求", order=10)
def finished_issues(area, first, last):
    """Every issue finished in the period, whenever it came in, oldest first."""
    start, end = moments(first, last)
    issues = (
        Issue.objects.finished()
        .filter(area__in=Area.objects.under(area), finished_at__gte=start, finished_at__lt=end)
        .select_related("area", "reporter")
        .order_by("finished_at", "pk")
    )
    rows, of_period = [], 0
    for issue in issues.iterator(chunk_size=CHUNK):
        of_period += issue.received_on >= first
        rows.append(
            [
                issue.number,
                _without_person(issue.title, issue),
                issue.area.name,
                issue.get_category_display(),
                issue.received_on,
                timezone.localdate(issue.finished_at),
                "是" if issue.finished_at <= issue.finish_by else "否",
                _outcome(issue),
                Level5(issue.last_rating).label if issue.last_rating else "没评",
            ]
        )
    earlier = len(rows) - of_period
    words = f"本月办结 {len(rows):,} 件" if rows else "本月没有办结的诉求。"
    if rows:
        words += (
            f"，其中本月收到的 {of_period:,} 件，以前收到的 {earlier:,} 件。" if earlier else "。"
        )
    return Section(
        title="办结诉求",
        words=words,
        columns=("编号", "事项", "小区", "类别", "收到", "办结", "按时", "结果", "评价"),
        widths=(10, 34, 12, 8, 12, 12, 7, 12, 9),
        rows=rows,
    )


def _without_person(text, issue):
    reporter = getattr(issue, "reporter", None)
    names = [reporter.name] if reporter and len(reporter.name) > 1 else []
    return redact(text, names=names)


def _outcome(issue):
    if issue.state == State.RETURNED:
        return "不受理"
    if not issue.is_solved:
        return "答复"
    where = SolvedAt(issue.solved_at_level).label if issue.solved_at_level else ""
    return f"{where}解决" if where else "解决"


@reports.register("deliberation.decisions", label="决议", order=20)
def decisions(area, first, last):
    """Every resolution passed in the period, with how far its tasks are."""
    start, end = moments(first, last)
    passed = (
        Resolution.objects.filter(
            item__meeting__area__in=Area.objects.under(area),
            passed_at__gte=start,
            passed_at__lt=end,
        )
        .select_related("item__meeting__area", "item__issue__reporter")
        .annotate(
            planned=Count("tasks", filter=~Q(tasks__state=TaskState.CANCELLED)),
            done=Count("tasks", filter=Q(tasks__state=TaskState.VERIFIED)),
        )
        .order_by("passed_at", "pk")
    )
    rows = []
    for resolution in passed.iterator(chunk_size=CHUNK):
        item, meeting = resolution.item, resolution.item.meeting
        rows.append(
            [
                resolution.number,
                _decided(item.title, item),
                f"{meeting.area.name} {meeting.get_forum_display()}",
                timezone.localdate(resolution.passed_at),
                _decided("；".join(c.rstrip("。；") for c in resolution.clauses), item),
                f"{resolution.done}/{resolution.planned}",
            ]
        )
    return Section(
        title="决议",
        words=f"本月通过决议 {len(rows)} 项。" if rows else "本月没有通过决议。",
        columns=("编号", "议题", "会议", "通过", "议定的", "任务完成"),
        widths=(18, 22, 18, 12, 44, 9),
        rows=rows,
    )


def _decided(text, item):
    return _without_person(text, item.issue) if item.issue else redact(text)


@done_lately.register("deliberation.notices", label="刚办好")
def notices(area, limit):
    """The newest notices that the public can read now: their words were checked for it."""
    live = (
        Notice.objects.live()
        .filter(area__in=Area.objects.under(area))
        .select_related("area", "issue")
        .order_by("-pk")[:limit]
    )
    return [
        Done(
            where=notice.area.name,
            what=notice.title,
            days=(
                timezone.localdate(notice.issue.finished_at or notice.published_at)
                - notice.issue.received_on
            ).days,
        )
        for notice in live
    ]
