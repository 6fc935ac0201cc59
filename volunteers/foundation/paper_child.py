"""The process that draws a service record. Started by `paper.py`, never imported by the portal.

stdin: JSON with fonts, qr, title, kind, number, name, person_number, first, last, services,
hours, words, community, handler, made_on, sealed_on, address, code, notes, revoked, and lines
of [day, what, hours, number]. stdout: the PDF. A4, in millimetres.
"""

import json
import resource
import sys

ADDRESS_SPACE = 900 * 1024 * 1024
WIDTH, HEIGHT, SIDE = 210, 297, 22
INNER = WIDTH - 2 * SIDE
INK, SOFT, FAINT = (34, 51, 63), (80, 98, 110), (207, 200, 184)
RED, WASH = (185, 53, 42), (243, 239, 229)
COLUMNS = (36, 62, 28, 40)
HEADS = ("日期", "做了什么", "时数", "记录编号")
ROW = 8.2
END_HEIGHT = 78  # the last part stays together on one page
MISSING = "□"


def main() -> None:
    """Read what is to be drawn, draw it, write the file."""
    seconds = int(sys.argv[1])
    for what, amount in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        limit(what, amount)
    from fpdf import FPDF

    limit(resource.RLIMIT_AS, ADDRESS_SPACE)
    facts = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    facts, missing = with_known_signs(facts)
    sys.stdout.buffer.write(bytes(Sheet(FPDF, facts, missing).drawn()))


def with_known_signs(facts):
    """The same facts with an empty box for each sign the font does not have, and those signs: a
    rare name is completed by hand and not printed wrong."""
    from fontTools.ttLib import TTFont

    known = set(TTFont(facts["fonts"][0], lazy=True).getBestCmap())
    missing = []

    def put(value):
        if isinstance(value, str):
            for sign in value:
                if ord(sign) not in known and sign not in missing:
                    missing.append(sign)
            return "".join(sign if ord(sign) in known else MISSING for sign in value)
        if isinstance(value, list):
            return [put(one) for one in value]
        return value

    drawn = {key: value if key in ("fonts", "qr") else put(value) for key, value in facts.items()}
    return drawn, missing


