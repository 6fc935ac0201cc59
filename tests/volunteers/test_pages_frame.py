"""Every page of voluntary service has its row of rooms and a way back."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from volunteers.templatetags.volunteers import STAFF_TABS

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates/volunteers").glob("*.html"))
ROOMS = {key for key, *_ in STAFF_TABS}


def extending(frame):
    pages = [(path.name, path.read_text()) for path in TEMPLATES]
    return [page for page in pages if f'{{% extends "{frame}" %}}' in page[1]]


@pytest.mark.parametrize(("name", "text"), extending("staff.html"))
def test_a_staff_page_has_the_row_of_rooms_and_says_where_one_is(name, text):
    rooms = re.findall(r'include "volunteers/staff_tabs.html" with tab="(\w+)"', text)
    assert rooms and ROOMS.issuperset(rooms)  # the street finds some pages in another room
    assert "{% block crumbs %}" in text or "{% block heading %}" in text
    if "{% block heading %}" not in text:  # a page below a list leads back to it
        assert re.search(r"block crumbs %}.*?<a href=", text)


@pytest.mark.parametrize(("name", "text"), extending("volunteers/phone.html"))
def test_a_phone_page_keeps_the_way_back_of_its_frame(name, text):
    """The frame leads back to 首页 and has the row at the foot; only 首页 itself greets instead."""
    assert "{% block heading %}" in text or name == "mine.html"
    foot = re.search(r"{% block foot %}(.*?){% endblock %}", text)
    assert foot is None or "{{ block.super }}" in foot[1]


def test_the_frame_of_phones_leads_back_and_on():
    frame = next(path for path in TEMPLATES if path.name == "phone.html").read_text()
    assert '{% block back %}{% way "mine" %}' in frame and "phone_tabs" in frame
