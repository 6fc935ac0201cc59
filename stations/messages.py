"""What the portal says to people: one function per message."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from stations.choices import DutyStep
from stations.models import Message
from stations.registries import duties

DIGEST_LIMIT = 30


def tell(*, recipient_id, key, title, body="", url=""):
    """Put a message into somebody's inbox once per `key`; the mail follows as a digest."""
    return Message.objects.get_or_create(
        recipient_id=recipient_id,
        key=key,
        defaults={"title": title[:120], "body": body[:500], "url": url},
    )


def tell_each(messages):
    """Many at once, in one statement: `messages` are dicts of what `tell` takes, all of it."""
    fresh = [
        Message(**one | {"title": one["title"][:120], "body": one["body"][:500]})
        for one in messages
    ]
    Message.objects.bulk_create(fresh, ignore_conflicts=True)


def settled(*, key, recipient_ids):
    """What a message asked for was done by somebody: to these people it is no news any more."""
    rows = Message.objects.unread().filter(recipient__in=recipient_ids, key=key)
    return rows.update(read_at=timezone.now())


def duty_reminder(*, duty, step, recipient_id, now):
    """A step of a duty's clock was reached."""
    kind = duties[duty.kind]
    due = timezone.localtime(duty.until)
    when = f"{due:%-m月%-d日 %H:%M}"
    words = {
        DutyStep.HALF: f"时间过半，{when}前要{kind.verb}",
        DutyStep.MOST: f"快到期了，{when}前要{kind.verb}",
        DutyStep.FULL: f"已经超期，本该{when}前{kind.verb}",
    }
    return tell(
        recipient_id=recipient_id,
        key=f"duty:{duty.pk}:{step}",
        title=f"{duty.title}",
        body=f"{words[step]}。{duty.subtitle}",
        url=kind.url(duty.object_id),
    )


def report_ready(*, report):
    """A report somebody asked for can be fetched."""
    if report.asked_by_id:
        tell(
            recipient_id=report.asked_by_id,
            key=f"report:{report.pk}:{report.work_id}",
            title=f"{report}做好了",
            body="Word 和 Excel 各一份，可以下载了。",
            url=f"/reports/{report.pk}/",
        )


def mail_digest(*, recipient):
    """Send what one person has not been mailed yet as one mail. Titles only: mail travels.

    However much it is, all of it counts as mailed: what the mail has no room for stands in
    the inbox, and nothing waits for a next message to come.

    Marked as mailed before sending, in the caller's transaction: a crash after sending
    repeats at most one mail, never loses one. The repeated one has the same Message-ID, by
    which mailboxes know it.
    """
    waiting = list(
        Message.objects.to_mail()
        .filter(recipient=recipient)
        .select_for_update(skip_locked=True)
        .order_by("pk")
    )
    if not waiting:
        return 0
    Message.objects.filter(pk__in=[message.pk for message in waiting]).update(
        mailed_at=timezone.now()
    )
    lines = [f"· {message.title}：{message.body}" for message in waiting[:DIGEST_LIMIT]]
    if len(waiting) > DIGEST_LIMIT:
        lines.append(f"还有 {len(waiting) - DIGEST_LIMIT} 条，请到“消息”里看。")
    text = "\n".join([f"{recipient.name}，您好：", "", *lines, "", settings.SITE_ADDRESS])
    EmailMessage(
        f"同心：{len(waiting)} 条提醒",
        text,
        to=[recipient.email],
        headers={"Message-ID": f"<{waiting[0].pk}.{waiting[-1].pk}@{_mail_host()}>"},
    ).send()
    return len(waiting)


def _mail_host():
    return urlsplit(settings.SITE_ADDRESS).hostname or "localhost"


def calendar_runs_out(*, recipient_id, until):
    """The state's holidays are known only for a while longer."""
    return tell(
        recipient_id=recipient_id,
        key=f"calendar:{until}",
        title=f"工作日历只到 {until:%Y年%-m月%-d日}",
        body="国务院公布下一年放假安排后，请更新 holidays.json，期限才算得准。",
    )
