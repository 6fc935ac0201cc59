"""What the tests of this folder share: quick passwords, addresses all over the world."""

import pytest
from django.core.cache import cache

PASSWORD = "jinxiu-shequ-2026"


def pytest_collection_modifyitems(config, items):
    """Long tests run when they are asked for: `-m long`."""
    if "long" not in config.option.markexpr:
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def no_counts(db):
    """Nobody has failed to sign in so far."""
    cache.clear()


@pytest.fixture
def worker(cast, no_counts):
    """A worker with a password."""
    user = cast("worker")
    user.set_password(PASSWORD)
    user.save()
    return user


def address(number):
    """An address of a network of its own for each number."""
    return f"{11 + number // 65536 % 200}.{number // 256 % 256}.{number % 256}.7"
