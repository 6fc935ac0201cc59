"""What the tests of this folder share: quick passwords, addresses all over the world."""

import pytest
from django.core.cache import cache

PASSWORD = "jinxiu-shequ-2026"


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
