"""What the resident-situation map says to people. Doors and masked names, never protected data."""

from django.utils import timezone

from stations.messages import tell


def missed_again(*, household, times, visit, recipient_id):
    """Nobody was met several times in a row: the secretary thinks about what to do."""
    return tell(
        recipient_id=recipient_id,
        key=f"missed:{visit.pk}",
        title=f"{household.home}连着 {times} 次没见到人",
        body="想想别的办法：换个时间，问问邻居，或者打给家里人。",
        url=household.get_absolute_url(),
    )


def somebody_looked(*, recipient_id, by, household):
    """The secretary hears once a day that somebody looked at protected data; the rest is a list."""
    day = timezone.localdate()
    return tell(
        recipient_id=recipient_id,
        key=f"residents_map.looked:{by.pk}:{day}",
        title=f"{by}今天看了居民的保护资料",
        body=f"先看的是{household}。看了什么、为什么，都在操作记录里。",
        url=f"/acts/?looks=1&who={by.pk}&first={day}",
    )


def very_many_looks(*, recipient_id, by, most, now):
    """Somebody looked at more protected fields within an hour than a day's work needs."""
    local = timezone.localtime(now)
    return tell(
        recipient_id=recipient_id,
        key=f"residents_map.many_looks:{by.pk}:{local:%Y-%m-%d %H}",
        title=f"{by}一小时里看了三十多项居民资料",
        body=f"从{local:%H:%M}往前一小时超过{most}项。请问问是不是工作需要，不是就先停他的岗位。",
        url=f"/acts/?looks=1&who={by.pk}&first={local:%Y-%m-%d}",
    )


def child_look_answered(*, look, household):
    """Whoever asked to see a child's data hears whether they may."""
    until = look.until and timezone.localtime(look.until)
    body = (
        f"{until:%-m月%-d日 %H:%M}前可以看，每看一项照样写理由。"
        if look.is_agreed
        else "没有同意。有急事请当面找书记说。"
    )
    return tell(
        recipient_id=look.asked_by_id,
        key=f"residents_map.child_look:{look.pk}",
        title=f"书记答复了：看{household}孩子的资料",
        body=body,
        url=household.get_absolute_url(),
    )


def import_compared(*, ledger_import):
    """A ledger can be looked at before it is written, or could not be read."""
    counts = ledger_import.counts
    failed = bool(ledger_import.trouble)
    figures = f"新增 {counts.get('new', 0)} 人，有变化 {counts.get('changed', 0)} 人。"
    return tell(
        recipient_id=ledger_import.by_id,
        key=f"residents_map.import:{ledger_import.pk}:{ledger_import.work_id}",
        title="台账没有读成" if failed else "台账比对好了，等您确认",
        body=ledger_import.trouble or f"{ledger_import.area}：{figures}还没有写入。",
        url=ledger_import.get_absolute_url(),
    )


def import_written(*, ledger_import):
    """A ledger was written; for seven days it can be taken back."""
    return tell(
        recipient_id=ledger_import.by_id,
        key=f"residents_map.import:{ledger_import.pk}:{ledger_import.work_id}",
        title="台账写好了",
        body=f"{ledger_import.area}的台账已经写入，七天内可以撤回。",
        url=ledger_import.get_absolute_url(),
    )


def import_undone(*, ledger_import):
    """A written ledger was taken back."""
    return tell(
        recipient_id=ledger_import.by_id,
        key=f"residents_map.import:{ledger_import.pk}:{ledger_import.work_id}",
        title="台账撤回了",
        body=f"{ledger_import.area}的台账和写入以前一样。",
        url=ledger_import.get_absolute_url(),
    )
