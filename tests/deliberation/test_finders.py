"""What the search box finds of deliberation: issues and resolutions; only of one's places."""

from datetime import timedelta

import pytest
from django.utils import timezone

from deliberation.choices import Party
from deliberation.models import AgendaItem
from deliberation.services import meetings, triage
from stations.foundation.sought import sought_from
from stations.registries import finders
from tests.factories import meeting_at, report

pytestmark = pytest.mark.django_db
KINDS = ("deliberation.issues", "deliberation.resolutions")


def look(user, typed, most=9):
    found = {key: finders[key].run(user, sought_from(typed), most) for key in KINDS}
    return {key: rows for key, rows in found.items() if rows}


def resolved(estate, worker):
    """An issue about which a meeting passed a resolution with a task to follow."""
    issue = report(estate, title="路灯坏了三盏")
    triage.accept_issue(issue=issue, by=worker)
    meeting = meeting_at(estate, worker)
    triage.put_before_parties(issue=issue, by=worker, meeting=meeting)
    meetings.start_meeting(meeting=meeting, by=worker)
    item = AgendaItem.objects.get(issue=issue)
    for party in Party:
        meetings.mark_attendance(meeting=meeting, by=worker, party=party, name=f"代表{party}")
        meetings.state_position(item=item, by=worker, party=party, stance="agree")
    meetings.draft_resolution(item=item, by=worker, text="换成节能灯。")
    meetings.plan_task(
        item=item,
        by=worker,
        title="装节能灯",
        responsible="property",
        due_at=timezone.now() + timedelta(days=9),
    )
    assert look(worker, "节能灯") == {}  # still talked about
    return meetings.pass_resolution(item=item, by=worker)


def test_an_issue_is_found_by_number_words_and_place(estate, other_estate, cast):
    worker = cast("worker")
    issue = report(estate, title="井盖松了")
    for n in range(3):
        report(estate, title=f"路灯坏了{issue.pk}天，第{n}盏")
    report(other_estate, title="井盖也松了")
    for typed in (f"SQ-{issue.pk}", f"sq {issue.pk}", "井盖", "松了 井盖"):
        (rows,) = look(worker, typed).values()
        assert [row.title for row in rows] == ["井盖松了"], typed
    rows = look(worker, str(issue.pk), most=2)["deliberation.issues"]
    assert [row.exact for row in rows] == [True, False]  # the number stands before the words
    assert rows[0].url == issue.get_absolute_url() and issue.number in rows[0].text


def test_resolutions_are_found_once_they_stand(estate, cast, sign_in):
    worker = cast("worker")
    resolution = resolved(estate, worker)
    found = look(worker, "节能灯")
    assert {key: [row.title for row in rows] for key, rows in found.items()} == {
        "deliberation.resolutions": ["路灯坏了三盏"]
    }
    assert look(worker, resolution.number)["deliberation.resolutions"]
    client = sign_in("officer")
    for rows in look(cast("officer"), "节能灯").values():
        assert client.get(rows[0].url).status_code == 200


@pytest.mark.parametrize("who", ["sibling_worker", "far_officer", "district", "volunteer", "admin"])
def test_nobody_elsewhere_finds_any_of_it(who, estate, cast):
    issue = report(estate, title="井盖松了")
    for typed in ("井盖", issue.number, str(issue.pk)):
        assert look(cast(who), typed) == {}


@pytest.mark.parametrize("typed", ["节能灯", "SQ-1", "1", "13900000001"])
def test_each_finder_asks_at_most_once(typed, estate, cast, django_assert_max_num_queries):
    worker = cast("worker")
    resolved(estate, worker)
    look(worker, typed)
    for key in KINDS:
        with django_assert_max_num_queries(1):
            finders[key].run(worker, sought_from(typed), 9)
