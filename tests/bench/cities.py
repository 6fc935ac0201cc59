"""The two databases: a community's thousand issues, and a prefecture's million.

Both lie in the embedded server of `var/bench` and are kept; a city is made anew when its maker
has changed since. `python -m tests.bench.cities NAME COMMAND ...` runs a command on
one of them.
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
from urllib.parse import unquote

import psycopg

from config.embedded import BASE_DIR

SMALL = 1000
BIG = int(os.environ.get("BENCH_ISSUES", "1000000"))


def name_of(issues):
    return f"bench_{issues}"


def url_of(issues):
    """DATABASE_URL of one city, from that of the embedded server."""
    return re.sub(r"/\w+$", f"/{name_of(issues)}", os.environ["DATABASE_URL"])


def environment(issues):
    """The environment of processes that work on one city."""
    return {**os.environ, "DATABASE_URL": url_of(issues), "ENV_FILE": "", "DEBUG": "False"}


def connect(issues=None):
    """A connection to one city, or to the server's own database."""
    folder = re.fullmatch(r"postgres://\w+@/?(/.+)/\w+", os.environ["DATABASE_URL"])[1]
    name = name_of(issues) if issues else "tongxin"
    return psycopg.connect(host=unquote(folder), user="tongxin", dbname=name, autocommit=True)


def generator():
    """A fingerprint of what makes the cities: made otherwise, made anew."""
    digest = hashlib.sha256()
    for path in sorted((BASE_DIR / "deliberation" / "demo" / "prefecture").glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def noted(issues):
    """What was written down about a city when it was made; "" when there is none."""
    with connect() as server:
        found = server.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name_of(issues)],
        ).fetchone()
    return found[0] or "" if found else ""


def note(issues, words):
    """Write down about a city what made it; its own quotes are doubled."""
    quoted = words.replace("'", "''")
    with connect() as server:
        server.execute(f"COMMENT ON DATABASE {name_of(issues)} IS '{quoted}'")


def empty(issues):
    """A city with today's tables and nothing in them; what stood there is gone."""
    with connect() as server:
        server.execute(f"DROP DATABASE IF EXISTS {name_of(issues)} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name_of(issues)}")
    manage(issues, "migrate", "-v0")


def kept(issues, *, made_by, fill):
    """A city of its own with today's tables, made anew when the file `made_by` has changed: then
    `fill()` is called with its tables empty, and failing leaves no note, so it is made again."""
    fingerprint = hashlib.sha256(Path(made_by).read_bytes()).hexdigest()[:16]
    if noted(issues) == fingerprint:
        manage(issues, "migrate", "-v0")
        return
    empty(issues)
    fill()
    note(issues, fingerprint)


def known(issues):
    """What the last making of a city told: {seconds, megabytes, day}, or None."""
    told = json.loads(noted(issues) or "{}")
    return told if told.get("generator") == generator() else None


def ready(issues):
    """The city with today's tables, made when it is not there; gives what its making told."""
    if told := known(issues):
        manage(issues, "migrate", "-v0")
        return told
    return make(issues)


def make(issues):
    """Make a city from nothing and note how long it took and the memory of the maker."""
    print(f"Making a city of {issues:,} issues", flush=True)
    empty(issues)
    manage(issues, "createcachetable")
    began = time.monotonic()
    manage(issues, "big_city", "--issues", str(issues))
    told = {
        "generator": generator(),
        "seconds": round(time.monotonic() - began),
        "megabytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "day": time.strftime("%Y-%m-%d"),
    }
    note(issues, json.dumps(told))
    return told


def manage(issues, *arguments):
    command = [sys.executable, str(Path(BASE_DIR) / "manage.py"), *arguments]
    subprocess.run(command, env=environment(issues), check=True)


if __name__ == "__main__":
    size = int(sys.argv[1])
    if sys.argv[2:3] == ["make"]:
        print(make(size))
    else:
        sys.exit(subprocess.run(sys.argv[2:], env=environment(size)).returncode)
