"""From the rows of a sheet to people in homes, or to a sentence why not."""

import re
from collections import Counter
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from residents_map.foundation import identity
from residents_map.foundation.sheets import addresses
from residents_map.foundation.sheets.cells import (
    Unclear,
    day_of,
    is_tick,
    number_text,
    said,
    text_of,
)
from residents_map.foundation.sheets.words import SEX, TOTALS, kinship_of
from stations.foundation import phones

_SPLIT = re.compile(r"[、,;/|\s]+|和|或")
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_CHINESE_SPACE = re.compile(r"(?<=[一-鿿])\s+(?=[一-鿿])")
PARTY_WORDS = re.compile(r"党员|中共|共产党")
KIND_WORDS = {
    "party-branch": ("支部党员",),
    "party-work": ("在职党员", "双报到党员"),
    "party": ("党员", "中共党员", "预备党员", "党员先锋", "流动党员", "老党员"),
    "united": ("统战", "统战力量", "归侨", "侨眷", "台属", "民主党派", "无党派人士", "侨属"),
    "child": ("留守儿童", "留守", "困境儿童"),
    "hardship": [
        "低保",
        "低保户",
        "困难家庭",
        "困难户",
        "困难",
        "特困",
        "五保",
        "五保户",
        "低收入",
        "边缘户",
        "特困供养",
        "低保边缘",
        "救助对象",
    ],
    "disabled": (
        "残疾",
        "残疾人",
        "残障",
        "残障人士",
        "肢体残疾",
        "视力残疾",
        "听力残疾",
        "智力残疾",
    ),
}
WORD_TO_KIND = {word: key for key, words in KIND_WORDS.items() for word in words}
COMPUTED_WORDS = ("高龄", "独居", "空巢", "老人", "老年", "80岁", "90岁", "百岁", "普通", "一般")
AWAY = ("空挂", "外出", "不在", "分离", "非常住", "搬走", "外地", "未住", "不住", "户在人不在")
HERE = ("常住", "在家", "人在户在", "自住", "居住", "在住", "本地")


@dataclass(slots=True)
class Record:
    """What one row says: where, who, what is known; or why it cannot be used."""

    number: int
    at: tuple | None = None  # building, entrance or None, room
    name: str = ""
    values: dict = field(default_factory=dict)
    on: set = field(default_factory=set)
    off: set = field(default_factory=set)
    fault: str = ""
    cells: list = field(default_factory=list)


