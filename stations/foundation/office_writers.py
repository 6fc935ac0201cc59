"""How Word and Excel files are written; office_files.py loads it when one is."""

from datetime import date

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from stations.foundation.office_files import plain

TEXT_WIDTH_MM = 156  # of the template's page
_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="EFE8D9")
_WRAP = Alignment(vertical="top", wrap_text=True)


def write_word(template, context, target, *, sections):
    """Fill our template and write it to `target`.

    `sections` are those of the context; theirs are the last tables of the file, and their
    columns get the widths they asked for.
    """
    document = DocxTemplate(template)
    environment = SandboxedEnvironment(autoescape=True)
    document.render(_plain_throughout(context), jinja_env=environment, autoescape=True)
    tables = document.docx.tables
    sections = [section for section in sections if section["rows"]]
    for table, section in zip(tables[len(tables) - len(sections) :], sections, strict=True):
        _set_widths(table, section["widths"] or [1] * len(section["columns"]))
    for table in tables:
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for row in table.rows[:1]:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    document.save(target)


def _plain_throughout(value):
    if isinstance(value, dict):
        return {key: _plain_throughout(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain_throughout(one) for one in value]
    return plain(value) if isinstance(value, str) else value


def _set_widths(table, widths):
    """Share the width of the text among the columns, for Word and for the grid."""
    whole = sum(widths)
    millimetres = [Mm(TEXT_WIDTH_MM * width / whole) for width in widths]
    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), millimetres, strict=True):
        column.set(qn("w:w"), str(int(width.twips)))
    for row in table.rows:
        for cell, width in zip(row._tr.findall(qn("w:tc")), millimetres, strict=True):
            properties = cell.get_or_add_tcPr()
            properties.width = width


def write_excel(sheets, target):
    """Write sheets of {title, columns, rows, widths} to `target`, row by row.

    Numbers are numbers, dates are dates, text is text (never a formula); `(number, format)`
    is a number with its format. A sheet with a `note` says it in a line of its own above the
    heads; its `mark` stands in the header and footer of every printed page.
    """
    book = Workbook(write_only=True)
    for one in sheets:
        sheet = book.create_sheet(plain(one["title"])[:31])
        sheet.freeze_panes = "A3" if one.get("note") else "A2"
        if one.get("mark"):
            # "&" begins a command in headers; a doubled one is the sign itself.
            sheet.oddHeader.center.text = sheet.oddFooter.center.text = plain(one["mark"]).replace(
                "&", "&&"
            )
        for at, width in enumerate(one["widths"] or [14] * len(one["columns"]), start=1):
            sheet.column_dimensions[get_column_letter(at)].width = width
        if one.get("note"):
            note = _cell(sheet, one["note"])
            note.alignment = Alignment(wrap_text=False)
            sheet.append([note])
        sheet.append([_head(sheet, name) for name in one["columns"]])
        for row in one["rows"]:
            sheet.append([_cell(sheet, value) for value in row])
    book.save(target)


def _head(sheet, name):
    cell = _cell(sheet, name)
    cell.font, cell.fill = _HEAD_FONT, _HEAD_FILL
    return cell


def _cell(sheet, value):
    number_format = None
    if isinstance(value, tuple):
        value, number_format = value
    if value is None:
        return WriteOnlyCell(sheet)
    if isinstance(value, (int, float)):
        cell = WriteOnlyCell(sheet, value)
        if number_format:
            cell.number_format = number_format
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    cell = WriteOnlyCell(sheet, plain(value))
    cell.data_type = "s"  # openpyxl makes a formula of anything that begins with "="
    cell.alignment = _WRAP
    return cell
