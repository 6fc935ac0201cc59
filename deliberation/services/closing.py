"""公示、评议、销号、回头看: the last links of the chain."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from deliberation.choices import EventKind, Level5, Link, Route, State, TaskState
from deliberation.models import Notice, Rating, Waiver
from deliberation.services.chain import (
    check_public,
    day,
    locked,
    log,
    move,
    put,
    refuse,
    round_began,
    start_issue_duty,
)
from stations.foundation.calendar import add_workdays
from stations.services.duties import end_duty

LEAST_DAYS = 15  # 城市居民委员会组织法 (2026) 第34条
REINSPECT_DAYS = 30
REDONE_HERE = 2  # a result that did not hold for the third time goes up to the street


@transaction.atomic
def publish_notice(*, issue, by, title, body, days=LEAST_DAYS, before=None, after=None):
    """公示: put the result on the estate's public page, personal data refused."""
    issue = locked(issue)
    if issue.state != State.DONE:
        refuse("办好以后才能公示。")
    if not issue.reporter.consent_public:
        refuse("报事的人没有同意公示，请点“不公示”。")
    if days < LEAST_DAYS:
        refuse(f"公示不能少于 {LEAST_DAYS} 天。")
    check_public(f"{title} {body}", issue=issue)
    for photo in (before, after):
        if photo is not None and photo.issue_id != issue.pk:
            refuse("照片要是这件事的。")
    today = timezone.localdate()
    notice = Notice.objects.create(
        issue=issue,
        area=issue.area,
        title=title,
        body=body,
        before=before,
        after=after,
        from_day=today,
        until_day=today + timedelta(days=days - 1),
        published_by=by,
    )
    move(issue, State.NOTICED)
    issue.save()
    log(
        issue,
        EventKind.NOTICED,
        by=by,
        words=title,
        public=f"办好了，已经公示：{body}",
        notice=notice.pk,
    )
    return notice


@transaction.atomic
def skip_notice(*, issue, by):
    """不公示: only when the resident did not agree to it. Then the chain goes on without."""
    issue = locked(issue)
    if issue.reporter.consent_public:
        refuse("报事的人同意公示，请公示办理结果。")
    move(issue, State.NOTICED)
    issue.save()
    return log(
        issue,
        EventKind.NOT_NOTICED,
        by=by,
        words="报事的人没有同意公示",
        public="办好了。您没有同意公示，所以只告诉您一个人。",
    )


@transaction.atomic
def take_down_notice(*, notice, by, why):
    """撤下公示: with a reason; the notice stays on record."""
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.taken_down_at:
        refuse("已经撤下了。")
    notice.taken_down_at, notice.taken_down_why = timezone.now(), why
    notice.save()
    log(notice.issue, EventKind.TAKEN_DOWN, by=by, words=why)
    return notice


@transaction.atomic
def rate_issue(*, issue, level, words=""):
    """评议: by the resident, through the link. The two lowest reopen the issue once."""
    issue = locked(issue)
    round_ = issue.reopened_count + 1
    if issue.state != State.NOTICED:
        done = issue.ratings.filter(round=round_).exists() or issue.last_rating
        refuse("您已经评过了，谢谢。" if done else "还没有办完，办好了再请您评。")
    rating = Rating.objects.create(issue=issue, round=round_, level=level, words=words)
    issue.last_rating = level
    label = Level5(level).label
    if rating.is_low:
        issue.call_back_since = timezone.now()
        issue.called_back_at = None
        start_issue_duty("deliberation.call_back", issue)
    if rating.is_low and issue.reopened_count == 0:
        move(issue, State.ACCEPTED)
        issue.reopened_count = 1
        issue.finished_at = None
        issue.is_solved = False
        issue.solved_at_level = ""
        issue.route = ""
        issue.save()
        log(
            issue,
            EventKind.RATED,
            actor="居民",
            words=f"{label}。{words}",
            public=f"您评了“{label}”。",
            level=level,
        )
        log(
            issue,
            EventKind.REOPENED,
            actor="系统",
            words="评价低，重办",
            public=f"您不满意，这件事重新办：一个工作日内给您回电话，{day(issue.due_at)}前定办法。",
        )
    else:
        if rating.is_low:
            issue.is_solved = False
        move(issue, State.RATED)
        issue.save()
        log(
            issue,
            EventKind.RATED,
            actor="居民",
            words=f"{label}。{words}",
            public=f"您评了“{label}”，谢谢。",
            level=level,
        )
    return rating


