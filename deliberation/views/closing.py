"""The last links: 公示、回访、免一环、销号、回头看."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join

from deliberation.access import PUBLISH_NOTICE
from deliberation.choices import EventKind, PhotoStage, State
from deliberation.forms.closing import PublishForm
from deliberation.models import Issue
from deliberation.services import closing
from deliberation.views.triage import act_view
from stations.access import requires
from stations.foundation.http import carry_out, show
from stations.foundation.redaction import find_personal

skip_notice = act_view("skip-notice")
call_back = act_view("call-back")
waive = act_view("waive")
close = act_view("close")
reinspect = act_view("reinspect")


@requires(PUBLISH_NOTICE, on=Issue)
def publish(request, issue):
    """公示: write it, see it as residents will, then publish it."""
    if issue.state != State.DONE:
        return redirect(issue)
    if request.method != "POST":
        form = PublishForm(issue=issue, by=request.user, initial=first_words(issue))
        return show_publish(request, issue, form)
    form = PublishForm(request.POST, issue=issue, by=request.user)
    if "publish" not in request.POST:
        return show_publish(request, issue, form, preview=form.is_valid())
    notice = carry_out(form, closing.publish_notice, issue=issue, by=request.user)
    if notice is None:
        return show_publish(
            request, issue, form, preview={"title", "body"} <= form.cleaned_data.keys()
        )
    messages.success(request, f"公示了，到{day_of(notice)}。也请居民来评一评。")
    return redirect(issue)


def show_publish(request, issue, form, *, preview=False):
    """The page of the form, beside it what residents will see, personal data marked."""
    notice = as_public(issue, form.cleaned_data) if preview else None
    context = {
        "issue": issue,
        "form": form,
        "photos": list(issue.photos.all()),
        "notice": notice,
        "may_publish": notice is not None and not notice["found"] and not form.errors,
    }
    status = 422 if form.errors or (notice and notice["found"]) else 200
    return show(request, "deliberation/issue_publish.html", context, status=status)


def as_public(issue, data):
    """What the public would read; each piece of personal data in it marked."""
    names = [issue.reporter.name] if len(issue.reporter.name) > 1 else []
    found = find_personal(f"{data['title']} {data['body']}", names=names)
    return {
        "title": marked(data["title"], names),
        "paragraphs": [marked(line, names) for line in data["body"].splitlines() if line.strip()],
        "days": data.get("days"),
        "before": data.get("before"),
        "after": data.get("after"),
        "found": list(dict.fromkeys((one.label, one.text) for one in found)),
    }


def marked(text, names):
    """The text with every piece of personal data in <mark>."""
    pieces, at = [], 0
    for one in find_personal(text, names=names):
        pieces.append((text[at : one.start], one.text))
        at = one.end
    head = format_html_join("", "{}<mark>{}</mark>", pieces)
    return format_html("{}{}", head, text[at:])


def first_words(issue):
    """What the form begins with: the last words about the work, and the likeliest photos."""
    told = (
        issue.events.filter(kind__in=(EventKind.FINISHED, EventKind.STREET_ANSWER))
        .public()
        .order_by("-at", "-pk")
        .first()
    )
    photos = list(issue.photos.all())
    before = [p for p in photos if p.stage in (PhotoStage.REPORT, PhotoStage.BEFORE)]
    after = [p for p in photos if p.stage == PhotoStage.AFTER]
    return {
        "title": issue.title[:40],
        "body": told.public_words if told else "",
        "before": before[0].pk if before else None,
        "after": after[-1].pk if after else None,
    }


def day_of(notice):
    return f"{notice.until_day:%-m月%-d日}"
