"""A meeting that is planned, one that runs, and its open item."""

import pytest

from deliberation.choices import ItemState, Party
from deliberation.services import agenda, meetings
from tests.deliberation.meetings.rows import waiting
from tests.factories import meeting_at


@pytest.fixture
def issue(estate, cast):
    """An issue that waits for a meeting."""
    return waiting(estate, cast("worker"))


@pytest.fixture
def planned(estate, cast, issue):
    """A meeting in three days with one issue, and an own item after it."""
    meeting = meeting_at(estate, cast("worker"), issues=[issue])
    agenda.add_item(meeting=meeting, by=cast("worker"), title="上次决议回头看")
    return meeting


@pytest.fixture
def running(planned, cast):
    """The meeting goes on, all four parties are here, the issue is on the table."""
    meetings.start_meeting(meeting=planned, by=cast("worker"))
    for party, name in zip(Party, ("李建国", "孙玉华", "何平", "刘建军"), strict=True):
        meetings.mark_attendance(meeting=planned, by=cast("worker"), party=party, name=name)
    planned.refresh_from_db()
    return planned


@pytest.fixture
def item(running):
    return running.items.get(state=ItemState.OPEN)
