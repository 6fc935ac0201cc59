"""Sending a form and judging the answer."""

import re
from contextlib import contextmanager
from html import escape

from django.apps import apps
from django.db import transaction
from django.forms import BaseForm
from django.urls import get_resolver, reverse

from stations.models import Act
from tests.architecture.test_walk import VIEWS, kwargs_of
from tests.hostile.rows import resident_or_staff
from tests.support.walk import patterns

ALLOWED = {200, 302, 400, 403, 404, 405, 413, 422, 429}
HAN = re.compile("[\u4e00-\u9fff]")
# What no HTML page can carry back: control signs and what is no character.
UNCARRIED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def names():
    """Every address of the portal."""
    own = [p.name for p in patterns(get_resolver().url_patterns) if p.name not in bare(VIEWS)]
    return {*VIEWS, *own}


def bare(names):
    return {name.split(":")[1] for name in names}


@contextmanager
def undone():
    """Whatever happens here did not happen."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


class Sent:
    """A form set up once, to be sent with many contents."""

    def __init__(self, name, row, stage, client):
        self.name, self.row, self.stage = name, row, stage
        target = row.ready(stage)
        self.client = resident_or_staff(client, row.who, stage.cast, target)
        self.client.raise_request_exception = False
        self.url = row.url(name, target)
        self.data = row.filled(stage)

    def send(self, **data):
        """(answer, what is wrong with it or "")."""
        answer = self.client.post(self.url, data)
        return answer, crash(answer)

    def judged(self, case, changed, *, words=()):
        """What is wrong after sending the form with these contents; nothing of it stays."""
        with undone():
            before = Act.objects.count()
            answer, wrong = self.send(**{**self.data, **changed})
            if wrong:
                return [f"{case}: {wrong}"]
            if answer.status_code == 422:
                found = refused(answer, [changed[name] for name in words if self.row.keeps])
                if Act.objects.count() != before:
                    found.append("refused, but an act was recorded")
            elif answer.status_code in self.row.said:
                found = [
                    f"{name} was not kept as typed"
                    for name in words
                    if not self.kept(name, changed[name])
                ]
            else:
                found = [f"answered {answer.status_code}"]
            return [f"{case}: {one}" for one in found]

    def kept(self, name, text):
        """Whether the words are stored exactly, apart from what is documented."""
        where = self.row.words_of()[name]
        text = normal(text, self.row.resident)
        if self.row.lines:
            text = text.replace("\r\n", "\n")
        if not where or not text:
            return True
        model, lookup = where.split(".", 1)
        return apps.get_model("deliberation", model).objects.filter(**{lookup: text}).exists()


def normal(text, resident):
    """As words are kept: without blanks around; a resident's without control signs too."""
    if resident:
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()


def crash(answer):
    """Why this answer must never be given, or ""."""
    if answer.status_code not in ALLOWED:
        exc = getattr(answer, "exc_info", None)
        return f"{answer.status_code} {exc[1]!r}"[:300] if exc else f"{answer.status_code}"
    if not answer.streaming and b"Traceback (most recent" in answer.content:
        return "a traceback"
    return ""


def refused(answer, typed):
    """What a refusal lacks: a Chinese sentence on the page, and what was typed."""
    page = answer.content.decode()
    sentences = [s for form in forms_of(answer) for errors in form.errors.values() for s in errors]
    found = []
    if sentences and not any(escape(s) in page for s in sentences):
        found.append(f"no sentence of {sentences}")
    said = ('role="alert"', 'class="found"', 'class="error"')
    if not sentences and not any(sign in page for sign in said):
        found.append("refused without a sentence")
    found += [f"not Chinese: {s}" for s in sentences if not HAN.search(s)]
    flat = page.replace("\r\n", "\n").replace("\r", "\n")
    for text in typed:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not UNCARRIED.search(text) and escape(text) not in flat:
            found.append(f"typed words are gone: {text[:20]!r}")
    return found


def forms_of(answer):
    """The refused forms an answer was drawn from."""
    seen = {}
    for context in answer.context or ():
        for layer in getattr(context, "dicts", ()):
            for value in layer.values():
                if isinstance(value, BaseForm) and value.is_bound and value.errors:
                    seen[id(value)] = value
    return seen.values()


def page_url(name, world):
    if ":" not in name:
        return reverse(name)
    return reverse(name, kwargs=kwargs_of(name, world))
