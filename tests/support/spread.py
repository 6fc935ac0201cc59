"""Which worker of pytest-xdist runs which test. Loaded with `-p tests.support.spread`.

Tests that share something dear (a running portal, a city of demo data) go to one worker as a
whole, and first; the others go one by one to whoever is free. xdist's own `xdist_group` does not
do it: it writes into the test's node id, which pytest has not let anybody do since 9.2.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/journeys/",  # a portal and a browser
    "tests/faults/",  # a portal that is broken on purpose
    "tests/residents_map/test_demo.py",
    "tests/volunteers/test_demo.py",
    "tests/deliberation/test_big_city.py",
)
# Minutes in one test: begun last, it would keep one worker busy while the others have ended. Only
# what is rolled back may come so early: a test that empties the tables takes away what migrations
# wrote, which is why pytest-django has those run last.
LONG = ("tests/hostile/test_chain_machine.py",)


class Spread(LoadScopeScheduling):
    """Hands out tests one by one, and those of TOGETHER as one piece."""

    def _split_scope(self, nodeid):
        return next((shared for shared in TOGETHER if nodeid.startswith(shared)), nodeid)


def pytest_xdist_make_scheduler(config, log):
    return Spread(config, log)


@pytest.hookimpl(trylast=True)  # after the shuffle; every worker sorts alike
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    # The journeys live in one portal, one after the other: always in the order they are written.
    journeys = [item for item in items if item.nodeid.startswith(TOGETHER[0])]
    journeys.sort(key=lambda item: item.location[:2])
    items[:] = journeys + [item for item in items if not item.nodeid.startswith(TOGETHER[0])]
