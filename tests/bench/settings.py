"""The portal's own settings with bare pages beside its own, for comparison. Never shipped."""

from pathlib import Path

from config.settings import *  # noqa: TID251
from config.settings import MIDDLEWARE, TEMPLATES  # noqa: TID251

ROOT_URLCONF = "tests.bench.urls"
MIDDLEWARE = ["tests.bench.counting.QueryCountMiddleware", *MIDDLEWARE]
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]
