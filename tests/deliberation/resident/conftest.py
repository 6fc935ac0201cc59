"""An entrance with its code, an issue that is done, and photos of one's own."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from deliberation.choices import PhotoStage
from deliberation.services import closing, tasks, triage
from tests.factories import BuildingFactory, EntranceFactory, report


@pytest.fixture(autouse=True)
def photos_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def entrance(estate):
    return EntranceFactory(building=BuildingFactory(area=estate, number=3), number=2, code="e3x2")


@pytest.fixture
def done(estate, cast):
    """An issue with photos, handled, on a live notice, waiting to be rated."""
    from stations.foundation.photos import Remade

    def picture():
        out = io.BytesIO()
        Image.new("RGB", (8, 6)).save(out, "JPEG")
        return Remade(jpeg=out.getvalue(), thumb=out.getvalue(), width=8, height=6)

    worker, colleague = cast("worker"), cast("colleague")
    issue = report(estate, photos=[picture(), picture()])
    triage.accept_issue(issue=issue, by=worker)
    triage.route_directly(
        issue=issue,
        by=worker,
        title="换插座",
        responsible="property",
        due_at=timezone.now() + timedelta(days=5),
    )
    task = issue.tasks.get()
    tasks.report_progress(task=task, by=worker, words="师傅来看过", photos=[picture()])
    tasks.report_progress(task=task, by=worker, words="查住户", photos=[picture()], is_public=False)
    tasks.finish_task(task=task, by=worker, words="换好了", photos=[picture()])
    tasks.verify_task(task=task, by=colleague)
    issue.refresh_from_db()
    closing.publish_notice(
        issue=issue,
        by=worker,
        title="插座换好了",
        body="三个插座都换了新的。",
        before=issue.photos.filter(stage=PhotoStage.REPORT).first(),
        after=issue.photos.get(stage=PhotoStage.AFTER),
    )
    issue.refresh_from_db()
    return issue
