"""A ledger against people who are already known: changed, same, gone, conflict; then written
exactly so, and taken back exactly."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from residents_map.models import (
    Change,
    Household,
    ImportRow,
    LedgerImport,
    LedgerTemplate,
    Person,
)
from residents_map.services import imports as services
from residents_map.services.imports.preview import Preview, unwritten
from residents_map.services.people import change_person, person_left
from stations.choices import WorkState
from stations.models import Act, Message, Work
from stations.services.work import run
from tests.residents_map.imports.books import (
    compared,
    fresh,
    place,
    rows_told,
    take_in,
    uploaded,
    xlsx,
)
from tests.residents_map.imports.ledger import everything, version
from tests.residents_map.rows import household_in, identity_number, kind, person_in

pytestmark = pytest.mark.django_db

HEADS = ["地址", "姓名", "身份证号", "电话", "党员", "健康状况", "残疾"]
LIU, WANG, LI, CHEN = (identity_number(date(1940 + n, 3, 7), order=n + 1) for n in range(4))
ROWS = [
    HEADS,
    ["7-1-101", "刘桂芳", LIU, "13900000002", "√", "", ""],  # changed: phone, party
    ["", "王建国", WANG, "13900000003", "", "", ""],  # same
    ["", "王小满", "", "", "", "", ""],  # same: a child, known by a sealed name
    ["7-1-102", "李秀英", LI, "", "", "高血压", "否"],  # changed: health, no longer disabled
    ["7-1-201", "陈伟", CHEN, "", "", "", ""],  # new
    ["7-1-202", "赵一", LIU[:17] + "Y", "", "", "", ""],  # faulty
    ["7-1-202", "郑海", identity_number(date(1960, 1, 1)), "", "", "", ""],  # lives elsewhere
    ["7-9-202", "孙二", "", "", "", "", ""],  # no such home
]


@pytest.fixture
def worker(cast):
    return cast("worker")


@pytest.fixture
def homes(estate, worker):
    """Liu, Wang and a child in 101; Li in 102; Zheng in 301; Sun and He in 302."""
    homes = place(estate)
    first = household_in(estate, worker, home=homes[7, 1, "101"])
    person_in(first, worker, identity_number=LIU, phone="13900000001")
    person_in(first, worker, name="王建国", identity_number=WANG, phone="13900000003")
    person_in(first, worker, name="王小满", birth_on=date(2019, 6, 1), phone="")
    second = household_in(estate, worker, home=homes[7, 1, "102"])
    person_in(second, worker, name="李秀英", identity_number=LI, kinds=[kind("disabled")])
    third = household_in(estate, worker, home=homes[7, 1, "301"])
    person_in(third, worker, name="郑海", identity_number=identity_number(date(1960, 1, 1)))
    fourth = household_in(estate, worker, home=homes[7, 1, "302"])
    person_in(fourth, worker, name="孙远", kinds=[kind("party")])
    person_in(fourth, worker, name="何平", lives_here=False)
    return homes


EXPECTED = {
    2: "changed",
    3: "same",
    4: "same",
    5: "changed",
    6: "new",
    7: "faulty",
    8: "conflict",
    9: "conflict",
}


def test_what_each_row_would_do(homes, estate, worker):
    row = compared(estate, worker, xlsx(ROWS))
    told = rows_told(row)
    assert {number: state for number, (state, _) in told.items()} == EXPECTED
    assert told[8][1] == "这个身份证号登记在7栋1单元301，请先在那边登记离开。"
    lines = {line.row.number: line for line in Preview(row, worker).lines(row.rows.all())}
    assert lines[2].changes == [
        ("电话", "139****0001", "139****0002"),
        ("人群", "", "加上党员先锋"),
    ]
    assert lines[5].changes == [
        ("身体情况", "", "填上（内容不直接显示）"),
        ("人群", "", "去掉残障人士"),
    ]
    assert "139****0001" not in str(lines[6].facts)
    assert not Person.objects.filter(name="陈伟").exists()


def written(row, by):
    row = services.write_import(ledger_import=row, by=by)
    assert run(row.work_id)
    return fresh(row)


def taken_back(row, by):
    row = services.undo_import(ledger_import=row, by=by)
    assert run(row.work_id)
    return fresh(row)


def test_written_is_what_was_shown_and_undone_is_what_was(homes, estate, worker):
    before, number = everything(estate), version(estate)
    row = written(compared(estate, worker, xlsx(ROWS)), worker)
    assert (row.state, row.file.name) == ("done", "")
    after = everything(estate)
    liu = Person.objects.get(name="刘桂芳")
    assert liu.clear("phone") == "13900000002"
    assert (liu.birth_on, liu.clear("identity_number" and "identity")) == (date(1940, 3, 7), LIU)
    assert [mark.until for mark in liu.marks.all()] == [None]
    chen = Person.objects.get(name="陈伟")
    assert (str(chen.household), chen.household.resident_count) == ("7栋1单元201", 1)
    assert chen.initials == "cw"
    untouched = [
        person
        for person in before["people"]
        if Person.objects.get(pk=person).name in ("王建国", "王**", "郑海", "孙远", "何平")
    ]
    assert all(before["people"][pk] == after["people"][pk] for pk in untouched)
    assert len(untouched) == 5
    lines = Change.objects.filter(ledger_import=row).order_by("pk").values_list("what", flat=True)
    assert sorted(lines) == [
        "导入台账，加了陈*",
        "导入台账，改了刘*芳的电话、人群",
        "导入台账，改了李*英的身体情况、人群",
    ]
    assert version(estate) == number + 1
    act = Act.objects.get(verb="residents_map.import_written")
    assert (act.by, act.detail) == (worker, {"new": 1, "changed": 2, "gone": 0})

    row = taken_back(row, worker)
    assert row.state == "undone"
    assert everything(estate) == before
    assert Act.objects.filter(verb="residents_map.import_undone").count() == 1
    assert Message.objects.filter(recipient=worker, title__contains="台账").count() == 3


def test_the_same_file_again_changes_nothing(homes, estate, worker):
    written(compared(estate, worker, xlsx(ROWS)), worker)
    row = compared(estate, worker, xlsx(ROWS))
    assert {row.counts.get(s, 0) for s in ("new", "changed", "gone")} == {0}
    assert row.counts["same"] == 5


def test_who_is_missing_in_a_whole_ledger_leaves_and_comes_back(homes, estate, worker):
    before = everything(estate)
    row = compared(estate, worker, xlsx(ROWS), is_whole=True)
    gone = row.rows.filter(state="gone")
    # Zheng stands in a row that could not be used; He lives elsewhere and is only called.
    assert [one.label for one in gone] == ["孙*　7栋1单元302"]
    assert any("1户会没有人登记" in note for note in row.notes)
    row = written(row, worker)
    sun = Person.objects.get(name="孙远")
    assert sun.left_on == timezone.localdate()
    assert sun.marks.get().until == timezone.localdate()
    assert sun.household.resident_count == 0
    assert taken_back(row, worker).state == "undone"
    assert everything(estate) == before


def test_a_preview_of_an_older_ledger_is_not_written(homes, estate, worker, cast):
    row = compared(estate, worker, xlsx(ROWS))
    change_person(person=Person.objects.get(name="孙远"), by=cast("colleague"), where="广州")
    with pytest.raises(ValidationError, match="重新比对"):
        services.write_import(ledger_import=row, by=worker)
    row = services.compare_again(ledger_import=row, by=worker)
    assert run(row.work_id)
    assert written(fresh(row), worker).state == "done"


def test_changed_between_the_press_and_the_writing(homes, estate, worker, cast):
    row = services.write_import(ledger_import=compared(estate, worker, xlsx(ROWS)), by=worker)
    change_person(person=Person.objects.get(name="孙远"), by=cast("colleague"), where="广州")
    before = everything(estate)
    assert run(row.work_id)
    row = fresh(row)
    assert (row.state, "重新比对" in row.trouble) == ("ready", True)
    assert everything(estate) == before


def test_not_taken_back_when_somebody_worked_on_it_since(homes, estate, worker):
    row = written(compared(estate, worker, xlsx(ROWS)), worker)
    change_person(person=Person.objects.get(name="刘桂芳"), by=worker, phone="13900000009")
    person_left(person=Person.objects.get(name="陈伟"), by=worker)
    before = everything(estate)
    row = taken_back(row, worker)
    assert row.state == "done"
    assert "有2人写入以后又改过" in row.trouble
    touched = row.rows.exclude(why="").filter(state__in=["new", "changed"])
    assert {one.number for one in touched} == {2, 6}
    assert everything(estate) == before
    change_person(person=Person.objects.get(name="刘桂芳"), by=worker, phone="13900000002")
    assert "有1人写入以后又改过" in taken_back(fresh(row), worker).trouble


def test_not_taken_back_after_seven_days(homes, estate, worker):
    row = written(compared(estate, worker, xlsx(ROWS)), worker)
    long_ago = timezone.now() - timedelta(days=7, hours=1)
    LedgerImport.objects.filter(pk=row.pk).update(written_at=long_ago)
    with pytest.raises(ValidationError, match="超过7天"):
        services.undo_import(ledger_import=row, by=worker)
    services.forget_old()
    assert not ImportRow.objects.exists()


def test_a_known_form_goes_straight_to_the_preview(estate, worker):
    place(estate)
    compared(estate, worker, xlsx([["地址", "甲栏"], ["7-1-101", "x"]] and ROWS[:2]))
    row = take_in(estate, worker, xlsx(ROWS[:3]))
    assert row.state == "comparing"
    assert LedgerTemplate.objects.count() == 1


def test_a_mapping_that_leads_nowhere_is_refused(estate, worker):
    place(estate)
    row = take_in(estate, worker, xlsx(ROWS))
    for mapping, words in (
        ({"1": "name"}, "还没选地址"),
        ({"0": "address"}, "还没选哪一栏是姓名"),
        ({"0": "address", "1": "name", "2": "name"}, "选了2栏"),
        ({"0": "address", "1": "name_of_nobody"}, "姓名"),
    ):
        with pytest.raises(ValidationError, match=words):
            services.map_columns(ledger_import=row, by=worker, mapping=mapping)


def test_two_people_of_one_name_in_one_home(homes, estate, worker):
    household = Household.objects.get(home=homes[7, 1, "301"])
    for _ in range(2):
        person_in(household, worker, name="马兰", phone="")
    rows = [HEADS[:3], ["7-1-301", "马兰", ""], ["7-1-301", "马兰", CHEN]]
    told = rows_told(compared(estate, worker, xlsx(rows)))
    assert told[2] == ("conflict", "这一户有两个同名的人，请补上身份证号。")
    assert told[3][0] == "conflict"


def test_an_id_number_is_added_to_somebody_known_by_name(homes, estate, worker):
    rows = [HEADS[:3], ["7-1-302", "孙远", CHEN]]
    row = written(compared(estate, worker, xlsx(rows)), worker)
    sun = Person.objects.get(name="孙远")
    assert sun.clear("identity") == CHEN
    assert (sun.birth_on, sun.sex) == (date(1943, 3, 7), "f" if int(CHEN[16]) % 2 == 0 else "m")
    assert row.rows.get().changed == ["sex", "birth_on", "identity_number"]


def test_given_up_nothing_is_kept(homes, estate, worker, media):
    row = compared(estate, worker, xlsx(ROWS))
    assert list(media.rglob("*.sealed"))
    before = everything(estate)
    row = services.drop_import(ledger_import=row, by=worker)
    assert (row.state, row.sample_sealed) == ("dropped", "")
    assert not ImportRow.objects.exists()
    assert everything(estate) == before


def test_undecided_for_a_week_is_forgotten(homes, estate, worker):
    row = compared(estate, worker, xlsx(ROWS))
    services.forget_old()
    assert ImportRow.objects.exists()
    services.forget_old(timezone.now() + timedelta(days=8))
    assert not ImportRow.objects.exists()
    assert fresh(row).state == "dropped"


def test_work_that_dies_leaves_a_way_on(homes, estate, worker):
    row = services.write_import(ledger_import=compared(estate, worker, xlsx(ROWS)), by=worker)
    Work.objects.filter(pk=row.work_id).update(attempts=5, fence=5)
    assert not run(row.work_id)
    assert Work.objects.get(pk=row.work_id).state == WorkState.DEAD
    row = fresh(row)
    assert (row.state, "再试一次" in row.trouble) == ("ready", True)
    assert written(row, worker).state == "done"


def test_faulty_rows_come_back_masked_with_their_reasons(homes, estate, worker):
    row = compared(estate, worker, xlsx(ROWS))
    columns, rows = unwritten(row)
    rows = list(rows)
    assert columns == ("第几行", "为什么没有导入", *HEADS)
    assert [line[0] for line in rows] == [7, 8, 9]
    assert all(line[1] for line in rows)
    assert rows[0][2:5] == ["7-1-202", "赵*", f"{LIU[:3]}****{LIU[14:17]}Y"]


def test_only_an_estate_takes_a_ledger_in(community, worker):
    with pytest.raises(ValidationError, match="小区"):
        services.start_import(area=community, by=worker, file=uploaded(xlsx(ROWS)))


SECRETS = (LIU, WANG, LI, CHEN, "13900000002", "13900000003", "高血压")


def test_nothing_protected_lies_in_clear(homes, estate, worker, media):
    from django.db import connection

    row = compared(estate, worker, xlsx(ROWS))
    file = next(media.rglob("*.sealed")).read_bytes()
    assert file[:2] != b"PK" and LIU.encode() not in file
    written(row, worker)
    dump = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            dump += [line[0] for line in cursor]
    dump = "\n".join(dump)
    assert [secret for secret in SECRETS if secret in dump] == []
    assert "王小满" not in dump
