"""One site for all tests of this folder, emptied between them."""

import tempfile

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from tests.faults.processes import eventually
from tests.faults.site import Site

SHORT = {"LEASE_SECONDS": "4"}  # so that a test sees in seconds what takes a minute


def pytest_collection_modifyitems(config, items):
    """Long tests run when they are asked for: `make faults`, or `-m long`."""
    if "long" in config.option.markexpr:
        return
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
    items[:] = [item for item in items if not item.get_closest_marker("long")]


@pytest.fixture(scope="session")
def site(request, django_db_blocker):
    """A portal of its own: servers running, processes not yet."""
    environment = {} if "long" in request.config.option.markexpr else SHORT
    with tempfile.TemporaryDirectory(prefix="tongxin-faults-") as folder:
        with django_db_blocker.unblock():
            made = Site(folder, **environment)
        try:
            yield made
        finally:
            made.close()


def emptied():
    """Empty the tables; False when a process still at work stood in the way."""
    try:
        call_command("flush", interactive=False, verbosity=0)
    except (CommandError, DatabaseError):
        return False
    return True


@pytest.fixture
def db(site, django_db_blocker):
    """In this folder the database is the site's, and what is written is really there."""
    with django_db_blocker.unblock(), site.django():
        try:
            yield
        finally:
            site.guarding.clear()
            site.thaw_valkey()
            site.start_valkey()
            site.start_postgres()
            site.redis.flushall()
            eventually(emptied, seconds=30)
            for mail in (site.home / "mail").glob("*"):
                mail.unlink()


@pytest.fixture
def start(site, db):
    """start("web", "relay", "worker"): have these running, and no others, for this test."""

    def begin(*names, guarded=True):
        started = site.run_only(*names)
        if guarded:
            site.guarding.set()
        return started

    return begin
