"""Limits that hold without any other server: token buckets in Postgres.

A bucket holds `size` tokens and gets `refill_per_second` back. One statement takes from it; two
takers of one bucket wait for each other's row, so 20 at once get exactly what is there. The time
is the database's. The table is UNLOGGED: after a crash all buckets are full again, which harms
nobody, and writing costs no WAL.

Take *outside* the transaction of the act: inside, the row stays locked until the act ends, and a
rolled back act gives the token back. Keys must not hold personal data: put a blind index, not a
phone number, into them.
"""

import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

TABLE_SQL = """
CREATE UNLOGGED TABLE IF NOT EXISTS stations_bucket (
    key text PRIMARY KEY,
    tokens double precision NOT NULL,
    at timestamptz NOT NULL
) WITH (
    -- Every take rewrites a row: room on the page keeps that off the index (HOT), and vacuum
    -- must come by the number of changes, not by a share of the table.
    fillfactor = 50,
    autovacuum_vacuum_scale_factor = 0.0,
    autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0
)
"""
DROP_TABLE_SQL = "DROP TABLE IF EXISTS stations_bucket"

# Every bucket is full again after this long, so an older row says nothing.
LONGEST_REFILL = 2 * 24 * 3600

_REFILLED = """least(
    %(size)s::double precision,
    b.tokens + %(refill)s * greatest(0, extract(epoch FROM clock_timestamp() - b.at))
)"""

_TAKE = f"""
WITH taken AS (
    INSERT INTO stations_bucket AS b (key, tokens, at)
    VALUES (%(key)s, %(size)s::double precision - %(cost)s, clock_timestamp())
    ON CONFLICT (key) DO UPDATE SET tokens = {_REFILLED} - %(cost)s, at = clock_timestamp()
    WHERE {_REFILLED} >= %(cost)s
    RETURNING tokens
)
SELECT true, tokens FROM taken
UNION ALL
SELECT false, {_REFILLED} FROM stations_bucket AS b
WHERE b.key = %(key)s AND NOT EXISTS (SELECT FROM taken)
"""

_FORGET = """
DELETE FROM stations_bucket WHERE key IN (
    SELECT key FROM stations_bucket
    WHERE at < clock_timestamp() - make_interval(secs => %(age)s)
    LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True)
class Taken:
    """Whether there was enough in the bucket; if not, after how many seconds there will be."""

    allowed: bool
    retry_after: int = 0


def take(key: str, *, size: float, refill_per_second: float, cost: float = 1) -> Taken:
    """Take `cost` tokens from a bucket, or nothing when it holds less."""
    if not 0 < cost <= size:
        raise ValueError("A bucket must be able to hold what is taken from it")
    if refill_per_second <= 0 or size / refill_per_second > LONGEST_REFILL:
        raise ValueError("A bucket must be full again within two days")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"key": key, "size": size, "refill": refill_per_second, "cost": cost})
        # No row at all: somebody made the bucket and emptied it while we looked.
        allowed, tokens = cursor.fetchone() or (False, 0)
    if allowed:
        return Taken(allowed=True)
    return Taken(allowed=False, retry_after=max(1, math.ceil((cost - tokens) / refill_per_second)))


def take_in_turn(wanted: Sequence[tuple[str, float, float]]) -> int:
    """Take one token from each bucket (key, size, refill per second) in turn, as `take` does, and
    stop at the first that holds none; in one statement. Gives how many were taken.

    What stands behind a refusal is not touched: whoever is refused for himself must not empty
    what others share. Always name the buckets in the same order, or two takers can block.
    """
    steps, values = [], {}
    for at, (key, size, refill) in enumerate(wanted):
        values |= {f"key{at}": key, f"size{at}": size, f"refill{at}": refill}
        refilled = _REFILLED.replace("%(size)s", f"%(size{at})s")
        refilled = refilled.replace("%(refill)s", f"%(refill{at})s")
        after = f"WHERE EXISTS (SELECT FROM taken{at - 1})" if at else ""
        steps.append(
            f"""taken{at} AS (
    INSERT INTO stations_bucket AS b (key, tokens, at)
    SELECT %(key{at})s, %(size{at})s::double precision - 1, clock_timestamp() {after}
    ON CONFLICT (key) DO UPDATE SET tokens = {refilled} - 1, at = clock_timestamp()
    WHERE {refilled} >= 1
    RETURNING tokens
)"""
        )
    told = " + ".join(f"(SELECT count(*) FROM taken{at})" for at in range(len(steps)))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(steps)} SELECT {told}", values)
        return cursor.fetchone()[0]


def forget_stale_buckets(*, at_most: int = 10_000) -> int:
    """Delete buckets nobody has used for two days; how many they were. Run it once an hour."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"age": LONGEST_REFILL, "most": at_most})
        return cursor.rowcount


NO_ADDRESS = "0.0.0.0"  # "unknown"; all who are share one limit


def client_address(request: HttpRequest) -> str:
    """The address a request came from, as far as it can be known.

    `settings.TRUSTED_PROXIES` is how many of our own proxies stand in front and append to
    X-Forwarded-For; the client is that many entries from the right. What stands further left was
    written by the client and is never believed. The header counts only when the request comes
    from a private address or a socket, as our proxies' do.
    """
    direct = _address(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.TRUSTED_PROXIES
    if not proxies or (direct and ipaddress.ip_address(direct).is_global):
        return direct or NO_ADDRESS
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    told = _address(hops[-proxies]) if len(hops) >= proxies else ""
    return told or direct or NO_ADDRESS


def network(address: str) -> str:
    """The neighbourhood that shares a limit: /24 of IPv4, /64 of IPv6 (one household's)."""
    ip = ipaddress.ip_address(_address(address) or NO_ADDRESS)
    bits = 24 if ip.version == 4 else 64
    return str(ipaddress.ip_network((ip, bits), strict=False))


def _address(text: str) -> str:
    """One address in its usual form; a port is cut off; empty when it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(ip, "ipv4_mapped", None) or ip)
