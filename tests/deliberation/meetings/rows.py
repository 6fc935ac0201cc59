"""Meetings for tests, and how their pages are asked and read."""

import re
from datetime import timedelta

from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from deliberation.choices import Party
from deliberation.services import meetings, triage
from tests.factories import report


def url(name, *args):
    return reverse(f"deliberation:{name}", args=args)


def in_days(days):
    return timezone.now() + timedelta(days=days)


def html(response):
    return response.content.decode()


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def words(response):
    """What a person reads of a page, in one line."""
    return re.sub(r"\s+", "", soup(response).get_text())


def waiting(estate, by, **more):
    one = report(estate, **more)
    triage.accept_issue(issue=one, by=by)
    triage.put_before_parties(issue=one, by=by)
    one.refresh_from_db()
    return one


def all_agree(item, by):
    for party in Party:
        meetings.state_position(item=item, by=by, party=party, stance="agree")


def plan(item, by):
    return meetings.plan_task(
        item=item, by=by, title="装桩", responsible="property", due_at=in_days(9)
    )


TOMORROW = {"day": "", "hour": "19:30", "place": "凉亭", "chair": "李建国"}
