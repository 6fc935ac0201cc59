"""并案: the same thing said by several people becomes one issue."""

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from deliberation.choices import EventKind, State
from deliberation.models import Issue
from deliberation.services.agenda import leave_agenda
from deliberation.services.chain import log, move, refuse

MOST_MERGED = 50  # at once; all their numbers stand in one line of the timeline


@transaction.atomic
def merge_issues(*, issue, others, by):
    """并案: take others of the same estate into this one; their residents follow this one."""
    pks = sorted({issue.pk, *(other.pk for other in others)})
    if len(pks) > MOST_MERGED:
        refuse(f"一次最多并 {MOST_MERGED} 件，请分几次。")
    leave_agenda([pk for pk in pks if pk != issue.pk], by=by, reason="并案")
    rows = {
        row.pk: row
        for row in Issue.objects.select_for_update(of=("self",))
        .select_related("area")
        .filter(pk__in=pks)
        .order_by("pk")
    }
    target = rows.pop(issue.pk)
    if not target.is_open:
        refuse("这件事已经结束，不能再并别的进来。")
    if not rows:
        refuse("勾选至少一件要并进来的。")
    for other in rows.values():
        if other.area_id != target.area_id:
            refuse("只能把同一个小区的事并在一起。")
        move(other, State.MERGED)
        other.merged_into = target
        other.responded_at = other.responded_at or timezone.now()
        other.save()
        log(
            other,
            EventKind.MERGED,
            by=by,
            words=f"并入 {target.number}",
            public="和邻居报的同一件事并在一起办，进展请往下看。",
            into=target.pk,
        )
    households = sum(other.households for other in rows.values())
    target.me_too_count += households
    target.save(update_fields=["me_too_count"])
    numbers = "、".join(other.number for other in rows.values())
    log(
        target,
        EventKind.TOOK_IN,
        by=by,
        words=f"并入 {numbers}",
        public=f"和邻居报的 {len(rows)} 件并在一起，一共 {target.households} 户遇到。",
        taken=[other.pk for other in rows.values()],
    )
    return target


def households_by_entrance(issue):
    """[(entrance or None, households)]: who met it too, for the bars beside the issue."""
    from deliberation.models import MeToo

    rows = (
        MeToo.objects.filter(issue=issue)
        .values_list("entrance__building__number", "entrance__number")
        .annotate(n=Sum(1))
        .order_by("-n")
    )
    return [
        (f"{building}栋{entrance}单元" if building else "没说哪一栋", n)
        for building, entrance, n in rows
    ]
