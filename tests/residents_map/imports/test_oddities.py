"""Hand-made ledgers, each clumsy in its own way, as offices really send them."""

from datetime import date

import pytest

from residents_map.models import Person
from residents_map.services.imports import write_import
from stations.services.work import run
from tests.residents_map.imports.books import (
    compared,
    fresh,
    ods,
    page,
    place,
    rows_told,
    take_in,
    text,
    xls,
    xlsx,
)
from tests.residents_map.rows import identity_number

pytestmark = pytest.mark.django_db

HEAD = ["住址", "姓名", "电话"]
ROWS = [
    ["锦绣江山住户台账", "", ""],
    HEAD,
    ["7栋1单元101", "刘桂芳", "13900000001"],
    ["", "王建国", "13900000002"],
]
GOOD = {3: "new", 4: "new"}


def states(row):
    return {number: state for number, (state, _) in rows_told(row).items()}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (xlsx(ROWS, merges=["A1:C1", "A3:A4"]), "合并.xlsx"),
        (xls(ROWS, merges=[(0, 0, 0, 2), (2, 3, 0, 0)]), "老.xls"),
        (page(ROWS, spans={(0, 0): (3, 1), (2, 0): (1, 2)}), "网页.xls"),
        (page(ROWS, encoding="gb18030"), "网页国标.xls"),
        (text(ROWS, encoding="gb18030"), "国标.csv"),
        (text(ROWS, encoding="utf-8"), "无标记.csv"),
        (text(ROWS, encoding="utf-8-sig", delimiter=";"), "分号.csv"),
        (text(ROWS, encoding="utf-16", delimiter="\t"), "制表符.xls"),
        (text(ROWS, encoding="utf-16-le", delimiter="\t"), "无标记十六.txt"),
        (ods(ROWS), "自由.ods"),
        (xls(ROWS), "金山.et"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_every_kind_of_file(content, name, estate, cast):
    place(estate)
    row = compared(estate, cast("worker"), content, name)
    assert states(row) == GOOD


def told(estate, by, rows, **more):
    row = compared(estate, by, xlsx(rows, **more.pop("file", {})), **more)
    return row, rows_told(row)


def test_heads_two_rows_deep(estate, cast):
    place(estate)
    rows = [
        ["锦绣江山网格台账", *[""] * 6],
        ["序号", "住址", "", "", "家庭成员", "", "备注"],
        ["", "楼栋", "单元", "房号", "姓名", "身份证号", ""],
        [1, 7, 2, 101, "刘桂芳", identity_number(), ""],
        ["", "", "", "", "王建国", "", ""],
        [2, "", "", 102, "李秀英", "", ""],
    ]
    merges = ["A1:G1", "A2:A3", "B2:D2", "E2:F2", "G2:G3", "B4:B6", "C4:C6"]
    row, found = told(estate, cast("worker"), rows, file={"merges": merges})
    assert row.heads[1:6] == [
        "住址·楼栋",
        "住址·单元",
        "住址·房号",
        "家庭成员·姓名",
        "家庭成员·身份证号",
    ]
    assert {n: s for n, (s, _) in found.items()} == {4: "new", 5: "new", 6: "new"}
    labels = dict(row.rows.values_list("number", "label"))
    assert labels == {4: "刘*芳　7栋2单元101", 5: "王*国　7栋2单元101", 6: "李*英　7栋2单元102"}


def test_one_row_for_each_household_with_its_head(estate, cast):
    place(estate)
    rows = [["楼栋", "房号", "户主姓名", "联系电话"], ["7栋", "1-101", "刘桂芳", 13900000001]]
    row, found = told(estate, cast("worker"), rows)
    assert found[2][0] == "new"
    write_import(ledger_import=row, by=cast("worker"))
    run(fresh(row).work_id)
    person = Person.objects.get()
    assert (person.kinship, person.clear("phone")) == ("head", "13900000001")


ID = identity_number(date(1950, 5, 5), order=7)
OLD = ID[:6] + ID[8:17]


@pytest.mark.parametrize(
    ("number", "state", "why"),
    [
        (ID, "new", ""),
        (f" {ID[:6]} {ID[6:14]} {ID[14:]}", "new", ""),
        (f"'{ID}", "new", ""),
        (f'="{ID}"', "new", ""),
        (OLD, "new", ""),
        (int(OLD), "new", ""),
        ("不详", "new", ""),
        ("", "new", ""),
        (990000194003070012, "faulty", "后几位已经丢了"),
        ("9.90000194003E+17", "faulty", "后几位已经丢了"),
        (ID[:17], "faulty", "17位"),
        (ID[:17] + ("1" if ID[17] != "1" else "2"), "faulty", "最后一位对不上"),
        (ID[:10] + "1399" + ID[14:], "faulty", "出生日期不对"),
        ("见附件", "faulty", "身份证号"),
    ],
)
def test_id_numbers(number, state, why, estate, cast):
    place(estate)
    rows = [["地址", "姓名", "身份证号"], ["7-1-101", "刘桂芳", number]]
    _, found = told(estate, cast("worker"), rows)
    assert found[2][0] == state
    assert why in found[2][1]
    assert str(number)[:12] not in found[2][1] or not number


@pytest.mark.parametrize(
    ("phone", "kept"),
    [
        ("139 0000 0001", "13900000001"),
        ("+86 13900000001", "13900000001"),
        ("１３９０００００００１", "13900000001"),
        (13900000001, "13900000001"),
        (13900000001.0, "13900000001"),
        ("13900000001/13900000002", "13900000001"),
        ("13900000001、028-87654321", "13900000001"),
        ("028-87654321 13900000001", "13900000001"),
        ("13900000001（儿子）", "13900000001"),
        ("028-87654321", "02887654321"),
        ("电话：13900000001", "13900000001"),
        ("无", ""),
        ("87654321", None),
        ("1.39E+10", None),
        ("1390000000", None),
        ("139000000012", None),
    ],
)
def test_phones(phone, kept, estate, cast):
    place(estate)
    worker = cast("worker")
    row, found = told(estate, worker, [["地址", "姓名", "电话"], ["7-1-101", "刘桂芳", phone]])
    assert found[2][0] == ("faulty" if kept is None else "new")
    if kept is None:
        assert found[2][1]
        return
    write_import(ledger_import=row, by=worker)
    run(fresh(row).work_id)
    assert Person.objects.get().clear("phone") == kept


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("1940.3.7", date(1940, 3, 7)),
        ("1940年3月7日", date(1940, 3, 7)),
        ("19400307", date(1940, 3, 7)),
        (19400307, date(1940, 3, 7)),
        (14677, date(1940, 3, 7)),
        (date(1940, 3, 7), date(1940, 3, 7)),
        ("１９４０－０３－０７", date(1940, 3, 7)),
        ("1940/3", date(1940, 3, 1)),
        ("1940", date(1940, 1, 1)),
        ("不详", None),
        ("1940.13.7", "faulty"),
        ("农历正月", "faulty"),
        ("2940-01-01", "faulty"),
        (1940.1, "faulty"),
    ],
)
def test_days(day, kept, estate, cast):
    place(estate)
    worker = cast("worker")
    row, found = told(estate, worker, [["地址", "姓名", "出生日期"], ["7-1-101", "刘桂芳", day]])
    assert found[2][0] == ("faulty" if kept == "faulty" else "new")
    if kept != "faulty":
        write_import(ledger_import=row, by=worker)
        run(fresh(row).work_id)
        assert Person.objects.get().birth_on == kept


