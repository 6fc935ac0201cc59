"""要做什么: what whoever is asked reads before saying yes, and where the worker was."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from stations.models import Message
from tests.support.at_once import at_once
from tests.volunteers.events import event_in, slot_of
from tests.volunteers.order_rows import entrance_in, fresh, order_in, put_out, taken
from tests.volunteers.rows import volunteer_in
from volunteers.models import Order
from volunteers.services import orders
from volunteers.services.sign_ups import sign_up

pytestmark = pytest.mark.django_db
WORDS = "老毛病又犯了，心里慌"
BRIEF = "换厨房灯泡，要带梯子"


@pytest.fixture
def me(cast, community):
    return volunteer_in(community, user=cast("volunteer"))


@pytest.fixture
def order(estate):
    return order_in(estate, words=WORDS, door="402", name="刘桂芳", phone="13900000611")


def url(name, *args):
    return reverse(f"volunteers:{name}", args=args)


def text(answer):
    return answer.content.decode()


# the brief


def test_whoever_is_asked_reads_it_and_none_of_the_residents_words(order, me, sign_in):
    staff = sign_in("worker")
    assert "要做什么" in text(staff.get(url("order", order.pk)))
    sent = {"pick": [me.pk], "brief": f"  {BRIEF} "}
    assert staff.post(url("order_dispatch", order.pk), sent).status_code == 302
    assert fresh(order).brief == BRIEF
    assert BRIEF in Message.objects.get(recipient=me.user, title__startswith="请您帮忙").body
    phone = sign_in("volunteer")
    for page in (phone.get(url("my_orders")), phone.get(url("my_order", order.pk))):
        page = text(page)
        assert f"要做什么：<b>跑腿代买</b>，{BRIEF}" in page
        assert str(order.entrance) in page
        for secret in (WORDS, "402", "刘桂芳", "13900000611"):
            assert secret not in page


def test_without_one_the_kind_of_help_stands_there(order, me, worker, sign_in):
    put_out(order, worker, me)
    page = text(sign_in("volunteer").get(url("my_order", order.pk)))
    assert "要做什么：<b>跑腿代买</b></p>" in page and WORDS not in page


@pytest.mark.parametrize(
    ("brief", "found"),
    [
        ("给刘桂芳买面", "姓名“刘桂芳”"),
        ("买面，打13900000611", "手机号"),
        ("买面，打一三九零零零零零六一一", "手机号"),
        ("买面送到402", "门牌“402”"),
        ("买面，４０２", "门牌“402”"),
        ("买面送到3栋2单元502室", "门牌号"),
    ],
)
def test_what_tells_who_or_where_is_refused_and_nobody_is_asked(brief, found, order, me, sign_in):
    sent = {"pick": [me.pk], "brief": brief}
    answer = sign_in("worker").post(url("order_dispatch", order.pk), sent)
    page = text(answer)
    assert answer.status_code == 422 and found in page and brief in page
    assert not order.asks.exists() and fresh(order).brief == ""


def test_it_is_corrected_with_the_next_ones_and_comes_filled_in(order, me, worker, sign_in):
    facts = {"order": order, "by": worker}
    orders.dispatch(**facts, volunteers=[(me, "近")], brief=BRIEF)
    staff = sign_in("worker")
    assert f'value="{BRIEF}"' in text(staff.get(url("order", order.pk)))
    other = volunteer_in(order.area.parent)
    orders.dispatch(**facts, volunteers=[(other, "近")])
    assert fresh(order).brief == BRIEF  # not spoken of: it stays
    third = volunteer_in(order.area.parent)
    orders.dispatch(**facts, volunteers=[(third, "近")], brief="")
    assert fresh(order).brief == ""


def test_another_kind_of_help_is_not_told_in_the_old_words(order, me, worker):
    orders.dispatch(order=order, by=worker, volunteers=[(me, "近")], brief=BRIEF)
    assert orders.change_order(order=order, by=worker, help="haircut").brief == ""


def test_it_is_erased_with_the_person(order, me, worker, time_machine):
    orders.dispatch(order=order, by=worker, volunteers=[(me, "近")], brief=BRIEF)
    orders.cancel(order=order, by=None)
    time_machine.move_to(timezone.now() + timedelta(days=200), tick=False)
    assert orders.erase_beneficiaries() == 1
    assert fresh(order).brief == ""


# where the worker was


def test_after_an_act_the_list_is_still_known(order, me, estate, sign_in):
    other, staff = order_in(estate), sign_in("worker")
    back = "?back=view%3Dwaiting%26help%3Derrand"
    page = text(staff.get(f"{url('order', order.pk)}{back}"))
    acts = ("order_dispatch", "order_time", "order_cancel", "order_called")
    for name in acts:
        assert f'action="{url(name, order.pk)}{back}"' in page
    answer = staff.post(f"{url('order_time', order.pk)}{back}", {"part": "2"})
    assert answer.status_code == 302 and answer.url == f"{url('order', order.pk)}{back}"
    answer = staff.get(answer.url)
    assert answer.context["turn"]["after"] == other or answer.context["turn"]["before"] == other
    assert 'href="/orders/?view=waiting&amp;help=errand"' in text(answer)
    refused = staff.post(f"{url('order_cancel', order.pk)}{back}", {"why": ""})
    assert refused.status_code == 422
    page = text(refused)
    assert 'href="/orders/?view=waiting&amp;help=errand"' in page
    assert f'href="{url("order", order.pk)}?change=1&amp;back=' in page
    assert staff.post(url("order_time", order.pk), {"part": "1"}).url == url("order", order.pk)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "%0d%0aSet-Cookie:a"])
def test_it_leads_nowhere_else(back, order, sign_in):
    staff = sign_in("worker")
    answer = staff.post(f"{url('order_time', order.pk)}?back={back}", {"part": "2"})
    assert answer.url.startswith(f"{url('order', order.pk)}?back=")
    assert "Set-Cookie:a" not in answer.headers
    page = text(staff.get(answer.url))
    assert 'href="//evil' not in page and 'href="https://evil' not in page


# the words of a day


def test_any_day_reads_as_it_was_asked_and_then_as_it_was_agreed(order, me, worker, client):
    session = client.session
    session["help_orders"] = [order.pk]
    session.save()
    here = f"/help/orders/{order.pk}/"
    assert "<p>哪天都行</p>" in text(client.get(here))
    order = taken(order, worker, me)
    page = text(client.get(here))
    assert "<p>哪天来，电话里说</p>" in page and "<p>哪天都行</p>" not in page
    day = timezone.localdate() + timedelta(days=1)
    orders.agree_day(order=order, by=me.user, wanted_on=day, part=0)
    page = text(client.get(here))
    said = f"{day:%-m月%-d日}周{'一二三四五六日'[day.weekday()]}上午"
    assert f"<p>{said}</p>" in page and f"和您说好了，{said}来。" in page
    assert "哪天来，电话里说" not in page


@pytest.mark.django_db(transaction=True)
def test_a_day_is_agreed_on_or_a_seat_is_taken_never_both(estate, cast, community):
    worker = cast("worker")
    day = timezone.localdate() + timedelta(days=9)
    begins = timezone.localtime().replace(
        year=day.year, month=day.month, day=day.day, hour=9, minute=0, second=0, microsecond=0
    )
    for number in range(6):
        one = volunteer_in(community)
        order = taken(order_in(estate, entrance=entrance_in(estate)), worker, one)
        starts = begins + timedelta(days=number)
        slots = [(starts, starts + timedelta(hours=2), 3)]
        slot = slot_of(event_in(community, worker, slots=slots))
        wanted_on = day + timedelta(days=number)
        at_once(
            lambda o=order, v=one, d=wanted_on: orders.agree_day(
                order=o, by=v.user, wanted_on=d, part=0
            ),
            lambda s=slot, v=one: sign_up(slot=s, volunteer=v, by=v.user),
        )
        agreed = Order.objects.get(pk=order.pk).wanted_on is not None
        assert agreed + slot.sign_ups.count() == 1
