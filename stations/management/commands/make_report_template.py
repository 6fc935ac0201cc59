"""Makes templates/stations/report.docx, the Word template of the monthly report.

The file is committed; this is how it was made. Change it here, run the command, commit both.
Page and type follow GB/T 9704-2012 (format of official documents): A4, 156 mm of text,
Song for titles, black body (黑体) for headings, Fangsong (仿宋) for the words.
"""

from datetime import UTC, datetime

from django.core.management.base import BaseCommand
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from stations.services.reports import TEMPLATE

SONG, BLACK, FANGSONG = "宋体", "黑体", "仿宋"
RED = RGBColor(0xB9, 0x35, 0x2A)
RATES = 4  # rows of the table of places are drawn for the rates there are


class Command(BaseCommand):
    help = "Make the Word template of the monthly report anew."

    def handle(self, **options):
        template().save(TEMPLATE)
        self.stdout.write(str(TEMPLATE))


def template():
    """The template as a document: jinja tags where the values go."""
    document = Document()
    _set_page(document)
    _head(document)
    _part(document, "一、总的情况")
    _words(document, "{{ words }}")
    _words(document, "每件事算在收到它的那一天。居民撤回的、并进别件的不算。")
    _rates(document)
    _line(document, "{%p if places|length > 1 %}")
    _part(document, "二、各{{ below }}")
    _places(document)
    _line(document, "{%p endif %}")
    _part(document, "{% if places|length > 1 %}三{% else %}二{% endif %}、报的是什么，在哪一级解决")
    _line(document, "{%p for split in splits %}")
    _caption(document, "{{ split.title }}（共 {{ split.whole }} 件）")
    _grid(document, ["类", "件", "占比", "比上月"], "split.rows", (60, 32, 32, 32))
    _line(document, "{%p endfor %}")
    _part(document, "{% if places|length > 1 %}四{% else %}三{% endif %}、清单")
    _line(document, "{%p for section in sections %}")
    _caption(document, "{{ section.title }}")
    _words(document, "{{ section.words }}")
    _line(document, "{%p if section.rows %}")
    _section(document)
    _line(document, "{%p endif %}")
    _line(document, "{%p if section.more %}")
    _words(document, "还有 {{ section.more }} 行，在 Excel 里。")
    _line(document, "{%p endif %}")
    _line(document, "{%p endfor %}")
    _signed(document)
    _properties(document)
    return document


def _set_page(document):
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = document.styles["Normal"]
    _face(normal, FANGSONG)
    normal.font.size = Pt(14)
    normal.paragraph_format.space_after = Pt(0)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(footer, "— ", SONG, 12)
    _field(footer, "PAGE")
    _run(footer, " —", SONG, 12)


def _head(document):
    """The red head with its line, then the title."""
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(head, "{{ area }}", SONG, 36, bold=True, colour=RED)
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "8"), ("color", "B9352A")):
        bottom.set(qn(f"w:{name}"), value)
    border.append(bottom)
    head._p.get_or_add_pPr().append(border)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before = Pt(28)
    _run(title, "{{ month }}居民诉求办理月报", SONG, 22, bold=True)
    days = document.add_paragraph()
    days.alignment = WD_ALIGN_PARAGRAPH.CENTER
    days.paragraph_format.space_after = Pt(14)
    _run(days, "{{ days }}　统计于 {{ snapshot_at }}", FANGSONG, 12)


def _part(document, text):
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(18)
    paragraph.paragraph_format.space_after = Pt(6)
    paragraph.paragraph_format.keep_with_next = True
    _outline(paragraph, 0)
    _run(paragraph, text, BLACK, 16)


def _caption(document, text):
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(10)
    paragraph.paragraph_format.space_after = Pt(4)
    paragraph.paragraph_format.keep_with_next = True
    _outline(paragraph, 1)
    _run(paragraph, text, SONG, 14, bold=True)


def _words(document, text):
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(28)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(26)
    paragraph.paragraph_format.space_after = Pt(4)
    _run(paragraph, text, FANGSONG, 14)