class Reader:
    """Reads rows under one mapping. It remembers the home above, for members without one."""

    def __init__(self, mapping, heads, kinds, today):
        self.columns = {field: int(column) for column, field in mapping.items() if field != "kinds"}
        self.lists = [int(column) for column, field in mapping.items() if field == "kinds"]
        self.ticks = [
            (column, field.removeprefix("kind:"))
            for field, column in self.columns.items()
            if field.startswith("kind:")
        ]
        self.heads, self.today = heads, today
        self.kinds = {kind.key for kind in kinds}
        self.names = {kind.name: kind.key for kind in kinds} | WORD_TO_KIND
        self.parent = {kind.key: kind.part_of.key for kind in kinds if kind.part_of}
        self.above, self.head_above = None, False
        self.noted = Counter()
        name = self.columns.get("name")
        self.is_heads = name is not None and "户主" in heads[name] and "kinship" not in self.columns

    def read(self, number, cells):
        """The record of a row, or None for what is no person: totals, repeated heads."""
        if not cells:
            self.above = None
            return None
        texts = [text_of(cell) for cell in cells if cell != ""]
        if TOTALS.match(texts[0]) or self.is_head_again(cells):
            self.above = None
            self.noted["skipped"] += 1
            return None
        record = Record(number, cells=cells)
        try:
            self.fill(record, cells)
        except Unclear as trouble:
            record.fault = str(trouble)
        except ValidationError as trouble:
            record.fault = trouble.messages[0]
        return record

    def is_head_again(self, cells):
        """Printed ledgers repeat their heads on every page."""
        column = self.columns["name"]
        return len(cells) > column and text_of(cells[column]) in (
            self.heads[column],
            "姓名",
            "户主姓名",
        )

    def cell(self, cells, field):
        column = self.columns.get(field)
        return cells[column] if column is not None and column < len(cells) else ""

    def fill(self, record, cells):
        """Everything a row says. Where the home is comes first: a faulty row has one too."""
        values = record.values
        name = _CHINESE_SPACE.sub("", said(self.cell(cells, "name")))
        kinship = said(self.cell(cells, "kinship"))
        if brackets := _BRACKETS.search(name):
            kinship = kinship or brackets[0][1:-1]
            name = _BRACKETS.sub("", name).strip()
        record.name = name
        if not kinship and self.columns.get("head_name") is not None:
            head = _CHINESE_SPACE.sub("", said(self.cell(cells, "head_name")))
            kinship = "户主" if head and head == name else ""
        if not kinship and self.is_heads:
            kinship = "户主"
        if kinship:
            values["kinship"] = kinship_of(kinship)
        self.place(record, cells, is_head=values.get("kinship") == "head")
        if not name:
            raise Unclear("没有写姓名。")
        if len(name) > 40 or sum(c.isdigit() for c in name) > 3:
            raise Unclear("姓名这一格不像姓名，请看看是不是填串了栏。")
        values["name"] = name
        self.fill_person(values, cells)
        self.fill_kinds(record, cells)

    def place(self, record, cells, *, is_head):
        """The home: written in this row, or carried down from the row above."""
        above = self.above
        whole = said(self.cell(cells, "address"))
        if whole:
            at = addresses.parse(whole)
            if at is None:
                self.above = None
                raise Unclear("地址看不懂，请写成7栋2单元1203这样。")
        else:
            at = self.place_in_parts(cells, above)
        if at is None:
            if above is None:
                raise Unclear("没有写地址，上面也没有可以接着用的地址。")
            if is_head and self.head_above:
                self.above = None
                raise Unclear("这一行是户主，却没有写地址。")
            self.head_above = self.head_above or is_head
            record.at = above
            return
        if at != above:
            self.head_above = False
        self.head_above = self.head_above or is_head
        record.at = self.above = at

    def place_in_parts(self, cells, above):
        """Building, entrance and room in columns of their own; None when all are empty."""
        if "room" not in self.columns:
            return None
        parts = [said(self.cell(cells, field)) for field in ("building", "entrance", "room")]
        if not any(parts):
            return None
        building, entrance, room = parts
        if not building and above is None:
            raise Unclear("没有写楼栋，上面也没有可以接着用的。")
        if not room:
            raise Unclear("没有写房号。")
        if (
            building
            and (whole := addresses.parse(f"{building}-{room}"))
            and whole[1]
            and not entrance
        ):
            return whole
        number = addresses.number_of(building) if building else above[0]
        staircase = addresses.number_of(entrance) if entrance else None
        if not building and not entrance:
            staircase = above[1]
        if number is None or (entrance and staircase is None):
            raise Unclear("楼栋或单元看不懂，请写成7栋、2单元这样。")
        whole = addresses.parse(room)
        if whole and whole[1] and "栋" in room:
            return whole
        room = addresses.room_of(room)
        if not room:
            raise Unclear("房号看不懂，请写成1203这样。")
        return number, staircase, room

    def fill_person(self, values, cells):
        if number := number_text(self.cell(cells, "identity_number"), "身份证号"):
            number = "".join(number.split())
            if len(number) == 15 and number.isdigit():
                number = number[:6] + "19" + number[6:]
                number += identity.check_sign(number)
                self.noted["old_numbers"] += 1
            values["identity_number"] = identity.normalise(number)
            values["birth_on"] = identity.born_on(number)
            values["sex"] = identity.sex_of(values["identity_number"])
            if values["birth_on"].year < 1900 or values["birth_on"] > self.today:
                raise Unclear("身份证号里的出生日期不对，请再看一下。")
        else:
            day, is_exact = day_of(self.cell(cells, "birth_on"), self.today)
            if day:
                values["birth_on"] = day
                self.noted["rough_days"] += not is_exact
            if sex := said(self.cell(cells, "sex")):
                if sex.lower() not in SEX:
                    raise Unclear("性别看不懂，请写男或女。")
                values["sex"] = SEX[sex.lower()]
        if phone := self.phone_of(number_text(self.cell(cells, "phone"), "电话")):
            values["phone"] = phone
        for name in ("political", "health", "where"):
            if text := said(self.cell(cells, name)):
                values[name] = text[:40] if name == "where" else text[:200]
        self.fill_stay(values, cells)

    def fill_stay(self, values, cells):
        """Whether the person lives here: 常住, 空挂, 人户分离, √."""
        stay = is_tick(self.cell(cells, "lives_here"))
        if isinstance(stay, str):
            away = any(word in stay for word in AWAY)
            here = any(word in stay for word in HERE)
            if not away and not here:
                raise Unclear("是否常住看不懂，请写是或否。")
            stay = not away
        if stay is not None:
            values["lives_here"] = stay

    def phone_of(self, text):
        """The first number of a cell that is one; a second one is told and left out."""
        if not text:
            return ""
        try:
            return phones.normalise(text)
        except ValidationError:
            parts = [part for part in _SPLIT.split(text) if sum(c.isdigit() for c in part) > 6]
            found = []
            for part in parts if len(parts) > 1 else [_BRACKETS.sub("", text)]:
                try:
                    found.append(phones.normalise(part))
                except ValidationError:
                    continue
            if not found:
                raise
            self.noted["second_phones"] += len(parts) > 1
            return next((one for one in found if phones.is_mobile(one)), found[0])

    def fill_kinds(self, record, cells):
        on, off = record.on, record.off
        for column, key in self.ticks:
            if column >= len(cells):
                continue
            tick = is_tick(cells[column])
            if isinstance(tick, str):
                self.words_of(tick, on)
                on.add(key)
            elif tick is not None:
                (on if tick else off).add(key)
        for column in self.lists:
            if column < len(cells) and (text := said(cells[column])):
                self.words_of(text, on)
        if PARTY_WORDS.search(record.values.get("political", "")) and "party" in self.kinds:
            on.add("party")
        on |= {self.parent[key] for key in on if key in self.parent}
        on &= self.kinds
        off &= self.kinds - on

    def words_of(self, text, on):
        for word in _SPLIT.split(_BRACKETS.sub("", text)):
            key = self.names.get(word) or self.names.get(word.removesuffix("户").removesuffix("人"))
            if key:
                on.add(key)
            elif word and not any(known in word for known in COMPUTED_WORDS):
                self.noted["unknown_kinds"] += 1

    def notes(self):
        """What was read otherwise than it stood there, in sentences."""
        sentences = {
            "skipped": "有{}行是合计、说明或重复的表头，没有导入。",
            "old_numbers": "有{}个15位的旧身份证号，已按国家标准换成18位。",
            "rough_days": "有{}个出生日期只写了年或年月，按最早的一天记。",
            "second_phones": "有{}格写了两个电话，只记第一个手机号。",
            "unknown_kinds": "有{}个人群的词不认识，没有导入。",
        }
        return [text.format(self.noted[key]) for key, text in sentences.items() if self.noted[key]]
