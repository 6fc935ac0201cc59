"""Voluntary service in a city of a million orders: the pages of every day, and their plans.

Orders and hours of a worker and the first page of a volunteer stand against the plain table of 25
orders, asked for by the same browser; and every page here makes as many queries as in a community
alone. `python -m tests.bench.service` prints the plans that docs/query-plans.md keeps.
"""

import os

from tests.bench import cities, service_city
from tests.bench.ratios import alternate
from tests.bench.server import Server

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "80"))
ALONE = 1
# (name, who asks, address, how many times the plain table it may take)
MEASURED = (
    ("orders", "worker", "/orders/?view=late", 4),
    ("hours", "worker", "/hours/", 4),
    ("mine", "volunteer", "/mine/", 5),
)
WORKER = (
    "/orders/", "/orders/?view=confirm", "/orders/?view=done", "/orders/?view=cancelled",
    "/orders/?view=all&help=repair", "/hours/?view=held", "/hours/?view=counted",
    "/volunteers/", "/volunteers/people/", "/brands/", "/events/", "/events/?view=past", "/wishes/",
    "/lists/", "/lists/balance/", "/donations/", "/papers/", "/packages/", "/calls/", "/desk/",
)  # fmt: skip
VOLUNTEER = ("/mine/orders/", "/mine/hours/", "/mine/confirm/", "/mine/events/", "/mine/points/")
ANYBODY = ("/e/ve0/", "/e/ve0/wishes/", "/e/ve0/brands/", "/b/place0/", "/check/paper0000003/")
PAGES = (
    *((who, path) for _, who, path, _ in MEASURED),
    *(("worker", path) for path in WORKER),
    *(("volunteer", path) for path in VOLUNTEER),
    *(("leader", path) for path in ("/mine/", "/mine/confirm/")),
    *(("", path) for path in ANYBODY),
)


def signed_in(server):
    """{who: browser}: everybody who asks for a page, and somebody without an account."""
    from stations.demo import PASSWORD

    people = {who for who, _ in PAGES} - {""}
    return {"": server.browser()} | {
        who: server.browser().sign_in(who, PASSWORD) for who in sorted(people)
    }


def measure(results):
    """The pages of every day against the plain table, and the queries of all of them."""
    for communities in (ALONE, service_city.COMMUNITIES):
        service_city.ready(communities)
    small, big = map(service_city.name_of, (ALONE, service_city.COMMUNITIES))
    with Server(small) as few, Server(big) as many:
        alone, city = signed_in(few), signed_in(many)
        for name, who, path, limit in MEASURED:
            one = city[who]
            probes = {
                "bare": lambda one=one: one.get("/bare/orders/10000/"),
                name: lambda one=one, path=path: one.get(path),
            }
            told = alternate(probes, ROUNDS, servers=[many])
            note = told.note(name, "bare", f"; {one.queries} queries")
            results.say(f"v_{name}", told.over(name, "bare"), limit, note)
        more = []
        for who, path in PAGES:
            numbers = [asked(browsers[who], path) for browsers in (alone, city)]
            if numbers[0] != numbers[1]:
                more.append(f"{path} {numbers[0]} and {numbers[1]}")
        note = f"({len(PAGES)} pages; {'; '.join(more) or 'each the same'})"
        results.say("v_pages_with_more_queries", len(more), 0, note)


def asked(browser, path):
    """How many queries a page makes the second time it is asked for."""
    browser.get(path)
    browser.get(path)
    return browser.queries


def plans():
    """{address: [(pages read, SQL, plan)]}, the largest first, of every query of every page."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from stations.models import User

    settings.ALLOWED_HOSTS, found = ["*"], {}
    for who, path in PAGES:
        seen, client = [], Client()
        if who:
            client.force_login(User.objects.get(username=who), settings.AUTHENTICATION_BACKENDS[0])

        def noted(execute, sql, params, many, context, seen=seen):
            if sql.startswith("SELECT") and "FOR UPDATE" not in sql:
                seen.append((sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(noted):
            client.get(path)
        rows = [explained(connection, sql, params) for sql, params in seen]
        found[f"{path} ({who or 'anybody'})"] = sorted(rows, reverse=True)
    return found


def explained(connection, sql, params):
    """(pages read, SQL, lines of the plan) of one query, the second time it is asked."""
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, SETTINGS OFF) {sql}", params)
            plan = [row[0] for row in cursor.fetchall()]
    first = next((line for line in plan if "Buffers:" in line), "")
    counts = [part.partition("=")[2] for part in first.split() if "=" in part]
    return sum(map(int, counts)), sql, [line for line in plan if "Index Searches" not in line]


def main():
    """The largest query of each page with its plan."""
    import django

    name = service_city.name_of(service_city.COMMUNITIES)
    os.environ |= cities.environment(name)
    django.setup()
    for page, rows in plans().items():
        print(f"## {page}: {len(rows)} queries, {sum(row[0] for row in rows)} pages\n\n```")
        for line in rows[0][2]:
            print(line if len(line) < 180 else f"{line[:176]} ...")
        print("```\n")


if __name__ == "__main__":
    main()
