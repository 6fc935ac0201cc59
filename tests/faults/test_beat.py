"""Reminders come from "due and not told", never from "the beat fired" (T5)."""

from datetime import timedelta

from django.utils import timezone

from stations.choices import DutyStep, WorkState
from stations.foundation.work import kinds
from stations.models import Duty, Message, Told, Work
from stations.services.work import later
from tests.factories import report
from tests.faults.processes import eventually

DOWN = timedelta(hours=26)


def every_turn_is_done(turns):
    rows = Work.objects.filter(kind="stations.tell_duties")
    return rows.count() == turns and not rows.exclude(state=WorkState.DONE).exists()


def test_two_beats_after_26_hours_of_none(site, start, cast, estate):
    """Everybody hears of each thing once, of its highest step, and that it is late."""
    people = [cast(who) for who in ("worker", "secretary", "officer")]
    issues = [report(estate) for _ in range(4)]
    start("relay", "worker")
    site.send_task("stations.tick")
    eventually(lambda: every_turn_is_done(1))
    assert Told.objects.count() == 0
    # 26 hours pass: the same as everything having been 26 hours (and its term) earlier.
    past = timezone.now() - DOWN
    Duty.objects.update(since=past, half_at=past, most_at=past, until=past)
    Work.objects.filter(kind="stations.tell_duties").update(key="before the pause")
    for _ in range(3):  # minutes
        for _ in range(2):  # beats
            site.send_task("stations.tick")
            site.send_task("stations.sweep")
    eventually(lambda: every_turn_is_done(2) or every_turn_is_done(3))
    assert Told.objects.count() == Message.objects.count() == len(issues) * len(people)
    assert set(Told.objects.values_list("step", flat=True)) == {DutyStep.FULL}
    assert all("已经超期" in body for body in Message.objects.values_list("body", flat=True))
    for kind in kinds.recurring():
        assert Work.objects.filter(kind=kind.key).count() <= 3


def test_none_is_told_before_its_time(site, start, cast, estate):
    for who in ("worker", "secretary", "officer"):
        cast(who)
    report(estate)
    start("relay", "worker")
    site.send_task("stations.tick")
    eventually(lambda: every_turn_is_done(1))
    assert Message.objects.count() == 0


def test_beat_without_redis_and_without_relay(site, start, estate):
    """Beat outlives Redis, and its sweep finds what no relay announced."""
    site.kill_valkey()
    beat, worker = start("beat", "worker", guarded=False)
    row = later("stations.count_moment", key="only")
    eventually(lambda: "Cannot connect" in site.said() or "rror" in site.said(), seconds=30)
    site.start_valkey()
    eventually(lambda: Work.objects.get(pk=row.pk).state == WorkState.DONE)
    assert not beat.ended
    assert not worker.ended
