"""Workbooks as offices make them: the same rows in every kind of file, and clumsy on purpose."""

import csv
import io
import random
from datetime import date

import openpyxl
import xlwt
from django.core.files.uploadedfile import SimpleUploadedFile

from residents_map.models import LedgerImport
from residents_map.services.imports import map_columns, start_import
from stations.services.work import run
from tests.factories import BuildingFactory, EntranceFactory, HomeFactory
from tests.residents_map.rows import identity_number

ROOMS = ("101", "102", "201", "202", "301", "302")


def place(estate, buildings=(7, 8), entrances=(1, 2), rooms=ROOMS):
    """Buildings 7 and 8 with two entrances of six homes each. {(7, 2, "101"): home}"""
    homes = {}
    for number in buildings:
        building = BuildingFactory(area=estate, number=number)
        for staircase in entrances:
            entrance = EntranceFactory(building=building, number=staircase)
            for room in rooms:
                home = HomeFactory(entrance=entrance, number=room, floor=int(room[0]))
                homes[number, staircase, room] = home
    return homes


def xlsx(rows, *, merges=(), hidden=(), sheets=(), prepare=None):
    """An .xlsx; `merges` like "A1:F1", `sheets` more of them as (title, rows, hidden?)."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    for area in merges:
        sheet.merge_cells(area)
    for number in hidden:
        sheet.row_dimensions[number].hidden = True
    for title, more, is_hidden in sheets:
        other = book.create_sheet(title)
        for row in more:
            other.append(list(row))
        other.sheet_state = "hidden" if is_hidden else "visible"
    if prepare:
        prepare(book, sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xls(rows, *, merges=()):
    """A real old .xls."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("台账")
    spans = {(r1, c1): (r2, c2) for r1, r2, c1, c2 in merges}
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value in (None, ""):
                continue
            if (r, c) in spans:
                sheet.write_merge(r, spans[r, c][0], c, spans[r, c][1], value)
            elif isinstance(value, date):
                sheet.write(r, c, value, style)
            else:
                sheet.write(r, c, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def text(rows, *, encoding="utf-8-sig", delimiter=","):
    """A .csv as systems hand it out."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(
        [["" if cell is None else cell for cell in row] for row in rows]
    )
    return file.getvalue().encode(encoding)


def page(rows, *, encoding="utf-8", spans=()):
    """A web page that calls itself .xls; `spans` is {(row, column): (colspan, rowspan)}."""
    spans, covered = dict(spans), set()
    lines = ["<html><head><meta charset='x'></head><body><table border=1>"]
    for r, row in enumerate(rows):
        cells = []
        for c, value in enumerate(row):
            if (r, c) in covered:
                continue
            wide, high = spans.get((r, c), (1, 1))
            covered |= {(r + dr, c + dc) for dr in range(high) for dc in range(wide)}
            attributes = f" colspan={wide} rowspan={high}" if (wide, high) != (1, 1) else ""
            cells.append(f"<td{attributes}>{'' if value is None else value}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join([*lines, "</table></body></html>"]).encode(encoding)


def ods(rows):
    """A small .ods, put together by hand: nothing here writes them."""
    import zipfile
    from xml.sax.saxutils import escape

    body = []
    for row in rows:
        cells = "".join(
            '<table:table-cell office:value-type="string"><text:p>'
            f"{escape(str(cell))}</text:p></table:table-cell>"
            if cell not in (None, "")
            else "<table:table-cell/>"
            for cell in row
        )
        body.append(f"<table:table-row>{cells}</table:table-row>")
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:body>'
        f'<office:spreadsheet><table:table table:name="台账">{"".join(body)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
            '><manifest:file-entry manifest:full-path="/" manifest:media-type='
            '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
    return file.getvalue()


def uploaded(content, name="台账.xlsx"):
    return SimpleUploadedFile(name, content)


def take_in(estate, by, content, name="台账.xlsx"):
    """Upload and read."""
    row = start_import(area=estate, by=by, file=uploaded(content, name))
    assert run(row.work_id)
    return fresh(row)


def fresh(row):
    return LedgerImport.objects.select_related("area", "by", "work").get(pk=row.pk)


def compared(estate, by, content, name="台账.xlsx", *, mapping=None, is_whole=False):
    """Upload, read, map as guessed (or as said) and compare."""
    row = take_in(estate, by, content, name)
    if row.state == "mapping":
        row = map_columns(
            ledger_import=row, by=by, mapping=mapping or row.mapping, is_whole=is_whole
        )
    assert row.state == "comparing", row.trouble
    assert run(row.work_id)
    return fresh(row)


def rows_told(row):
    """{number of the row in the sheet: (state, why)}"""
    return {one.number: (one.state, one.why) for one in row.rows.all()}


# --- A tool that makes clumsy ledgers --------------------------------------------------------

FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
GIVEN = ("桂芳", "建国", "小红", "志强", "秀英", "伟", "丽", "德明", "玉兰", "海")
MEMBERS = ("户主", "妻", "长子", "儿媳", "孙女", "母亲")
HEADS = ("序号", "住址", "姓名", "与户主关系", "性别", "出生日期", "身份证号码", "联系电话", "备注")


def chinese(number):
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


ADDRESSES = (
    lambda b, e, r: f"{b}栋{e}单元{r}",
    lambda b, e, r: f"{b}-{e}-{r}",
    lambda b, e, r: f"{chinese(b)}栋{chinese(e)}单元{r}室",
    lambda b, e, r: f"{b}#{e}-{r}",
    lambda b, e, r: f"锦绣江山{b}号楼{e}单元{r}号",
    lambda b, e, r: f"{b}幢 {e}单元 {r}",
    lambda b, e, r: f"庆云街道锦绣江山{b}栋{e}单元{r[0]}层{r}",
    lambda b, e, r: "".join(chr(ord(c) + 0xFEE0) if c.isascii() else c for c in f"{b}栋{e}单元{r}"),
)
PHONES = (
    lambda n: f"139{n:08d}",
    lambda n: f"139 {n:08d}",
    lambda n: f"+86139{n:08d}",
    lambda n: 13900000000 + n,
    lambda n: f"139{n:08d}/138{n:08d}",
    lambda n: f"139-{f'{n:08d}'[:4]}-{f'{n:08d}'[4:]}",
    lambda n: "不详",
    lambda n: "".join(chr(ord(c) + 0xFEE0) for c in f"139{n:08d}"),
)
DAYS = (
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d:%Y%m%d}",
    lambda d: (d - date(1899, 12, 30)).days,
    lambda d: f"{d:%Y/%m/%d}",
    lambda d: f"{d:%Y-%m-%d}",
)
NUMBERS = (
    lambda n: n,
    lambda n: f" {n[:6]} {n[6:14]} {n[14:]} ",
    lambda n: f"'{n}",
    lambda n: n.lower(),
    lambda n: "".join(chr(ord(c) + 0xFEE0) for c in n),
)
FAULTS = (
    ("number", lambda row: {**row, "number": 990000194003070012}),
    ("sign", lambda row: {**row, "number": row["number"][:17] + "Y"}),
    ("day", lambda row: {**row, "number": "", "day": "不记得了"}),
    ("phone", lambda row: {**row, "phone": "1390000"}),
    ("name", lambda row: {**row, "name": ""}),
    ("sex", lambda row: {**row, "number": "", "sex": "另外"}),
)


class Clumsy:
    """A ledger with many oddities at once, and what its preview has to say of every row."""

    def __init__(self, seed):
        self.luck = random.Random(seed)
        self.seed = seed
        self.expected = {}  # row of the sheet: state
        self.people = {}  # row: (place, name) of those that are to be written
        self.rows, self.order = [], seed * 1000
        self.title_rows = self.luck.choice((0, 1, 2))
        self.writes_once = self.luck.random() < 0.5
        self.splits = self.luck.random() < 0.35
        self.address = self.luck.choice(ADDRESSES)
        self.day = self.luck.choice(DAYS)
        self.build()

    def heads(self):
        parts = ("楼栋", "单元", "房号") if self.splits else ("住址",)
        return [HEADS[0], *parts, *HEADS[2:]]

    def build(self):
        width = len(self.heads())
        for title in range(self.title_rows):
            self.rows.append([("锦绣江山住户台账", "填表日期：2026年11月")[title]])
        self.rows.append(self.heads())
        homes = [(b, e, r) for b in (7, 8) for e in (1, 2) for r in ROOMS]
        for at in self.luck.sample(homes, self.luck.randint(3, 6)):
            self.add_household(at)
            if self.luck.random() < 0.2:
                self.rows.append([""] * width)
        if self.luck.random() < 0.4:
            self.add_stranger()
        if self.luck.random() < 0.5:
            self.rows.append(["合计", "", len(self.expected)])

    def add_household(self, at):
        for place_of, kinship in enumerate(MEMBERS[: self.luck.randint(1, 4)]):
            self.order += 1
            born = date(1935 + place_of * 14, 1 + self.order % 12, 1 + self.order % 28)
            row = {
                "name": self.luck.choice(FAMILY)
                + self.luck.choice(GIVEN)
                + chinese(self.order % 90),
                "kinship": kinship,
                "sex": self.luck.choice(("男", "女", "1", "2", "")),
                "number": identity_number(born, order=self.order % 999 + 1),
                "born": born,
                "day": "",
                "phone": self.luck.choice(PHONES)(self.order),
            }
            if self.luck.random() < 0.3:
                row["number"] = self.luck.choice(("", "无", "不详"))
            fault = self.luck.choice(FAULTS) if self.luck.random() < 0.15 else None
            if fault:
                row = fault[1](row)
            self.write(at, row, first=place_of == 0, state="faulty" if fault else "new")
            if not fault and self.luck.random() < 0.08:  # the same row once more
                self.write(at, row, first=True, state="same")

    def write(self, at, row, *, first, state):
        hides = self.writes_once and not first
        if self.splits:
            building, entrance, room = at
            where = ["", "", ""] if hides else [f"{building}栋", f"{entrance}单元", room]
        else:
            where = ["" if hides else self.address(*at)]
        number = row["number"]
        if isinstance(number, str) and len(number) == 18:
            number = self.luck.choice(NUMBERS)(number)
        name = row["name"]
        if len(name) == 3 and self.luck.random() < 0.2:
            name = " ".join(name)
        day = row["day"] or self.day(row["born"])
        self.rows.append(
            [
                len(self.rows),
                *where,
                name,
                row["kinship"],
                row["sex"],
                day,
                number,
                row["phone"],
                "",
            ]
        )
        self.expected[len(self.rows)] = state
        if state == "new":
            self.people[len(self.rows)] = (at, row["name"])

    def add_stranger(self):
        """Somebody in a home that is not there."""
        born = date(1950, 5, 5)
        row = {
            "name": "郑陌生",
            "kinship": "户主",
            "sex": "男",
            "number": identity_number(born, order=self.seed % 900 + 1),
            "born": born,
            "day": "",
            "phone": "",
        }
        self.write((7, 9, "999"), row, first=True, state="conflict")

    def content(self):
        """The bytes and the name, in one of many kinds of file."""
        kind = self.seed % 7
        if kind == 0:
            return text(self.rows, encoding="gb18030"), "台账.csv"
        if kind == 1:
            return xls(self.rows), "台账.xls"
        if kind == 2:
            return page(self.rows), "导出.xls"
        if kind == 3:
            return text(self.rows, encoding="utf-16", delimiter="\t"), "台账.xls"
        if kind == 4:
            return ods(self.rows), "台账.ods"
        return xlsx(self.rows), "台账.xlsx"
