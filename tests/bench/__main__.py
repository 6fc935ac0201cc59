"""`make bench`: the limits of load and cost, printed as ratios (docs/bench.md says what each is).

Environment: BENCH_ISSUES (1000000), BENCH_ROUNDS (80), BENCH_REQUESTS (10000),
BENCH_LEDGER (100000), and BENCH_ONLY with letters of the parts to measure (abcdefgimsv).
"""

import os
import sys

import django

django.setup()  # the measuring itself uses the portal's codes and photos

from tests.bench import cities, ledgers, parts, residents, service, volunteers
from tests.bench.ratios import Results
from tests.bench.server import Server, static_files


def main():
    results = Results()
    only = os.environ.get("BENCH_ONLY", "abcdefgimsv")
    if set(only) & set("abcdefg"):
        in_the_prefecture(results, only)
    if "i" in only:
        ledgers.measure(results)
    if "m" in only:
        static_files()
        parts.part_m(results)
    if "s" in only:
        static_files()
        residents.part_s(results)
    if "v" in only:
        static_files()
        volunteers.part_v(results)
        service.measure(results)
    return 0 if results.kept else 1


def in_the_prefecture(results, only):
    """The parts that compare a community's thousand issues with a prefecture's million."""
    cities.ready(cities.SMALL)
    told = cities.ready(cities.BIG)
    if "g" in only:
        note = f"(made on {told['day']})"
        results.say("g_big_city_minutes", told["seconds"] / 60, 10, note)
        results.say("g_big_city_megabytes", told["megabytes"], 500, note)
    static_files()
    with Server(cities.SMALL) as small, Server(cities.BIG) as big:
        for letter in "abcdef":
            if letter in only:
                getattr(parts, f"part_{letter}")(results, small, big)


if __name__ == "__main__":
    sys.exit(main())
