"""上传和读: take a workbook in, find its heads, and guess what each column holds."""

import json
import re

from django.core.exceptions import ValidationError
from django.db import transaction

from residents_map.choices import ImportState
from residents_map.foundation.sheets.heads import find_heads, fingerprint
from residents_map.foundation.sheets.opening import look_at, refuse_at_a_glance
from residents_map.models import LedgerImport, LedgerTemplate
from residents_map.services.imports.files import forget_file, keep_sealed, pieces_of
from residents_map.services.imports.mapping import guess, samples_of
from stations.choices import Level
from stations.foundation.refusal import refuse
from stations.foundation.sealed import seal
from stations.services.acts import record
from stations.services.work import later

NO_HEADS = "没有找到表头。表里要有一行写着“姓名”“地址”这样的栏名。"
_LONG_NUMBER = re.compile(r"\d{5,}")


@transaction.atomic
def start_import(*, area, by, file):
    """Take a workbook in: sealed on disk, read by a worker."""
    if area.level != Level.ESTATE:
        refuse("台账按小区导入，请选一个小区。")
    refuse_at_a_glance(file)
    ledger_import = LedgerImport.objects.create(
        area=area,
        by=by,
        file_name=_LONG_NUMBER.sub("…", file.name)[-120:],
        file=keep_sealed(file),
    )
    ledger_import.work = later(
        "residents_map.read_ledger", key=f"{ledger_import.pk}", import_id=ledger_import.pk
    )
    ledger_import.save(update_fields=["work"])
    record("residents_map.import_started", on=ledger_import, by=by)
    return ledger_import


def read_ledger(*, import_id, job):
    """Find the sheet and its heads. A form mapped before goes straight on to comparing."""
    row = LedgerImport.objects.select_for_update().filter(pk=import_id).first()
    if row is None or row.state != ImportState.READING:
        return
    job.report(1, 10)
    try:
        told = look_at(pieces_of(row.file.name))
        job.report(7, 10)
        keep_findings(row, told)
    except ValidationError as refusal:
        row.state, row.trouble = ImportState.FAILED, refusal.messages[0]
        job.after_commit.append(lambda name=row.file: forget_file(LedgerImport(file=name)))
        row.file = ""
    row.save()


def keep_findings(row, told):
    """Write down sheet, heads, samples and notes; what the form's template knows is used."""
    found = [(sheet, find_heads(sheet["rows"], sheet["merges"])) for sheet in told["sheets"]]
    usable = [
        (at, sheet, heads)
        for at, (sheet, heads) in enumerate(found)
        if heads and not sheet["hidden"]
    ]
    if not usable:
        refuse(NO_HEADS)
    at, sheet, (head_row, heads) = max(usable, key=lambda one: (one[1]["count"], -one[0]))
    data = [cells for number, cells in sheet["rows"] if number > head_row]
    row.sheet = json.dumps([at, sheet["name"][:40]], ensure_ascii=False)[:60]
    row.head_row = head_row
    row.heads = [_LONG_NUMBER.sub("…", head) for head in heads]
    row.notes = notes_of(told, sheet)
    known = LedgerTemplate.objects.filter(area=row.area, fingerprint=fingerprint(row.heads)).first()
    row.mapping = known.mapping if known else guess(row.heads, data)
    row.sample_sealed = seal(
        json.dumps(samples_of(data, row.mapping, len(heads)), ensure_ascii=False),
        bound_to=f"import:{row.pk}:samples",
    )
    row.state = ImportState.MAPPING
    if known:
        known.save(update_fields=["used_at"])
        row.state = ImportState.COMPARING
        row.work = later("residents_map.compare_ledger", key=f"{row.pk}:first", import_id=row.pk)


def notes_of(told, chosen):
    """What the uploader should know of the file, each in a sentence."""
    notes = []
    others = [sheet for sheet in told["sheets"] if sheet is not chosen and sheet["count"]]
    if shown := [sheet["name"] for sheet in others if not sheet["hidden"]]:
        names = "、".join(f"“{name[:20]}”" for name in shown[:5])
        notes.append(f"只读了工作表“{chosen['name'][:20]}”，没有读{names}。")
    if hidden := [sheet for sheet in others if sheet["hidden"]]:
        notes.append(f"有{len(hidden)}个隐藏的工作表，没有读。")
    if told.get("hidden_rows"):
        notes.append(f"有{told['hidden_rows']}行是隐藏的，也一起读了。")
    if told.get("formulas"):
        notes.append(f"有{told['formulas']}格是公式，按算出来的值读。")
    return notes
