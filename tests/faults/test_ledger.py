"""`make faults`: random faults under mixed load, and at the end the ledger is compared (F1, F2).

DURATION=480 make faults  # seconds; 1800 by default
"""

import os
import random
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections
from django.db.models import Count
from django.utils import timezone

from deliberation.models import Event, Issue, Meeting, Photo, Rating, Resolution
from stations.choices import DutyStep, WorkState
from stations.models import Act, Duty, Message, Report, Told, Work
from stations.registries import duties
from stations.services.work import later
from tests.faults.load import Load
from tests.faults.people import Resident, answers
from tests.faults.processes import eventually

DURATION = int(os.environ.get("DURATION", "1800"))
RECOVERY_SECONDS = 60  # F2


class Faults:
    """What can happen to a portal. Each takes a few seconds; the guard plays systemd."""

    def __init__(self, site):
        self.site = site

    def some(self, name):
        return random.choice([p for p in self.site.processes if p.name == name])

    def web_child_killed(self):
        self.some("web").kill_child()

    def web_killed(self):
        self.some("web").kill()

    def worker_killed(self):
        self.some("worker").kill()

    def worker_child_killed(self):
        self.some("worker").kill_child()

    def worker_frozen(self):
        worker = self.some("worker")
        worker.freeze()
        time.sleep(random.uniform(5, 60))  # some past their lease
        worker.wake()

    def relay_killed(self):
        self.some("relay").kill()

    def beat_killed(self):
        self.some("beat").kill()

    def redis_emptied(self):
        self.site.redis.flushall()

    def redis_killed(self):
        self.site.kill_valkey()
        time.sleep(random.uniform(0, 10))
        self.site.start_valkey()

    def redis_mute(self):
        self.site.freeze_valkey()
        time.sleep(random.uniform(2, 15))
        self.site.thaw_valkey()

    def postgres_stopped(self):
        self.site.stop_postgres()
        time.sleep(random.uniform(0, 10))
        self.site.postgres.start()

    def all(self):
        """{name: what happens}. The first word of a name says to which part."""
        names = [name for name in vars(Faults) if "_" in name and not name.startswith("_")]
        return {name: getattr(self, name) for name in names}


def next_faults(bag, possible):
    """One or two faults of different parts; each comes round."""
    if not bag:
        bag += random.sample(sorted(possible), len(possible))
    now = [bag.pop()]
    if bag and random.random() < 0.4 and part(bag[-1]) != part(now[0]):
        now.append(bag.pop())
    return now


def part(name):
    return name.partition("_")[0]


def recovery(site, number):
    """Seconds until pages are shown, a report is taken in and work is done again."""
    began = time.monotonic()
    eventually(lambda: answers(Resident(site)), seconds=RECOVERY_SECONDS)
    row = later("stations.count_moment", key=f"probe {number}")
    eventually(lambda: is_done(row), seconds=RECOVERY_SECONDS)
    return time.monotonic() - began


def is_done(row):
    try:
        return Work.objects.filter(pk=row.pk, state=WorkState.DONE).exists()
    finally:
        connections.close_all()


def make_some_late(random_share=0.3):
    """Time passes for some duties: their people have to hear of it."""
    past = timezone.now() - timedelta(days=3)
    chosen = list(Duty.objects.open().values_list("pk", flat=True))
    chosen = random.sample(chosen, int(len(chosen) * random_share))
    with suppress(DatabaseError):  # somebody works on the same rows: next time then
        Duty.objects.filter(pk__in=chosen).update(
            since=past, half_at=past, most_at=past, until=past
        )


@pytest.mark.long
def test_what_was_confirmed_is_there_once(site, start, capsys):
    start("web", "relay", "worker", "worker", "beat", "beat")
    eventually(lambda: answers(Resident(site)))
    load, faults, counted, recoveries = Load(site), Faults(site), Counter(), []
    load.start()
    end = time.monotonic() + DURATION
    possible = faults.all()
    bag = []
    try:
        while time.monotonic() < end:
            now = next_faults(bag, possible)
            running = [threading.Thread(target=possible[name]) for name in now]
            for one in running:
                one.start()
            for one in running:
                one.join()
            counted.update(now)
            connections.close_all()
            recoveries.append(recovery(site, len(recoveries)))
            make_some_late()
            time.sleep(random.uniform(1, 6))
    finally:
        load.stop()
    connections.close_all()
    drain(site)
    told = compare(site, load)
    with capsys.disabled():
        print_result(load, counted, recoveries, told)
    assert load.broken == []
    assert load.ledger.illegible == []


def drain(site):
    """After the last fault everything that waits gets done, by itself."""
    later("stations.tell_duties", key="the last")
    later("stations.mail_round", key="the last")
    eventually(
        lambda: not Work.objects.exclude(state=WorkState.DONE).exists(), seconds=180, every=1
    )
    later("stations.mail_round", key="the very last")
    eventually(
        lambda: not Work.objects.exclude(state=WorkState.DONE).exists(), seconds=180, every=1
    )


