"""Token buckets (I2) and the true address of a client (A3)."""

import threading
import time
import uuid

import pytest
from django.db import connection
from django.test import RequestFactory

from stations.foundation.limits import (
    TABLE_SQL,
    client_address,
    forget_stale_buckets,
    network,
    take,
)


@pytest.fixture
def key(transactional_db):
    """A bucket of this test's own; the table is there already where migrations have run."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE_SQL)
    return f"test:{uuid.uuid4()}"


def test_a_bucket_gives_what_it_holds(key):
    answers = [take(key, size=3, refill_per_second=0.01) for _ in range(5)]
    assert [a.allowed for a in answers] == [True, True, True, False, False]
    assert answers[0].retry_after == 0
    assert 99 <= answers[3].retry_after <= 100


def test_it_fills_again_with_time_and_not_beyond_its_size(key):
    for _ in range(2):
        assert take(key, size=2, refill_per_second=10).allowed
    assert not take(key, size=2, refill_per_second=10).allowed
    time.sleep(0.35)
    answers = [take(key, size=2, refill_per_second=10).allowed for _ in range(3)]
    assert answers == [True, True, False]


def test_dear_acts_cost_more(key):
    assert take(key, size=10, refill_per_second=0.001, cost=8).allowed
    assert not take(key, size=10, refill_per_second=0.001, cost=8).allowed
    assert take(key, size=10, refill_per_second=0.001, cost=2).allowed


def test_refusals_do_not_push_the_end_away(key):
    """Whoever keeps knocking still gets in when the time has come."""
    assert take(key, size=1, refill_per_second=2).allowed
    began, answers = time.monotonic(), []
    while time.monotonic() - began < 0.8:
        answers.append(take(key, size=1, refill_per_second=2).allowed)
    assert answers.count(True) == 1
    assert answers.count(False) > 5


def test_buckets_do_not_touch_each_other(key):
    assert take(key, size=1, refill_per_second=0.01).allowed
    assert take(key + "b", size=1, refill_per_second=0.01).allowed
    assert not take(key, size=1, refill_per_second=0.01).allowed


def test_twenty_at_once_get_exactly_what_is_there(key):
    answers, errors, ready = [], [], threading.Barrier(20)

    def taker():
        try:
            ready.wait(10)
            for _ in range(5):
                answers.append(take(key, size=30, refill_per_second=0.001))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=taker) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not errors
    assert len(answers) == 100
    assert sum(answer.allowed for answer in answers) == 30


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 1, "refill_per_second": 1, "cost": 2},
        {"size": 1, "refill_per_second": 1, "cost": 0},
        {"size": 1, "refill_per_second": 1, "cost": -1},
        {"size": 1, "refill_per_second": 0},
        {"size": 10, "refill_per_second": 0.00001},
    ],
)
def test_impossible_buckets_are_refused(wrong):
    with pytest.raises(ValueError, match="A bucket must"):
        take("test", **wrong)


def test_strange_keys_are_only_keys(key):
    for strange in ("'; DROP TABLE stations_bucket; --", "%s", "王阿姨", "x" * 1000):
        assert take(key + strange, size=1, refill_per_second=1).allowed


def test_old_buckets_are_forgotten(key):
    take(key, size=5, refill_per_second=0.001)
    take(key + "old", size=5, refill_per_second=0.001)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE stations_bucket SET at = at - interval '3 days' WHERE key = %s", [key + "old"]
        )
        assert forget_stale_buckets() >= 1
        cursor.execute("SELECT key FROM stations_bucket WHERE key LIKE %s", [key + "%"])
        assert cursor.fetchall() == [(key,)]


def test_the_table_costs_no_wal(key):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'stations_bucket'")
        assert cursor.fetchone() == ("u",)


def test_one_statement(key, django_assert_num_queries):
    with django_assert_num_queries(1):
        take(key, size=1, refill_per_second=1)


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        # no proxy: the header is anybody's invention
        (0, "203.0.113.9", "1.2.3.4", "203.0.113.9"),
        (0, "10.0.0.5", "1.2.3.4", "10.0.0.5"),
        # one proxy: its own entry is the last one
        (1, "10.0.0.5", "8.8.4.4", "8.8.4.4"),
        (1, "10.0.0.5", "1.1.1.1, 8.8.4.4", "8.8.4.4"),
        (1, "10.0.0.5", "1.1.1.1,2.2.2.2,  8.8.4.4 ", "8.8.4.4"),
        (1, "127.0.0.1", "evil, 8.8.4.4", "8.8.4.4"),
        (1, "100.64.0.7", "8.8.4.4", "8.8.4.4"),
        (1, "", "8.8.4.4", "8.8.4.4"),
        # two proxies
        (2, "10.0.0.5", "1.1.1.1, 8.8.4.4, 10.0.0.9", "8.8.4.4"),
        # too few entries, or rubbish where the proxy should have written
        (2, "10.0.0.5", "8.8.4.4", "10.0.0.5"),
        (1, "10.0.0.5", None, "10.0.0.5"),
        (1, "10.0.0.5", "", "10.0.0.5"),
        (1, "10.0.0.5", "8.8.4.4, unknown", "10.0.0.5"),
        (1, "10.0.0.5", "'; DROP TABLE", "10.0.0.5"),
        # straight to our port from outside: the header is ignored
        (1, "8.8.8.8", "1.1.1.1", "8.8.8.8"),
        # forms
        (1, "10.0.0.5", "8.8.4.4:51234", "8.8.4.4"),
        (1, "10.0.0.5", "[2606:4700::1111]:443", "2606:4700::1111"),
        (1, "::1", "2606:4700:0:0::1111", "2606:4700::1111"),
        (0, "::ffff:8.8.4.4", None, "8.8.4.4"),
        (0, "fe80::1%eth0", None, "fe80::1"),
        (0, "", None, "0.0.0.0"),
        (0, "unix:", None, "0.0.0.0"),
    ],
)
def test_the_client_is_who_our_own_proxy_saw(settings, proxies, remote, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR=remote, **headers)
    assert client_address(request) == address


def test_fifty_invented_addresses_are_one_client(settings):
    settings.TRUSTED_PROXIES = 1
    seen = {
        client_address(
            RequestFactory().get(
                "/", REMOTE_ADDR="10.0.0.5", HTTP_X_FORWARDED_FOR=f"9.9.9.{n}, 8.8.4.4"
            )
        )
        for n in range(50)
    }
    assert seen == {"8.8.4.4"}


@pytest.mark.parametrize(
    ("address", "neighbourhood"),
    [
        ("8.8.4.77", "8.8.4.0/24"),
        ("2606:4700:1:2:3:4:5:6", "2606:4700:1:2::/64"),
        ("::ffff:8.8.4.77", "8.8.4.0/24"),
        ("rubbish", "0.0.0.0/24"),
    ],
)
def test_neighbours_share_a_limit(address, neighbourhood):
    assert network(address) == neighbourhood
