"""报个事: how an issue comes in, and what the resident can do with it afterwards."""

import hashlib
import hmac
import re
import uuid

from django.contrib.postgres.search import SearchVector
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.utils import timezone

from deliberation.choices import Category, Channel, EventKind, PhotoStage, State
from deliberation.models import Issue, MeToo, Photo, Reporter
from deliberation.services.agenda import locked_off_agenda
from deliberation.services.chain import locked, log, move, refuse, start_issue_duty
from stations.foundation.calendar import add_workdays
from stations.foundation.codes import code_digest, code_from
from stations.foundation.redaction import redact
from stations.foundation.sealed import blind_index, seal, unseal
from stations.foundation.words import tsvector_text

RESPOND_DAYS = 1
FINISH_DAYS = 15
PHONE_FIELD = "reporter.phone"


def title_of(text):
    """The first thing said, short enough for a list; the worker can better it."""
    first = re.split(r"[。！？!?\n\r；;]", text.strip(), maxsplit=1)[0].strip(" ，,、：:")
    if len(first) > 24:
        head = re.split(r"[，,、]", first)
        first = head[0]
        for more in head[1:]:
            if len(first) + len(more) >= 24:
                break
            first = f"{first}，{more}"
    return first[:30] or text.strip()[:30] or "没有写明的事"


def search_vector(issue, *, name=""):
    """The words an issue is found by: what was said, where, what about, and who said it.

    People at the counter give their name; it leaves the index when the contact is erased.
    """
    where = (issue.where, issue.get_category_display(), str(issue.area))
    said = " ".join((issue.title, issue.text, *where, name))
    return SearchVector(Value(tsvector_text(said)), config="simple")


def submit_issue(
    *,
    token,
    area,
    category,
    text,
    building=None,
    entrance=None,
    place=None,
    spot="",
    name="",
    phone="",
    door="",
    consent_public=False,
    photos=(),
    channel=Channel.WEB,
    by=None,
    title="",
):
    """Take an issue in. Returns (issue, tracking code).

    `token` (UUID) comes with the form: sent twice, or twenty times at once, it is one
    issue and one receipt. `photos` are `Remade` pictures. `phone` is normalised.
    """
    code = code_from(token)
    try:
        with transaction.atomic():
            return _write_issue(
                code=code,
                photos=photos,
                reporter={"name": name, "door": door, "consent_public": consent_public},
                phone=phone,
                by=by,
                issue={
                    "token": token,
                    "area": area,
                    "category": category or Category.OTHER,
                    "text": text,
                    # A title stands in lists, mails and the act log: nobody is named in it.
                    "title": title or title_of(redact(text, names=[name])),
                    "building": building or (entrance.building if entrance else None),
                    "entrance": entrance,
                    "place": place,
                    "spot": spot,
                    "channel": channel,
                },
            ), code
    except IntegrityError:
        # The same form arrived before, or twice at once: the database keeps them one.
        return Issue.objects.get(token=token), code


def _write_issue(*, code, issue, reporter, phone, photos, by):
    now = timezone.now()
    row = Issue(
        **issue,
        uuid=uuid.uuid4(),
        code_digest=code_digest(code),
        created_at=now,
        received_on=timezone.localdate(now),
        stage_since=now,
        respond_by=add_workdays(now, RESPOND_DAYS),
        finish_by=add_workdays(now, FINISH_DAYS),
    )
    row.due_at = row.respond_by
    row.search = search_vector(row, name=reporter["name"])
    row.save()
    Reporter.objects.create(
        issue=row,
        **reporter,
        phone_sealed=seal(phone, bound_to=f"{PHONE_FIELD}:{row.uuid}") if phone else "",
        phone_index=blind_index(phone, field=PHONE_FIELD) if phone else "",
    )
    event = log(
        row,
        EventKind.SUBMITTED,
        by=by,
        actor="" if by else "居民",
        words=row.text,
        public="您报了这件事。" if not by else "社区替您报了这件事。",
        at=now,
    )
    add_photos(row, photos, stage=PhotoStage.REPORT, event=event)
    start_issue_duty("deliberation.accept", row, since=now, until=row.respond_by, fresh=True)
    return row


