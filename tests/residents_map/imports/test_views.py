"""The pages of an import: every step, without JavaScript, seen only by those who may."""

import io
import logging

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from residents_map.models import LedgerImport, Person
from stations.models import Act, Message, Work
from stations.services.work import run
from tests.residents_map.imports.books import compared, fresh, place, xlsx
from tests.residents_map.imports.test_comparing import LIU, ROWS, SECRETS
from tests.support.queries import count_queries

pytestmark = pytest.mark.django_db


def url(name, row=None):
    return reverse(f"residents_map:{name}", kwargs={"pk": row.pk} if row else None)


def upload(client, estate, content, name="台账.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post(url("import_new"), {"area": estate.pk, "file": file})


def test_from_the_file_to_the_map_and_back(estate, sign_in):
    place(estate)
    client = sign_in("worker")
    answer = upload(client, estate, xlsx(ROWS))
    row = LedgerImport.objects.get()
    assert answer.url == url("import", row)
    page = client.get(answer.url).content.decode()
    assert "排队中" in page and 'hx-trigger="every 2s"' in page
    run(row.work_id)
    assert client.get(answer.url).url == url("import_map", row)
    part = client.get(answer.url, headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == url("import_map", row)

    soup = BeautifulSoup(client.get(url("import_map", row)).content, "html.parser")
    chosen = {
        select["name"]: (select.find("option", selected=True) or {"value": ""})["value"]
        for select in soup.select("select[data-column]")
    }
    assert chosen["column_0"] == "address" and chosen["column_4"] == "kind:party"
    refused = client.post(url("import_map", row), chosen | {"column_1": ""})
    assert refused.status_code == 422
    assert "还没选哪一栏是姓名" in refused.content.decode()
    assert client.post(url("import_map", row), chosen).url == url("import", row)
    run(fresh(row).work_id)

    page = client.get(url("import", row)).content.decode()
    assert "写入这 6 人" in page and "这几栏" not in page
    assert client.post(url("import_write", row)).url == url("import", row)
    assert "正在写入" in client.get(url("import", row)).content.decode()
    run(fresh(row).work_id)
    assert "写好了" in client.get(url("import", row)).content.decode()
    assert Person.objects.count() == 6
    client.post(url("import_undo", row))
    run(fresh(row).work_id)
    assert "撤回了" in client.get(url("import", row)).content.decode()
    assert not Person.objects.exists()


@pytest.mark.parametrize("state", ["new", "changed", "conflict", "faulty", "same", "nonsense"])
def test_nothing_protected_is_on_a_page(state, estate, sign_in, cast, caplog):
    place(estate)
    client, worker = sign_in("worker"), cast("worker")
    with caplog.at_level(logging.DEBUG):
        row = compared(estate, worker, xlsx(ROWS), f"名单{SECRETS[4]}.xlsx")
        pages = [
            client.get(url("import", row), {"show": state}),
            client.get(url("import_map", row)),
            client.get(url("imports")),
            client.get(url("import_faults", row)),
        ]
    assert [page.status_code for page in pages] == [200] * 4
    texts = [page.content.decode() for page in pages[:3]] + [caplog.text]
    texts += [str(list(Work.objects.values())), str(list(Message.objects.values()))]
    texts += [str(list(Act.objects.values())), str(list(LedgerImport.objects.values()))]
    texts += [str(list(row.rows.values()))]
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(pages[3].streaming_content))).active
    texts += [str([[cell.value for cell in line] for line in sheet])]
    found = [(secret, at) for at, text in enumerate(texts) for secret in SECRETS if secret in text]
    assert found == []
    assert all("no-store" in page.headers["Cache-Control"] for page in pages)


def test_a_formula_in_the_file_stays_text(estate, sign_in, cast):
    place(estate)
    client = sign_in("worker")
    rows = [*ROWS[:1], ['=HYPERLINK("http://x","7-9-101")', "=1+1", LIU, "", "", "", ""]]

    def as_text(book, sheet):
        for cell in sheet[2]:
            cell.data_type = "s"

    row = compared(estate, cast("worker"), xlsx(rows, prepare=as_text))
    answer = client.get(url("import_faults", row))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert "f" not in {cell.data_type for cell in sheet[2]}


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("worker", 200),
        ("colleague", 200),
        ("secretary", 200),
        ("officer", 404),
        ("district", 404),
        ("admin", 404),
        ("volunteer", 404),
        ("sibling_worker", 404),
        ("sibling_secretary", 404),
        ("far_officer", 404),
        ("anonymous", 302),
    ],
)
def test_who_sees_an_import(who, status, estate, other_estate, far_estate, cast, sign_in):
    place(estate)
    row = compared(estate, cast("worker"), xlsx(ROWS))
    client = sign_in(who)
    for name in ("import", "import_map", "import_faults"):
        assert client.get(url(name, row)).status_code == status
    for name in ("import_write", "import_drop", "import_undo", "import_again"):
        assert client.get(url(name, row)).status_code in (405, status)
        if status == 404:
            assert client.post(url(name, row)).status_code == 404
    assert fresh(row).state == "ready"


def test_nobody_imports_into_anothers_estate(other_estate, estate, sign_in):
    client = sign_in("worker")
    answer = upload(client, other_estate, xlsx(ROWS))
    assert answer.status_code == 422
    assert not LedgerImport.objects.exists()


def test_a_file_that_is_none_is_refused_at_once(estate, sign_in):
    client = sign_in("worker")
    for content, name, words in (
        (b"x", "照片.jpg", "不是表格"),
        (b"", "台账.xlsx", "是空的"),
    ):
        answer = upload(client, estate, content, name)
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_more_rows_take_no_more_queries(estate, cast, sign_in):
    place(estate)
    client, worker = sign_in("worker"), cast("worker")
    few = compared(estate, worker, xlsx(ROWS[:2]))
    more = compared(estate, worker, xlsx(ROWS))
    client.get(url("imports"))
    assert count_queries(client, url("import", few)) == count_queries(client, url("import", more))
    before = count_queries(client, url("imports"))
    compared(estate, worker, xlsx(ROWS))
    assert count_queries(client, url("imports")) == before


def test_a_press_twice_writes_once(estate, cast, sign_in):
    place(estate)
    client, row = sign_in("worker"), compared(estate, cast("worker"), xlsx(ROWS))
    client.post(url("import_write", row))
    client.post(url("import_write", row))
    assert Work.objects.filter(kind="residents_map.write_ledger").count() == 1
    run(fresh(row).work_id)
    client.post(url("import_write", row))
    assert Person.objects.count() == 6
