"""Later work of the ground floor, and the three doors through which Celery comes in."""

from datetime import timedelta

from celery import shared_task
from django.db.models import Exists, OuterRef
from django.utils import timezone

from stations.foundation.work import work
from stations.messages import mail_digest
from stations.models import Message, Stale, User, Work
from stations.services.duties import tell_about_duties
from stations.services.figures import count_again, count_moment
from stations.services.reports import build_report, order_monthly_reports
from stations.services.work import due_keys, later, run

MINUTE = timedelta(minutes=1)


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
    minute = f"{now:%Y%m%d%H%M}"
    later("stations.tell_duties", key=minute)
    if Stale.objects.exists():
        later("stations.count_again", key=minute)
    if now.minute % 5 == 0:
        later("stations.count_moment", key=minute)
    if now.minute % 10 == 0:
        unmailed = Message.objects.to_mail().filter(recipient=OuterRef("pk"))
        for pk in User.objects.filter(Exists(unmailed)).values_list("pk", flat=True):
            later("stations.mail_digest", key=f"{pk}:{minute}", recipient_id=pk)
    if timezone.localtime(now).day == 1:
        later("stations.monthly_reports", key=f"{timezone.localtime(now):%Y%m}")
    old = now - timedelta(days=7)
    Work.objects.filter(state="done", done_at__lt=old, report=None).delete()


@work("stations.tell_duties", label="提醒待办")
def tell_duties(job):
    tell_about_duties()


@work("stations.count_again", label="重算看板")
def count_stale(job):
    count_again(report=job.report)


@work("stations.count_moment", label="重算在办数")
def count_open(job):
    count_moment()


@work("stations.mail_digest", label="发邮件提醒")
def mail(job):
    """One mail per person and ten minutes, however much happened."""
    recipient = User.objects.filter(pk=job.arguments["recipient_id"], is_active=True).first()
    if recipient and recipient.email:
        mail_digest(recipient=recipient)


@work("stations.monthly_reports", label="做上月月报")
def monthly_reports(job):
    """On the first of each month, last month's report of every street and community."""
    order_monthly_reports()


@work("stations.build_report", label="做报告")
def report(job):
    build_report(report_id=job.arguments["report_id"], job=job)
