"""Workbooks made to break whoever opens them: the child refuses or dies, we say a sentence."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError

from residents_map.foundation.sheets import opening
from tests.residents_map.imports.books import xlsx


def again(content, change):
    """The same .xlsx with its entries changed: `change(name, data)` gives the new bytes."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return file.getvalue()


GOOD = xlsx([["地址", "姓名"], ["7-1-101", "刘桂芳"]])


def test_inflated_bytes_are_counted_whatever_the_header_says():
    def grow(name, data):
        return data + b" " * (60 << 20) if name.endswith("sheet1.xml") else data

    with pytest.raises(ValidationError) as refusal:
        opening.look_at([again(GOOD, grow)])
    assert refusal.value.code == "bomb"


def test_too_many_entries():
    file = io.BytesIO(GOOD)
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(2_000):
            archive.writestr(f"x/{number}", b"")
    with pytest.raises(ValidationError) as refusal:
        opening.look_at([file.getvalue()])
    assert refusal.value.code == "bomb"


def test_a_document_type_is_refused():
    def laugh(name, data):
        if not name.endswith("sheet1.xml"):
            return data
        return data.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "ha">]><worksheet', 1)

    with pytest.raises(ValidationError) as refusal:
        opening.look_at([again(GOOD, laugh)])
    assert refusal.value.code == "bomb"


def test_the_claimed_dimension_is_not_believed():
    def lie(name, data):
        return data.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')

    told = opening.look_at([again(GOOD, lie)])
    assert told["sheets"][0]["count"] == 2
    told = opening.look_at([again(GOOD, lambda n, d: d.replace(b'ref="A1:B2"', b'ref="A1"'))])
    assert len(told["sheets"][0]["rows"]) == 2


def test_one_cell_at_the_far_end_does_not_fill_our_memory():
    def far(book, sheet):
        sheet.cell(row=1_048_576, column=150, value="x")

    content = xlsx([["地址", "姓名"], ["7-1-101", "刘桂芳"]], prepare=far)
    with pytest.raises(ValidationError):
        opening.look_at([content])


def test_too_wide_and_too_many_rows(monkeypatch):
    def wide(book, sheet):
        sheet.cell(row=1, column=300, value="x")

    with pytest.raises(ValidationError) as refusal:
        opening.look_at([xlsx([["地址", "姓名"]], prepare=wide)])
    assert refusal.value.code == "too_wide"
    lines = b"\xef\xbb\xbf" + "地址,姓名\n".encode() + "7-1-101,刘\n".encode() * 200_100
    with pytest.raises(ValidationError) as refusal:
        for _ in opening.rows_of([lines], 0):
            pass
    assert refusal.value.code == "too_many_rows"


def test_a_text_that_goes_on_for_ever_is_cut():
    rows = opening.rows_of([xlsx([["地址", "姓名"], ["7-1-101", "刘" * 30_000]])], 0)
    assert next(rows) == 2
    assert len(list(rows)[1][1][1]) == 1_000
