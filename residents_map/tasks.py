"""Later work of the resident-situation map."""

from datetime import timedelta

from residents_map.services.imports import (
    compare_ledger,
    forget_old,
    gave_up,
    read_ledger,
    undo_ledger,
    write_ledger,
)
from residents_map.services.rental_duties import keep_all_rental_duties
from residents_map.services.retention import BATCH, erase_left
from residents_map.services.visit_duties import keep_all_visit_duties
from stations.foundation.work import work
from stations.services.work import later


@work("residents_map.visits_due", label="排走访", every=timedelta(hours=1))
def visits_due(job):
    """What is due within a week stands on a desk, what no longer is does not."""
    keep_all_visit_duties()


@work("residents_map.rentals_due", label="排出租屋走访", every=timedelta(hours=1))
def rentals_due(job):
    """Rental houses are looked at twice a month: a week before its day each is on the desk."""
    keep_all_rental_duties()


def import_gave_up(row):
    """Five failures: whoever imports can try again or drop it."""
    gave_up(import_id=row.arguments["import_id"])


@work("residents_map.read_ledger", label="读台账", on_dead=import_gave_up)
def reading(job):
    read_ledger(import_id=job.arguments["import_id"], job=job)


@work("residents_map.compare_ledger", label="比对台账", on_dead=import_gave_up)
def comparing(job):
    compare_ledger(import_id=job.arguments["import_id"], job=job)


@work("residents_map.write_ledger", label="写入台账", on_dead=import_gave_up)
def writing(job):
    write_ledger(import_id=job.arguments["import_id"], job=job)


@work("residents_map.undo_ledger", label="撤回台账", on_dead=import_gave_up)
def undoing(job):
    undo_ledger(import_id=job.arguments["import_id"], job=job)


@work("residents_map.tidy_ledgers", label="删掉过期的导入", every=timedelta(days=1))
def tidy_ledgers(job):
    """What an import keeps of people goes when it can no longer be taken back."""
    forget_old()


@work("residents_map.erase_left", label="删到期的居民资料", every=timedelta(days=1))
def erasing(job):
    """Who left is erased when the time is over: a batch at a time, each with its own commit."""
    if erase_left() == BATCH:
        later("residents_map.erase_left", key=f"{job.key}+")
