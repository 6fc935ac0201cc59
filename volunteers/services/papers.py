"""服务记录: a numbered sheet of counted hours, with a public check of four fields.

谁组织谁记录、谁记录谁证明 (志愿服务记录与证明出具办法，民政部令第67号): the sheet is a record; only
under the committee's seal is it called 证明.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from uuid import uuid4, uuid5

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from stations.access import can
from stations.foundation.codes import normalise_short, short_code
from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.access import MAKE_PAPERS, SEAL_PAPERS
from volunteers.choices import PaperKind
from volunteers.foundation.names import masked_name
from volunteers.messages import hours as messages
from volunteers.models import Hour, Identity, Paper, Volunteer
from volunteers.services.keys import is_same_person

PREFIX = "JL"
CODE_LENGTH = 12
FIRST_YEAR = 2000
MOST_LINES = 2000
REVERSED_WHY = "其中一条时数已经冲销"
NUMBER = re.compile(rf"{PREFIX}\W?\d{{4}}\W?\d{{1,6}}", re.ASCII)


@transaction.atomic
def make_paper(*, volunteer, first_on, last_on, by, token=None):
    """A record of what somebody's counted hours were between two days. Staff make it, or the
    volunteer themselves. The same page (`token`) sent twice makes one. Refuses a period without
    hours, and one that is not over."""
    # Whoever takes an hour back holds the volunteer too: a sheet lists it or is revoked with it.
    rows = Volunteer.objects.select_for_update(of=("self",), no_key=True)
    volunteer = rows.select_related("user", "area").get(pk=volunteer.pk)
    if volunteer.user_id != by.pk and not can(by, MAKE_PAPERS, at=volunteer.area):
        refuse("服务记录由本社区的工作人员来出，或者本人自己出。")
    token = uuid5(token or uuid4(), str(volunteer.pk))
    if known := Paper.objects.filter(token=token).first():
        return known
    if first_on > last_on:
        refuse("开始的日子在结束后面，请换一下。")
    if last_on > timezone.localdate():
        refuse("结束的日子还没到，最晚写今天。")
    if first_on.year < FIRST_YEAR:
        refuse("开始的日子太早了，请再看一下。")
    hours = counted_between(volunteer, first_on, last_on)
    if not hours:
        refuse("这段时间没有计入的时数。公示满三天的才会计入。")
    if len(hours) > MOST_LINES:
        refuse("这段时间的记录太多，请分成几段来出。")
    paper = Paper.objects.create(
        number=next_number(),
        code=short_code(CODE_LENGTH),
        token=token,
        volunteer=volunteer,
        area=volunteer.area,
        first_on=first_on,
        last_on=last_on,
        minutes=sum(hour.minutes for hour in hours),
        services=len(hours),
        lines=[line_of(hour) for hour in hours],
        made_by=by,
    )
    record("volunteers.make_paper", on=paper, by=by, services=paper.services)
    return paper


def counted_between(volunteer, first_on, last_on):
    """Counted hours of the days, without those that were taken back."""
    begin = timezone.make_aware(datetime.combine(first_on, time.min))
    end = timezone.make_aware(datetime.combine(last_on + timedelta(days=1), time.min))
    rows = Hour.objects.counted().filter(volunteer=volunteer, reverses=None, reversed_by=None)
    rows = rows.filter(began_at__gte=begin, began_at__lt=end)
    return list(rows.order_by("began_at", "pk")[: MOST_LINES + 1])


def line_of(hour):
    """[day, what, minutes, number] as it is printed. What, never whom: words may name somebody
    who was helped."""
    day = timezone.localdate(hour.began_at)
    return [day.isoformat(), hour.get_help_display(), hour.minutes, hour.number]


def next_number():
    """ "JL-2026-000012", without a gap in a year: held until COMMIT."""
    start = f"{PREFIX}-{timezone.localdate():%Y}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('volunteers.paper_number'))")
    used = Paper.objects.filter(number__startswith=start).order_by("-number")
    last = used.values_list("number", flat=True).first()
    return f"{start}{int(last.rpartition('-')[2]) + 1 if last else 1:06d}"


@transaction.atomic
def seal_paper(*, paper, by):
    """The secretary puts the committee's seal on it: now it is a 证明. Not one's own, whichever
    account served, so whoever seals is somebody whose paper was checked."""
    paper = locked(paper)
    if not can(by, SEAL_PAPERS, at=paper.area):
        refuse("盖章由本社区书记来定。")
    if paper.revoked_at:
        refuse("这份已经作废，请重新出一份。")
    if paper.kind == PaperKind.CERTIFICATE:
        refuse("这份已经是服务证明了。")
    if not Identity.objects.verified().filter(user=by).exists():
        refuse("您还没有当面核对身份。请同事（或者街道）看一下身份证，登记好了再来盖章。")
    if is_same_person(paper.volunteer.user, by):
        refuse("给自己的证明，请另一位书记来盖章。")
    paper.kind, paper.sealed_by, paper.sealed_at = PaperKind.CERTIFICATE, by, timezone.now()
    paper.save(update_fields=["kind", "sealed_by", "sealed_at"])
    record("volunteers.seal_paper", on=paper, by=by)
    return paper


@transaction.atomic
def revoke_paper(*, paper, by, why):
    """It no longer holds, and the public check says so from now on."""
    paper = locked(paper)
    if not can(by, MAKE_PAPERS, at=paper.area):
        refuse("作废由本社区的工作人员来做。")
    if paper.revoked_at:
        refuse("这份已经作废了。")
    if not why.strip():
        refuse("写一句为什么作废。")
    return _revoked(paper, by, why.strip()[:100])


def revoke_papers_with(*, hour, by):
    """Sheets that list hours just taken back no longer hold."""
    day = timezone.localdate(hour.began_at)
    rows = Paper.objects.valid().filter(
        volunteer=hour.volunteer_id, first_on__lte=day, last_on__gte=day
    )
    rows = rows.select_for_update(of=("self",)).select_related("volunteer__user", "area")
    return [
        _revoked(paper, by, REVERSED_WHY)
        for paper in rows.order_by("pk")
        if any(line[3] == hour.number for line in paper.lines)
    ]


def _revoked(paper, by, why):
    paper.revoked_at, paper.revoked_by, paper.revoked_why = timezone.now(), by, why
    paper.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
    record("volunteers.revoke_paper", on=paper, by=by)
    messages.paper_revoked(paper=paper)
    return paper


def locked(paper):
    """The paper as it stands now, held until the act ends."""
    rows = Paper.objects.select_for_update(of=("self",))
    return rows.select_related("volunteer__user", "area").get(pk=paper.pk)


def code_of(typed):
    """The code of a sheet as it is kept, from what somebody typed: in groups, in capitals, or the
    whole address; "" when it can be none."""
    return normalise_short(typed.strip()[-200:].rpartition("check/")[2], CODE_LENGTH)


def is_number(typed):
    """Whether somebody typed the number of a sheet instead. Numbers follow one another: of a
    number alone nothing is told."""
    return bool(NUMBER.search(unicodedata.normalize("NFKC", typed[:200]).upper()))


def checked(code):
    """What the public check says of a code: {"paper", "name"}, or None when there is no such
    sheet."""
    rows = Paper.objects.select_related("volunteer__user")
    paper = rows.filter(code=code_of(code)).defer("lines").first()
    return paper and {"paper": paper, "name": masked_name(str(paper.volunteer))}


def year_minutes(volunteer, today=None):
    """Minutes counted for services of this year."""
    first = date((today or timezone.localdate()).year, 1, 1)
    begin = timezone.make_aware(datetime.combine(first, time.min))
    rows = Hour.objects.counted().filter(volunteer=volunteer, began_at__gte=begin)
    return rows.aggregate(sum=Sum("minutes"))["sum"] or 0
