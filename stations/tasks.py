"""Later work of the ground floor, and the three doors through which Celery comes in."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from stations.choices import Role, WorkState
from stations.foundation.calendar import data_until, runs_out_within
from stations.foundation.limits import forget_stale_buckets
from stations.foundation.work import kinds, work
from stations.messages import calendar_runs_out, mail_digest
from stations.models import Message, Posting, User, Work
from stations.services.duties import tell_about_duties
from stations.services.figures import count_again, count_moment
from stations.services.files import forget_orphans
from stations.services.reports import build_report, order_monthly_reports
from stations.services.work import due_keys, later, run

KEEP_DONE = timedelta(days=7)


@shared_task(name="stations.run", ignore_result=True)
def run_work(pk):
    """Celery's wake-up call: do the work of one row."""
    run(pk)


@shared_task(name="stations.sweep", ignore_result=True)
def sweep():
    """Wake workers for rows the relay's call did not reach (Redis emptied, worker killed)."""
    for pk in due_keys():
        run_work.delay(pk)


@shared_task(name="stations.tick", ignore_result=True)
def tick():
    """Once a minute: write the rows of recurring work. Two beats write the same rows."""
    now = timezone.now()
    for kind in kinds.recurring():
        later(kind.key, key=kind.turn(now))


@work("stations.tell_duties", label="提醒待办", every=timedelta(minutes=1))
def tell_duties(job):
    tell_about_duties()


@work("stations.count_again", label="重算看板", every=timedelta(minutes=1))
def count_stale(job):
    count_again(report=job.report)


@work("stations.count_moment", label="重算在办数", every=timedelta(minutes=5))
def count_open(job):
    count_moment(daily=False)


@work("stations.count_daily", label="重算人户数", every=timedelta(days=1))
def count_daily(job):
    """Numbers that change slowly, for all estates; birthdays change them too."""
    count_moment(daily=True)


@work("stations.mail_round", label="看谁有邮件要发", every=timedelta(minutes=10))
def mail_round(job):
    """One digest per person and ten minutes, however much happened."""
    newest = Message.objects.to_mail().order_by().values_list("recipient_id")
    for recipient_id, message_id in newest.annotate(newest=Max("pk")):
        key = f"{recipient_id}:{message_id}"
        later("stations.mail_digest", key=key, recipient_id=recipient_id)


@work("stations.mail_digest", label="发邮件提醒")
def mail(job):
    recipient = User.objects.filter(pk=job.arguments["recipient_id"], is_active=True).first()
    if recipient and recipient.email:
        mail_digest(recipient=recipient)


@work("stations.monthly_reports", label="做上月月报", every=timedelta(days=1))
def monthly_reports(job):
    """Last month's report of every street and community, on the first or as soon as may be.

    Asked for every day: a month is ordered once, also after a first on which nothing ran.
    """
    order_monthly_reports()


@work("stations.build_report", label="做月报")
def report(job):
    build_report(report_id=job.arguments["report_id"], job=job)


@work("stations.tidy", label="收拾用过的行", every=timedelta(hours=1))
def tidy(job):
    """Forget full buckets, done work and read-and-old nothing else: acts and events stay."""
    forget_stale_buckets()
    old = timezone.now() - KEEP_DONE
    Work.objects.filter(state=WorkState.DONE, done_at__lt=old, report=None).delete()


@work("stations.tidy_files", label="收拾没人要的文件", every=timedelta(days=1))
def tidy_files(job):
    """Files whose act was never finished: the process died, or the same form came twice."""
    forget_orphans()


@work("stations.watch_calendar", label="看工作日历够不够", every=timedelta(days=1))
def watch_calendar(job):
    """The state publishes next year's holidays in November: say so in time."""
    today = timezone.localdate()
    if runs_out_within(settings.CALENDAR_ALARM_DAYS, today):
        admins = Posting.objects.current().filter(role=Role.ADMIN).values_list("user_id", flat=True)
        for recipient_id in admins:
            calendar_runs_out(recipient_id=recipient_id, until=data_until())
