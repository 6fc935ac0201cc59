"""报个事: the form, what neighbours said before, 也遇到, and the receipt."""

import json
import secrets

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deliberation.forms.resident import PhotosForm, ReportForm, SameForm
from deliberation.models import Issue
from deliberation.services import gate, intake, neighbours
from deliberation.services import receipt as receipts
from deliberation.views.resident.session import (
    estate_or_404,
    keep_receipt,
    receipt,
    remember,
)
from stations.access import public
from stations.foundation.http import carry_out, wants_part
from stations.foundation.limits import client_address
from stations.foundation.qr import qr_svg
from stations.models import Entrance, Station

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
    if not form.is_valid():
        return _page(request, estate, form, PhotosForm(), status=422)
    try:
        gate.check_report(
            token=form.token,
            area=estate,
            address=client_address(request),
            phone=form.cleaned_data["phone"],
            is_odd=form.is_odd,
            proof=form.proof,
        )
    except gate.Held as held:
        return _held(request, estate, form, held)
    if not pictures.is_valid():
        return _page(request, estate, form, pictures, status=422)
    done = _submit(request, estate, form, pictures.cleaned_data["photos"])
    if done is None:
        return _page(request, estate, form, pictures, status=422)
    issue, tracking_code = done
    remember(request, issue)
    keep_receipt(request, issue, tracking_code)
    return redirect("deliberation:received")


def _submit(request, estate, form, photos):
    """Hand the report in. A full disk costs the photos, never the report."""
    try:
        return carry_out(form, intake.submit_issue, token=form.token, area=estate, photos=photos)
    except OSError:
        if not photos:
            raise
        messages.warning(request, "事情收到了，照片没有存上，过一会儿可以在查进度里补。")
        return carry_out(form, intake.submit_issue, token=form.token, area=estate, photos=())


def _held(request, estate, form, held):
    """Ask for a moment of work, or to wait; everything typed stays on the page."""
    form.add_error(None, str(held))
    challenge = json.dumps(held.challenge) if held.challenge else ""
    response = _page(request, estate, form, PhotosForm(), status=held.status, challenge=challenge)
    if held.retry_after:
        response["Retry-After"] = held.retry_after
    return response


def _page(request, estate, form, pictures, *, status=200, challenge=""):
    """The form's page. Never kept by a browser: each visit is a fresh form."""
    context = {
        "estate": estate,
        "station": Station.objects.nearest_to(estate),
        "form": form,
        "pictures": pictures,
        "challenge": challenge,
        "photos_again": status != 200 and bool(request.FILES),
        "answer_by": receipts.answer_by(timezone.now()),
        "same": [],
        "said": "",
    }
    response = render(request, "deliberation/resident_report.html", context, status=status)
    patch_cache_control(response, no_store=True)
    return response


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
    """收到了: the code, large. It came in the session; no address ever holds it."""
    kept = receipt(request)
    issue = (
        Issue.objects.select_related("area", "reporter").filter(pk=kept[0]).first()
        if kept
        else None
    )
    if issue is None:
        return redirect("deliberation:track")
    link = f"{settings.SITE_ADDRESS}/track/#{kept[1]}"
    context = {
        "issue": issue,
        "estate": issue.area,
        "station": Station.objects.nearest_to(issue.area),
        "code": kept[1],
        "link": link,
        "qr": qr_svg(link, title="查进度的二维码"),
        "where": neighbours.public_where(issue),
        "promises": receipts.promises(issue),
        "days_off": receipts.days_off(issue.created_at, issue.finish_by),
    }
    response = render(request, "deliberation/resident_received.html", context)
    patch_cache_control(response, no_store=True)
    return response
