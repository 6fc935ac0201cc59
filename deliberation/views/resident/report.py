"""报个事: the form, what neighbours said before, 也遇到, and the receipt."""

import json
import secrets

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deliberation.forms.resident import PhotosForm, ReportForm, SameForm
from deliberation.models import Issue
from deliberation.services import gate, intake, neighbours
from deliberation.services import receipt as receipts
from deliberation.views.resident.session import issues
from stations.access import public
from stations.foundation.gated import fresh, let_in
from stations.foundation.http import carry_out, wants_part
from stations.foundation.limits import client_address
from stations.models import Entrance, Station
from stations.views.estates import estate_or_404

HOUSEHOLD = "household"  # a random mark of this browser, so that 也遇到 counts it once
TWO_YEARS = 2 * 365 * 24 * 3600
COOKIE = {"max_age": TWO_YEARS, "httponly": True, "samesite": "Lax"}


@public("居民报事不用账号")
@require_http_methods(["GET", "POST"])
def report(request, code):
    """The one page of a report. Sent twice it gives the same receipt."""
    estate = estate_or_404(code)
    at = request.GET.get("at", "")
    if request.method == "GET":
        return _page(request, estate, ReportForm(estate=estate, at=at), PhotosForm())
    form = ReportForm(request.POST, estate=estate, at=at)
    pictures = PhotosForm(request.POST, request.FILES)
    if not form.is_valid() or not _let_in(request, estate, form):
        return _page(request, estate, form, PhotosForm())
    if not pictures.is_valid():
        return _page(request, estate, form, pictures)
    done = _submit(request, estate, form, pictures.cleaned_data["photos"])
    if done is None:
        return _page(request, estate, form, pictures)
    issues.keep_receipt(request, *done)
    return redirect("deliberation:received")


def _let_in(request, estate, form):
    """Let in, or asked for a moment of work or to wait; everything typed stays on the page."""
    return let_in(
        form,
        gate.check_report,
        token=form.token,
        area=estate,
        address=client_address(request),
        phone=form.cleaned_data["phone"],
        is_odd=form.is_odd,
        proof=form.proof,
    )


def _submit(request, estate, form, photos):
    """Hand the report in. A full disk costs the photos, never the report."""
    try:
        return carry_out(form, intake.submit_issue, token=form.token, area=estate, photos=photos)
    except OSError:
        if not photos:
            raise
        messages.warning(request, "事情收到了，照片没有存上，过一会儿可以在查进度里补。")
        return carry_out(form, intake.submit_issue, token=form.token, area=estate, photos=())


def _page(request, estate, form, pictures):
    """The form's page: each visit is a fresh form."""
    held = getattr(form, "held", None)
    context = {
        "estate": estate,
        "station": Station.objects.nearest_to(estate),
        "form": form,
        "pictures": pictures,
        "challenge": json.dumps(held.challenge) if held and held.challenge else "",
        "photos_again": bool(request.FILES),
        "answer_by": receipts.answer_by(timezone.now()),
        "same": [],
        "said": "",
    }
    return fresh(request, "deliberation/resident_report.html", context, form, pictures)


@public("居民报事时看看邻居说过没有")
@require_POST
def same(request, code):
    """邻居好像说过这件事: up to three similar reports. A POST, so that no words stand in an
    address that somebody logs."""
    estate = estate_or_404(code)
    form = SameForm(request.POST)
    found = []
    asked = form.is_valid() and form.cleaned_data["text"]
    if asked and gate.may_search(address=client_address(request)):
        found = intake.similar_issues(area=estate, **form.cleaned_data)
    context = {"estate": estate, "same": neighbours.neighbours_reports(found), "said": ""}
    return render(request, "deliberation/resident_report.html#same", context)


@public("居民说一句我也遇到")
@require_POST
def me_too(request, code, pk):
    """我也遇到: one more household. The browser carries a signed mark, no account."""
    estate = estate_or_404(code)
    issue = get_object_or_404(Issue, pk=pk, area=estate)
    mark = request.get_signed_cookie(HOUSEHOLD, default="", max_age=TWO_YEARS)
    mark = mark or secrets.token_urlsafe(18)
    said, status, retry_after = "", 200, 0
    try:
        gate.check_me_too(address=client_address(request))
        who = intake.household_mark(browser=mark)
        issue = intake.meet_it_too(issue=issue, who=who, entrance=_entrance(request, estate))
        said = f"记下了，一共 {issue.households} 户遇到。办好了会在小区公示。"
    except gate.Held as held:
        said, status, retry_after = str(held), held.status, held.retry_after
    except ValidationError as refusal:
        said, status = refusal.messages[0], 422
    response = _answer(request, estate, said, status)
    if retry_after:
        response["Retry-After"] = retry_after
    if status == 200 or response.status_code == 302:
        response.set_signed_cookie(HOUSEHOLD, mark, secure=settings.SESSION_COOKIE_SECURE, **COOKIE)
    return response


def _entrance(request, estate):
    """The entrance whose poster was scanned, when it was one."""
    at = request.POST.get("where", "").replace("\x00", "").removeprefix("e-")[:20]
    return Entrance.objects.filter(code=at, building__area=estate).first() if at else None


def _answer(request, estate, said, status):
    if wants_part(request):
        # htmx drops answers of 429 and 422 is for forms; here a refusal is only a sentence.
        context = {"estate": estate, "same": [], "said": said}
        return render(request, "deliberation/resident_report.html#same", context)
    if status == 429:
        return HttpResponse(said, status=429, content_type="text/plain; charset=utf-8")
    (messages.success if status == 200 else messages.warning)(request, said)
    return redirect("stations:estate", estate.code)


@public("居民看回执")
@require_GET
def received(request):
    """收到了: the code, large, and what is promised from here on."""
    return issues.received(request, "deliberation/resident_received.html", _promised)


def _promised(issue):
    return {
        "where": neighbours.public_where(issue),
        "promises": receipts.promises(issue),
        "days_off": receipts.days_off(issue.created_at, issue.finish_by),
    }
