"""Redis only carries wake-up calls: emptied, killed or mute, people notice nothing (T1, T6)."""

from statistics import median

from stations.choices import WorkState
from stations.management.commands import relay
from stations.models import Message, Work
from stations.services.work import later
from tests.factories import UserFactory
from tests.faults.people import Resident, answers
from tests.faults.processes import eventually

HOW_MANY = 50


def digests():
    """Rows of work, each with an effect that can be counted: one mail."""
    rows = []
    for number in range(HOW_MANY):
        person = UserFactory(email=f"person{number}@example.org")
        Message.objects.create(recipient=person, key="k", title="一件事")
        rows.append(later("stations.mail_digest", key=f"{number}", recipient_id=person.pk))
    return rows


def is_all_done():
    return not Work.objects.exclude(state=WorkState.DONE).exists()


def recipients(site):
    lines = "\n".join(site.mails()).splitlines()
    return sorted(line for line in lines if line.startswith("To: "))


def test_emptied_with_work_queued(site, start):
    start("relay")
    rows = digests()
    eventually(lambda: site.calls_waiting() >= HOW_MANY)
    site.redis.flushall()
    start("relay", "worker")
    eventually(is_all_done)
    assert {row.attempts for row in Work.objects.all()} == {1}
    assert len(set(recipients(site))) == len(recipients(site)) == len(rows)


def test_days_without_workers_do_not_fill_redis(monkeypatch):
    """The relay calls again and again for what nobody does, but not without end."""
    monkeypatch.setattr(relay, "ENOUGH_CALLS", HOW_MANY)
    tireless = relay.Command()
    for _ in range(5):
        tireless.handed = {}  # as after REMEMBER_SECONDS
        tireless.hand_over(range(1, HOW_MANY + 1))
    assert relay.calls_waiting() == HOW_MANY
    relay.run_work.app.control.purge()


def submit(person, estate):
    """One report from the first look at the form to the receipt; returns its seconds."""
    page = person.open_form(estate.code, text="路灯坏了。")
    assert page.status == 200
    answer, code = person.send()
    assert code, answer.status
    return page.seconds + answer.seconds


def median_of_submissions(site, estate, times=7):
    return median(submit(Resident(site), estate) for _ in range(times))


def test_mute_then_killed_while_residents_submit(site, start, estate):
    """No process may end or hang; nothing is restarted from outside here."""
    processes = start("web", "relay", "worker", "beat", guarded=False)
    eventually(lambda: answers(Resident(site)))
    warm = later("stations.count_moment", key="warm")
    eventually(lambda: warm.pk in done())
    before = median_of_submissions(site, estate)

    site.freeze_valkey()
    waiting = later("stations.count_moment", key="mute")
    mute = median_of_submissions(site, estate)
    assert waiting.pk not in done()
    site.thaw_valkey()
    eventually(lambda: waiting.pk in done())

    site.kill_valkey()
    waiting = later("stations.count_moment", key="killed")
    killed = median_of_submissions(site, estate)
    site.start_valkey()
    eventually(lambda: waiting.pk in done())

    # A hang would be seconds; twice as slow may be the noise of a busy machine.
    assert max(mute, killed) < 2 * before + 0.2, (before, mute, killed)
    assert [p.name for p in processes if p.ended] == []


def done():
    return set(Work.objects.filter(state=WorkState.DONE).values_list("pk", flat=True))