def _line(document, tag):
    """A paragraph that holds a tag only; docxtpl takes it away."""
    document.add_paragraph(tag)


def _rates(document):
    heads = ["指标", "本月", "分子 / 分母", "上月", "比上月", "怎么算"]
    table = _table(document, 4, heads, (24, 20, 30, 20, 24, 38))
    _whole_row(table, 1, "{%tr for rate in rates %}")
    cells = ["{{ rate.label }}", "{{ rate.percent }}", "{{ rate.above }} / {{ rate.below }}"]
    cells += ["{{ rate.before }}", "{{ rate.change }}", "{{ rate.definition }}"]
    for at, text in enumerate(cells):
        _cell(table.cell(2, at), text, bold=at < 2, left=at in (0, 5), size=9 if at == 5 else 10.5)
    _whole_row(table, 3, "{%tr endfor %}")


def _places(document):
    widths = (32, 18, 18, *[18] * RATES, 16)
    heads = ["{{ below }}", "收到", "每千户"]
    heads += [f"{{{{ heads[{at}] }}}}" for at in range(RATES)] + ["没办结"]
    table = _table(document, 4, heads, widths)
    _whole_row(table, 1, "{%tr for place in places %}")
    for at in range(len(heads)):
        _cell(table.cell(2, at), f"{{{{ place[{at}] }}}}", left=at == 0)
    _whole_row(table, 3, "{%tr endfor %}")


def _grid(document, heads, rows, widths):
    table = _table(document, 4, heads, widths)
    _whole_row(table, 1, f"{{%tr for row in {rows} %}}")
    for at in range(len(heads)):
        _cell(table.cell(2, at), f"{{{{ row[{at}] }}}}", left=at == 0)
    _whole_row(table, 3, "{%tr endfor %}")


def _section(document):
    """A table with as many columns as the section has; widths are set when it is filled."""
    table = _table(
        document,
        4,
        ["{%tc for head in section.columns %}", "{{ head }}", "{%tc endfor %}"],
        (52, 52, 52),
    )
    _whole_row(table, 1, "{%tr for row in section.rows %}")
    for at, text in enumerate(["{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"]):
        _cell(table.cell(2, at), text, left=True, size=9)
    _whole_row(table, 3, "{%tr endfor %}")


def _signed(document):
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.space_before = Pt(30)
    _run(paragraph, "{{ area }}", FANGSONG, 14)


def _table(document, rows, heads, widths):
    table = document.add_table(rows=rows, cols=len(heads), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for at, text in enumerate(heads):
        _cell(table.cell(0, at), text, bold=True, shade=True)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)  # the grid, which WPS goes by
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)  # the cells, which Word goes by
    return table


def _whole_row(table, at, tag):
    table.cell(at, 0).text = tag


def _cell(cell, text, *, bold=False, left=False, shade=False, size=10.5):
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    _run(paragraph, text, SONG, size, bold=bold)
    if shade:
        ground = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "F3EFE5")):
            ground.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(ground)


def _run(paragraph, text, face, size, *, bold=False, colour=None):
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    _face(run, face)
    if colour is not None:
        run.font.color.rgb = colour
    return run


def _face(styled, face):
    """The face for Chinese and for figures alike."""
    styled.font.name = "Times New Roman" if face in (SONG, FANGSONG) else face
    styled.element.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), face)


def _outline(paragraph, level):
    mark = OxmlElement("w:outlineLvl")
    mark.set(qn("w:val"), str(level))
    paragraph._p.get_or_add_pPr().append(mark)


def _field(paragraph, code):
    run = _run(paragraph, "", SONG, 12)
    for kind, text in (("begin", None), (None, code), ("end", None)):
        part = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)


def _properties(document):
    made = document.core_properties
    made.author = made.last_modified_by = "同心"
    made.title = "月报"
    made.comments = ""
    made.created = made.modified = datetime(2026, 1, 1, tzinfo=UTC)  # the same file every time
