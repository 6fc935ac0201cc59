"""Z8: whatever else is posted beside a form's own fields changes nothing."""

import re
from collections import Counter

import pytest
from django.apps import apps
from django.db import models

from deliberation.forms import closing, issues, meetings, resident, tasks, track, triage
from tests.hostile.rows import ROWS, Stage
from tests.hostile.sending import Sent, undone

pytestmark = pytest.mark.django_db

OWN = [model for app in ("stations", "deliberation") for model in apps.get_app_config(app).get_models()]  # fmt: skip
# Differ from one sending to the next, whatever is sent.
RANDOM = {"token", "uuid", "code_digest", "search", "data", "detail", "on_id", "object_id",
          "on_label", "subtitle", "request_id", "phone_sealed", "file", "thumb", "key", "number",
          "arguments", "to_id"}  # fmt: skip
WORDS = "外人写的"


def alien_values(stage):
    """{field name: a value that must not arrive} for every field of every model."""
    other = stage.cast("sibling_worker")
    values = {}
    for model in OWN:
        for field in model._meta.concrete_fields:
            values.setdefault(field.name, alien(field, other))
            values.setdefault(field.attname, values[field.name])
    extra = {"by": other.pk, "actor": WORDS, "role": "admin", "is_superuser": "1", "is_staff": "1"}
    return values | extra


def alien(field, other):
    if field.is_relation:
        return other.pk
    if field.choices:
        return field.choices[-1][0]
    if isinstance(field, models.BooleanField):
        return "1"
    if isinstance(field, (models.DateField, models.DateTimeField)):
        return "2001-02-03"
    if isinstance(field, (models.IntegerField, models.AutoField)):
        return "7"
    return WORDS


def everything():
    """All rows of all tables without what is new or random by nature, as a multiset."""
    found = Counter()
    for model in OWN:
        fields = [
            field
            for field in model._meta.concrete_fields
            if field.name not in RANDOM
            and not field.primary_key
            and not isinstance(field, (models.DateTimeField, models.DateField))
        ]
        for row in model.objects.all():
            values = [
                "somebody" if field.is_relation and field.related_model not in KNOWN and getattr(row, field.attname)
                else getattr(row, field.attname)
                for field in fields
            ]  # fmt: skip
            found[model.__name__, re.sub(r"SQ-\d+", "SQ", repr(values))] += 1
    return found


# Tables whose rows no form makes: their keys can be compared.
KNOWN = {apps.get_model("stations", name) for name in ("Area", "User", "Building", "Entrance", "Place")}  # fmt: skip


def own_fields(form):
    """What the form declares, with the names its view reads beside it."""
    declared, names = set(), {name.removeprefix(form.row.prefix) for name in form.data} - EXTRA
    for module in (closing, issues, meetings, resident, tasks, track, triage):
        for one in vars(module).values():
            fields = set(getattr(one, "base_fields", ()))
            if names and names <= fields:
                declared |= fields
    return declared | form.data.keys()


EXTRA = {"publish", "insert", "item", "area", "way"}


@pytest.mark.parametrize("name", [name for name in ROWS if ":" in name])
def test_only_declared_fields_change(estate, cast, client, sibling, name):
    stage = Stage(estate, cast)
    form = Sent(name, ROWS[name], stage, client)
    aliens = alien_values(stage)
    # What a form declares may be changed by it, on purpose.
    foreign = {key: value for key, value in aliens.items() if key not in own_fields(form)}
    assert len(foreign) > 20
    results = []
    for more in ({}, foreign):
        with undone():
            form.stage = stage
            answer, wrong = form.send(**(more | form.data))
            assert not wrong
            results.append((answer.status_code, everything()))
    (status, plain), (same_status, attacked) = results
    assert same_status == status
    assert attacked - plain == plain - attacked == Counter()
    assert not [key for key in attacked if WORDS in key[1]]
