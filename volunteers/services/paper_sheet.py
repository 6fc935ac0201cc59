"""What stands on the printed sheet, and the public address of its check."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from stations.foundation.codes import GROUP
from stations.services.acts import record
from volunteers.choices import PaperKind
from volunteers.foundation.durations import duration, in_words
from volunteers.foundation.paper import draw_sheet

BY_LAW = "依据《志愿服务条例》和民政部令第67号：谁组织谁记录，谁记录谁证明。"
RECORD_NOTES = (
    "这是志愿服务记录，不是志愿服务证明。需要证明的，请凭这份记录到居民委员会核对、盖章。",
    BY_LAW,
)
CERTIFICATE_NOTES = (
    "本证明加盖居民委员会公章后有效，没有公章不是证明；不收任何费用。",
    BY_LAW,
)
SEEN = "每一条时数都由队里和服务对象（或服务站）两个人分别确认，并公示三天。"


def check_link(paper):
    """The address in the QR code."""
    return f"{check_address()}{paper.code}/"


def check_address():
    """Where a code is typed by whoever cannot scan it."""
    return f"{settings.SITE_ADDRESS}/check/"


def in_groups(code):
    """A code as it is read aloud: "K7QF 2M9X 4TDN"."""
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)).upper()


def print_paper(*, paper, by):
    """The PDF for whoever takes it out of the portal, which is recorded. What could not be drawn
    leaves no line."""
    body = sheet_pdf(paper)
    with transaction.atomic():  # not around the drawing, which takes its time
        record("volunteers.print_paper", on=paper, by=by)
    return body


def sheet_pdf(paper):
    """The sheet as PDF. Rows of `paper.volunteer.user`, `paper.area`, `paper.made_by` are read."""
    return draw_sheet(facts_of(paper), link=check_link(paper))


def facts_of(paper):
    """The words of the sheet; see `foundation/paper_child.py`."""
    is_certificate = paper.kind == PaperKind.CERTIFICATE
    made_on = paper.sealed_at if is_certificate else paper.made_at
    is_own = paper.made_by_id == paper.volunteer.user_id
    notes = CERTIFICATE_NOTES if is_certificate else RECORD_NOTES
    return {
        "title": paper.get_kind_display(),
        "kind": paper.kind,
        "number": paper.number,
        "name": str(paper.volunteer),
        "person_number": paper.volunteer.number,
        "first": day_words(paper.first_on),
        "last": day_words(paper.last_on),
        "place": str(paper.area),
        "services": paper.services,
        "hours": duration(paper.minutes),
        "words": in_words(paper.minutes),
        "community": committee(paper.area),
        "handler": str(paper.sealed_by or ("本人自助" if is_own else paper.made_by)),
        "made_on": day_words(timezone.localdate(made_on)),
        "address": check_address().partition("://")[2],
        "code": in_groups(paper.code),
        "notes": [SEEN, *notes],
        "revoked": "已作废" if paper.revoked_at else "",
        "lines": [
            [day_words(date.fromisoformat(day)), what, duration(minutes), number]
            for day, what, minutes, number in paper.lines
        ],
    }


def committee(area):
    """ "锦绣社区居民委员会"."""
    name = str(area)
    return f"{name}居民委员会" if name.endswith("社区") else name


def day_words(day):
    """A day as it stands on a paper: 2026年11月3日."""
    return f"{day.year}年{day.month}月{day.day}日"
