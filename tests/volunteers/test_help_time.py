"""换个时间: whoever ordered help changes its day without a call, until somebody is on the way."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from stations.models import Act, Message
from tests.volunteers.order_rows import fresh, order_in, put_out, taken
from tests.volunteers.rows import volunteer_in
from volunteers.choices import OrderState
from volunteers.services import help_gate, orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(cast, community):
    return volunteer_in(community, user=cast("volunteer"))


@pytest.fixture
def order(client, estate):
    order = order_in(estate, wanted_on=in_days(2), part=0)
    session = client.session
    session["help_orders"] = [order.pk]
    session.save()
    return order


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def page_of(client, order):
    return client.get(reverse("volunteers:help_order", args=[order.pk])).content.decode()


def change(client, order, **data):
    return client.post(reverse("volunteers:help_change_time", args=[order.pk]), data)


def chosen(page, name):
    """The values of this name's chosen buttons inside the form for another time."""
    form = page.split("/time/")[1].split("</form>")[0]
    buttons = [part.split(">")[0] for part in form.split(f'name="{name}" value="')[1:]]
    return [button.split('"')[0] for button in buttons if button.endswith("checked")]


def test_changed_by_whoever_ordered(client, order):
    page = page_of(client, order)
    assert "换个时间" in page
    assert (chosen(page, "day"), chosen(page, "part")) == ([f"{in_days(2)}"], ["0"])
    answer = change(client, order, day="other", wanted_on=f"{in_days(9)}", part="1")
    assert answer.url == reverse("volunteers:help_order", args=[order.pk])
    assert (fresh(order).wanted_on, fresh(order).part) == (in_days(9), 1)
    act = Act.objects.get(verb="volunteers.change_time")
    assert (act.by_id, act.actor) == (None, "居民")
    page = page_of(client, order)
    assert "时间记下了" in page
    assert (chosen(page, "day"), chosen(page, "part")) == (["other"], ["1"])
    assert f'value="{in_days(9)}"' in page


def test_any_day_will_do_as_well(client, order):
    assert change(client, order, day="", part="").status_code == 302
    assert (fresh(order).wanted_on, fresh(order).part) == (None, None)
    assert chosen(page_of(client, order), "day") == [""]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"day": "2020-01-01"}, "已经过了"),
        ({"day": "bald"}, "请重新选是哪天"),
        ({"day": "other"}, "选一下是哪一天"),
        ({"day": "other", "wanted_on": "x"}, "日子没看懂"),
        ({"day": "", "part": "7"}, "请重新选是上午"),
    ],
)
def test_what_is_no_time_is_refused(client, order, data, sentence):
    answer = change(client, order, **data)
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page
    assert '<details class="fold-form help-time" open' in page
    assert fresh(order).wanted_on == in_days(2)


def test_who_took_it_is_asked_again(client, order, me, cast):
    taken(order, cast("worker"), me)
    assert "再答应一次" in page_of(client, order)
    assert change(client, order, day=f"{in_days(1)}", part="0").status_code == 302
    assert fresh(order).state == OrderState.DISPATCHED
    assert "再答应一次" not in page_of(client, order)
    assert Message.objects.filter(recipient=me.user).count() == 2


def test_not_once_somebody_is_on_the_way(client, order, me, cast):
    orders.set_out(order=taken(order, cast("worker"), me), by=me.user, agreed=True)
    assert "换个时间" not in page_of(client, order)
    answer = change(client, order, day=f"{in_days(1)}", part="0")
    assert answer.status_code == 422 and "在路上" in answer.content.decode()
    assert fresh(order).wanted_on == in_days(2)


def test_without_the_code_nothing_is_changed(client, order):
    client.session.flush()
    answer = change(client, order, day="", part="")
    assert answer.url == reverse("volunteers:help_track")
    assert fresh(order).wanted_on == in_days(2)


def test_people_are_not_called_to_and_fro(client, order, me, cast, monkeypatch):
    monkeypatch.setattr(help_gate, "CHANGE", help_gate.Limit("help.change.test", 3, 1))
    put_out(order, cast("worker"), me)
    assert change(client, order, day="bald").status_code == 422  # what is no time takes nothing
    statuses = [change(client, order, day=f"{in_days(n)}").status_code for n in range(3, 8)]
    assert statuses == [302, 302, 302, 429, 429]
    assert fresh(order).wanted_on == in_days(5)
