"""对接: which resources fit an open need, the best first, with the reason. One SQL for a need, a
page of needs and a whole city: candidates are gathered once per street and sort, and each need
chooses among those of its street only."""

from contextlib import closing
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone

from stations.choices import Level

NEAR = ("同一小区", "同一社区", "同一街道", "区里、市里给的")
CHUNK = 2000

# `given`: what can be had, with the parts of its place's path ('' where it stands higher).
# What is given higher up than a street serves every street below (`offered` repeats it there).
# A need chooses among the arrays of its street and sort, so no plan can go through everything.
# Goods only for what is counted alike (`unit`): 件 of vests are no washing machine in 台. A place,
# a person or a skill is counted now by 位, now by 次, and is offered all the same.
SQL = """
WITH wanted AS MATERIALIZED (
    SELECT n.id, n.sort, n.help, n.first_on, n.last_on,
        CASE WHEN n.sort = 'goods' THEN n.unit ELSE '' END AS unit,
        n.quantity - COALESCE((SELECT sum(m.quantity) FROM volunteers_match m
            WHERE m.need_id = n.id AND m.state <> 'declined'), 0) AS quantity,
        split_part(a.path, '/', 2) AS district, split_part(a.path, '/', 3) AS street,
        split_part(a.path, '/', 4) AS community, split_part(a.path, '/', 5) AS estate
    FROM volunteers_need n JOIN stations_area a ON a.id = n.area_id
    WHERE n.state = 'open' AND {needs}
), given AS MATERIALIZED (
    SELECT r.id, r.sort, r.help, r."left", r.first_on, r.last_on,
        CASE WHEN r.sort = 'goods' THEN r.unit ELSE '' END AS unit,
        split_part(a.path, '/', 2) AS district, split_part(a.path, '/', 3) AS street,
        split_part(a.path, '/', 4) AS community, split_part(a.path, '/', 5) AS estate
    FROM volunteers_resource r JOIN stations_area a ON a.id = r.area_id
    WHERE r.ended_at IS NULL AND r."left" > 0
        AND (r.last_on IS NULL OR r.last_on >= %(today)s)
        AND (a.path LIKE %(below)s OR a.path = ANY(%(above)s)) AND {resources}
), offered AS (
    SELECT street, sort, unit, array_agg(id) AS ids, array_agg(help) AS helps,
        array_agg("left") AS lefts, array_agg(first_on) AS firsts, array_agg(last_on) AS lasts,
        array_agg(community) AS communities, array_agg(estate) AS estates,
        array_agg(is_near) AS nears
    FROM (
        SELECT *, true AS is_near FROM given WHERE street <> ''
        UNION ALL
        SELECT g.id, g.sort, g.help, g."left", g.first_on, g.last_on, g.unit, g.district,
            p.street, g.community, g.estate, false
        FROM (SELECT DISTINCT district, street FROM wanted) p
        JOIN given g ON g.street = '' AND g.district IN ('', p.district)
    ) every GROUP BY street, sort, unit
)
SELECT w.id, fit.id, r.title, COALESCE(partner.name, person.name), r.unit, fit."left",
    fit.last_on, fit.near, fit.is_enough, w.quantity
FROM wanted w
JOIN offered o ON o.street = w.street AND o.sort = w.sort AND o.unit = w.unit
CROSS JOIN LATERAL (
    SELECT c.id, c."left", c.last_on, c."left" >= w.quantity AS is_enough,
        CASE WHEN NOT c.is_near THEN 3
            WHEN c.estate <> '' AND c.estate = w.estate THEN 0
            WHEN c.community <> '' AND c.community = w.community THEN 1 ELSE 2 END AS near
    FROM unnest(o.ids, o.helps, o.lefts, o.firsts, o.lasts, o.communities, o.estates, o.nears)
        AS c(id, help, "left", first_on, last_on, community, estate, is_near)
    WHERE (w.help = '' OR c.help = w.help)
        AND (c.first_on IS NULL OR w.last_on IS NULL OR c.first_on <= w.last_on)
        AND (c.last_on IS NULL OR w.first_on IS NULL OR c.last_on >= w.first_on)
    ORDER BY near, is_enough DESC, c.last_on ASC NULLS LAST, c.id
    LIMIT %(limit)s
) fit
JOIN volunteers_resource r ON r.id = fit.id
LEFT JOIN volunteers_partner partner ON partner.id = r.partner_id
LEFT JOIN volunteers_volunteer v ON v.id = r.volunteer_id
LEFT JOIN stations_user person ON person.id = v.user_id
ORDER BY w.id, fit.near, fit.is_enough DESC, fit.last_on ASC NULLS LAST, fit.id
"""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A resource that fits a need, and by what: how near it is, whether enough is left for all
    that is still wanted, until when it can be had."""

    need: int
    resource: int
    title: str
    giver: str
    unit: str
    left: int
    last_on: date | None
    near: int
    is_enough: bool
    wanted: int

    @property
    def quantity(self):
        """How much of it would be set aside."""
        return min(self.left, self.wanted)

    @property
    def why(self):
        """The reason in words: 同一社区，够用（还剩 60 份），12月31日前有效."""
        enough = "够用" if self.is_enough else "不够，先给一部分"
        until = f"{self.last_on:%-m月%-d日}前有效" if self.last_on else "长期有效"
        return f"{NEAR[self.near]}，{enough}（还剩 {self.left} {self.unit}），{until}"


def suggest_resources(need, limit=5, *, resource=None, today=None):
    """[Suggested], the best first: of the need's street, or given by the district or the city.

    The same sort (goods also the same unit), the same help when the need names one, days that
    overlap, something left.
    Nearest first, then enough for all, then what ends soonest. One query. With `resource` only
    that one is looked at: whether it fits.
    """
    values = _reach(need.area) | {"need": need.pk, "sort": need.sort, "limit": limit}
    resources = "r.sort = %(sort)s"
    if resource is not None:
        resources, values["resource"] = "r.id = %(resource)s", resource.pk
    sql = SQL.format(needs="n.id = %(need)s", resources=resources)
    with connection.cursor() as cursor:
        cursor.execute(sql, values | _day(today))
        return [Suggested(*row) for row in cursor]


def suggest_for(needs, limit_each=3, *, today=None):
    """{need pk: [Suggested]} of the open ones among these needs (with their areas), one query."""
    if not needs:
        return {}
    values = _reach(*(need.area for need in needs)) | _day(today)
    values |= {"needs": [need.pk for need in needs], "limit": limit_each}
    sql = SQL.format(needs="n.id = ANY(%(needs)s)", resources="true")
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for row in cursor:
            found.setdefault(row[0], []).append(Suggested(*row))
    return found


def suggest_for_open_needs(area, limit_each=3, *, sort="", help="", today=None):
    """(need pk, [Suggested]) for every open need of an area and below that has any, by key.

    With `sort` or `help` only needs of that sort and help. One query through a cursor of the server: a city of ten thousand needs comes in pieces, so
    memory does not grow with it.
    """
    values = _reach(area) | _day(today) | {"here": f"{area.path}%", "limit": limit_each}
    needs = ["a.path LIKE %(here)s"]
    for column, wanted in (("sort", sort), ("help", help)):
        if wanted:
            needs.append(f"n.{column} = %({column})s")
            values[column] = wanted
    sql = SQL.format(needs=" AND ".join(needs), resources="true")
    with closing(connection.chunked_cursor()) as cursor:
        cursor.itersize = CHUNK
        cursor.execute(sql, values)
        yield from _by_need(_rows(cursor))


def _rows(cursor):
    while rows := cursor.fetchmany(CHUNK):
        for row in rows:
            yield Suggested(*row)


def _by_need(rows):
    need, found = None, []
    for row in rows:
        if row.need != need and found:
            yield need, found
            found = []
        need = row.need
        found.append(row)
    if found:
        yield need, found


def _reach(*areas):
    """Where what fits these places can stand: below their street (or above it, the area they
    have in common), and everything above that."""
    lineages = [area.lineage_paths()[: Level.STREET] for area in areas]
    shared = lineages[0]
    for lineage in lineages[1:]:
        shared = [path for path in shared if path in lineage]
    top = shared[-1] if shared else ""
    return {"below": f"{top}%", "above": shared}


def _day(today):
    return {"today": today or timezone.localdate()}
