"""Every page says who may open it, every model says who may see it, and both are walked."""

from pathlib import Path

import pytest
from django.apps import apps
from django.urls import get_resolver

from stations.choices import Role
from stations.registries import permissions
from tests.support.walk import patterns

OWN_APPS = {"stations", "deliberation", "volunteers", "residents_map"}
MATRIX = Path(__file__).parent / "access_matrix.txt"
PUBLIC = Path(__file__).parent / "public_views.txt"

# Reached only through another object that says who may see it.
THROUGH_ANOTHER = {
    "deliberation.AgendaItem",  # its meeting
    "deliberation.Attendance",  # its meeting
    "deliberation.MeToo",  # its issue
    "deliberation.Position",  # its item
    "deliberation.Rating",  # its issue
    "deliberation.Reporter",  # its issue
    "deliberation.Resolution",  # its item
    "deliberation.Seat",  # its estate, in a meeting
    "deliberation.UsedToken",  # never shown
    "deliberation.Waiver",  # its issue
    "residents_map.ImportRow",  # its import
    "residents_map.LedgerVersion",  # never shown
    "residents_map.Ownership",  # never shown: only heads and floor areas leave it
    "stations.Stale",  # never shown
    "stations.Told",  # its duty
    "stations.User",  # a posting
}


def own_views():
    for pattern in patterns(get_resolver().url_patterns):
        if pattern.callback.__module__.split(".")[0] in OWN_APPS:
            yield pattern.callback


def test_every_view_says_who_may_open_it():
    silent = {
        f"{view.__module__}.{view.__name__}"
        for view in own_views()
        if not any(hasattr(view, m) for m in ("requires", "public_reason", "signed_in_reason"))
    }
    assert not silent


def test_public_views_are_the_ones_we_agreed_on():
    """A new door without a lock shows up as a diff of public_views.txt, with its reason."""
    lines = sorted(
        {
            f"{view.__module__}.{view.__name__}: {view.public_reason}"
            for view in own_views()
            if hasattr(view, "public_reason")
        }
    )
    assert "\n".join(lines) + "\n" == PUBLIC.read_text()


def test_access_matrix_is_the_one_we_agreed_on():
    """A change of who may do what shows up as a diff of access_matrix.txt."""
    lines = [
        f"{permission.key:<34}" + " ".join(role for role in Role.values if role in permission.roles)
        for permission in sorted(permissions, key=lambda p: p.key)
    ]
    assert "\n".join(lines) + "\n" == MATRIX.read_text()


def test_the_administrator_of_the_system_sees_no_resident():
    """Three separate hands: whoever keeps the machine running opens no case."""
    of_admin = {p.key for p in permissions if Role.ADMIN in p.roles}
    assert of_admin == {"stations.read_messages", "stations.view_components", "stations.view_work"}


def test_every_model_says_who_may_see_it():
    silent = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in OWN_APPS
        and model._meta.label not in THROUGH_ANOTHER
        and not hasattr(model.objects.all(), "visible_to")
    }
    assert not silent
    assert {model._meta.label for model in apps.get_models()} >= THROUGH_ANOTHER


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["volunteer", "admin", "district", "stranger"])
def test_roles_without_cases_see_no_row_of_them(who, cast, estate):
    from deliberation.models import Issue, Meeting, Notice, Photo, Task
    from stations.models import Act, Duty
    from tests.factories import report

    report(estate)
    for model in (Issue, Task, Meeting, Notice, Photo, Duty, Act):
        assert not model.objects.visible_to(cast(who)).exists(), model
