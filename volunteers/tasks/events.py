"""Later work of voluntary service: events, and the posts people claimed."""

from datetime import timedelta

from stations.foundation.work import work
from volunteers.services import posts, reminders
from volunteers.services.attendance import close_slots
from volunteers.services.cleanups import make_cleanups
from volunteers.services.sign_ups import move_up

from .batches import go_on


@work("volunteers.move_up", label="候补往前排", every=timedelta(minutes=5))
def move_waiting_up(job):
    """Seats that nobody answered for go on to the next in line."""
    move_up()


@work("volunteers.remind_slots", label="提醒报名的人", every=timedelta(minutes=10))
def remind_slots(job):
    """Who has a seat is reminded the day before and shortly before."""
    if reminders.remind() >= reminders.BATCH:
        go_on("volunteers.remind_slots", job)


@work("volunteers.close_slots", label="结束的活动收尾", every=timedelta(minutes=10))
def close_past_slots(job):
    """Slots whose time is over are closed."""
    close_slots()


@work("volunteers.keep_claims", label="认领到期", every=timedelta(hours=6))
def keep_all_claims(job):
    """Claims that end soon are asked about, those that ended are given back."""
    if max(posts.keep_claims()) == posts.BATCH:
        go_on("volunteers.keep_claims", job)


@work("volunteers.make_cleanups", label="排清洁日", every=timedelta(days=1))
def make_cleanup_days(job):
    """The monthly clean-up days are set up."""
    make_cleanups()
