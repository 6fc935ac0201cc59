"""The process that opens one workbook from an office. Started by `opening.py`, never imported.

Arguments: "look" or "rows", the sheet's number, the seconds. The file is on stdin. What comes out
on stdout are lines of JSON: one that tells about the file (or in one word why it was refused),
then, for "rows", the rows in bundles `[[number, [cell, …]], …]`. A text is a text, a number a
number, a date is `{"d": "1940-03-07"}`. A run of empty rows is one empty row.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser

ADDRESS_SPACE = 1400 * 1024 * 1024
MAX_ENTRIES = 2_000
# 200,000 rows of twenty columns are about 250 MB of XML; a usual limit of 100 MB refuses them.
MAX_INFLATED = 400 * 1024 * 1024
MAX_RATIO = 100
RATIO_COUNTS_FROM = 20 * 1024 * 1024
MAX_COLUMNS = 200
MAX_ROWS = 200_000
MAX_TEXT = 1_000  # of one cell
MAX_SHEETS = 60
LOOKED_AT = 60  # rows of each sheet in which the heads may stand
BUNDLE = 400

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TAG = re.compile(rb'<row[^>]*\shidden="(?:1|true)"')


class Refused(Exception):
    """Why a file is not read, in one word; `opening.py` has the sentences."""


def main():
    """Tell about the file, or give its rows."""
    mode, sheet, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for what, amount in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, ADDRESS_SPACE),
    ):
        limit(what, amount)
    try:
        book = opened(sys.stdin.buffer.read())
        if mode == "look":
            tell({"sheets": [about(one) for one in book.sheets()], **book.found})
        else:
            give(book.sheet(sheet))
    except Refused as refusal:
        tell({"refused": str(refusal)})
    except MemoryError:
        tell({"refused": "too_hard"})
    except BrokenPipeError:
        pass
    except Exception as trouble:  # noqa: BLE001
        # Parsers fail on damaged bytes in any way they like; the class says nothing of people.
        tell({"refused": "damaged", "class": type(trouble).__name__})


def opened(content):
    """The book behind the bytes, by what they are and not by what the file is called."""
    if not content:
        raise Refused("empty")
    if content.startswith(_ZIP):
        return Calamine(content, zip_looked_through(content))
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused("locked")
        return Calamine(content, {})
    if content.startswith((b"%PDF", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"Rar!", b"7z")):
        raise Refused("other_kind")
    text = decoded(content)
    start = text[:4000].lstrip("\ufeff \t\r\n").lower()
    if start.startswith("mime-version") or "content-type: multipart" in start:
        raise Refused("web_archive")
    if start.startswith("<?xml") and "urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise Refused("xml_2003")
    if start.startswith(("<!doctype", "<html", "<table", "<meta", "<?xml", "<style", "<head")):
        return Html(text)
    return Separated(text)


def zip_looked_through(content):
    """Inflate everything once, counting what really comes out: declared sizes may lie."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise Refused("damaged") from None
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Refused("bomb")
    names = {entry.filename for entry in entries}
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise Refused("other_kind")
    total, formulas, hidden = 0, 0, 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise Refused("locked")
        is_sheet = entry.filename.startswith("xl/worksheets/sheet") or (
            entry.filename == "content.xml"
        )
        rest = b""
        with archive.open(entry) as stream:
            first = True
            while piece := stream.read(1 << 18):
                total += len(piece)
                if total > MAX_INFLATED:
                    raise Refused("bomb")
                if total > RATIO_COUNTS_FROM and total > MAX_RATIO * len(content):
                    raise Refused("bomb")
                if first and b"<!DOCTYPE" in piece[:4096]:
                    raise Refused("bomb")
                first = False
                if is_sheet:
                    piece = rest + piece
                    cut = piece.rfind(b"<")
                    piece, rest = piece[:cut], piece[cut : cut + 4096]
                    formulas += piece.count(b"<f>") + piece.count(b"<f ")
                    formulas += piece.count(b"table:formula=")
                    if b"hidden=" in piece:
                        hidden += len(_TAG.findall(piece))
    return {"formulas": formulas, "hidden_rows": hidden}


class Calamine:
    """.xlsx, .xlsb, .xls and .ods, read by calamine (Rust); never by what <dimension> claims."""

    def __init__(self, content, found):
        import python_calamine

        self.found = found
        try:
            self.book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        except python_calamine.PasswordError:
            raise Refused("locked") from None
        visible = python_calamine.SheetVisibleEnum.Visible
        kind = python_calamine.SheetTypeEnum.WorkSheet
        self.metadata = [one for one in self.book.sheets_metadata if one.typ == kind][:MAX_SHEETS]
        self.hidden = {one.name for one in self.metadata if one.visible != visible}

    def sheets(self):
        for number in range(len(self.metadata)):
            yield self.sheet(number)

    def sheet(self, number):
        name = self.metadata[number].name
        sheet = self.book.get_sheet_by_name(name)
        if sheet.start and sheet.width > MAX_COLUMNS:
            raise Refused("too_wide")
        merges = [(*a, *b) for a, b in sheet.merged_cell_ranges or [] if a[0] < LOOKED_AT]
        # calamine leaves out the columns before the first cell, but not the rows.
        left = [""] * sheet.start[1] if sheet.start else []
        rows = ((at, left + row) for at, row in enumerate(sheet.iter_rows(), 1))
        return {
            "name": name,
            "hidden": name in self.hidden,
            "merges": merges,
            "count": sheet.end[0] + 1 if sheet.end else 0,
            "rows": rows if sheet.start else iter(()),
        }