def twice(rows, *fields):
    """Groups of rows that say the same more than once."""
    found = rows.order_by().values(*fields).annotate(n=Count("pk")).filter(n__gt=1)
    return list(found)


def compare(site, load):
    """Hold the ledger against the database. Returns what was compared, in words."""
    confirmed, tried = load.ledger.confirmed, load.ledger.tried
    for text, (_, photos) in confirmed["report"].items():
        issue = Issue.objects.get(text=text)  # exactly one
        assert Photo.objects.filter(issue=issue, stage="report").count() == photos
        assert issue.events.filter(kind="submitted").count() == 1
        assert issue.reporter
    assert twice(Issue.objects, "text") == []
    assert not Issue.objects.exclude(text__in=tried["report"]).exists()
    compare_words(confirmed, tried)
    compare_acts(confirmed)
    for place in confirmed["meeting"]:
        Meeting.objects.get(place=place)
    assert twice(Meeting.objects, "place") == []
    for place in confirmed["resolution"]:
        Resolution.objects.get(item__meeting__place=place)
    for area, month in confirmed["month"]:
        report = Report.objects.get(area=area, first_day=month)
        assert report.is_ready
        # Last month's were ordered by the portal itself; nobody waits for those.
        told = Message.objects.filter(key=f"report:{report.pk}:{report.work_id}")
        assert told.count() == (1 if report.asked_by_id else 0)
    assert_nobody_heard_twice_or_was_missed()
    for kind in duties:
        known = set(Duty.objects.open().filter(kind=kind.key).values_list("object_id", flat=True))
        assert known == set(kind.truth()), kind.key
    assert Act.objects.filter(verb="deliberation.submitted").count() == Issue.objects.count()
    return {
        "issues": Issue.objects.count(),
        "reminders": Told.objects.count(),
        "messages": Message.objects.count(),
        "mails": len(site.mails()),
        "work": Work.objects.count(),
        "attempts more than one": Work.objects.filter(attempts__gt=1).count(),
    }


def compare_words(confirmed, tried):
    """Remarks and progress: every line has words of its own."""
    for kind in ("remark", "progress"):
        for words in tried[kind]:
            there = Event.objects.filter(kind=kind, words__endswith=words).count()
            assert there == 1 if words in confirmed[kind] else there <= 1, words


def compare_acts(confirmed):
    """Acts that can be done once in a round of an issue, or once to a task."""
    events = {
        "accept": Event.objects.filter(kind="accepted"),
        # The parties may have been asked before, in a meeting that was cut short.
        "direct": Event.objects.filter(kind="routed", words__startswith="直接办"),
        "notice": Event.objects.filter(kind="noticed"),
        "rating": Event.objects.filter(kind="rated"),
        "close": Event.objects.filter(kind="closed"),
    }
    for kind, lines in events.items():
        for mark in confirmed[kind]:
            issue = int(mark.partition(":")[0])
            assert lines.filter(issue=issue).count() == 1, (kind, mark)
    for kind, event in {"finish": "finished", "verify": "verified"}.items():
        for task in confirmed[kind]:
            assert Event.objects.filter(data__task=task, kind=event).count() == 1, (kind, task)
    assert twice(Rating.objects, "issue", "round") == []


def assert_nobody_heard_twice_or_was_missed():
    assert twice(Told.objects, "duty", "step", "person") == []
    assert twice(Message.objects, "recipient", "key") == []
    late = Duty.objects.open().filter(until__lt=timezone.now() - timedelta(minutes=2))
    assert not late.exclude(told=DutyStep.FULL).exists()
    for duty in late:
        heard = set(duty.told_rows.filter(step=DutyStep.FULL).values_list("person", flat=True))
        assert heard, duty
        keys = Message.objects.filter(key=f"duty:{duty.pk}:{DutyStep.FULL}").values_list(
            "recipient", flat=True
        )
        assert heard == set(keys)
    assert not Message.objects.to_mail().exists()


def print_result(load, counted, recoveries, told):
    ledger = load.ledger
    print(f"\n\n{DURATION} s, {sum(counted.values())} faults:")
    for name, number in sorted(counted.items()):
        print(f"  {number:4}  {name.replace('_', ' ')}")
    print("tried / confirmed / there once:")
    for kind in sorted(ledger.tried):
        here = len(ledger.confirmed[kind])
        print(f"  {len(ledger.tried[kind]):6} / {here:6} / {here:6}  {kind}")
    print("answers:", dict(sorted(ledger.statuses.items(), key=str)))
    print("in the database:", told)
    recoveries = sorted(recoveries)
    print(
        f"recovered by itself after {recoveries[len(recoveries) // 2]:.1f} s (median), "
        f"{recoveries[-1]:.1f} s (longest)"
    )
