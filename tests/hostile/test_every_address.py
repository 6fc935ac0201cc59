"""I4, I5 for every address there is: one strange value in every field the portal knows is no 500.

The rows of tests/hostile/rows.py look closer at the forms of issues, meetings and tasks; here no
address of any app is left out, and a new one is in at once.
"""

import importlib
import pkgutil
from inspect import isclass

import pytest
from django.apps import apps
from django.forms import BaseForm
from django.urls import reverse

from tests.architecture.test_walk import VIEWS, World, kwargs_of
from tests.hostile.sending import undone

# Minutes: asked for by `-m long`, not in every run.
pytestmark = [pytest.mark.django_db, pytest.mark.long]

DAYS = ("0001-01-01", "9999-12-31", "9999-12-31T23:59:59+23:59~1")
STRANGE = {
    "nul": "\x00a\x00",
    "long": "长" * 10_000,
    "digits": "9" * 40,
    "negative": "-1",
    "largest key": "9223372036854775808",
    "signs": "\U00020bb7\u202e\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "not a number": "nan",
    "exponent": "1e400",
    "other digits": "\u0661\u0662",
    "empty": "",
    **{f"day {day}": day for day in DAYS},
}
# Beside the fields of forms: what views read themselves.
READ = {"after", "area", "back", "before", "choices", "from", "kind", "month", "q", "say", "state",
        "supply", "tab", "view", "who"}  # fmt: skip
DAY_NAMES = ("_on", "_at", "day", "month", "until", "birthday", "first", "last")


def fields_of(app):
    """The names of all fields of an app's forms."""
    home = importlib.import_module(f"{app}.forms")
    modules = [home]
    if hasattr(home, "__path__"):
        walked = pkgutil.walk_packages(home.__path__, f"{app}.forms.")
        modules += [importlib.import_module(module.name) for module in walked]
    forms = (v for module in modules for v in vars(module).values() if isclass(v))
    return {name for form in forms if issubclass(form, BaseForm) for name in form.base_fields}


OURS = sorted(app.name for app in apps.get_app_configs() if "." not in app.name)
FIELDS = sorted(
    READ.union(*(fields_of(app) for app in OURS if importlib.util.find_spec(f"{app}.forms")))
)


def data_for(case):
    """Every field with this value; a strange day only where a day belongs, else "1"."""
    value = STRANGE[case]
    if value not in DAYS:
        return dict.fromkeys(FIELDS, value)
    return {name: value if name.endswith(DAY_NAMES) else "1" for name in FIELDS}


CASES = [("worker", case) for case in STRANGE] + [
    (who, case) for who in ("secretary", "volunteer") for case in ("nul", "largest key", "empty")
]


@pytest.mark.parametrize(("who", "case"), CASES)
def test_no_address_breaks(estate, cast, client, who, case):
    world = World(estate, cast("worker"), cast("colleague"), cast)
    client.force_login(cast(who))
    client.raise_request_exception = False
    data, wrong = data_for(case), []
    for name in sorted(VIEWS):
        url = reverse(name, kwargs=kwargs_of(name, world))
        for method in (client.post, client.get):
            with undone():
                answer = method(url, data)
                if answer.streaming:
                    b"".join(answer.streaming_content)
            if answer.status_code >= 500:
                wrong.append(f"{method.__name__} {name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