def test_kinship_sex_and_stay(estate, cast):
    place(estate)
    worker = cast("worker")
    rows = [["地址", "姓名", "与户主关系", "性别", "是否常住", "人在哪里"]]
    people = [
        ("刘一", "户主", "男", "√", "", "head", "m", True),
        ("刘二", "妻", "女", "是", "", "spouse", "f", True),
        ("刘三", "长子", "1", "外出务工", "广州", "son", "m", False),
        ("刘四", "儿媳", "2", "否", "广州", "in_law", "f", False),
        ("刘五", "孙女", "女性", "人在户在", "", "grandchild", "f", True),
        ("刘六", "岳母", "", "", "", "parent", "", True),
        ("刘七", "次女", "", "空挂", "", "daughter", "", False),
        ("刘八", "租客", "", "", "", "tenant", "", True),
        ("刘九", "保姆", "", "", "", "other", "", True),
    ]
    for at, (name, kinship, sex, stay, where, *_) in enumerate(people):
        rows.append(["七栋一单元101室" if at == 0 else "", name, kinship, sex, stay, where])
    row, found = told(estate, worker, rows)
    assert {state for state, _ in found.values()} == {"new"}
    write_import(ledger_import=row, by=worker)
    run(fresh(row).work_id)
    kept = {
        person.name: (person.kinship, person.sex, person.lives_here)
        for person in Person.objects.all()
    }
    assert kept == {name: tuple(rest) for name, _, _, _, _, *rest in people}
    assert Person.objects.first().household.resident_count == 6


def test_kinds_as_ticks_and_as_words(estate, cast):
    place(estate)
    worker = cast("worker")
    rows = [
        ["地址", "姓名", "政治面貌", "在职党员", "残疾", "人群类别"],
        ["7-1-101", "刘一", "中共党员", "", "", ""],
        ["7-1-102", "刘二", "群众", "√", "1", "低保、留守儿童"],
        ["7-1-201", "刘三", "", "", "×", "独居老人，特困户"],
        ["7-1-202", "刘四", "", "", "", "骑行爱好者"],
    ]
    row, found = told(estate, worker, rows)
    assert {state for state, _ in found.values()} == {"new"}
    assert any("1个人群的词不认识" in note for note in row.notes)
    write_import(ledger_import=row, by=worker)
    run(fresh(row).work_id)
    from residents_map.foundation.marks import token_of
    from residents_map.models import Kind

    names = {token_of(kind.key): kind.key for kind in Kind.objects.all()}
    kept = {
        person.name: {names[mark.token] for mark in person.marks.all()}
        for person in Person.objects.all()
    }
    assert kept == {
        "刘一": {"party"},
        "刘二": {"party", "party-work", "disabled", "hardship", "child"},
        "刘三": {"hardship"},
        "刘四": set(),
    }


