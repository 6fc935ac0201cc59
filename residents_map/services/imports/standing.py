"""Where an import stands, and what people decide about it: write, compare again, drop, undo."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from residents_map.choices import UNDO_DAYS, ImportState
from residents_map.models import ImportRow, LedgerImport
from residents_map.services.imports.comparing import version_of
from residents_map.services.imports.files import forget_file
from residents_map.services.imports.writing import STALE
from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.work import later

WAITING = (ImportState.READING, ImportState.MAPPING, ImportState.COMPARING, ImportState.READY)
UNDECIDED_DAYS = 7
GAVE_UP = "试了几次都没成，台账没有变。请再试一次；还不行，请告诉系统管理员。"
# What is under way: the state it goes back to when it cannot be done.
BACK_TO = {
    ImportState.READING: ImportState.FAILED,
    ImportState.COMPARING: ImportState.MAPPING,
    ImportState.WRITING: ImportState.READY,
    ImportState.UNDOING: ImportState.DONE,
}


def held(ledger_import, *states, sentence):
    """The import as it is now, held; refused when it is no longer in one of these states."""
    row = LedgerImport.objects.select_for_update(of=("self",)).select_related("area")
    row = row.get(pk=ledger_import.pk)
    if row.state not in states:
        refuse(sentence)
    return row


def hand_over(row, kind, state):
    """Leave the rest to a worker."""
    row.state, row.trouble = state, ""
    row.work = later(f"residents_map.{kind}", key=f"{row.pk}:{row.work_id}", import_id=row.pk)
    row.save()
    return row


@transaction.atomic
def write_import(*, ledger_import, by):
    """Write what was previewed. Refused when the ledger was written since."""
    row = held(ledger_import, ImportState.READY, sentence="这份台账已经处理过了。")
    if row.version != version_of(row.area):
        refuse(STALE)
    row.by = by
    return hand_over(row, "write_ledger", ImportState.WRITING)


@transaction.atomic
def compare_again(*, ledger_import, by):
    """Compare once more with the ledger as it is now."""
    row = held(
        ledger_import, ImportState.READY, ImportState.MAPPING, sentence="这份台账已经处理过了。"
    )
    if not row.file or not row.mapping:
        refuse("文件已经删掉，请重新上传。")
    return hand_over(row, "compare_ledger", ImportState.COMPARING)


@transaction.atomic
def drop_import(*, ledger_import, by):
    """Give an import up: nothing was written, file and rows are deleted."""
    row = held(ledger_import, *WAITING, sentence="这份台账已经写入或放弃了。")
    forget(row, ImportState.DROPPED)
    record("residents_map.import_dropped", on=row, by=by)
    return row


def forget(row, state):
    """Delete what an import still keeps of people."""
    ImportRow.objects.filter(ledger_import=row)._raw_delete("default")
    file = row.file
    transaction.on_commit(lambda: forget_file(LedgerImport(file=file)))
    row.state, row.file, row.sample_sealed, row.trouble = state, "", "", ""
    row.save()


@transaction.atomic
def undo_import(*, ledger_import, by):
    """Take a written ledger back, within seven days."""
    row = held(ledger_import, ImportState.DONE, sentence="这份台账没有写入，或者已经撤回了。")
    if row.written_at < timezone.now() - timedelta(days=UNDO_DAYS):
        refuse(f"写入已经超过{UNDO_DAYS}天，撤不回了。")
    row.by = by
    return hand_over(row, "undo_ledger", ImportState.UNDOING)


@transaction.atomic
def gave_up(*, import_id):
    """A worker tried five times: the import goes back to where people can try again."""
    row = LedgerImport.objects.select_for_update().filter(pk=import_id).first()
    if row and row.state in BACK_TO:
        row.state, row.trouble = BACK_TO[row.state], GAVE_UP
        row.save(update_fields=["state", "trouble"])


def forget_old(now=None):
    """Rows of imports that can no longer be undone, and files nobody decided about, go."""
    now = now or timezone.now()
    written = LedgerImport.objects.filter(
        state__in=(ImportState.DONE, ImportState.UNDONE),
        written_at__lt=now - timedelta(days=UNDO_DAYS),
    ).exclude(sample_sealed="")
    for row in written:
        forget(row, row.state)
    undecided = LedgerImport.objects.filter(
        state__in=(*WAITING, ImportState.FAILED),
        created_at__lt=now - timedelta(days=UNDECIDED_DAYS),
    ).exclude(sample_sealed="", file="")
    for row in undecided:
        forget(row, ImportState.FAILED if row.state == ImportState.FAILED else ImportState.DROPPED)
