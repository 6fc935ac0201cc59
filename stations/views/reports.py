"""月报: look at what it will say, ask for one, watch it being made, fetch it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from stations.access import MAKE_REPORTS, requires
from stations.forms import ReportForm
from stations.foundation.downloads import attachment
from stations.foundation.http import carry_out, show
from stations.models import Area, Report
from stations.services.report_contents import collect, word_context
from stations.services.reports import order_report, report_of, try_again

PAGE = 30
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(MAKE_REPORTS)
def reports(request):
    """The reports of the user's areas, newest first, and the form that asks for one."""
    form = ReportForm(
        request.POST or None, user=request.user, initial={"area": number(request, "area")}
    )
    if "preview" in request.POST and form.is_valid():
        return redirect(preview_url(form.cleaned_data["area"], form.cleaned_data["month"]))
    if request.method == "POST":
        report = carry_out(form, order_report, by=request.user)
        if report:
            return redirect("stations:report", pk=report.pk)
    return show(request, "stations/reports.html", {"form": form} | page_of_reports(request))


def page_of_reports(request):
    """One keyset page, of one area if the address names one."""
    areas = Area.objects.visible_to(request.user, MAKE_REPORTS.roles)
    rows = Report.objects.filter(area__in=areas).select_related("area", "work").order_by("-pk")
    chosen = areas.filter(pk=number(request, "area")).first()
    if chosen:
        rows = rows.filter(area=chosen)
    if after := number(request, "after"):
        rows = rows.filter(pk__lt=after)
    rows = list(rows[: PAGE + 1])
    older = f"?after={rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    if older and chosen:
        older += f"&area={chosen.pk}"
    return {"rows": rows[:PAGE], "older": older, "chosen": chosen}


def preview_url(area, month):
    """Where the report of this month (its first day) can be read before it is made."""
    query = urlencode({"area": area.pk, "month": month.isoformat()})
    return f"{reverse('stations:report_preview')}?{query}"


@requires(MAKE_REPORTS)
@require_GET
def preview(request):
    """What the report of a month would say now, as a page: the same contents as both files. Without
    a month or a place, last month's of the first one."""
    form = ReportForm(user=request.user)
    first = form.fields["area"].queryset.order_by("path").first()
    asked = {
        "area": request.GET.get("area") or (first.pk if first else ""),
        "month": request.GET.get("month") or form.fields["month"].initial,
    }
    form = ReportForm(asked, user=request.user)
    if not form.is_valid():
        return show(request, "stations/reports.html", {"form": form} | page_of_reports(request))
    area, month = form.cleaned_data["area"], form.cleaned_data["month"]
    report = report_of(area, month)
    months = form.months
    at = months.index(month)  # newest first
    context = word_context(collect(report)) | {
        "report": report,
        "earlier": preview_url(area, months[at + 1]) if at + 1 < len(months) else "",
        "later": preview_url(area, months[at - 1]) if at else "",
    }
    return show(request, "stations/report_preview.html", context)


def number(request, name):
    """A number of the address that fits a key, or None."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@requires(MAKE_REPORTS, on=Report)
def report(request, report):
    """One report: how far it is, or its files. The part asks again while it is being made."""
    return show(request, "stations/report.html", {"report": report}, part="job")


@require_POST
@requires(MAKE_REPORTS, on=Report)
def again(request, report):
    """Let a report that failed be made once more."""
    try:
        try_again(report=report, by=request.user)
        messages.success(request, "再做一次，做好会通知您。")
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("stations:report", pk=report.pk)


@requires(MAKE_REPORTS, on=Report)
def word(request, report):
    """The Word file, for whoever holds the right at this moment."""
    return file_of(report, report.word, "docx", WORD)


@requires(MAKE_REPORTS, on=Report)
def excel(request, report):
    """The Excel file, for whoever holds the right at this moment."""
    return file_of(report, report.excel, "xlsx", EXCEL)


def file_of(report, file, ending, content_type):
    if not report.is_ready:
        raise Http404
    return attachment(file, name=f"{report}.{ending}", content_type=content_type)
