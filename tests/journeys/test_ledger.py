"""The ledger in a real browser: a messy workbook comes in, changes the map, and is taken back;
a phone is shown with a reason, and the look stands in the log."""

import io

import pytest
from openpyxl import Workbook

from tests.journeys.conftest import OFFICE, eventually
from tests.residents_map.rows import identity_number

pytestmark = pytest.mark.journey

CALLED = "13900004321"
ESTATE = "锦绣家园"


def messy():
    """A ledger as it lies about: two title rows, merged addresses, a total, a bad number."""
    book = Workbook()
    sheet = book.active
    sheet.append([f"{ESTATE}小区住户信息登记表"])
    sheet.append(["填表人：周敏", None, None, "2026年11月"])
    sheet.append(["序号", "住址", "姓名", "与户主关系", "身份证号码", "联系电话", "党员"])
    old = identity_number(order=7)
    sheet.append([1, "1栋1单元101", "吴秀英", "户主", f" {old[:6]} {old[6:]}", CALLED, "√"])
    sheet.append([2, None, "吴志强", "长子", "", "139 0000 4322", None])
    sheet.append([3, "１－１－１０２", "郑玉兰", "户主", "", "+86 13900004323", "是"])
    sheet.append([4, "1栋1单元201", "钱小宝", "户主", 990000194003070000, "", ""])
    sheet.append(["合计", "", "", "", "", 4, ""])
    sheet.merge_cells("A1:G1")
    sheet.merge_cells("B4:B5")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def number_on(page, kind):
    """The number that the legend shows for a kind."""
    words = page.inner_text(f"a.kf:has-text('{kind}')")
    return int("".join(sign for sign in words if sign.isdigit()) or 0)


def living_in(portal, estate):
    """How many people the ledger of an estate holds now."""
    query = "SELECT count(*) FROM residents_map_person WHERE left_on IS NULL AND area_id = %s"
    return portal.sql(query, estate)[0][0]


def test_a_messy_ledger_comes_in_changes_the_map_and_is_taken_back(visitor, portal):
    [[estate]] = portal.sql("SELECT id FROM stations_area WHERE name = %s", ESTATE)
    worker = visitor(OFFICE, "worker")
    page = worker.go(f"/map/estates/{estate}/")
    assert "台账" in page.inner_text("main")  # nobody is entered yet: the page offers it
    page = worker.go(f"/map/imports/new/?area={estate}")
    page.select_option("select[name=area]", str(estate))
    page.set_input_files(
        "input[type=file]",
        {
            "name": "住户表（最新）.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": messy(),
        },
    )
    worker.look("ledger-new")
    page.click("button:has-text('上传')")
    page.wait_for_selector("text=看看每一栏对得对不对", timeout=60_000)
    worker.look("ledger-columns")
    page.click("button:has-text('看预览')")
    page.wait_for_selector("text=写入后", timeout=60_000)
    worker.look("ledger-preview")
    assert "新增 3 人" in page.inner_text("main")
    assert CALLED not in page.content()
    page.click("a:has-text('有错')")
    worker.look("ledger-faulty")
    assert "身份证号" in page.inner_text("main")
    assert living_in(portal, estate) == 0
    page.click("button:has-text('写入')")
    page.wait_for_selector("text=写好了", timeout=60_000)
    worker.look("ledger-done")
    assert living_in(portal, estate) == 3
    done = page.url
    worker.go(f"/map/estates/{estate}/?kind=party")
    assert number_on(page, "党员先锋") == 2
    look_up_a_phone(worker, portal)
    page.goto(done)
    page.click("button:has-text('撤回')")
    page.wait_for_selector("text=撤回了", timeout=60_000)
    worker.look("ledger-undone")
    assert living_in(portal, estate) == 0


def look_up_a_phone(worker, portal):
    """The same visitor finds the old woman by her pinyin and sees her phone, with a reason."""
    page = worker.go("/map/search/")
    page.fill("main input[name=q]", "wxy")
    page.press("main input[name=q]", "Enter")
    page.wait_for_selector("text=吴*英")
    worker.look("found")
    page.click("a:has-text('吴*英')")
    page.wait_for_selector("text=户主")
    worker.look("home")
    assert CALLED not in page.content()
    page.click("[aria-label*='电话']")
    page.check("label:has-text('走访前联系') input", force=True)
    worker.look("asked-why")
    page.click("button:has-text('显示 10 分钟')")
    page.wait_for_selector(f"text={CALLED}")
    worker.look("shown")
    page.reload()
    assert CALLED not in page.content()
    assert portal.sql(
        "SELECT count(*) FROM stations_act WHERE verb = 'residents_map.reveal_phone'"
    ) == [(1,)]
    page.click("a:has-text('查看记录')")
    worker.look("looks")
    assert "走访前联系" in page.inner_text("main")
    assert "周敏" in page.inner_text("main")
    eventually(lambda: portal.sql("SELECT 1 FROM stations_message WHERE title LIKE '%%看%%'"), 30)
