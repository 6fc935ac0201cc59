"""Z6: what somebody may is what they may now, also for what they asked for earlier."""

import pytest
from django.urls import reverse
from django.utils import timezone

from stations.choices import WorkState
from stations.models import Act, Message, Report, Work
from stations.services.reports import last_month, order_report
from stations.services.work import run
from tests.factories import PostingFactory, report

pytestmark = pytest.mark.django_db(transaction=True)  # a report reads from its own snapshot


@pytest.fixture
def ordered(community, cast):
    return order_report(area=community, month=last_month(), by=cast("worker"))


def build(ordered):
    run(ordered.work_id)
    ordered.refresh_from_db()
    return ordered


def end_posting(who):
    who.postings.update(until=timezone.now())
    who.__dict__.pop("_current_postings", None)


FILES = ("stations:report_word", "stations:report_excel", "stations:report")


def statuses(client, ordered):
    found = []
    for name in FILES:
        answer = client.get(reverse(name, args=[ordered.pk]))
        if answer.streaming:
            b"".join(answer.streaming_content)
        found.append(answer.status_code)
    return found


def test_queued_report_of_somebody_who_lost_the_right_is_refused(ordered, cast, sign_in):
    end_posting(cast("worker"))
    build(ordered)
    assert not ordered.is_ready
    assert not Message.objects.filter(recipient=cast("worker")).exists()
    refusal = Act.objects.get(verb="stations.report_refused")
    assert (refusal.on_id, refusal.actor, refusal.by) == (ordered.pk, "系统", None)
    assert Work.objects.get(pk=ordered.work_id).state == WorkState.DONE
    assert statuses(sign_in("worker"), ordered) == [404, 404, 404]


def test_finished_files_do_not_exist_for_whoever_lost_the_right(ordered, cast, sign_in):
    build(ordered)
    client = sign_in("worker")
    assert statuses(client, ordered) == [200, 200, 200]
    end_posting(cast("worker"))
    assert statuses(client, ordered) == [404, 404, 404]
    assert statuses(sign_in("secretary"), ordered) == [200, 200, 200]


def test_moved_to_another_community(ordered, cast, sign_in, sibling):
    """The old place is gone at the next click, the new one is there."""
    build(ordered)
    client, worker = sign_in("worker"), cast("worker")
    end_posting(worker)
    PostingFactory(user=worker, area=sibling)
    assert statuses(client, ordered) == [404, 404, 404]
    assert client.get("/reports/").status_code == 200


def test_report_of_the_month_needs_nobody(community):
    """Nobody asked, so nobody's right is needed; who may read it is asked at the download."""
    ordered = build(order_report(area=community, month=last_month()))
    assert ordered.is_ready


def test_export_and_photo_ask_again(estate, cast, sign_in):
    from deliberation.models import Photo
    from tests.support.pictures import remade

    issue = report(estate, photos=[remade()])
    photo = reverse("deliberation:photo", args=[Photo.objects.get(issue=issue).pk])
    client = sign_in("worker")
    answer = client.get(photo)
    assert b"".join(answer.streaming_content)
    end_posting(cast("worker"))
    assert client.get(photo).status_code == 404
    assert client.get("/issues/export/").status_code == 403
    assert client.get(f"/issues/{issue.pk}/").status_code == 404


def test_disabled_person_cannot_have_a_report_made(ordered, cast):
    worker = cast("worker")
    worker.is_active = False
    worker.save()
    assert not build(ordered).is_ready
    assert Report.objects.get().pk == ordered.pk