@transaction.atomic
def record_call_back(*, issue, by, words):
    """回访: the resident was called about the low rating; what was said."""
    issue = locked(issue)
    if issue.call_back_since is None or issue.called_back_at:
        refuse("没有要回访的评价。")
    issue.called_back_at = timezone.now()
    issue.save()
    end_duty("deliberation.call_back", on=issue)
    return log(issue, EventKind.CALLED_BACK, by=by, words=words, public="社区给您回了电话。")


def missing_links(issue):
    """The links of the chain this issue lacks in this round, without those waived for it."""
    number, began = issue.reopened_count + 1, round_began(issue)
    waived = set(issue.waivers.filter(round=number).values_list("link", flat=True))
    missing = []
    solved_by_street = issue.route == Route.STREET
    verified = issue.tasks.filter(state=TaskState.VERIFIED, created_at__gte=began)
    if not solved_by_street and not verified.exists():
        missing.append(Link.TASK)
    if issue.reporter.consent_public and not _was_shown(issue, began):
        missing.append(Link.NOTICE)
    if not issue.ratings.filter(round=number).exists():
        missing.append(Link.RATING)
    if issue.call_back_since and not issue.called_back_at:
        missing.append(Link.CALL_BACK)
    return [link for link in missing if link not in waived]


def _was_shown(issue, since):
    """Whether a notice of this round has been or is being shown its full time."""
    return issue.notices.filter(taken_down_at=None, published_at__gte=since).exists()


@transaction.atomic
def waive_link(*, issue, by, link, reason):
    """免一环: a named secretary lets the issue close without one link, and says why.

    Only once the matter is done and shown: waived before, nobody would be asked to rate.
    """
    issue = locked(issue)
    if issue.state not in (State.NOTICED, State.RATED):
        refuse("这件事现在还不到免一环的时候，办好公示以后再说。")
    if link not in missing_links(issue):
        refuse("这一环不缺，不用免。")
    number = issue.reopened_count + 1
    waiver = Waiver.objects.create(issue=issue, by=by, round=number, link=link, reason=reason)
    log(issue, EventKind.WAIVED, by=by, words=f"免“{Link(link).label}”：{reason}", link=link)
    if issue.state == State.NOTICED and link == Link.RATING:
        move(issue, State.RATED)
        issue.save()
    return waiver


@transaction.atomic
def close_issue(*, issue, by, words=""):
    """销号: only when no link of the chain is missing."""
    issue = locked(issue)
    if missing := missing_links(issue):
        labels = "、".join(Link(link).label for link in missing)
        refuse(f"还缺：{labels}。补齐，或者由书记写明缘由免去。")
    now = timezone.now()
    move(issue, State.CLOSED, until=now + timedelta(days=REINSPECT_DAYS))
    issue.closed_at = now
    issue.save()
    end_duty("deliberation.call_back", on=issue)
    log(
        issue,
        EventKind.CLOSED,
        by=by,
        words=words or "各环都齐了",
        public="这件事办完了。一个月后我们再回头看一看。",
    )
    return issue


@transaction.atomic
def reinspect_issue(*, issue, by, held, words, photos=()):
    """回头看: did it hold? If not, the issue is opened again."""
    from deliberation.services.intake import add_photos

    issue = locked(issue)
    if issue.state != State.CLOSED or issue.reinspected_at:
        refuse("这件事现在不用回头看。")
    issue.reinspected_at = timezone.now()
    end_duty("deliberation.reinspect", on=issue)
    if held:
        issue.due_at = None
        public = "回头看过了，没有反弹。"
    else:
        twice = issue.reopened_count >= REDONE_HERE
        if twice:  # the community has tried it twice: the street answers for it now
            put(issue, State.STREET)
        else:
            put(issue, State.ACCEPTED, until=add_workdays(timezone.now(), 3))
        issue.reopened_count += 1
        issue.finished_at = issue.closed_at = issue.reinspected_at = None
        issue.call_back_since = issue.called_back_at = None  # called, or waived, before the close
        issue.is_solved, issue.solved_at_level = False, ""
        issue.route = Route.STREET if twice else ""
        public = "回头看，老问题又来了，" + ("已报街道。" if twice else "重新办。")
    issue.save()
    event = log(issue, EventKind.REINSPECTED, by=by, words=words, public=public, held=held)
    add_photos(issue, photos, stage="progress", event=event)
    return issue
