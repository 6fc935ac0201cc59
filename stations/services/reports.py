"""月报: one Word and one Excel file of an area and a month, from one snapshot."""

import secrets
import tempfile
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from stations.access import MAKE_REPORTS, can
from stations.choices import Level, WorkState
from stations.foundation.office_files import write_excel, write_word
from stations.foundation.periods import month_of
from stations.foundation.snapshot import snapshot
from stations.messages import report_ready
from stations.models import Area, Report
from stations.services.acts import record
from stations.services.report_contents import collect, sheets, word_context
from stations.services.work import later, revive

REPORTED = (Level.STREET, Level.COMMUNITY)
TEMPLATE = settings.BASE_DIR / "templates" / "stations" / "report.docx"


def last_month(today=None):
    """Any day of the month before this one."""
    return (today or timezone.localdate()).replace(day=1) - timedelta(days=1)


def report_of(area, month):
    """The report of a community or street and a month, not asked for yet: its place and its days.

    `month` is any day of it; one that still runs goes on to today.
    """
    if area.level not in REPORTED:
        raise ValidationError("月报按社区或街道做。")
    first, last = month_of(month)
    if first > timezone.localdate():
        raise ValidationError("这个月还没到。")
    return Report(area=area, first_day=first, last_day=min(last, timezone.localdate()))


@transaction.atomic
def order_report(*, area, month, by=None):
    """Ask for a month's report of a community or street; asked twice it is one report.

    `month` is any day of it. Made anew when somebody asks for a month that still runs.
    """
    wanted = report_of(area, month)
    running = month_of(month)[1] >= timezone.localdate()
    key = f"{area.pk}:{wanted.first_day}" + (f":{timezone.localdate()}" if running else "")
    work = later("stations.build_report", key=key)
    report, fresh = Report.objects.get_or_create(
        work=work,
        defaults={
            "area": area,
            "first_day": wanted.first_day,
            "last_day": wanted.last_day,
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
    for area in Area.objects.filter(level__in=REPORTED):
        order_report(area=area, month=month)


def build_report(*, report_id, job):
    """Build both files from one moment of the database and tell whoever asked.

    Whoever asked must still hold the right now (and again at every download). The files
    have random names and are written before the row says that they are there.
    """
    with snapshot():
        report = Report.objects.select_related("area", "asked_by").get(pk=report_id)
        if report.is_ready:
            return
        allowed = not report.asked_by or can(report.asked_by, MAKE_REPORTS, at=report.area)
        contents = collect(report, progress=job.report) if allowed else None
    if contents is None:
        record("stations.report_refused", on=report, by=None)
        return
    with tempfile.TemporaryFile() as word, tempfile.TemporaryFile() as excel:
        write_word(TEMPLATE, word_context(contents), word, sections=contents["sections"])
        job.report(8, 10)
        write_excel(sheets(contents), excel)
        job.report(9, 10)
        _keep(report, word, excel, contents["snapshot_at"])


def _keep(report, word, excel, snapshot_at):
    row = Report.objects.select_for_update().get(pk=report.pk)
    for field, file, ending in ((row.word, word, "docx"), (row.excel, excel, "xlsx")):
        file.seek(0)
        field.save(f"{secrets.token_hex(16)}.{ending}", File(file), save=False)
    row.snapshot_at = snapshot_at
    row.save(update_fields=["word", "excel", "snapshot_at"])
    report_ready(report=row)


def try_again(*, report, by):
    """Let a report that failed five times be made once more."""
    if report.is_ready or report.work is None or report.work.state != WorkState.DEAD:
        raise ValidationError("这份月报没有停下，不用再做一次。")
    revive(work=report.work, by=by)
    return report
