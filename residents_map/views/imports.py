"""台账导入: upload, say what the columns are, look at the preview, write it or not, take it back."""

import io
import json
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from residents_map.access import IMPORT_LEDGER
from residents_map.choices import UNDO_DAYS, ImportState, RowState
from residents_map.forms.imports import ColumnsForm, ImportForm
from residents_map.models import ImportRow, LedgerImport
from residents_map.services import imports as services
from residents_map.services.imports.comparing import version_of
from residents_map.services.imports.preview import Preview, tabs_of, take_unwritten
from residents_map.services.imports.standing import BACK_TO
from residents_map.services.imports.undoing import TOUCHED
from stations.access import requires
from stations.foundation import keyset
from stations.foundation.downloads import attachment
from stations.foundation.http import carry_out, show, wants_part
from stations.foundation.office_files import write_excel
from stations.foundation.sealed import unseal
from stations.models import Area

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIST = 20
PREVIEW = 50
MOST_LISTED = 100  # of rows that stand in the way of taking an import back


def number_of(text):
    """A number of an address that fits a key, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def chosen_estate(request):
    """The estate the address names, if the user works there."""
    areas = Area.objects.visible_to(request.user, IMPORT_LEDGER.roles).estates()
    key = number_of(request.GET.get("area", ""))
    return areas.filter(pk=key).first() if key else None


@requires(IMPORT_LEDGER)
def imports(request):
    """The ledgers taken in lately, newest first."""
    area = chosen_estate(request)
    rows = LedgerImport.objects.visible_to(request.user)
    rows = rows.filter(area=area) if area else rows
    load = LedgerImport.objects.select_related("area", "by", "work")
    page = keyset.page(rows, request.GET, by="-pk", size=LIST, load=load)
    context = {"rows": page.rows, "area": area, "pages": page.links(request.GET)}
    return show(request, "residents_map/import_list.html", context)


@requires(IMPORT_LEDGER)
def import_new(request):
    """Take a workbook in."""
    form = ImportForm(
        request.POST or None,
        request.FILES or None,
        user=request.user,
        initial={"area": number_of(request.GET.get("area", ""))},
    )
    if request.method == "POST":
        row = carry_out(form, services.start_import, by=request.user)
        if row:
            return redirect("residents_map:import", pk=row.pk)
    return show(request, "residents_map/import_new.html", {"form": form})


@requires(IMPORT_LEDGER, on=LedgerImport)
def import_page(request, ledger_import):
    """Where an import stands. The part asks again while a worker is at it."""
    row = ledger_import
    if row.state == ImportState.MAPPING:
        return onward(request, "residents_map:import_map", row)
    if row.state == ImportState.READY:
        if wants_part(request):
            return onward(request, "residents_map:import", row)
        return preview(request, row)
    left = UNDO_DAYS - (timezone.now() - row.written_at).days if row.written_at else 0
    touched = ImportRow.objects.filter(ledger_import=row, why=TOUCHED).order_by("number", "pk")
    context = {
        "row": row,
        "is_busy": row.state in BACK_TO and row.state != ImportState.DONE,
        "may_undo": row.state == ImportState.DONE and left > 0,
        "until": row.written_at and row.written_at + timedelta(days=UNDO_DAYS),
        "touched": touched[:MOST_LISTED] if row.trouble and row.written_at else [],
        "tabs": tabs_of(row, "")[1],
    }
    return show(request, "residents_map/import_page.html", context, part="job")


def onward(request, name, row):
    """Go on to the page that is due now, also when only a part was asked for."""
    answer = redirect(name, pk=row.pk)
    return HttpResponse(headers={"HX-Redirect": answer.url}) if wants_part(request) else answer


def preview(request, row):
    """What would be written: a tab for each kind of row, pages by key."""
    chosen, tabs = tabs_of(row, request.GET.get("show", ""))
    rows = ImportRow.objects.filter(ledger_import=row, state=chosen)
    page = keyset.page(rows, request.GET, by="pk", size=PREVIEW)
    counts = row.counts
    to_write = sum(counts.get(s, 0) for s in (RowState.NEW, RowState.CHANGED, RowState.GONE))
    unwritten_rows = counts.get("unwritten", 0)
    context = {
        "row": row,
        "tabs": tabs,
        "chosen": chosen,
        "lines": Preview(row, request.user).lines(page.rows),
        "pages": page.links(request.GET),
        "will_write": to_write,
        "unwritten": unwritten_rows,
        "is_stale": bool(to_write or unwritten_rows) and row.version != version_of(row.area),
    }
    return show(request, "residents_map/import_preview.html", context)


@requires(IMPORT_LEDGER, on=LedgerImport)
def import_map(request, ledger_import):
    """Say what each column holds."""
    row = ledger_import
    if row.state not in (ImportState.MAPPING, ImportState.READY) or not row.file:
        return redirect("residents_map:import", pk=row.pk)
    samples = json.loads(unseal(row.sample_sealed, bound_to=f"import:{row.pk}:samples"))
    form = ColumnsForm(request.POST or None, ledger_import=row, user=request.user, samples=samples)
    if request.method == "POST" and carry_out(
        form, services.map_columns, ledger_import=row, by=request.user
    ):
        return redirect("residents_map:import", pk=row.pk)
    return show(request, "residents_map/import_map.html", {"row": row, "form": form})


@requires(IMPORT_LEDGER, on=LedgerImport)
def import_faults(request, ledger_import):
    """The rows that cannot be written, with the reasons, as a workbook to mend the ledger by."""
    if not ImportRow.objects.filter(ledger_import=ledger_import).exists():
        messages.info(request, "这些行已经到期删掉了。")
        return redirect("residents_map:import", pk=ledger_import.pk)
    columns, rows = take_unwritten(ledger_import=ledger_import, by=request.user)
    target = io.BytesIO()
    widths = [8, 44, *[16] * (len(columns) - 2)]
    write_excel(
        [{"title": "没有导入的行", "columns": columns, "rows": rows, "widths": widths}], target
    )
    target.seek(0)
    return attachment(target, name="没有导入的行.xlsx", content_type=EXCEL)


def decide(request, row, service, done, *, then="residents_map:import"):
    """One press of a button on an import: done, or refused in a sentence."""
    try:
        service(ledger_import=row, by=request.user)
        if done:
            messages.success(request, done)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect(then, **({"pk": row.pk} if then.endswith(":import") else {}))


@require_POST
@requires(IMPORT_LEDGER, on=LedgerImport)
def import_write(request, ledger_import):
    """Write exactly what the preview showed."""
    return decide(request, ledger_import, services.write_import, "")


@require_POST
@requires(IMPORT_LEDGER, on=LedgerImport)
def import_again(request, ledger_import):
    """Compare once more with the ledger as it is now."""
    return decide(request, ledger_import, services.compare_again, "")


@require_POST
@requires(IMPORT_LEDGER, on=LedgerImport)
def import_drop(request, ledger_import):
    """Write nothing; file and preview are deleted."""
    done = "放弃了，台账没有变，文件也删了。"
    return decide(request, ledger_import, services.drop_import, done, then="residents_map:imports")


@require_POST
@requires(IMPORT_LEDGER, on=LedgerImport)
def import_undo(request, ledger_import):
    """Take a written ledger back."""
    return decide(request, ledger_import, services.undo_import, "")
