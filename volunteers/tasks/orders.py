"""Later work of voluntary service: orders."""

from datetime import timedelta

from stations.foundation.work import work
from volunteers.services.orders import (
    ask_late_orders_again,
    count_served,
    dispatching,
    erase_beneficiaries,
    keep_order_duties,
    keeping,
)

from .batches import go_on


@work("volunteers.ask_again", label="点单没回话，再问别人", every=timedelta(minutes=5))
def asking_again(job):
    """Whoever did not answer in time is silent; the next ones are asked."""
    if ask_late_orders_again() == dispatching.BATCH:
        go_on("volunteers.ask_again", job)


@work("volunteers.orders_due", label="排点单待办", every=timedelta(hours=1))
def orders_due(job):
    """Late and unconfirmed orders stand on a desk, others do not."""
    if keep_order_duties() == keeping.BATCH:
        go_on("volunteers.orders_due", job)


@work("volunteers.count_served", label="数志愿者近30天服务", every=timedelta(days=1))
def counting_served(job):
    """A batch of volunteers at a time, by key."""
    _, after = count_served(job.arguments.get("after", 0))
    if after:
        go_on("volunteers.count_served", job, after=after)


@work("volunteers.erase_beneficiaries", label="删到期的服务对象资料", every=timedelta(days=1))
def erasing(job):
    """Who was helped long ago is erased, a batch at a time."""
    if erase_beneficiaries() == keeping.BATCH:
        go_on("volunteers.erase_beneficiaries", job)
