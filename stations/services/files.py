"""Files without a row: left behind by a process that died between writing and COMMIT."""

import os
from datetime import timedelta
from itertools import islice

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

YOUNGEST = timedelta(days=1)  # a younger one may belong to an act that is still going on
OLDEST = timedelta(days=15)  # older ones were looked at already
BATCH = 500


def forget_orphans():
    """Delete the last fortnight's files that no row names. Returns how many they were.

    A file is written before its row commits, so a row never points at nothing; the
    other way round is tidied up here.
    """
    names = _files()
    gone = 0
    while batch := list(islice(names, BATCH)):
        for name in set(batch) - _named(batch):
            default_storage.delete(name)
            gone += 1
    return gone


def _files():
    """Names of the files to look at, as a row would write them."""
    now = timezone.now()
    since, until = (now - OLDEST).timestamp(), (now - YOUNGEST).timestamp()
    top = default_storage.location
    for folder, _, files in os.walk(top):
        for file in files:
            path = os.path.join(folder, file)
            try:
                if since < os.stat(path).st_mtime < until:
                    yield os.path.relpath(path, top)
            except FileNotFoundError:  # somebody else tidied it up
                continue


def _named(names):
    """Those of the names that some row of some model has."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                rows = model._base_manager.filter(**{f"{field.name}__in": names})
                found.update(rows.values_list(field.name, flat=True))
    return found
