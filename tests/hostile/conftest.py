"""Long products of this folder run when they are asked for: `-m long`."""

import pytest


def pytest_collection_modifyitems(config, items):
    if "long" in config.option.markexpr:
        return
    mine = [item for item in items if "tests/hostile/" in item.nodeid]
    long = [item for item in mine if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.fixture
def crew(cast):
    """{role: user} of one community and its street."""
    return {who: cast(who) for who in ("worker", "colleague", "secretary", "officer")}


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Thousands of wrong passwords: the slow hash has its own tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
