"""Pressed twice at once, pressed again later, sent without JavaScript, sent from an old page."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from deliberation.models import Event, Issue, Meeting, Notice, Rating, Task
from tests.factories import report
from tests.hostile.rows import ROWS, Stage, resident_or_staff
from tests.hostile.sending import HAN, Sent, crash

AT_ONCE = 4
# What one press makes; four at the same moment make no more.
MAKES_ONE = {
    "deliberation:report": Issue,
    "deliberation:issue_new": Issue,
    "deliberation:track_rate": Rating,
    "deliberation:issue_direct": Task,
    "deliberation:publish": Notice,
    "deliberation:meeting_new": Meeting,
}
ACTS = ["accept", "ask", "return", "parties", "street", "answer", "skip_notice", "close", "waive",
        "call_back", "reinspect", "undo"]  # fmt: skip


def together(form, cookies):
    """The answers of several browsers' tabs at the same moment."""
    barrier = Barrier(AT_ONCE)

    def press():
        client = Client(raise_request_exception=False)
        client.cookies = cookies
        try:
            barrier.wait(10)
            return client.post(form.url, form.data)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [each.result() for each in [pool.submit(press) for _ in range(AT_ONCE)]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", [*MAKES_ONE, *(f"deliberation:issue_{act}" for act in ACTS)])
def test_at_the_same_moment(estate, cast, client, name):
    stage = Stage(estate, cast)
    form = Sent(name, ROWS[name], stage, client)
    model = MAKES_ONE.get(name)
    rows, lines = (model.objects.count() if model else 0), Event.objects.count()
    answers = together(form, form.client.cookies)
    assert not [found for answer in answers if (found := crash(answer))]
    assert any(answer.status_code in form.row.said for answer in answers)
    if model:
        assert model.objects.count() == rows + 1
    elif name not in MAY_REPEAT:
        assert Event.objects.count() == lines + 1
    if name == "deliberation:report":
        assert {answer.status_code for answer in answers} == {302}


MAY_REPEAT = {"deliberation:issue_ask"}  # asking again is another question


@pytest.mark.django_db
def test_another_matter_on_the_same_page_is_another_issue(estate, cast, client):
    """Going back and writing something else: nothing that was typed is dropped."""
    stage = Stage(estate, cast)
    form = Sent("deliberation:issue_new", ROWS["deliberation:issue_new"], stage, client)
    for text in ("灯坏了", "灯坏了", "门坏了"):
        assert form.send(**{**form.data, "text": text})[0].status_code == 200
    assert sorted(Issue.objects.values_list("text", flat=True)) == ["灯坏了", "门坏了"]


@pytest.mark.django_db
def test_another_remark_on_the_same_page_is_another_remark(estate, cast, client):
    issue = report(estate)
    resident_or_staff(client, "resident", cast, issue)
    token = f"{uuid.uuid4()}"
    for words in ("还坏", "还坏", "又坏了一盏"):
        answer = client.post(f"/track/{issue.pk}/remark/", {"words": words, "token": token})
        assert answer.status_code == 302
    said = Event.objects.filter(kind="remark").values_list("words", flat=True)
    assert sorted(said) == ["又坏了一盏", "还坏"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ROWS)
def test_an_expired_page_is_told_so(estate, cast, name):
    """No CSRF token, an old one, a strange one: a Chinese page, nothing done."""
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    form = Sent(name, ROWS[name], Stage(estate, cast), strict)
    lines = Event.objects.count()
    for token in (
        {},
        *({"csrfmiddlewaretoken": one} for one in ("", "0" * 32, "x" * 5000, "\x00")),
    ):
        answer = strict.post(form.url, form.data | token)
        assert answer.status_code == 403 and HAN.search(answer.content.decode())
    assert Event.objects.count() == lines
