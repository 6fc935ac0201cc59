"""D1 of the resident-situation map: looks on pages with a form, and acts a worker finishes."""

import pytest
from django.urls import reverse

from residents_map.services.reveals import OPENED
from stations.models import Act
from stations.services.work import run
from tests.residents_map.imports.books import fresh
from tests.security.audit_ledger import LedgerStage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(estate, cast, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    stage = LedgerStage()
    stage.estate, stage.cast, stage.worker = estate, cast, cast("worker")
    return stage


def verbs_since(before):
    return list(Act.objects.order_by("pk").values_list("verb", flat=True)[before:])


@pytest.mark.parametrize(
    ("name", "prepare"),
    [
        ("visit_new", LedgerStage.home),
        ("care_new", LedgerStage.home),
        ("visit_plan", LedgerStage.home),
        ("person_edit", LedgerStage.person),
    ],
)
def test_a_form_that_shows_a_name_is_a_look(name, prepare, stage, sign_in):
    found = prepare(stage)
    before = Act.objects.count()
    answer = sign_in("worker").get(reverse(f"residents_map:{name}", args=[found.pk]))
    assert "刘桂芳" in answer.content.decode()
    assert verbs_since(before) == [OPENED]


@pytest.mark.parametrize(
    ("name", "prepare", "verb"),
    [
        ("import_write", LedgerStage.ready, "import_written"),
        ("import_undo", LedgerStage.written, "import_undone"),
    ],
)
def test_what_a_worker_finishes_is_said_to_be_whoever_pressed(name, prepare, verb, stage, sign_in):
    """By the one who decided, not by the one who once uploaded the file."""
    found = prepare(stage)
    before = Act.objects.count()
    sign_in("colleague").post(reverse(f"residents_map:{name}", args=[found.pk]))
    assert verbs_since(before) == []
    assert run(fresh(found).work_id)
    assert verbs_since(before) == [f"residents_map.{verb}"]
    assert Act.objects.latest("pk").by == stage.cast("colleague")
