"""做完了: how many minutes it was: by the clock, fewer, or told by whoever forgot to begin."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.volunteers.order_rows import fresh, order_in, taken
from tests.volunteers.rows import volunteer_in
from volunteers.choices import HourSource, HourState, OrderState
from volunteers.models import Hour, Order
from volunteers.services import orders
from volunteers.services.hours.oddities import oddities

pytestmark = pytest.mark.django_db
ODD = "报的比从开始到做完的时间还长"


@pytest.fixture
def worker(cast):
    return cast("worker")


@pytest.fixture
def helper(community):
    return volunteer_in(community)


def begun(estate, worker, helper, minutes):
    """Taken, and begun so many minutes ago."""
    order = taken(order_in(estate), worker, helper)
    orders.begin_service(order=order, by=helper.user)
    Order.objects.filter(pk=order.pk).update(begun_at=timezone.now() - timedelta(minutes=minutes))
    return order


def test_more_than_the_clock_saw_is_refused_and_never_cut(estate, worker, helper):
    order = begun(estate, worker, helper, 30)
    for minutes in (31, 700, 0, -5):
        with pytest.raises(ValidationError, match="最多记30分钟.*忘了按开始"):
            orders.finish(order=order, by=helper.user, minutes=minutes)
    assert fresh(order).state == OrderState.ON_WAY
    assert not Hour.objects.filter(order=order).exists()


@pytest.mark.parametrize(("told", "minutes"), [(None, 30), (30, 30), (17, 17)])
def test_a_clock_gives_its_minutes_or_fewer(told, minutes, estate, worker, helper):
    order = begun(estate, worker, helper, 30)
    orders.finish(order=order, by=helper.user, minutes=told)
    hour = Hour.objects.get(order=order)
    assert (hour.source, hour.minutes) == (HourSource.CLOCK, minutes)


def test_who_forgot_to_begin_tells_the_minutes_and_a_secretary_looks(estate, worker, helper):
    order = begun(estate, worker, helper, 4)
    for minutes, sentence in ((None, "填一下做了多少分钟"), (3, "5到720"), (800, "5到720")):
        with pytest.raises(ValidationError, match=sentence):
            orders.finish(order=order, by=helper.user, minutes=minutes, forgot=True)
    orders.finish(order=order, by=helper.user, minutes=40, forgot=True)
    hour = Hour.objects.get(order=order)
    assert (hour.source, hour.minutes, hour.state) == (HourSource.SAID, 40, HourState.REPORTED)
    assert ODD in oddities(hour)


def test_who_forgot_to_begin_and_tells_no_more_than_the_clock_is_not_odd(estate, worker, helper):
    order = begun(estate, worker, helper, 40)
    orders.finish(order=order, by=helper.user, minutes=40, forgot=True)
    hour = Hour.objects.get(order=order)
    assert ODD not in oddities(hour)
