"""I4: strange words make no 500; they are kept exactly, or refused with a sentence."""

import pytest

from tests.hostile.corpus import BODIES, NUMBER_OF_CASES, ODD, TEXTS
from tests.hostile.rows import PAGES, ROWS, Stage
from tests.hostile.sending import Sent, crash, names, undone

# Minutes for the whole product: asked for by `-m long`, not in every run.
pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def stage(estate, cast):
    return Stage(estate, cast)


@pytest.fixture
def sent(stage, client):
    return lambda name: Sent(name, ROWS[name], stage, client)


def test_the_corpus_is_large():
    assert NUMBER_OF_CASES >= 120 and len(TEXTS) >= 60


def test_every_form_has_its_row():
    """Of these apps; every other address is in test_every_address.py."""
    elsewhere = {name for name in names() if name.startswith(("residents_map:", "volunteers:"))}
    assert names() - elsewhere == (ROWS.keys() | PAGES.keys()) - elsewhere
    assert not ROWS.keys() & PAGES.keys()


@pytest.mark.parametrize("name", ROWS)
def test_the_form_takes_what_it_is_for(sent, name):
    """Otherwise nothing below would prove anything."""
    form = sent(name)
    words = form.row.words_of()
    assert form.judged("usual", {w: form.data[w] for w in words}, words=words) == []
    with undone():
        assert form.send(**form.data)[0].status_code in form.row.said


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.words])
def test_strange_words(sent, name):
    form = sent(name)
    words = form.row.words_of()
    wrong = []
    for case, text in TEXTS.items():
        wrong += form.judged(case, dict.fromkeys(words, text), words=words)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.data])
def test_odd_values(sent, name):
    """Dates, numbers, choices, keys and switches hold what no page of ours would send."""
    form = sent(name)
    fields, values = sorted(form.data.keys() - form.row.words_of().keys()), [*ODD.values()]
    wrong = []
    for turn in range(len(values)):  # every field gets every value, each another one at a time
        odd = {one: values[(turn + 5 * at) % len(values)] for at, one in enumerate(fields)}
        with undone():
            if crashed := form.send(**{**form.data, **odd})[1]:
                wrong.append(f"{odd}: {crashed}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.data])
def test_one_odd_value(sent, name):
    """The same, one field at a time and all others right."""
    form = sent(name)
    wrong = []
    for field in form.data.keys() - form.row.words_of().keys():
        for case, value in ODD.items():
            with undone():
                if crashed := form.send(**{**form.data, field: value})[1]:
                    wrong.append(f"{field}: {case}: {crashed}")
    assert not wrong, "\n".join(wrong)


# Bodies are read before any form of ours: some of each kind, and all of them in the long run.
SOME = {"deliberation:report", "deliberation:track", "deliberation:me_too", "deliberation:same",
        "deliberation:track_remark", "deliberation:issue_new", "deliberation:issues_merge",
        "deliberation:issue_note", "deliberation:publish", "deliberation:finish_task",
        "deliberation:meeting_new", "deliberation:item_draft", "stations:reports",
        "account_login", "mfa_authenticate"}  # fmt: skip


@pytest.mark.parametrize(
    "name", [name if name in SOME else pytest.param(name, marks=pytest.mark.long) for name in ROWS]
)
def test_strange_bodies(sent, name):
    """Whole requests that no browser of ours sends: wrong charsets, broken parts, too much."""
    form = sent(name)
    field = next(iter(form.row.words_of() or form.data), "words").encode()
    wrong = []
    for case, (body, kind) in BODIES.items():
        with undone():
            body = body.replace(b"{field}", field).replace(b'"{}"', b'"%s"' % field)
            answer = form.client.generic("POST", form.url, body, content_type=kind)
            if crashed := crash(answer):
                wrong.append(f"{case}: {crashed}")
    assert not wrong, "\n".join(wrong)
