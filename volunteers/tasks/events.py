"""Later work of voluntary service: events, and the posts people claimed."""

from datetime import timedelta

from stations.foundation.work import work
from volunteers.services.attendance import close_slots
from volunteers.services.cleanups import make_cleanups
from volunteers.services.posts import keep_claims
from volunteers.services.reminders import remind
from volunteers.services.sign_ups import move_up


@work("volunteers.move_up", label="候补往前排", every=timedelta(minutes=5))
def move_waiting_up(job):
    move_up()


@work("volunteers.remind_slots", label="提醒报名的人", every=timedelta(minutes=10))
def remind_slots(job):
    remind()


@work("volunteers.close_slots", label="结束的活动收尾", every=timedelta(minutes=10))
def close_past_slots(job):
    close_slots()


@work("volunteers.keep_claims", label="认领到期", every=timedelta(hours=6))
def keep_all_claims(job):
    keep_claims()


@work("volunteers.make_cleanups", label="排清洁日", every=timedelta(days=1))
def make_cleanup_days(job):
    make_cleanups()
