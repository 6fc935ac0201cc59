"""导出: volunteers and counted hours as an Excel file for the community's own books. Recorded.

No number of an ID card (none is kept), no guardian, and of a service what it was, never whom it
was for: words may name somebody who was helped.
"""

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from stations.foundation.office_files import write_excel
from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.choices import Help
from volunteers.models import Membership
from volunteers.services.volunteer_list import by_state, lines_of

MOST_ROWS = 5000
CHUNK = 500
PEOPLE = (
    ("编号", 12), ("姓名", 12), ("状态", 12), ("电话", 16), ("小区", 14), ("楼栋", 8), ("队伍", 30),
    ("能帮什么", 34), ("未满18岁", 10), ("报名", 12), ("加入", 12), ("保险到", 12), ("今年小时", 10),
)  # fmt: skip
HOURS = (
    ("记录编号", 20), ("服务日期", 12), ("开始", 8), ("做了什么", 14), ("志愿者", 12),
    ("志愿者编号", 12), ("队伍", 20), ("小时", 8), ("时间依据", 20), ("计入日期", 12),
)  # fmt: skip


@transaction.atomic
def export_volunteers(*, rows, area, by, target):
    """Write these volunteers to `target` (.xlsx), in the order of the list. Gives their number."""
    count = counted(rows)
    record("volunteers.export_volunteers", on=area, by=by, rows=count)
    people = by_state(rows).select_related("user", "estate", "building").order_by("rank", "-pk")
    write(target, "志愿者", PEOPLE, people_lines(people), mark=mark_of(area, by))
    return count


@transaction.atomic
def export_hours(*, rows, area, by, month, target):
    """Write the hours counted in a month to `target` (.xlsx), reversals among them."""
    count = counted(rows)
    record("volunteers.export_hours", on=area, by=by, rows=count, month=f"{month:%Y-%m}")
    found = rows.select_related("volunteer__user", "team").order_by("number")
    title = f"{month:%Y年%-m月}计入的时数"
    about = "这里按计入的日子算，公示满三天才计入；总览按服务的日子算，两个数会差几天。"
    write(target, title, HOURS, map(hour_line, found.iterator(chunk_size=CHUNK)),
          mark=mark_of(area, by), about=about)  # fmt: skip
    return count


def counted(rows):
    """How many there are; refused where a file would be no list any more."""
    count = rows.order_by()[: MOST_ROWS + 1].count()
    if count > MOST_ROWS:
        refuse(f"一次最多导出 {MOST_ROWS} 行，请用条件分开导出。")
    if not count:
        refuse("按这些条件一行也没有。")
    return count


def mark_of(area, by):
    """Who took what, when: stands on every sheet, so that a copy names its source."""
    return f"{by}　{timezone.localtime():%Y-%m-%d %H:%M}　{area}"


def write(target, title, columns, lines, *, mark, about=""):
    """One Excel sheet into the file `target`: `columns` are (name, width), `lines` lists of
    cells, `about` what one must know to read its numbers."""
    names, widths = zip(*columns, strict=True)
    note = f"导出：{mark}。用完删掉，不要转发。{about}"
    sheet = {"title": title, "columns": names, "widths": widths, "rows": lines}
    write_excel([sheet | {"note": note, "mark": mark}], target)


def people_lines(people):
    """The lines of the file, read in batches with their teams and hours."""
    batch = []
    for one in people.iterator(chunk_size=CHUNK):
        batch.append(one)
        if len(batch) == CHUNK:
            yield from map(person_line, with_asked(batch))
            batch = []
    yield from map(person_line, with_asked(batch))


def with_asked(batch):
    """The lines of the list, each with the day on which they first asked to join a team. One query
    more than the list."""
    rows = Membership.objects.filter(volunteer__in=batch).order_by().values_list("volunteer")
    days = {pk: timezone.localdate(at) for pk, at in rows.annotate(first=Min("asked_at"))}
    return [(*line, days.get(line[0].pk)) for line in lines_of(batch)]


def person_line(line):
    """One volunteer; number and day of joining are only given with the yes, and empty before."""
    one, teams, minutes, asked = line
    helps = [Help(value).label for value in one.helps if value in Help.values]
    return [
        one.number if one.number.startswith("V") else "",
        str(one),
        one.get_state_display(),
        one.user.phone or "",
        str(one.estate or ""),
        str(one.building or ""),
        "、".join(teams),
        "、".join(helps),
        "是" if one.is_minor() else "",
        asked,
        one.since if one.number.startswith("V") else None,
        one.insured_until,
        (round(minutes / 60, 1), "0.0"),
    ]


def hour_line(hour):
    """The cells of one hour, in the order of its columns."""
    began = timezone.localtime(hour.began_at)
    return [
        hour.number,
        began.date(),
        f"{began:%H:%M}",
        hour.get_help_display(),
        str(hour.volunteer),
        hour.volunteer.number,
        str(hour.team or ""),
        (round(hour.minutes / 60, 2), "0.00"),
        hour.get_source_display(),
        timezone.localdate(hour.counted_at),
    ]
