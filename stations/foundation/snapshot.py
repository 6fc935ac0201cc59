"""One moment of the database for many reads: a transaction that sees nothing newer.

Every figure and every list of a report comes from inside, so the parts add up however many
people work meanwhile. It has a connection of its own: the handler of later work stands in a
transaction already, which must see newer rows (its lease is renewed while it works), and a
transaction's isolation can only be chosen before its first query. Tests of it need a database
with committed rows (`django_db(transaction=True)`).
"""

from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections, transaction

SECONDS = 120  # one query of a report may take longer than one of a page


@contextmanager
def snapshot():
    """Inside, every query of this thread reads the database as it was at the first one.

    Nothing can be written there.
    """
    ours = connections[DEFAULT_DB_ALIAS]
    fresh = connections.create_connection(DEFAULT_DB_ALIAS)
    connections[DEFAULT_DB_ALIAS] = fresh
    try:
        with transaction.atomic(), fresh.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
            yield
    finally:
        connections[DEFAULT_DB_ALIAS] = ours
        fresh.close()
