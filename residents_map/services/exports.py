"""台账导出: a list that leaves the portal as a file, masked, with who took it and for what.

Protected columns never leave in clear: names, phones and ID numbers are masked as on the screen,
health and political status are not offered, nor are kinds that people agreed to for our own
eyes only. A look in clear is asked for one by one, on the household's page.
"""

from django.db import transaction
from django.utils import timezone

from residents_map.choices import Basis, Column, Field, Purpose
from residents_map.models import Kind, LedgerExport, Person
from residents_map.services.kind_counts import kinds_of_people
from stations.foundation.office_files import write_excel
from stations.foundation.refusal import refuse
from stations.services.acts import record

MOST_ROWS = 20_000
CHUNK = 500
WIDTHS = {Column.DOOR: 18, Column.KINDS: 26, Column.IDENTITY: 22, Column.PHONE: 16}


def exported_kinds(area, user):
    """Kinds that may stand in a file: not those kept by consent, nor parts of others."""
    kinds = Kind.objects.at(area).visible_to(user).whole()
    return kinds.exclude(basis=Basis.CONSENT)


def people_for(area, *, building=None, kind=None):
    """Who is in the file: those living in the estate, of one building or one kind."""
    rows = Person.objects.residents().filter(area=area)
    if building:
        rows = rows.filter(building=building)
    if kind:
        rows = Person.objects.of_kind(kind).filter(pk__in=rows.values("pk"))
    return rows.select_related("household__home__entrance__building").order_by("building_id", "pk")


@transaction.atomic
def export_ledger(*, area, by, purpose, columns, target, building=None, kind=None):
    """Write the list to `target` (.xlsx), row by row, and write down that it was taken.

    The log is written first: where it cannot be written there is no file.
    """
    rows = people_for(area, building=building, kind=kind)
    count = rows.count()
    if count > MOST_ROWS:
        refuse(f"一次最多导出 {MOST_ROWS} 人，这里有 {count} 人，请按楼栋分开导出。")
    if not count:
        refuse("按这些条件一个人也没有，换一换楼栋或人群。")
    filters = {
        "columns": [str(column) for column in columns],
        "building": building.pk if building else None,
        "kind": kind.key if kind else None,
    }
    taken = LedgerExport.objects.create(
        area=area, by=by, purpose=purpose, row_count=count, filters=filters
    )
    record(
        "residents_map.export_ledger",
        on=area,
        by=by,
        rows=count,
        reason=str(Purpose(purpose).label),
        columns=filters["columns"],
    )
    now = timezone.localtime(taken.at)
    mark = f"{by}　{now:%Y-%m-%d %H:%M}　{Purpose(purpose).label}　{area}　第 {taken.pk} 号"
    sheet = {
        "title": f"{area}",
        "columns": [Column(column).label for column in columns],
        "widths": [WIDTHS.get(column, 12) for column in columns],
        "rows": lines(rows, columns, list(exported_kinds(area, by))),
        "note": f"导出：{mark}。用完删掉，不要转发。",
        "mark": mark,
    }
    write_excel([sheet], target)
    return taken


def lines(rows, columns, kinds):
    """The lines of the file, read in batches: memory does not grow with the estate."""
    batch = []
    for person in rows.iterator(chunk_size=CHUNK):
        batch.append(person)
        if len(batch) == CHUNK:
            yield from written(batch, columns, kinds)
            batch = []
    yield from written(batch, columns, kinds)


def written(batch, columns, kinds):
    of = kinds_of_people(batch, kinds) if Column.KINDS in columns and batch else {}
    for person in batch:
        yield [cell(person, column, of.get(person.pk, ())) for column in columns]


def cell(person, column, kinds):
    """One value as text: an ID number that Excel took for a number would lose its end."""
    household = person.household
    match column:
        case Column.DOOR:
            home = household.home
            return f"{home.entrance.building.number}-{home.entrance.number}-{home.number}"
        case Column.NAME:
            return person.masked_name
        case Column.KINSHIP:
            return person.get_kinship_display()
        case Column.SEX:
            return person.get_sex_display()
        case Column.AGE:
            return "不满14岁" if person.is_child else f"{person.age}" if person.age else ""
        case Column.KINDS:
            return "、".join(kind.name for kind in kinds)
        case Column.PHONE:
            return "" if person.is_child else person.masked(Field.PHONE)
        case Column.IDENTITY:
            return "" if person.is_child else person.masked(Field.IDENTITY)
        case Column.LIVES:
            return "常住" if person.lives_here else "不住这里"
        case Column.TENURE:
            return household.get_tenure_display()
        case Column.VISITED:
            seen = household.last_visit_at
            return timezone.localdate(seen).isoformat() if seen else ""
        case Column.PAIRED:
            return household.paired_with
    raise ValueError(column)
