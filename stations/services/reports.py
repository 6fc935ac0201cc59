"""月报: one Word and one Excel file of an area and a month, from one snapshot."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from stations.choices import Level
from stations.models import Area, Report
from stations.services.acts import record
from stations.services.work import later


def month_of(day):
    """First and last day of the month that `day` lies in."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following - timedelta(days=1)


def last_month(today=None):
    """Any day of the month before this one."""
    return (today or timezone.localdate()).replace(day=1) - timedelta(days=1)


@transaction.atomic
def order_report(*, area, month, by=None):
    """Ask for a month's report of a community or street; asked twice it is one report.

    `month` is any day of it. Made anew when somebody asks for a month that still runs.
    """
    first, last = month_of(month)
    running = last >= timezone.localdate()
    key = f"{area.pk}:{first}" + (f":{timezone.localdate()}" if running else "")
    work = later("stations.build_report", key=key)
    report, fresh = Report.objects.get_or_create(
        work=work,
        defaults={
            "area": area,
            "first_day": first,
            "last_day": min(last, timezone.localdate()),
            "asked_by": by,
        },
    )
    if fresh:
        work.arguments = {"report_id": report.pk}
        work.save(update_fields=["arguments"])
        record("stations.make_reports", on=report, by=by)
    return report


def order_monthly_reports(today: date | None = None):
    """On the first of the month: last month's report of every community and street."""
    month = last_month(today)
    for area in Area.objects.filter(level__in=(Level.STREET, Level.COMMUNITY)):
        order_report(area=area, month=month)


def build_report(*, report_id, job):
    """Build both files."""
    raise NotImplementedError(report_id, job)