def test_totals_repeated_heads_and_empty_rows_are_no_people(estate, cast):
    place(estate)
    rows = [
        HEAD,
        ["7-1-101", "刘桂芳", ""],
        HEAD,
        ["7-1-102", "王建国", ""],
        ["", "", ""],
        ["", "李无地", ""],
        ["合计：", "3人", ""],
        ["填表人：周敏", "", ""],
    ]
    row, found = told(estate, cast("worker"), rows)
    assert {n: s for n, (s, _) in found.items()} == {2: "new", 4: "new", 6: "faulty"}
    assert row.counts["skipped"] == 3
    assert "没有写地址" in found[6][1]


def test_a_head_of_household_without_address_is_not_put_with_the_neighbours(estate, cast):
    place(estate)
    rows = [
        ["地址", "姓名", "关系"],
        ["7-1-101", "刘桂芳", "户主"],
        ["", "王建国", "夫"],
        ["", "李秀英", "户主"],
        ["", "李小满", "子"],
    ]
    _, found = told(estate, cast("worker"), rows)
    assert [found[n][0] for n in (2, 3, 4, 5)] == ["new", "new", "faulty", "faulty"]


def test_hidden_rows_other_sheets_and_formulas_are_said_aloud(estate, cast):
    place(estate)

    def formula(book, sheet):
        sheet["D3"] = "=1+1"

    content = xlsx(
        ROWS,
        hidden=[4],
        sheets=[("说明", [["请填写"]], False), ("去年", ROWS, True)],
        prepare=formula,
    )
    row = compared(estate, cast("worker"), content)
    assert states(row) == GOOD
    said = " ".join(row.notes)
    for words in ("没有读“说明”", "1个隐藏的工作表", "1行是隐藏的", "1格是公式"):
        assert words in said


def test_a_column_nobody_mapped_is_said_aloud(estate, cast):
    place(estate)
    row, _ = told(estate, cast("worker"), [[*HEAD, "血型"], ["7-1-101", "刘桂芳", "", "A"]])
    assert "这几栏不导入：血型。" in row.notes


def test_twice_in_the_file(estate, cast):
    place(estate)
    number = identity_number()
    rows = [
        ["地址", "姓名", "身份证号", "电话"],
        ["7-1-101", "刘桂芳", number, ""],
        ["7-1-101", "刘桂芳", number, ""],
        ["7-1-102", "刘桂芳", number, ""],
        ["7-1-101", "王建国", "", "13900000001"],
        ["7-1-101", "王建国", "", "13900000002"],
    ]
    _, found = told(estate, cast("worker"), rows)
    assert [found[n][0] for n in range(2, 7)] == ["new", "same", "conflict", "new", "conflict"]
    assert "第2行" in found[3][1] and "身份证号相同" in found[4][1]
    assert "姓名相同" in found[6][1]


def test_homes_that_are_not_there(estate, cast):
    place(estate)
    rows = [
        HEAD,
        ["9栋1单元101", "刘一", ""],
        ["7栋3单元101", "刘二", ""],
        ["7栋1单元999", "刘三", ""],
        ["7栋101", "刘四", ""],
        ["锦绣江山", "刘五", ""],
        ["8号楼二单元0302", "刘六", ""],
    ]
    _, found = told(estate, cast("worker"), rows)
    assert [found[n][0] for n in range(2, 8)] == [*["conflict"] * 4, "faulty", "new"]
    assert found[2][1] == "小区里没有9栋，请看看地址。"
    assert found[5][1] == "7栋有几个单元都有101，请写明单元。"


def test_a_child_needs_a_guardian_in_the_household(estate, cast):
    place(estate)
    rows = [
        ["地址", "姓名", "出生日期"],
        ["7-1-101", "刘小满", "2019-06-01"],
        ["7-1-102", "王小雨", "2019-06-01"],
        ["7-1-102", "王建国", "1980-06-01"],
    ]
    row, found = told(estate, cast("worker"), rows)
    assert [found[n][0] for n in (2, 3, 4)] == ["conflict", "new", "new"]
    assert "监护人" in found[2][1]
    assert (row.counts["new"], row.counts["conflict"]) == (2, 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 ...", "不是表格"),
        (b"PK\x03\x04 broken", "坏了"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "坏了"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 3,
            "加了密码",
        ),
        (b"just some words without any table", "不是表格"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "网页存档"),
        (b"<html><body>nothing</body></html>", "没有找到表格"),
        (xlsx([["甲", "乙"], [1, 2]]), "没有找到表头"),
        (xlsx([]), "没有找到表头"),
    ],
)
def test_files_that_are_none(content, words, estate, cast):
    row = take_in(estate, cast("worker"), content, "台账.xls")
    assert (row.state, row.file.name) == ("failed", "")
    assert words in row.trouble
