"""The prefecture, step by step: places, issues, indexes, figures."""

import random
import time

from django.db import connection, transaction
from django.utils import timezone

from deliberation.demo.prefecture.figures import count_everything
from deliberation.demo.prefecture.places import make_places
from deliberation.demo.prefecture.rows import Rows
from deliberation.demo.prefecture.sheets import bare_tables, count_on
from stations.demo import SEED
from stations.models import Area, Building, Entrance, Place, Posting, Station, User

CHUNK = 4000


def make_prefecture(issues, *, say=print):
    """Fill an empty database with a prefecture of so many issues; the same for the same seed."""
    write_prefecture(issues, say=say)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        # As after weeks of use: index-only scans possible, statistics fresh.
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def write_prefecture(issues, *, say):
    """Refuses a database that holds places. One transaction, cut short it leaves nothing; the
    memory it takes does not grow with the number of issues."""
    if Area.objects.exists():
        raise ValueError("The database holds places already")
    began = time.monotonic()

    def tell(words):
        say(f"· {words}  {time.monotonic() - began:.0f} s")

    chance = random.Random(SEED)
    with transaction.atomic(), connection.cursor() as cursor:
        estates = make_places(issues, chance)
        tell(f"{len(estates)} estates")
        rows = Rows(chance, estates, issues, timezone.now().timestamp())
        with bare_tables(cursor, *rows.models):
            for number in range(1, issues + 1):
                rows.write_issue(number)
                if number % CHUNK == 0:
                    rows.send(cursor)
                if number % 100_000 == 0:
                    tell(f"{number:,} issues")
            rows.send(cursor)
            tell("written")
        tell("indexes and constraints")
        count_on(cursor, Area, User, Posting, Station, Building, Entrance, Place, *rows.models)
        cursor.execute("ANALYZE")
        count_everything(cursor)
        tell("figures")
