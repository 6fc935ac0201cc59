"""Any text into the forms people use most: a clear refusal, or stored exactly."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deliberation.forms.closing import PublishForm
from deliberation.forms.meetings import ConveneForm
from deliberation.forms.resident import ReportForm
from deliberation.forms.triage import TaskForm
from deliberation.models import Issue, Meeting, Notice, Task
from deliberation.services import agenda, closing, intake, triage
from stations.foundation.http import carry_out
from tests.hostile.corpus import TEXTS
from tests.hostile.rows import Stage
from tests.hostile.sending import HAN, normal, undone

pytestmark = pytest.mark.django_db

# Everything a request can hold: Django reads it as UTF-8, so there is no lone surrogate in it.
SIGNS = st.characters(exclude_categories=["Cs"])
TEXT = (
    st.text(SIGNS, max_size=80) | st.text(SIGNS, max_size=1100) | st.sampled_from([*TEXTS.values()])
)
CHOICE = st.sampled_from(["", "light", "property", "four", "ebike"]) | st.text(SIGNS, max_size=12)
DAY = st.dates().map(str) | st.sampled_from(["", "1"]) | st.integers(0, 200).map(
    lambda days: f"{timezone.localdate() + timedelta(days=days)}"
) | st.text(SIGNS, max_size=12)  # fmt: skip
often = settings(max_examples=80, deadline=None, database=None, derandomize=True,
                 suppress_health_check=list(HealthCheck))  # fmt: skip


def check(form, service, **arguments):
    """What the service made; None after a refusal in Chinese that nothing came of."""
    made = carry_out(form, service, **arguments)
    if made is None:
        sentences = [s for errors in form.errors.values() for s in errors]
        assert sentences and all(HAN.search(sentence) for sentence in sentences)
    return made


def same(row, data, *names, resident=False):
    row.refresh_from_db()
    for name in names:
        assert getattr(row, name) == normal(data[name], resident), name


@pytest.fixture
def stage(estate, cast):
    return Stage(estate, cast)


def test_reports(estate):
    @often
    @given(st.fixed_dictionaries({"text": TEXT, "spot": TEXT, "name": TEXT, "door": TEXT,
                                  "phone": TEXT, "category": CHOICE, "where": CHOICE,
                                  "no_phone": st.sampled_from(["", "on"])}))  # fmt: skip
    def run(data):
        with undone():
            form = ReportForm({**data, "token": f"{uuid4()}"}, estate=estate)
            token = form.token if form.is_valid() else None
            made = check(form, intake.submit_issue, token=token, area=estate)
            assert Issue.objects.count() == bool(made)
            if made:
                issue = Issue.objects.get()
                same(issue, data, "text", "spot", resident=True)
                same(issue.reporter, data, "name", "door", resident=True)

    run()


def test_tasks(stage):
    issue = stage.accepted()

    @often
    @given(st.fixed_dictionaries({"title": TEXT, "person": TEXT, "responsible": CHOICE,
                                  "due_at": DAY, "user": CHOICE}))  # fmt: skip
    def run(data):
        with undone():
            form = TaskForm(data, issue=issue, by=stage.worker)
            made = check(form, triage.route_directly, issue=issue, by=stage.worker)
            assert Task.objects.count() == bool(made)
            if made:
                same(Task.objects.get(), data, "title", "person")

    run()


def test_meetings(stage):
    waiting = Issue.objects.filter(pk=stage.waiting().pk)

    @often
    @given(st.fixed_dictionaries({"place": TEXT, "chair": TEXT, "forum": CHOICE, "day": DAY,
                                  "hour": st.times().map(str) | CHOICE,
                                  "issues": st.lists(CHOICE, max_size=3)}))  # fmt: skip
    def run(data):
        with undone():
            form = ConveneForm(AsPosted(data), waiting=waiting)
            made = check(form, agenda.convene_meeting, area=stage.estate, by=stage.worker)
            assert Meeting.objects.count() == bool(made)
            if made:
                same(made, data, "place", "chair")

    run()


class AsPosted(dict):
    """A plain dict that answers like a QueryDict."""

    def getlist(self, name):
        value = self.get(name, [])
        return value if isinstance(value, list) else [value]


def test_notices(stage):
    issue = stage.done()

    @often
    @given(st.fixed_dictionaries({"title": TEXT, "body": TEXT, "before": CHOICE, "after": CHOICE,
                                  "days": st.integers().map(str) | st.just("15") | CHOICE}))  # fmt: skip
    def run(data):
        with undone():
            form = PublishForm(data, issue=issue, by=stage.worker)
            made = check(form, closing.publish_notice, issue=issue, by=stage.worker)
            assert Notice.objects.count() == bool(made)
            if made:
                same(made, data, "title", "body")

    run()


def test_the_state_table_is_closed():
    """Every state that a change leads to is in the table, and the last ones lead nowhere."""
    from deliberation.choices import ALLOWED, ALLOWED_BACK, STAGE_OF, State

    assert ALLOWED.keys() == STAGE_OF.keys() == set(State)
    for table in (ALLOWED, ALLOWED_BACK):
        assert all(to <= set(State) and at not in to for at, to in table.items())
    with pytest.raises(ValidationError):
        from deliberation.services.chain import move

        move(Issue(state=State.WITHDRAWN), State.ACCEPTED)
