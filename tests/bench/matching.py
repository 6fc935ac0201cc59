"""Ten thousand open needs of a city against ten thousand resources: what fits each, best first.

Runs in the city of `tests.bench.volunteers` (a thousand communities in a hundred streets), in a
transaction that is taken back. The plain SQL joins needs and resources by street and sort and
ranks them with a window function; ours hands out objects with the reason, need by need.
"""

import os
import time
import tracemalloc

from tests.bench.ratios import alternate

NEEDS = int(os.environ.get("BENCH_NEEDS", "10000"))
ROUNDS = 5  # each takes seconds
LIMIT = 3.0
MEGABYTES = 16
UNITS = ["份", "件", "台"]  # goods go to who counts them alike

FILL = """
INSERT INTO volunteers_partner (id, area_id, uuid, name, kind, words, contact_sealed, since)
VALUES (1000000, 1, gen_random_uuid(), '全市的合伙人', 'firm', '', '', current_date);
INSERT INTO volunteers_need (token, area_id, title, words, sort, help, quantity, unit, first_on,
    last_on, source, state, by_id, created_at)
SELECT gen_random_uuid(), CASE WHEN n %% 5 = 0 THEN 1000 + n / 5 %% 1000 ELSE 10000 + n %% 2000 END,
    '需求' || n, '', s.sorts[1 + n / 3 %% 5], CASE WHEN n %% 4 = 0 THEN s.helps[1 + n / 7 %% 14]
    ELSE '' END, 1 + n %% 40, s.units[1 + n / 17 %% 3],
    CASE WHEN n %% 3 = 0 THEN current_date + n %% 30 END,
    CASE WHEN n %% 2 = 0 THEN current_date + 30 + n %% 60 END, 'station', 'open', 1, now()
  FROM generate_series(1, %(count)s) n, (SELECT %(sorts)s::varchar[] sorts, %(helps)s::varchar[]
    helps, %(units)s::varchar[] units) s;
INSERT INTO volunteers_resource (area_id, partner_id, title, words, sort, help, quantity, "left",
    unit, first_on, last_on, by_id, created_at)
SELECT CASE WHEN n %% 500 = 0 THEN 10 + n / 500 %% 10 WHEN n %% 100 = 0 THEN 100 + n / 100 %% 100
      WHEN n %% 3 = 0 THEN 10000 + n %% 2000 ELSE 1000 + n %% 1000 END,
    1000000, '资源' || n, '', s.sorts[1 + n / 11 %% 5], s.helps[1 + n / 13 %% 14], 60, n * 7 %% 61,
    s.units[1 + n / 19 %% 3], CASE WHEN n %% 6 = 0 THEN current_date + 10 END,
    CASE WHEN n %% 2 = 0 THEN current_date - 5 + n %% 90 END, 1, now()
  FROM generate_series(1, %(count)s) n, (SELECT %(sorts)s::varchar[] sorts, %(helps)s::varchar[]
    helps, %(units)s::varchar[] units) s;
ANALYZE volunteers_need;
ANALYZE volunteers_resource;
"""
PLAIN = """
WITH n AS MATERIALIZED (
    SELECT n.*, split_part(a.path, '/', 2) AS district, split_part(a.path, '/', 3) AS street,
        split_part(a.path, '/', 4) AS community
    FROM volunteers_need n JOIN stations_area a ON a.id = n.area_id WHERE n.state = 'open'
), r AS MATERIALIZED (
    SELECT r.*, a.level, split_part(a.path, '/', 2) AS district,
        split_part(a.path, '/', 3) AS street, split_part(a.path, '/', 4) AS community
    FROM volunteers_resource r JOIN stations_area a ON a.id = r.area_id
    WHERE r.ended_at IS NULL AND r."left" > 0 AND (r.last_on IS NULL OR r.last_on >= current_date)
), pairs AS (
    SELECT n.id AS need, r.id AS resource, CASE WHEN r.area_id = n.area_id AND r.level = 5 THEN 0
        WHEN r.community = n.community THEN 1 ELSE 2 END AS near
    FROM n JOIN r ON r.street = n.street AND r.sort = n.sort
    UNION ALL
    SELECT n.id, r.id, 3 FROM r JOIN n ON r.sort = n.sort AND r.district = n.district
    WHERE r.level = 2
    UNION ALL
    SELECT n.id, r.id, 3 FROM r JOIN n ON r.sort = n.sort WHERE r.level = 1
)
SELECT need, resource, title, giver, "left", last_on, near FROM (
    SELECT need, resource, near, r.title, p.name AS giver, r."left", r.last_on, row_number() OVER (
        PARTITION BY need ORDER BY near, r."left" >= n.quantity DESC, r.last_on ASC NULLS LAST,
        resource) AS rank
    FROM pairs JOIN n ON n.id = need JOIN r ON r.id = resource
    JOIN volunteers_partner p ON p.id = r.partner_id
    WHERE (n.help = '' OR r.help = n.help)
        AND (n.sort <> 'goods' OR r.unit = n.unit)
        AND (r.first_on IS NULL OR n.last_on IS NULL OR r.first_on <= n.last_on)
        AND (r.last_on IS NULL OR n.first_on IS NULL OR r.last_on >= n.first_on)
) ranked WHERE rank <= 3 ORDER BY need, rank
"""


def needs_and_resources(results):
    """Three suggestions for every open need of the city: time, memory, and the same answer."""
    from django.db import transaction

    with transaction.atomic():
        fill()
        compare(results)
        transaction.set_rollback(True)


def fill():
    """The needs and the resources, spread over the places."""
    from django.db import connection

    from volunteers.choices import Help, Sort

    facts = {
        "count": NEEDS,
        "sorts": list(Sort.values),
        "helps": list(Help.values),
        "units": UNITS,
    }
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, facts)


def compare(results):
    """Both in turns, then ours once more under the eyes of tracemalloc."""
    from django.db import connection

    from stations.models import Area
    from volunteers.services.matching import suggest_for_open_needs

    city, found = Area.objects.get(pk=1), {}

    def plain():
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(PLAIN)
            found["plain"] = [row[:2] for row in cursor.fetchall()]
        return time.perf_counter() - began

    def ours():
        began = time.perf_counter()
        rows = (one for _, best in suggest_for_open_needs(city) for one in best)
        found["match"] = [(one.need, one.resource, one.why)[:2] for one in rows]
        return time.perf_counter() - began

    told = alternate({"plain": plain, "match": ours}, ROUNDS, warm=1)
    note = told.note("match", "plain", f"; {NEEDS:,} needs and as many resources")
    results.say("v_match", told.over("match", "plain"), LIMIT, note)
    same = found["plain"] == found["match"] and len(found["plain"]) > NEEDS // 2
    results.say("v_match_unlike_plain_sql", 0 if same else 1, 0)
    tracemalloc.start()
    for _need, _best in suggest_for_open_needs(city):
        pass
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    results.say("v_match_megabytes", peak, MEGABYTES, "(at its peak, one need after the other)")
