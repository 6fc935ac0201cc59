"""The filtered list as a file: without names, phones and doors, at most 5,000 rows, recorded."""

import csv
import io
import re

from django.db import transaction
from django.utils import timezone

from deliberation.access import VIEW_ISSUES
from deliberation.filters import ORDERS, IssueFilter
from deliberation.models import Issue
from stations.access import requires
from stations.choices import STAFF
from stations.foundation.downloads import attachment
from stations.foundation.redaction import redact
from stations.models import Area
from stations.services.acts import record

MOST_ROWS = 5000
CHUNK = 500
COLUMNS = (
    "编号", "状态", "类别", "事项", "小区", "在哪里", "来源", "办法", "谁在办", "户数",
    "报来日期", "眼下期限", "办结时间", "评价", "销号时间",
)  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins like this is a formula to a spreadsheet.
_FORMULA = re.compile(r"^[\s]*[=+\-@\t\r]")
# Characters that no XML file can hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@requires(VIEW_ISSUES)
def issues_export(request):
    """导出: what the list shows under these conditions, as Excel or CSV."""
    chosen = IssueFilter(request.GET, Issue.objects.visible_to(request.user), request=request)
    rows = chosen.qs.for_rows().order_by(ORDERS[chosen.chosen_order][0], "pk")[:MOST_ROWS]
    kind = "csv" if request.GET.get("as") == "csv" else "xlsx"
    content, number = (as_csv if kind == "csv" else as_xlsx)(rows)
    area = chosen.conditions.get("area") or Area.objects.visible_to(request.user, STAFF).first()
    with transaction.atomic():
        record("deliberation.export_issues", on=area, by=request.user, rows=number, kind=kind)
    mime = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
    name = f"suqiu-{timezone.localdate():%Y%m%d}.{kind}"
    return attachment(io.BytesIO(content), name=name, content_type=mime)


def cells(issue):
    """One row as plain text: the title without anybody's personal data."""
    return [
        issue.number,
        issue.get_state_display(),
        issue.get_category_display(),
        redact(issue.title),
        issue.area.name,
        redact(issue.where),
        issue.get_channel_display(),
        issue.get_route_display(),
        issue.in_whose_hands,
        issue.households,
        issue.received_on.isoformat(),
        moment(issue.due_at),
        moment(issue.finished_at),
        issue.last_rating or "",
        moment(issue.closed_at),
    ]


def moment(at):
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def as_xlsx(rows):
    """(bytes, number of rows): every text a text cell, so that none can be a formula."""
    from openpyxl import Workbook  # 15 MB that only an export needs
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("诉求")
    sheet.freeze_panes = "A2"
    sheet.append(list(COLUMNS))
    number = 0
    for issue in rows.iterator(chunk_size=CHUNK):
        line = []
        for value in cells(issue):
            if isinstance(value, str):
                cell = WriteOnlyCell(sheet, value=_CONTROL.sub("", value))
                cell.data_type = "s"
                line.append(cell)
            else:
                line.append(value)
        sheet.append(line)
        number += 1
    file = io.BytesIO()
    book.save(file)
    return file.getvalue(), number


def as_csv(rows):
    """(bytes, number of rows): with a mark that Excel reads as UTF-8, formulas made harmless."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    number = 0
    for issue in rows.iterator(chunk_size=CHUNK):
        writer.writerow(
            [f"'{value}" if _FORMULA.match(str(value)) else value for value in cells(issue)]
        )
        number += 1
    return ("\ufeff" + file.getvalue()).encode(), number
