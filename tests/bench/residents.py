"""Search among the residents of a whole prefecture, in a city of its own.

`ready()` makes it: the places of the prefecture and `manage.py big_ledger`. The measured thing is
what a worker asks ten times a day; the base is the one indexed query that such a search cannot do
without, its rows in a plain table, posted by the same browser to the same process.
"""

import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

from config.embedded import BASE_DIR
from tests.bench import cities
from tests.bench.ratios import alternate
from tests.bench.server import Server

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "4000000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "80"))
NAME = f"people_{PEOPLE}"
LIMIT = 3
MAKER = BASE_DIR / "residents_map" / "management" / "commands" / "big_ledger.py"
PLACES = 1_000_000  # as many places as a million issues have


def maker():
    """A fingerprint of what makes the city: made otherwise, made anew."""
    return hashlib.sha256(MAKER.read_bytes()).hexdigest()[:16]


def ready():
    """The city with today's tables, made when it is not there; tells what its making cost."""
    told = json.loads(cities.noted(NAME) or "{}")
    if told.get("maker") == maker():
        cities.manage(NAME, "migrate", "-v0")
        return told
    cities.empty(NAME)
    cities.manage(NAME, "createcachetable")
    command = [sys.executable, "-m", "tests.bench.residents"]
    environment = cities.environment(NAME) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run(command, env=environment, check=True, cwd=BASE_DIR)
    began = time.monotonic()
    cities.manage(NAME, "big_ledger", "--people", str(PEOPLE))
    told = {
        "maker": maker(),
        "seconds": round(time.monotonic() - began),
        "megabytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }
    cities.note(NAME, json.dumps(told))
    return told


def make_places():
    """Areas, buildings, doors and staff of the prefecture, without its issues."""
    import random

    from django.db import connection, transaction

    from deliberation.demo.prefecture import places
    from stations.demo import SEED
    from stations.models import Area, Building, Entrance, Place, Posting, Station, User

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        places.make_places(PLACES, random.Random(SEED))
        for model in (Area, User, Posting, Station, Building, Entrance, Place):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )


class Facts:
    """Somebody of the worker's community to look for, straight from the database."""

    def __init__(self):
        from stations.foundation.sealed import unseal

        with cities.connect(NAME) as database:
            self.areas = [
                row[0]
                for row in database.execute(
                    "SELECT a.id FROM stations_area a JOIN stations_posting p ON a.path LIKE"
                    " (SELECT path FROM stations_area WHERE id = p.area_id) || '%%'"
                    " JOIN stations_user u ON u.id = p.user_id WHERE u.username = %s",
                    ["worker"],
                )
            ]
            # The name that most people there share, and one phone.
            self.name, self.initials = database.execute(
                "SELECT name, initials FROM residents_map_person WHERE area_id = ANY(%s)"
                " AND left_on IS NULL GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1",
                [self.areas],
            ).fetchone()
            who, sealed, self.tail_index = database.execute(
                "SELECT uuid, phone_sealed, phone_tail FROM residents_map_person"
                " WHERE area_id = ANY(%s) AND phone_sealed <> '' LIMIT 1",
                [self.areas],
            ).fetchone()
            self.tail = unseal(sealed, bound_to=f"person.phone:{who}")[-4:]


def part_s(results):
    """A worker's search by name, initials and tail of a phone, among millions."""
    from stations.demo import PASSWORD

    told = ready()
    results.say("s_big_ledger_minutes", told["seconds"] / 60, None, f"({PEOPLE:,} people)")
    results.say("s_big_ledger_megabytes", told["megabytes"], 500)
    facts = Facts()
    with Server(NAME) as server:
        one = server.browser().sign_in("worker", PASSWORD)
        areas = ",".join(map(str, facts.areas))
        for way, words, column, value in (
            ("name", facts.name, "name", facts.name),
            ("initials", facts.initials[:2], "initials", facts.initials[:2]),
            ("tail", facts.tail, "phone_tail", facts.tail_index),
        ):
            one.get("/map/search/")

            def bare(column=column, value=value):
                one.extra = {}
                return one.post(
                    "/bare/people/", expect=(200,), areas=areas, column=column, value=value
                )

            def search(words=words, part=True):
                one.extra = {"HX-Request": "true"} if part else {}
                return one.post("/map/search/", expect=(200,), q=words)

            bare()
            lines = len(re.findall(rb"<tr>", one.body)) - 1
            probes = {"bare": bare, "search": search, "page": lambda: search(part=False)}
            told = alternate(probes, ROUNDS, servers=[server])
            search()
            more = f"; {lines} rows, {one.queries} queries"
            note = told.note("search", "bare", more)
            results.say(f"s_search_{way}", told.over("search", "bare"), LIMIT, note)
            note = told.note("page", "bare")
            results.say(f"s_search_{way}_whole_page", told.over("page", "bare"), None, note)


if __name__ == "__main__":
    import django

    django.setup()
    assert Path(BASE_DIR).exists()
    make_places()
