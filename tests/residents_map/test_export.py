"""导出: masked, without formulas, marked with who, when and for what, written down."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from residents_map.models import LedgerExport
from residents_map.services import exports
from stations.models import Act
from tests.residents_map.rows import PHONE, household_in, identity_number, kind, person_in

pytestmark = pytest.mark.django_db
NUMBER = identity_number(date(1944, 3, 7), 8)
ALL = ["door", "name", "kinship", "sex", "age", "kinds", "phone", "identity", "lives", "tenure", "visited", "paired"]  # fmt: skip


@pytest.fixture
def people(estate, cast):
    worker = cast("worker")
    household = household_in(estate, worker)
    person_in(
        household, worker, identity_number=NUMBER, health="打胰岛素", political="中共党员",
        kinds=[kind("united"), kind("disabled")],
    )  # fmt: skip
    person_in(household, worker, name="=cmd|'/c calc'!A1", phone="")
    person_in(household, worker, name="@SUM(1)", birth_on=None, phone="")
    child = identity_number(date(2019, 6, 1), 9)
    person_in(household, worker, name="刘小满", identity_number=child, phone="13900000007")
    return household


def take(client, estate, **more):
    facts = {"purpose": "visit", "columns": ALL} | more
    return client.post(reverse("residents_map:exports", args=[estate.pk]), facts)


def read(answer):
    content = b"".join(answer.streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    return content, book.active


def test_the_file_is_masked_and_holds_no_formula(people, estate, sign_in):
    answer = take(sign_in("worker"), estate)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    content, sheet = read(answer)
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[1]] == [column.label for column in exports.Column]
    assert len(rows) == 2 + 4
    assert {cell.data_type for row in rows for cell in row} <= {"s", "inlineStr", "n"}
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]
    assert [row[1].value for row in rows[2:]] == [
        "刘*芳",
        "=***************1"[:1] + "*" * 15 + "1",
        "@*****)",
        "刘**",
    ]
    texts = " ".join(str(cell.value) for row in rows for cell in row)
    inside = "".join(
        zipfile.ZipFile(io.BytesIO(content)).read(name).decode("utf-8", "ignore")
        for name in zipfile.ZipFile(io.BytesIO(content)).namelist()
    )
    for secret in (
        PHONE,
        NUMBER,
        NUMBER[6:14],
        "胰岛素",
        "中共党员",
        "统战",
        "小满",
        "13900000007",
    ):
        assert secret not in inside, secret
    assert not re.search(r"\b1[3-9]\d{9}\b|\b\d{17}[\dX]\b", texts)
    assert "139****0001" in texts
    assert "残障人士" in texts


def test_the_file_says_who_took_it_when_and_for_what(people, estate, sign_in):
    _, sheet = read(take(sign_in("worker"), estate))
    for words in (sheet["A1"].value, sheet.oddHeader.center.text, sheet.oddFooter.center.text):
        assert "worker" in words
        assert "走访带上" in words
        assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", words)
    taken = LedgerExport.objects.get()
    assert (taken.row_count, taken.purpose) == (4, "visit")
    act = Act.objects.get(verb="residents_map.export_ledger")
    assert act.detail["rows"] == 4
    assert act.detail["columns"] == ALL


def test_purpose_and_columns_are_asked_for(people, estate, sign_in):
    client = sign_in("worker")
    assert take(client, estate, purpose="").status_code == 422
    assert take(client, estate, columns=[]).status_code == 422
    assert take(client, estate, columns=["health"]).status_code == 422
    assert take(client, estate, columns=["political_sealed"]).status_code == 422
    assert take(client, estate, kind=kind("united").pk).status_code == 422
    assert not LedgerExport.objects.exists()


def test_one_building_one_kind(people, estate, sign_in, cast):
    other = household_in(estate, cast("worker"))
    person_in(other, cast("worker"), name="王五")
    client = sign_in("worker")
    _, sheet = read(take(client, estate, building=other.building_id))
    assert [row[1].value for row in list(sheet.iter_rows())[2:]] == ["王*"]
    _, sheet = read(take(client, estate, kind=kind("disabled").pk))
    assert [row[1].value for row in list(sheet.iter_rows())[2:]] == ["刘*芳"]
    nobody = take(client, estate, building=other.building_id, kind=kind("disabled").pk)
    assert nobody.status_code == 422
    assert "一个人也没有" in nobody.content.decode()


def test_a_building_of_another_estate_is_none(people, estate, other_estate, sign_in, cast):
    theirs = household_in(other_estate, cast("sibling_worker"))
    assert take(sign_in("worker"), estate, building=theirs.building_id).status_code == 422


def test_who_may_take_it(people, estate, sign_in, other_estate):
    for who, status in {"sibling_worker": 404, "officer": 403, "admin": 403}.items():
        assert take(sign_in(who), estate).status_code == status, who
    assert not LedgerExport.objects.exists()


def test_the_secretary_sees_what_everybody_took(people, estate, sign_in):
    read(take(sign_in("worker"), estate))
    address = reverse("residents_map:exports", args=[estate.pk])
    for who, sees in {"secretary": True, "worker": True, "colleague": False}.items():
        text = sign_in(who).get(address).content.decode()
        assert ("4 人" in text) == sees, who


def test_the_list_is_bounded(people, estate, sign_in, monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 3)
    refused = take(sign_in("worker"), estate)
    assert refused.status_code == 422
    assert "按楼栋分开导出" in refused.content.decode()


def test_rows_are_read_in_batches(people, estate, sign_in, cast, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 2)
    person_in(people, cast("worker"), name="赵六")
    _, sheet = read(take(sign_in("worker"), estate))
    assert len(list(sheet.iter_rows())) == 2 + 5
