"""Who could help, among 100,000 volunteers of a city: suggestions against the plain SQL.

`ready()` makes a city of its own with generate_series: 1,000 communities in 100 streets, two
estates each with ten buildings, a hundred volunteers a community. Both sides run in this process
on the same connection; ours builds its query, reads objects and puts the reason into words.
"""

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from datetime import time as clock

from psycopg import ClientCursor

from config.embedded import BASE_DIR
from tests.bench import cities
from tests.bench.ratios import alternate

VOLUNTEERS = int(os.environ.get("BENCH_VOLUNTEERS", "100000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "80"))
NAME = f"volunteers_{VOLUNTEERS}"
LIMIT = 3.0
COMMUNITIES = 1000

PLACES = """
INSERT INTO stations_area (id, level, parent_id, name, path, code, home_count)
SELECT 1, 1, NULL, '市', '1/', 'v1', 0
UNION ALL SELECT 10 + d, 2, 1, '区' || d, '1/' || 10 + d || '/', 'vd' || d, 0
  FROM generate_series(0, (%(communities)s - 1) / 100) d
UNION ALL SELECT 100 + s, 3, 10 + s / 10, '街道' || s,
    '1/' || 10 + s / 10 || '/' || 100 + s || '/', 'vs' || s, 0
  FROM generate_series(0, (%(communities)s - 1) / 10) s
UNION ALL SELECT 1000 + c, 4, 100 + c / 10, '社区' || c,
    '1/' || 10 + c / 100 || '/' || 100 + c / 10 || '/' || 1000 + c || '/', 'vc' || c, 0
  FROM generate_series(0, %(communities)s - 1) c
UNION ALL SELECT 10000 + e, 5, 1000 + e / 2, '小区' || e,
    '1/' || 10 + e / 200 || '/' || 100 + e / 20 || '/' || 1000 + e / 2 || '/' || 10000 + e || '/',
    've' || e, 0
  FROM generate_series(0, 2 * %(communities)s - 1) e;
INSERT INTO stations_building (id, area_id, number, floors, code, outline)
SELECT 1 + b, 10000 + b / 10, 1 + b %% 10, 6, 'vb' || b, '[]'
  FROM generate_series(0, 20 * %(communities)s - 1) b;
"""
# Volunteer n lives in building n % (20 a community); three of fourteen helps, half a week's hours.
PEOPLE = """
INSERT INTO stations_user (id, password, is_superuser, username, email, is_staff, is_active,
    date_joined, name, must_change_password)
SELECT n, '!', false, 'v' || n, '', false, true, now(), '志愿者' || n, false
  FROM generate_series(1, %(volunteers)s) n;
"""
VOLUNTEERING = """
INSERT INTO volunteers_volunteer (user_id, uuid, number, area_id, estate_id, building_id, state,
    helps, free, reach, is_party_member, guardian_sealed, insured_until, open_count, served_count,
    since)
SELECT n, gen_random_uuid(), 'B' || n, 1000 + n %% (20 * %(communities)s) / 20,
    10000 + n %% (20 * %(communities)s) / 10, 1 + n %% (20 * %(communities)s),
    CASE WHEN n %% 10 = 9 THEN 'paused' ELSE 'active' END,
    ARRAY[h.all[1 + n / 7 %% 14], h.all[1 + (n / 7 + 3) %% 14], h.all[1 + (n / 7 + 8) %% 14]],
    (n * 7919::bigint) %% 2097152, 1 + n / 3 %% 4, false, '',
    CASE WHEN n %% 4 > 0 THEN current_date + 200 END, n / 11 %% 4, n / 5 %% 9, current_date
  FROM generate_series(1, %(volunteers)s) n,
    (SELECT %(helps)s::varchar[] AS all) h;
"""
# Three years of orders, one of ten in somebody's hands; everybody has been to four events, and one
# of ten goes to a fifth. `BUSY` puts half of those orders and that event on the day that is asked.
SERVING = """
INSERT INTO volunteers_beneficiary (id, uuid, area_id, is_regular, name_sealed, phone_sealed,
    phone_index, door_sealed, words_sealed, card_digest, since)
SELECT e, gen_random_uuid(), 10000 + e, false, '', '', '', '', '', '', current_date
  FROM generate_series(0, 1999) e;
INSERT INTO volunteers_order (token, uuid, code_digest, area_id, beneficiary_id, help, words_sealed,
    brief, wanted_on, part, minutes, channel, state, state_since, due_at, round, volunteer_id,
    price_words, created_at, rating_words, cancelled_why)
SELECT gen_random_uuid(), gen_random_uuid(), 'bench' || n, 10000 + v %% 20000 / 10,
    v %% 20000 / 10, 'errand', '', '', current_date - 1 - n %% 1000, n / 20 %% 3, 60, 'form',
    CASE WHEN n %% 10 = 0 THEN 'accepted' ELSE 'rated' END, now(), now(), 1, v, '',
    now() - make_interval(days => n %% 1000), '', ''
  FROM (SELECT n, 1 + (n * 7919::bigint %% %(volunteers)s)::int AS v
    FROM generate_series(1, 3 * %(volunteers)s) n) k;
INSERT INTO volunteers_event (id, area_id, kind, help, title, words, risks, place, is_risky,
    fits_minors, state, cancelled_why, by_id, created_at)
VALUES (1, 1000, 'service', 'other', '义诊', '', '', '广场', false, false, 'open', '', 1, now());
INSERT INTO volunteers_slot (id, event_id, area_id, starts_at, ends_at, seats, code)
SELECT n, 1, 1000, current_date - n * 7 + time '09:00', current_date - n * 7 + time '11:00', 500,
    'v' || n
  FROM generate_series(0, 4) n;
INSERT INTO volunteers_signup (slot_id, volunteer_id, area_id, state, starts_at, ends_at, asked_at)
SELECT s.id, v, 1000, CASE WHEN s.id = 0 THEN 'in' ELSE 'left' END, s.starts_at, s.ends_at, now()
  FROM volunteers_slot s, generate_series(1, %(volunteers)s) v WHERE s.id > 0 OR v %% 10 = 3;
"""
BUSY = """
UPDATE volunteers_order SET wanted_on = %(day)s, part = 0
 WHERE state = 'accepted' AND id %% 20 = 0 AND wanted_on <> %(day)s;
UPDATE volunteers_signup SET starts_at = %(nine)s, ends_at = %(nine)s + interval '2 hours'
 WHERE state = 'in' AND starts_at <> %(nine)s;
"""
HERE = """
    NOT EXISTS (SELECT FROM volunteers_order o WHERE o.volunteer_id = v.id
      AND o.state IN ('accepted', 'on_way') AND o.wanted_on = %(day)s AND o.part = 0)
    AND NOT EXISTS (SELECT FROM volunteers_signup s WHERE s.volunteer_id = v.id
      AND s.state IN ('in', 'present') AND s.starts_at < %(nine)s + interval '3 hours'
      AND s.ends_at > %(nine)s - interval '9 hours' AND s.ends_at > now())
"""
PLAIN = """
SELECT v.id, u.name, CASE WHEN v.building_id = %(building)s THEN 0 WHEN v.estate_id = %(estate)s
    THEN 1 WHEN v.area_id = %(community)s THEN 2 ELSE 3 END AS near
FROM volunteers_volunteer v JOIN stations_user u ON u.id = v.user_id
WHERE v.state = 'active' AND v.helps @> %(helps)s::varchar[] AND v.free & %(bits)s <> 0
    AND v.insured_until >= %(day)s AND (v.minor_until IS NULL OR v.minor_until <= %(day)s)
    AND (v.reach = 1 AND v.building_id = %(building)s OR v.reach = 2 AND v.estate_id = %(estate)s
      OR v.reach = 3 AND v.area_id = %(community)s OR v.reach = 4 AND v.area_id = ANY
        (ARRAY(SELECT id FROM stations_area WHERE parent_id = %(street)s)))
    AND {here}
ORDER BY v.open_count, near, v.served_count, v.id LIMIT 5
"""


def ready():
    """The city with today's tables, made when it is not there."""
    cities.kept(NAME, made_by=__file__, fill=fill)


def fill():
    """Places, accounts, volunteers, and what they are busy with."""
    from volunteers.choices import Help

    helps = list(Help.values)
    facts = {"volunteers": VOLUNTEERS, "communities": COMMUNITIES, "helps": helps}
    with cities.connect(NAME) as database:
        with ClientCursor(database) as cursor:  # of several statements at once, each with values
            for part in (PLACES, PEOPLE, VOLUNTEERING):
                cursor.execute(part, facts)
        database.execute(SERVING % facts)
        database.execute("ANALYZE")


def part_v(results):
    """Makes the city and measures in a process whose database it is."""
    ready()
    environment = cities.environment(NAME) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-m", "tests.bench.volunteers"]
    done = subprocess.run(command, env=environment, cwd=BASE_DIR)
    results.kept &= done.returncode == 0


def suggest(results):
    """Five suggestions for one need, with their reasons, against the plain SQL of the rules."""
    from django.db import connection
    from django.utils import timezone

    from stations.models import Area, Building
    from volunteers.choices import Help, Part, free_bit
    from volunteers.services.suggest import suggest_volunteers

    building = Building.objects.get(pk=5000)
    area = Area.objects.get(pk=building.area_id)
    day = timezone.localdate() + timedelta(days=2)
    *_, street, community, estate = map(int, area.path.strip("/").split("/"))
    facts = {
        "building": building.pk,
        "estate": estate,
        "community": community,
        "street": street,
        "helps": [Help.REPAIR],
        "bits": free_bit(day.weekday(), Part.MORNING),
        "day": day,
        "nine": timezone.make_aware(datetime.combine(day, clock(9))),
    }
    with connection.cursor() as cursor:
        cursor.execute(BUSY, facts)
        cursor.execute("ANALYZE volunteers_order")
        cursor.execute("ANALYZE volunteers_signup")
    need = {"help": Help.REPAIR, "wanted_on": day, "part": Part.MORNING}
    found = {}

    def plain():
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(PLAIN.format(here=HERE), facts)
            found["plain"] = [row[0] for row in cursor.fetchall()]
        return time.perf_counter() - began

    def ours():
        began = time.perf_counter()
        rows = suggest_volunteers(area=area, building=building, **need)
        found["suggest"] = [(row.volunteer.pk, row.why)[0] for row in rows]
        return time.perf_counter() - began

    told = alternate({"plain": plain, "suggest": ours}, ROUNDS)
    with connection.cursor() as cursor:  # the rule is measured where it leaves somebody out
        cursor.execute(PLAIN.format(here="true"), facts)
        some_are_busy = [row[0] for row in cursor.fetchall()] != found["plain"]
    same = found["plain"] == found["suggest"] and len(found["plain"]) == 5 and some_are_busy
    note = told.note("suggest", "plain", f"; {VOLUNTEERS:,} volunteers")
    results.say("v_suggest", told.over("suggest", "plain"), LIMIT, note)
    results.say("v_suggest_unlike_plain_sql", 0 if same else 1, 0)


def main():
    """Suggestions of people and of resources, on the database of DATABASE_URL."""
    import django

    django.setup()
    from tests.bench import matching
    from tests.bench.ratios import Results

    results = Results()
    suggest(results)
    matching.needs_and_resources(results)
    return 0 if results.kept else 1


if __name__ == "__main__":
    sys.exit(main())
