"""Several buckets in one statement: in turn, and nothing behind a refusal is touched."""

import pytest
from django.db import connection

from stations.foundation.limits import take, take_in_turn

pytestmark = pytest.mark.django_db
SLOW = 1 / 3600


def left(key):
    with connection.cursor() as cursor:
        cursor.execute("SELECT round(tokens) FROM stations_bucket WHERE key = %s", [key])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def test_each_gives_one():
    assert take_in_turn([("a", 3, SLOW), ("b", 5, SLOW)]) == 2
    assert (left("a"), left("b")) == (2, 4)
    assert take_in_turn([("a", 3, SLOW), ("b", 5, SLOW)]) == 2
    assert (left("a"), left("b")) == (1, 3)


def test_whoever_is_refused_takes_nothing_from_the_others():
    for _ in range(2):
        take("own", size=2, refill_per_second=SLOW)
    assert take_in_turn([("own", 2, SLOW), ("shared", 9, SLOW)]) == 0
    assert left("shared") is None


def test_the_second_refuses_after_the_first_gave():
    take("small", size=1, refill_per_second=SLOW)
    wanted = [("first", 4, SLOW), ("small", 1, SLOW), ("third", 4, SLOW)]
    assert take_in_turn(wanted) == 1
    assert (left("first"), left("third")) == (3, None)


def test_it_counts_like_take():
    taken = [take_in_turn([("same", 3, SLOW)]) for _ in range(4)]
    assert taken == [1, 1, 1, 0]
    assert not take("same", size=3, refill_per_second=SLOW).allowed
