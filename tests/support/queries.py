"""How many queries a page takes, for tests that compare a page with few and with many rows."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def count_queries(client, url):
    """Ask for the page and count. The page has to work: an error page takes few queries."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