class Sheet:
    """A record on as many pages as it needs."""

    def __init__(self, library, facts, missing):
        self.facts, self.missing = facts, missing
        self.pdf = pdf = framed(library, facts)
        pdf.set_title(f"{facts['title']} {facts['number']}")
        pdf.set_lang("zh-CN")
        pdf.set_margins(SIDE, 26, SIDE)
        pdf.set_auto_page_break(False)
        pdf.alias_nb_pages("{nb}")
        for style, path in zip(("", "B"), facts["fonts"], strict=True):
            pdf.add_font("sheet", style, path)

    def drawn(self):
        self.pdf.add_page()
        self.head()
        self.sentence()
        self.table()
        self.end()
        return self.pdf.output()

    def text(self, x, y, words, *, size=10.5, bold=False, colour=INK, align="L", width=0):
        pdf = self.pdf
        pdf.set_font("sheet", "B" if bold else "", size)
        pdf.set_text_color(*colour)
        pdf.set_xy(x, y)
        pdf.cell(width or INNER, size * 0.5, words, align=align)

    def head(self):
        """Title between two red lines, as on an office's paper."""
        pdf, facts = self.pdf, self.facts
        pdf.set_char_spacing(5)
        self.text(SIDE, 33, facts["title"], size=25, bold=True, colour=RED, align="C")
        pdf.set_char_spacing(0)
        self.text(SIDE, 48, f"编号　{facts['number']}", size=10.5, colour=SOFT, align="C")
        pdf.set_draw_color(*RED)
        pdf.set_line_width(0.9)
        pdf.line(SIDE, 57.5, WIDTH - SIDE, 57.5)
        pdf.set_line_width(0.25)
        pdf.line(SIDE, 59, WIDTH - SIDE, 59)
        pdf.set_y(66)

    def sentence(self):
        """Who, when, how often, how long: what the sheet says, in one sentence."""
        pdf, facts = self.pdf, self.facts
        pdf.set_x(SIDE)
        pdf.set_text_color(*INK)
        begin = "兹证明　" if facts["kind"] == "certificate" else ""
        pieces = (
            (begin, ""),
            (facts["name"], "B"),
            (f"（志愿者编号 {facts['person_number']}）自 ", ""),
            (facts["first"], "B"),
            (" 至 ", ""),
            (facts["last"], "B"),
            (f"，在{facts['place']}参加志愿服务 ", ""),
            (f"{facts['services']} 次", "B"),
            ("，共计 ", ""),
            (facts["hours"], "B"),
            (f"（{facts['words']}）。", ""),
        )
        for words, style in pieces:
            if words:
                pdf.set_font("sheet", style, 13)
                pdf.write(9, words)
        pdf.set_y(pdf.get_y() + 15)

    def table(self):
        """Every service a row; the head stands on each page."""
        pdf = self.pdf
        self.table_head()
        for at, line in enumerate(self.facts["lines"]):
            if pdf.get_y() + ROW > HEIGHT - 26:
                pdf.add_page()
                pdf.set_y(30)
                self.table_head()
            self.row(line, wash=at % 2)
        y = pdf.get_y()
        pdf.set_draw_color(*INK)
        pdf.set_line_width(0.4)
        pdf.line(SIDE, y, WIDTH - SIDE, y)

    def table_head(self):
        pdf, x, y = self.pdf, SIDE, self.pdf.get_y()
        pdf.set_draw_color(*INK)
        pdf.set_line_width(0.4)
        pdf.line(SIDE, y, WIDTH - SIDE, y)
        for words, width in zip(HEADS, COLUMNS, strict=True):
            self.text(x + 2, y + 1.6, words, size=9.5, bold=True, colour=SOFT, width=width - 2)
            x += width
        pdf.set_line_width(0.2)
        pdf.line(SIDE, y + ROW, WIDTH - SIDE, y + ROW)
        pdf.set_y(y + ROW)

    def row(self, line, *, wash):
        pdf, x, y = self.pdf, SIDE, self.pdf.get_y()
        if wash:
            pdf.set_fill_color(*WASH)
            pdf.rect(SIDE, y, INNER, ROW, style="F")
        for words, width in zip(line, COLUMNS, strict=True):
            self.text(x + 2, y + 1.5, words, size=10, width=width - 2)
            x += width
        pdf.set_y(y + ROW)

    def end(self):
        """QR code, who answers for it, the place for the seal, and what the sheet is not."""
        pdf, facts = self.pdf, self.facts
        if pdf.get_y() + END_HEIGHT > HEIGHT - 22:
            pdf.add_page()
            pdf.set_y(30)
        top = pdf.get_y() + 9
        self.qr(SIDE, top, 30)
        self.text(SIDE + 34, top + 2, "扫码核对", size=10.5, bold=True, width=50)
        for n, words in enumerate(("看编号、姓氏、期间、时数", "对不对得上，还有没有效")):
            self.text(SIDE + 34, top + 9 + n * 6, words, size=9, colour=SOFT, width=50)
        self.text(SIDE, top + 32, f"扫不了码，打开 {facts['address']} 填", size=9, colour=SOFT)
        self.text(SIDE, top + 37, facts["code"], size=12, bold=True)
        signed = [facts["community"], f"经办　{facts['handler']}", facts["made_on"]]
        if facts["kind"] == "certificate":
            self.seal_place(WIDTH - SIDE - 27, top + 15)
        for n, words in enumerate(signed):
            self.text(
                WIDTH - SIDE - 80, top + 3 + n * 9, words, size=11, bold=not n, align="R", width=80
            )
        pdf.set_y(top + 48)
        for words in self.notes():
            pdf.set_font("sheet", "", 9)
            pdf.set_text_color(*SOFT)
            pdf.set_x(SIDE)
            pdf.multi_cell(INNER, 5, words)
        if facts["revoked"]:
            self.text(SIDE, 62, facts["revoked"], size=16, bold=True, colour=RED, align="R")

    def notes(self):
        notes = list(self.facts["notes"])
        if self.missing:
            codes = "、".join(f"U+{ord(sign):04X}" for sign in self.missing)
            notes.append(f"字库里没有的字印成了{MISSING}（{codes}），请手写补上，由经办人盖章。")
        return notes

    def qr(self, x, y, side):
        """Dark squares of one row that touch are one bar."""
        pdf, rows = self.pdf, self.facts["qr"]
        step = side / len(rows)
        pdf.set_fill_color(0, 0, 0)
        for at, row in enumerate(rows):
            start = 0
            while (start := row.find("1", start)) >= 0:
                end = row.find("0", start)
                end = len(row) if end < 0 else end
                pdf.rect(
                    x + start * step, y + at * step, (end - start) * step, step + 0.02, style="F"
                )
                start = end

    def seal_place(self, x, y):
        """Where the committee's seal goes: empty, because a program has none."""
        pdf = self.pdf
        pdf.set_draw_color(*RED)
        pdf.set_line_width(0.3)
        pdf.set_dash_pattern(dash=1.4, gap=1.4)
        pdf.ellipse(x - 20, y - 20, 40, 40)
        pdf.set_dash_pattern()
        self.text(x - 20, y + 13, "盖章处", size=8, colour=RED, align="C", width=40)


def framed(library, facts):
    """Pages with the committee's name above, number and page below."""

    class Framed(library):
        def header(self):
            self.set_font("sheet", "", 9)
            self.set_text_color(*SOFT)
            self.set_xy(SIDE, 14)
            self.cell(INNER, 5, facts["community"], align="L")
            self.set_xy(SIDE, 14)
            self.cell(INNER, 5, "志愿服务", align="R")

        def footer(self):
            self.set_draw_color(*FAINT)
            self.set_line_width(0.2)
            self.line(SIDE, HEIGHT - 17, WIDTH - SIDE, HEIGHT - 17)
            self.set_font("sheet", "", 8.5)
            self.set_text_color(*SOFT)
            self.set_xy(SIDE, HEIGHT - 15)
            self.cell(INNER, 5, facts["number"], align="L")
            self.set_xy(SIDE, HEIGHT - 15)
            self.cell(INNER, 5, f"第 {self.page_no()} 页，共 {{nb}} 页", align="R")

    return Framed(format="A4", unit="mm")


def limit(what, amount):
    try:
        resource.setrlimit(what, (amount, amount))
    except (ValueError, OSError):
        pass  # macOS knows no limit of the address space; the clock holds everywhere


if __name__ == "__main__":
    main()
