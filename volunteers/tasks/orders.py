"""Later work of voluntary service: orders."""

from datetime import timedelta

from stations.foundation.work import work
from stations.services.work import later
from volunteers.services.orders import (
    ask_late_orders_again,
    count_served,
    dispatching,
    erase_beneficiaries,
    keep_order_duties,
    keeping,
)


@work("volunteers.ask_again", label="点单没回话，再问别人", every=timedelta(minutes=5))
def asking_again(job):
    """Whoever did not answer in time is silent; the next ones are asked."""
    if ask_late_orders_again() == dispatching.BATCH:
        later("volunteers.ask_again", key=f"{job.key}+")


@work("volunteers.orders_due", label="排点单待办", every=timedelta(hours=1))
def orders_due(job):
    """Late and unconfirmed orders stand on a desk, others do not."""
    keep_order_duties()


@work("volunteers.count_served", label="数志愿者近30天服务", every=timedelta(days=1))
def counting_served(job):
    count_served()


@work("volunteers.erase_beneficiaries", label="删到期的服务对象资料", every=timedelta(days=1))
def erasing(job):
    """Who was helped long ago is erased, a batch at a time."""
    if erase_beneficiaries() == keeping.BATCH:
        later("volunteers.erase_beneficiaries", key=f"{job.key}+")