def add_photos(issue, photos, *, stage, event=None, task=None):
    """Keep re-made photos with the issue. Files are written before their rows commit."""
    rows = []
    for remade in photos:
        name = f"{uuid.uuid4().hex}.jpg"
        row = Photo(
            issue=issue,
            event=event,
            task=task,
            stage=stage,
            width=remade.width,
            height=remade.height,
        )
        row.file.save(name, ContentFile(remade.jpeg), save=False)
        row.thumb.save(name, ContentFile(remade.thumb), save=False)
        rows.append(row)
    return Photo.objects.bulk_create(rows)


def phone_of(reporter):
    """The phone number in the clear; whoever asks for it records that they looked."""
    if not reporter.phone_sealed:
        return ""
    return unseal(reporter.phone_sealed, bound_to=f"{PHONE_FIELD}:{reporter.issue.uuid}")


def tail_matches(reporter, tail):
    """Whether these are the last four digits of the reporter's phone; takes equal time."""
    known = phone_of(reporter)[-4:] or "none"
    return hmac.compare_digest(known.encode(), tail.encode())


def similar_issues(*, area, category, text, limit=3):
    """Open issues of the same estate that may be the same thing, likeliest first."""
    from stations.foundation.words import query_words

    words = [word for word in query_words(text) if len(word) > 1][:12]
    recent = Issue.objects.filter(area=area).open().order_by("-pk")
    scored = []
    for pk, kind, title, said in recent.values_list("pk", "category", "title", "text")[:400]:
        hits = sum(1 for word in words if word in f"{title}{said}")
        if hits >= 2 or (hits >= 1 and kind == category):
            scored.append((hits + 2 * (kind == category), pk))
    likeliest = [pk for _, pk in sorted(scored, reverse=True)[:limit]]
    places = ("area", "building", "entrance__building", "place")
    found = Issue.objects.unindexed().select_related(*places).in_bulk(likeliest)
    return [found[pk] for pk in likeliest if pk in found]


def household_mark(*, phone="", browser=""):
    """A fingerprint of a household for 也遇到: of its phone, else of the browser's cookie."""
    if phone:
        return blind_index(phone, field="metoo.phone")
    return hashlib.sha256(f"metoo:{browser}".encode()).hexdigest()


def meet_it_too(*, issue, who, entrance=None):
    """也遇到: count one more household. A second press by the same one changes nothing."""
    with transaction.atomic():
        issue = locked(issue)
        if not issue.is_open:
            refuse("这件事已经办完了。还有问题的话，请重新报一件。")
        _, fresh = MeToo.objects.get_or_create(
            issue=issue, who=who, defaults={"entrance": entrance}
        )
        if fresh:
            Issue.objects.filter(pk=issue.pk).update(me_too_count=F("me_too_count") + 1)
            issue.me_too_count += 1
            log(issue, EventKind.ME_TOO, actor="居民", words="又有一户也遇到")
    return issue


def add_remark(*, issue, words="", photos=()):
    """The resident adds words or photos, or answers what was asked."""
    with transaction.atomic():
        issue = locked(issue)
        if not issue.is_open:
            refuse("这件事已经结束了，不能再补充。")
        if not words and not photos:
            refuse("写几个字，或者选一张照片。")
        event = log(
            issue,
            EventKind.REMARK,
            actor="居民",
            words=words or "补了照片",
            public="您补充了情况。",
        )
        add_photos(issue, photos, stage=PhotoStage.REPORT, event=event)
        if issue.asked_back:
            from deliberation.services.chain import put

            put(issue, issue.state)
            issue.save()
    return event


def withdraw_issue(*, issue, why=""):
    """The resident takes the issue back, as long as nothing was decided on it."""
    with transaction.atomic():
        issue = locked_off_agenda(issue, by=None, reason="居民撤回")
        if not issue.is_early:
            refuse("这件事已经在办了，不能撤回。有变化请在下面补充一句。")
        move(issue, State.WITHDRAWN)
        issue.save()
        log(
            issue,
            EventKind.WITHDRAWN,
            actor="居民",
            words=f"居民撤回。{why}",
            public="您撤回了这件事。",
        )
    return issue