class Separated:
    """Text with commas, tabs or semicolons, as systems hand it out under any name."""

    found = {}

    def __init__(self, text):
        self.text = text
        start = text[:20_000]
        self.delimiter = max("\t,;|", key=lambda sign: start.count(sign))
        if "\x00" in start or not start.count(self.delimiter):
            raise Refused("other_kind")

    def sheets(self):
        yield self.sheet(0)

    def sheet(self, _number):
        csv.field_size_limit(1_000_000)
        lines = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        return {
            "name": "",
            "hidden": False,
            "merges": [],
            "count": self.text.count("\n"),
            "rows": enumerate(lines, 1),
        }


class Html(HTMLParser):
    """A web page that calls itself .xls: many systems' "export to Excel"."""

    found = {}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tables, self.row, self.cell = [], None, None
        self.feed(text)
        self.close()
        if not any(self.tables):
            raise Refused("no_table")
        self.rows = max(self.tables, key=len)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.row = []
            self.tables[-1].append(self.row)
        elif tag in ("td", "th") and self.row is not None:
            spans = [self.span(facts.get("colspan")), self.span(facts.get("rowspan"))]
            self.cell = [[], *spans]
            self.row.append(self.cell)
        elif tag == "br" and self.cell:
            self.cell[0].append("\n")

    @staticmethod
    def span(text):
        return min(int(text), 1000) if text and text.isascii() and text.isdigit() else 1

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None
        elif tag == "tr":
            self.row = self.cell = None

    def handle_data(self, data):
        if self.cell:
            self.cell[0].append(data)

    def sheets(self):
        yield self.sheet(0)

    def sheet(self, _number):
        return {
            "name": "",
            "hidden": False,
            "merges": self.laid_out()[1],
            "count": len(self.rows),
            "rows": enumerate(self.laid_out()[0], 1),
        }

    def laid_out(self):
        """Rows with each cell in its column, and which cells span several."""
        rows, merges, covered = [], [], {}
        for at, cells in enumerate(self.rows):
            row, column = [], 0
            for texts, wide, high in cells:
                while covered.get(column, 0) > at:
                    row.append("")
                    column += 1
                row += ["".join(texts)] + [""] * (min(wide, MAX_COLUMNS) - 1)
                if (wide > 1 or high > 1) and at < LOOKED_AT:
                    merges.append((at, column, at + high - 1, column + wide - 1))
                for over in range(column, column + min(wide, MAX_COLUMNS)):
                    covered[over] = at + high
                column += wide
            rows.append(row)
        return rows, merges


def decoded(content):
    """Text in whatever encoding Chinese systems write: UTF-8, UTF-16 or GB 18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if any(sign in content[:8000] for sign in (b"\t\0", b",\0", b"\n\0")):
        return content.decode("utf-16-le", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("encoding")


def about(sheet):
    """What is told of one sheet: its name, its first rows, how many there are."""
    first = []
    for number, row in sheet["rows"]:
        cells = written(row)
        if any(cell != "" for cell in cells):
            first.append([number, cells])
        if number > LOOKED_AT:
            break
    sheet["rows"] = None
    return {**sheet, "rows": first}


def give(sheet):
    """All rows of one sheet, in bundles."""
    tell({"count": sheet["count"]})
    bundle, filled, was_empty = [], 0, False
    for number, row in sheet["rows"]:
        cells = written(row)
        if not any(cell != "" for cell in cells):
            if not was_empty:
                bundle.append([number, []])
            was_empty = True
            continue
        was_empty = False
        filled += 1
        if filled > MAX_ROWS + LOOKED_AT:
            raise Refused("too_many_rows")
        bundle.append([number, cells])
        if len(bundle) >= BUNDLE:
            tell(bundle)
            bundle = []
    tell(bundle)
    tell([])


def written(row):
    """The cells of a row as JSON can carry them, without the empty ones at its end."""
    if len(row) > MAX_COLUMNS and any(cell not in ("", None) for cell in row[MAX_COLUMNS:]):
        raise Refused("too_wide")
    cells = [one if type(one) is str and len(one) < 60 else plain(one) for one in row]
    while cells and (cells[-1] == "" or type(cells[-1]) is str and not cells[-1].strip()):
        cells.pop()
    return cells


def plain(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e21 else value
    if isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, (time, timedelta)):
        return str(value)
    return str(value)[:MAX_TEXT]


def tell(something):
    sys.stdout.write(json.dumps(something, ensure_ascii=True, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def limit(what, amount):
    try:
        resource.setrlimit(what, (amount, amount))
    except (ValueError, OSError):
        pass  # macOS knows no limit of the address space; the seconds hold everywhere


if __name__ == "__main__":
    main()
