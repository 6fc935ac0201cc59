"""服务记录: made, sealed, revoked, printed; and the public check of four fields."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import can, public, requires
from stations.forms import NothingAsked
from stations.foundation.downloads import attachment
from stations.foundation.fields import CONTROL
from stations.foundation.gate import Held, Limit, insist
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page as by_key
from stations.foundation.limits import client_address, network
from stations.foundation.pages import key_from, page, page_urls
from stations.models.area import places_of
from volunteers.access import MAKE_PAPERS, SEAL_PAPERS
from volunteers.choices import PaperKind
from volunteers.forms.hours import CheckForm, PaperForm, WhyForm
from volunteers.models import Paper, Volunteer
from volunteers.services import papers as services
from volunteers.services.paper_sheet import check_link, print_paper

PDF = "application/pdf"
CHECK = Limit("papers.check", 40, 600)
TOO_MANY = "查得太多了，请过 {minutes} 分钟再查。"


@requires(MAKE_PAPERS, on=Volunteer)
@require_http_methods(["GET", "POST"])
def papers(request, volunteer):
    """The records of one volunteer, newest first, and the form that makes one."""
    form = PaperForm(request.POST or None)
    if made := carry_out(form, services.make_paper, volunteer=volunteer, by=request.user):
        messages.success(request, "出好了。要证明的，请书记盖章。")
        return redirect("volunteers:paper", pk=made.pk)
    rows = Paper.objects.filter(volunteer=volunteer).defer("lines")
    before = key_from(request.GET.get("after"))
    found, older = page(rows.filter(pk__lt=before) if before else rows)
    back, onward = page_urls(request, before=before, older=older)
    context = {"volunteer": volunteer, "form": form, "rows": found, "newer": back, "older": onward}
    return show(request, "volunteers/papers.html", context)


@requires(MAKE_PAPERS)
@require_GET
def paper_list(request):
    """服务记录 of the place, newest first; by its number or a part of the name."""
    rows = Paper.objects.filter(area__in=places_of(request.user, MAKE_PAPERS.roles))
    q = CONTROL.sub("", request.GET.get("q", "")).strip()[:30]
    if q:
        rows = rows.filter(Q(number__iexact=q) | Q(volunteer__user__name__icontains=q))
    load = Paper.objects.select_related("volunteer__user", "made_by").defer("lines")
    shown = by_key(rows, request.GET, by="-pk", load=load)
    context = {"tab": "hours", "rows": shown.rows, "links": shown.links(request.GET), "q": q}
    return show(request, "volunteers/paper_list.html", context)


@requires(MAKE_PAPERS, on=Paper)
@require_GET
def paper(request, paper):
    """One record as it was printed."""
    return paper_page(request, paper)


def paper_page(request, paper, **forms):
    """One paper with what may be done with it; `forms` holds one that was refused."""
    paper = Paper.objects.select_related(
        "volunteer__user", "area", "made_by", "sealed_by", "revoked_by"
    ).get(pk=paper.pk)
    context = {
        "paper": paper,
        "link": check_link(paper),
        "may_seal": can(request.user, SEAL_PAPERS, at=paper.area)
        and paper.kind == PaperKind.RECORD
        and not paper.revoked_at
        and paper.volunteer.user_id != request.user.pk,
        "why": WhyForm(),
    } | forms
    return show(request, "volunteers/paper.html", context)


@requires(SEAL_PAPERS, on=Paper)
@require_POST
def paper_seal(request, paper):
    """盖章: now it is a 证明."""
    form = NothingAsked(request.POST)
    if carry_out(form, services.seal_paper, paper=paper, by=request.user):
        messages.success(request, "改成服务证明了。打印出来，盖上居民委员会的章。")
        return redirect("volunteers:paper", pk=paper.pk)
    return paper_page(request, paper, form=form)


@requires(MAKE_PAPERS, on=Paper)
@require_POST
def paper_revoke(request, paper):
    """作废."""
    form = WhyForm(request.POST)
    if carry_out(form, services.revoke_paper, paper=paper, by=request.user):
        messages.success(request, "作废了，扫码核对也会这样显示。")
        return redirect("volunteers:paper", pk=paper.pk)
    return paper_page(request, paper, why=form, form=form)


@requires(MAKE_PAPERS, on=Paper)
@require_GET
def paper_file(request, paper):
    """The PDF, for staff."""
    return as_file(request, paper)


def as_file(request, paper):
    """The sheet drawn anew: it says the same each time, and whether it still holds. Recorded."""
    paper = Paper.objects.select_related("volunteer__user", "area", "made_by", "sealed_by").get(
        pk=paper.pk
    )
    try:
        body = print_paper(paper=paper, by=request.user)
    except ValidationError as refusal:
        context = {"sentence": refusal.messages[0]}
        return render(request, "volunteers/paper_busy.html", context, status=503)
    return attachment(BytesIO(body), name=f"{paper}.pdf", content_type=PDF)


@public("谁都能把纸上二维码下面那一串打进来核对")
@require_GET
def check_typed(request):
    """For whoever cannot scan: the code below the QR code, typed. Tells nothing itself, and of a
    number never anything."""
    form = CheckForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("volunteers:check", code=form.cleaned_data["code"])
    return page_of_check(request, {"form": form}, 200)


@public("谁都能核对一张服务记录：只有编号、姓氏、期间、时数和是否有效")
@require_GET
def check(request, code):
    """What the QR code of a sheet leads to. An unknown code is told kindly, and is a 404."""
    try:
        insist(CHECK, network(client_address(request)), TOO_MANY)
    except Held as held:
        response = page_of_check(request, {"held": str(held)}, held.status)
        response["Retry-After"] = held.retry_after
        return response
    if found := services.checked(code):
        return page_of_check(request, found, 200)
    is_number = services.is_number(code)
    return page_of_check(request, {"form": CheckForm(), "is_number": is_number, "tried": True}, 404)


def page_of_check(request, context, status):
    """Kept by no cache (it may be revoked this minute) and by no search engine."""
    response = render(request, "volunteers/check.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response
