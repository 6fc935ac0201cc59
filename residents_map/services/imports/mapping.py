"""对栏目: which column of a form holds what. Mapped once, known by its heads afterwards."""

import re

from django.db import transaction

from residents_map.choices import ImportState
from residents_map.foundation.sheets import addresses
from residents_map.foundation.sheets.cells import is_tick, said, text_of
from residents_map.foundation.sheets.heads import fingerprint
from residents_map.foundation.sheets.words import field_of_head
from residents_map.models import Kind, LedgerImport, LedgerTemplate
from residents_map.services.imports.masks import masked_cell
from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.work import later

FIELDS = {
    "name": "姓名",
    "address": "地址（整个写在一栏）",
    "building": "楼栋",
    "entrance": "单元",
    "room": "房号",
    "head_name": "户主姓名",
    "kinship": "与户主关系",
    "sex": "性别",
    "birth_on": "出生日期",
    "identity_number": "身份证号",
    "phone": "电话",
    "political": "政治面貌",
    "health": "身体情况",
    "lives_here": "是否常住",
    "where": "人在哪里",
    "kinds": "人群（一栏写几种）",
}
SAMPLES = 3
_KIND_HEADS = (
    (r"支部党员", "party-branch"),
    (r"在职党员|双报到", "party-work"),
    (r"党员", "party"),
    (r"统战|侨|台属|民主党派", "united"),
    (r"留守", "child"),
    (r"低保|困难|特困|五保|救助|低收入", "hardship"),
    (r"残", "disabled"),
)


def kinds_for(area, user):
    """The kinds that may be entered from a ledger here by this person."""
    return [kind for kind in Kind.objects.visible_to(user).at(area) if not kind.is_computed]


def field_choices(area, user):
    """[(field key, words)] of what a column can hold."""
    ticks = [(f"kind:{kind.key}", f"是不是{kind}（打勾的）") for kind in kinds_for(area, user)]
    return [*FIELDS.items(), *ticks]


def guess(heads, data):
    """{column: field} by the heads, and by what stands below where the heads leave doubts."""
    mapping, taken = {}, set()
    for column, head in enumerate(heads):
        field, is_known = field_of_head(head)
        cells = [row[column] for row in data if len(row) > column and row[column] != ""]
        if not field and not (is_known and head):
            field = kind_of_head(head, cells)
        if field and (field not in taken or field == "kinds"):
            mapping[str(column)] = field
            taken.add(field)
    by_field = {field: column for column, field in mapping.items()}
    if "name" not in taken and "head_name" in taken:
        mapping[by_field["head_name"]] = "name"
    if "address" in taken:
        column = int(by_field["address"])
        cells = [text_of(row[column]) for row in data if len(row) > column and row[column] != ""]
        whole = sum(addresses.parse(text) is not None for text in cells)
        if "building" in taken and whole * 2 < len(cells):
            if "room" in taken:
                del mapping[by_field["address"]]
            else:
                mapping[by_field["address"]] = "room"
        else:
            # With the whole address in one column, its parts beside it say nothing new.
            for part in ("building", "entrance", "room"):
                if part in taken:
                    del mapping[by_field[part]]
    return mapping


def kind_of_head(head, cells):
    """A column of ticks for a kind of people, if its head names one."""
    for pattern, key in _KIND_HEADS:
        if re.search(pattern, head):
            ticks = sum(not isinstance(is_tick(cell), str) for cell in cells)
            return f"kind:{key}" if ticks * 2 >= len(cells) else "kinds"
    return ""


def samples_of(data, mapping, width):
    """Three masked samples of each column, for people to recognise it."""
    samples = [[] for _ in range(width)]
    for row in data:
        for column, cell in enumerate(row[:width]):
            known = samples[column]
            if len(known) < SAMPLES and said(cell):
                known.append(masked_cell(mapping.get(str(column), ""), cell)[:24])
        if all(len(one) >= SAMPLES for one in samples):
            break
    return samples


def check_mapping(mapping):
    """Refuse a mapping that cannot lead to people in homes."""
    fields = list(mapping.values())
    for field in set(fields):
        if fields.count(field) > 1 and field != "kinds" and not field.startswith("kind:"):
            refuse(f"“{FIELDS[field]}”选了{fields.count(field)}栏，请只留一栏。")
    if "name" not in fields:
        refuse("还没选哪一栏是姓名。")
    if "address" not in fields and not {"building", "room"} <= set(fields):
        refuse("还没选地址：选一栏整个的地址，或者楼栋、房号两栏（有单元的加上单元）。")


@transaction.atomic
def map_columns(*, ledger_import, by, mapping, is_whole=False):
    """Say what each column holds. It is kept for the next file of the same form."""
    row = LedgerImport.objects.select_for_update().get(pk=ledger_import.pk)
    if row.state not in (ImportState.MAPPING, ImportState.READY) or not row.file:
        refuse("这份台账已经对过栏目了，请回到预览。")
    allowed = dict(field_choices(row.area, by))
    mapping = {
        column: field
        for column, field in mapping.items()
        if field in allowed and int(column) < len(row.heads)
    }
    check_mapping(mapping)
    LedgerTemplate.objects.update_or_create(
        area=row.area,
        fingerprint=fingerprint(row.heads),
        defaults={"heads": row.heads, "mapping": mapping, "by": by},
    )
    row.mapping, row.is_whole = mapping, is_whole
    row.state, row.trouble = ImportState.COMPARING, ""
    row.work = later(
        "residents_map.compare_ledger", key=f"{row.pk}:{row.work_id}", import_id=row.pk
    )
    row.save()
    record("residents_map.import_mapped", on=row, by=by)
    return row
