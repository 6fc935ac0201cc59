"""Deadlines in words: hours within a day of work, calendar days where a day's end was the limit."""

from datetime import datetime

import pytest
from django.utils import timezone

from stations.foundation.drawing import left_words


def at(text):
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("due", "now", "words", "tone"),
    [
        # Due by the end of a day: every morning is one day more, as on the map.
        ("2026-11-21 23:59", "2026-11-22 00:05", "超 1 天", "late"),
        ("2026-11-21 23:59", "2026-11-22 18:20", "超 1 天", "late"),
        ("2026-11-20 23:59", "2026-11-22 08:00", "超 2 天", "late"),
        ("2025-12-31 23:59", "2026-01-01 09:00", "超 1 天", "late"),
        ("2026-11-22 23:59", "2026-11-22 18:20", "今天 23:59", "warn"),
        # Due at an hour: what has passed since.
        ("2026-11-21 17:30", "2026-11-22 08:30", "超 15 小时", "late"),
        ("2026-11-20 17:30", "2026-11-22 08:30", "超 1 天", "late"),
        ("2026-11-22 08:00", "2026-11-22 08:20", "超 20 分钟", "late"),
        ("2026-11-23 12:00", "2026-11-22 08:20", "明天 12:00", ""),
    ],
)
def test_what_is_left(due, now, words, tone):
    assert left_words(at(due), at(now)) == (words, tone)
