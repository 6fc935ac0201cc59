"""`make bench`: the limits of load and cost, printed as ratios (docs/bench.md says what each is).

Environment: BENCH_ISSUES (1000000), BENCH_ROUNDS (80), BENCH_REQUESTS (10000), and BENCH_ONLY
with letters of the parts to measure (abcdefg).
"""

import os
import sys

import django

django.setup()  # the measuring itself uses the portal's codes and photos

from tests.bench import cities, parts
from tests.bench.ratios import Results
from tests.bench.server import Server, static_files


def main():
    results = Results()
    only = os.environ.get("BENCH_ONLY", "abcdefg")
    for issues in (cities.SMALL, cities.BIG):
        if not cities.is_made(issues) or ("g" in only and issues == cities.BIG):
            print(f"Making a city of {issues:,} issues", flush=True)
            seconds, megabytes = cities.make(issues)
            if issues == cities.BIG:
                results.say("g_big_city_minutes", seconds / 60, 10)
                results.say("g_big_city_megabytes", megabytes, 500)
    static_files()
    with Server(cities.SMALL) as small, Server(cities.BIG) as big:
        for letter in "abcdef":
            if letter in only:
                getattr(parts, f"part_{letter}")(results, small, big)
    return 0 if results.kept else 1


if __name__ == "__main__":
    sys.exit(main())
