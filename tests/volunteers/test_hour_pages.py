"""The pages of hours, records and points: what they show to whom, and with how many queries."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stations.models import Act
from tests.volunteers.hour_rows import People, be_verified, morning
from tests.volunteers.order_rows import done, order_in
from tests.volunteers.rows import identity_number, team_in, volunteer_in
from tests.volunteers.test_points import gift_in, give
from volunteers.choices import HourState, MemberState, OrderState
from volunteers.models import Gift, Hour, Paper, Redemption
from volunteers.services import identities, points
from volunteers.services.hours import open_hour

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(community, cast):
    return People(community, worker=cast("worker"))


@pytest.fixture
def me(community, cast):
    """The cast's volunteer, in a team of which they are a member."""
    return volunteer_in(community, user=cast("volunteer"))


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(seen)


def text(answer):
    return answer.content.decode()


# ---- staff


def test_the_list_costs_the_same_however_long(people, sign_in):
    client = sign_in("worker")
    people.hour()
    client.get("/hours/")
    few = queries(client, "/hours/")
    for at in range(8):
        people.hour(
            at=8 + at, team=team_in(people.community, leader=volunteer_in(people.community))
        )
    assert queries(client, "/hours/") == few


@pytest.mark.parametrize(
    "view, makes",
    [("station", "hour"), ("held", "held"), ("shown", "shown"), ("counted", "counted")],
)
def test_each_tab_shows_its_own(people, sign_in, view, makes):
    client = sign_in("worker")
    hour = getattr(people, makes)()
    page = text(client.get(f"/hours/?view={view}"))
    assert f'href="/hours/{hour.pk}/"' in page
    others = {"station", "held", "shown", "counted"} - {view}
    for other in others:
        assert f'href="/hours/{hour.pk}/"' not in text(client.get(f"/hours/?view={other}"))


def test_counted_hours_by_month(people, sign_in):
    hour = people.counted()
    client = sign_in("worker")
    this = timezone.localdate()
    assert hour.number in text(client.get(f"/hours/?view=counted&month={this:%Y-%m}"))
    for month in ("2020-01", "nonsense", "9999-99"):
        answer = client.get(f"/hours/?view=counted&month={month}")
        assert answer.status_code == 200
    assert hour.number not in text(client.get("/hours/?view=counted&month=2020-01"))


def test_strangers_of_the_place_see_no_hours(people, sign_in):
    hour = people.hour()
    for who, status in (("sibling_worker", 404), ("officer", 404), ("admin", 404)):
        assert sign_in(who).get(f"/hours/{hour.pk}/").status_code == status
    for who in ("officer", "admin", "volunteer"):
        assert sign_in(who).get("/hours/").status_code == 403
    assert str(hour.volunteer) not in text(sign_in("sibling_worker").get("/hours/"))


def test_hours_on_show_are_for_who_is_in_the_team_now(people, me, sign_in, community):
    """Not for who applied, was refused or left, though they keep the address."""
    people.team.memberships.create(
        volunteer=me, area=community, state=MemberState.IN, decided_at=timezone.now()
    )
    hour, waiting = people.shown(), people.hour(days=4)
    client = sign_in("volunteer")
    told = f"/mine/confirm/{hour.pk}/object/"
    assert client.get(told).status_code == 200
    assert client.get(f"/mine/confirm/{waiting.pk}/object/").status_code in (403, 404)
    for state in (MemberState.LEFT, MemberState.APPLIED, MemberState.REFUSED):
        people.team.memberships.filter(volunteer=me).update(state=state)
        assert not Hour.objects.visible_to(me.user).exists(), state
        assert client.get(told).status_code == 404, state


def test_the_station_confirms_with_one_press_and_the_page_says_what_is_missing(people, sign_in):
    hour = people.hour()
    client = sign_in("worker")
    page = text(client.get(f"/hours/{hour.pk}/"))
    assert f"等队长{people.leader}确认" in page
    answer = client.post(f"/hours/{hour.pk}/station/")
    assert answer.status_code == 302
    page = text(client.get(f"/hours/{hour.pk}/"))
    assert "worker" in page and "服务站确认：" not in page


def test_hours_of_an_order_confirmed_by_the_station_confirm_the_order(
    people, sign_in, cast, estate
):
    """Nobody rings the person a second time."""
    order = done(order_in(estate), cast("worker"), people.volunteer)
    hour = Hour.objects.get(order=order)
    client = sign_in("worker")
    assert client.post(f"/hours/{hour.pk}/station/").status_code == 302
    order.refresh_from_db()
    hour.refresh_from_db()
    assert (order.state, hour.other_as) == (OrderState.CONFIRMED, "station")


def test_a_refused_confirmation_is_said_on_the_page_and_written_down(people, sign_in, community):
    own = volunteer_in(community, user=people.worker)
    hour = people.hour(volunteer=own)
    answer = sign_in("worker").post(f"/hours/{hour.pk}/station/")
    assert answer.status_code == 422
    assert "这是您自己的时数" in text(answer)
    assert Act.objects.filter(verb="volunteers.hours_attempt", by=people.worker).count() == 1


def test_the_secretary_decides_on_the_page(people, sign_in, cast):
    hour = people.held()
    be_verified(cast("secretary"), people.community)
    client = sign_in("secretary")
    assert "超过8小时" in text(client.get(f"/hours/{hour.pk}/"))
    answer = client.post(f"/hours/{hour.pk}/decide/", {"counts": "yes", "words": ""})
    assert answer.status_code == 422
    client.post(f"/hours/{hour.pk}/decide/", {"counts": "yes", "words": "问过了"})
    assert Hour.objects.get(pk=hour.pk).state == HourState.SHOWN


def test_a_reversal_names_what_it_takes_back(people, sign_in, cast):
    hour = people.counted()
    be_verified(cast("secretary"), people.community)
    client = sign_in("secretary")
    assert client.post(f"/hours/{hour.pk}/reverse/", {}).status_code == 422
    client.post(f"/hours/{hour.pk}/reverse/", {"why-why": "没有来"})
    back = Hour.objects.get(reverses=hour)
    assert hour.number in text(client.get(f"/hours/{back.pk}/"))
    assert back.number in text(client.get(f"/hours/{hour.pk}/"))
    assert sign_in("worker").post(f"/hours/{hour.pk}/reverse/").status_code == 403


# ---- the volunteer


def test_my_hours_say_for_whom_they_wait(people, me, sign_in):
    people.volunteer = me
    people.hour()
    people.shown(days=3)
    people.counted(days=4, minutes=90)
    page = text(sign_in("volunteer").get("/mine/hours/"))
    assert f"等队长{people.leader}确认" in page
    assert "公示到" in page
    assert "1小时30分" in page


def test_my_hours_cost_the_same_however_many(people, me, sign_in):
    people.volunteer = me
    client = sign_in("volunteer")
    people.hour()
    client.get("/mine/hours/")
    few = queries(client, "/mine/hours/")
    for at in range(8):
        people.hour(
            at=8 + at, team=team_in(people.community, leader=volunteer_in(people.community))
        )
    assert queries(client, "/mine/hours/") == few


def test_who_is_no_volunteer_has_no_such_pages(people, sign_in):
    for who in ("worker", "secretary", "admin", "officer"):
        assert sign_in(who).get("/mine/hours/").status_code == 403
    assert sign_in("volunteer").get("/mine/hours/").status_code == 403  # posted, but no row


def test_said_on_the_form(me, sign_in, estate):
    client = sign_in("volunteer")
    page = text(client.get("/mine/hours/new/"))
    assert "锦绣江山" in page
    data = {
        "help": "cleaning",
        "words": "清了楼道",
        "day": str(morning().date()),
        "began": "09:00",
        "minutes": "90",
        "area": estate.pk,
    }
    assert client.post("/mine/hours/new/", data | {"began": "25:00"}).status_code == 422
    assert client.post("/mine/hours/new/", data).status_code == 302
    hour = Hour.objects.get()
    assert (hour.minutes, hour.area, hour.began_at) == (90, estate, morning())
    answer = client.post("/mine/hours/new/", data)
    assert answer.status_code == 422
    assert "已经报过" in text(answer) and "清了楼道" in text(answer)


def test_who_may_not_report_yet_is_led_to_what_comes_first(community, cast, sign_in):
    volunteer_in(community, user=cast("volunteer"), is_verified=False)
    client = sign_in("volunteer")
    page = text(client.get("/mine/hours/new/"))
    assert 'name="minutes"' not in page and "报上去" not in page
    assert 'href="/identity/"' in page and "去登记身份" in page
    identities.claim_identity(by=cast("volunteer"), number=identity_number(9))
    page = text(client.get("/mine/hours/new/"))
    assert "您登记过了" in page and "看我的身份" in page and 'name="minutes"' not in page
    answer = client.post("/mine/hours/new/", {"help": "cleaning", "minutes": "90"})
    assert answer.status_code == 422 and text(answer).count("先当面核对一次身份") == 1
    assert not Hour.objects.exists()


def test_a_leader_confirms_with_one_tap(people, me, sign_in):
    hour = people.hour(team=team_in(people.community, leader=me))
    client = sign_in("volunteer")
    page = text(client.get("/mine/confirm/"))
    assert str(people.volunteer) in page and "按手机上的开始、做完" in page
    assert client.post(f"/mine/confirm/{hour.pk}/").status_code == 302
    assert "都确认过了" in text(client.get("/mine/confirm/"))


def test_a_leader_confirms_what_the_team_did_next_door(people, me, sign_in, other_estate):
    """A team serves in the whole street: the hour lies in the other community."""
    people.team.leader = me
    people.team.save()
    hour = people.hour(area=other_estate)
    client = sign_in("volunteer")
    assert client.post(f"/mine/confirm/{hour.pk}/").status_code == 302
    hour.refresh_from_db()
    assert hour.lead_by == me.user
    assert client.get(f"/mine/confirm/{hour.pk}/object/").status_code == 200


def test_a_stranger_to_the_team_does_not_find_the_hour(people, me, sign_in):
    hour = people.hour()
    shown = people.shown(days=3)
    client = sign_in("volunteer")
    for address in (f"/mine/confirm/{hour.pk}/", f"/mine/confirm/{shown.pk}/object/"):
        assert client.post(address, {"words": "没来"}).status_code == 404


def test_a_member_sees_what_is_on_show_masked_and_may_object(people, me, sign_in):
    user = people.volunteer.user
    user.name = "吴秀英"
    user.save()
    people.team.memberships.create(volunteer=me, area=people.community, state="in")
    hour = people.shown()
    client = sign_in("volunteer")
    page = text(client.get("/mine/confirm/"))
    assert "吴**" in page and "吴秀英" not in page
    address = f"/mine/confirm/{hour.pk}/object/"
    assert "吴秀英" not in text(client.get(address))
    assert client.post(address, {"words": ""}).status_code == 422
    assert client.post(address, {"words": "那天没见到"}).status_code == 302
    assert Hour.objects.get(pk=hour.pk).state == HourState.HELD


def test_every_hour_on_show_can_be_found_by_the_team(people, me, sign_in):
    """Page by page, and each once: what nobody could see would count all the same."""
    people.team.memberships.create(volunteer=me, area=people.community, state="in")
    rows = [people.shown(volunteer=volunteer_in(people.community)) for _ in range(8)]
    now = timezone.now()
    made = [
        Hour(
            **{field.attname: getattr(rows[n % 8], field.attname) for field in Hour._meta.fields}
            | {"id": None, "shown_until": now + timedelta(days=3, minutes=n // 3)}
        )
        for n in range(110)
    ]
    Hour.objects.bulk_create(made)
    client, address, seen = sign_in("volunteer"), "/mine/confirm/", []
    while address:
        page = client.get(address)
        seen += [hour.pk for hour in page.context["on_show"]]
        older = page.context["links"]["older"]
        address = older and f"/mine/confirm/{older}"
    assert sorted(seen) == sorted(Hour.objects.shown().values_list("pk", flat=True))


def test_the_list_of_a_leader_costs_the_same_however_long(people, me, sign_in):
    team = team_in(people.community, leader=me)
    client = sign_in("volunteer")
    people.hour(team=team)
    client.get("/mine/confirm/")
    few = queries(client, "/mine/confirm/")
    for at in range(6):
        people.hour(team=team, at=8 + at, volunteer=volunteer_in(people.community))
    assert queries(client, "/mine/confirm/") == few


# ---- records and points


def test_a_volunteer_fetches_their_own_record_and_nobody_elses(people, me, sign_in):
    people.counted(volunteer=me)
    client = sign_in("volunteer")
    today = timezone.localdate()
    client.post("/mine/hours/paper/", {"first_on": today.replace(day=1), "last_on": today})
    made = client.post("/mine/hours/paper/", {"first_on": morning(9).date(), "last_on": today})
    assert made.status_code == 302
    paper = Paper.objects.latest("pk")
    answer = client.get(f"/mine/papers/{paper.pk}/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer["Cache-Control"] == "no-store"
    people.counted(days=3)
    other = Paper.objects.create(
        number="JL-1", code="other", volunteer=people.volunteer, area=people.community,
        first_on=today, last_on=today, minutes=1, services=1, made_by=people.worker,
    )  # fmt: skip
    assert client.get(f"/mine/papers/{other.pk}/").status_code == 404


def test_a_month_without_hours_is_told_on_the_form(me, sign_in):
    today = timezone.localdate()
    answer = sign_in("volunteer").post("/mine/hours/paper/", {"first_on": today, "last_on": today})
    assert answer.status_code == 422
    assert "没有计入" in text(answer)


def test_staff_make_seal_and_revoke(people, sign_in, cast):
    people.counted()
    client = sign_in("worker")
    address = f"/volunteers/people/{people.volunteer.pk}/papers/"
    assert client.get(address).status_code == 200
    today = timezone.localdate()
    made = client.post(address, {"first_on": morning(9).date(), "last_on": today})
    paper = Paper.objects.get()
    assert made.url == f"/papers/{paper.pk}/"
    assert "改成服务证明" not in text(client.get(made.url))
    assert client.post(f"/papers/{paper.pk}/seal/").status_code == 403
    secretary = sign_in("secretary")
    be_verified(cast("secretary"), people.community)
    assert "改成服务证明" in text(secretary.get(made.url))
    secretary.post(f"/papers/{paper.pk}/seal/")
    assert "志愿服务证明" in text(secretary.get(made.url))
    assert secretary.post(f"/papers/{paper.pk}/revoke/", {}).status_code == 422
    secretary.post(f"/papers/{paper.pk}/revoke/", {"why": "写错了"})
    assert "写错了" in text(secretary.get(made.url))
    assert sign_in("sibling_worker").get(made.url).status_code == 404


def test_points_are_redeemed_on_the_page(people, me, sign_in):
    give(me, 5)
    gift = gift_in(people.community)
    client = sign_in("volunteer")
    token = uuid.uuid4()
    for _ in range(2):  # sent twice
        assert client.post(f"/mine/points/{gift.pk}/", {"token": token}).status_code == 302
    made = Redemption.objects.get()
    page = text(client.get("/mine/points/"))
    assert made.code.upper() in page
    # What cannot be taken back is asked first: the button lies in a fold that says what it does.
    question, _, button = page.partition(f'action="/mine/points/taken/{made.pk}/cancel/"')
    assert "<summary>不要了</summary>" in question and "领取码就不能用了" in button
    answer = client.post(f"/mine/points/{gift.pk}/", {"token": uuid.uuid4()})
    assert answer.status_code == 422
    assert "您现在有 1 分" in text(answer)
    client.post(f"/mine/points/taken/{made.pk}/cancel/")
    assert "5 分" in text(client.get("/mine/points/"))


def test_a_gift_costs_what_the_page_said(people, me, sign_in):
    """It became dearer while the page lay open: nobody pays a price they did not see."""
    give(me, 9)
    gift = gift_in(people.community, points=2)
    client = sign_in("volunteer")
    assert 'name="points" value="2"' in text(client.get("/mine/points/"))
    Gift.objects.update(points=8)
    pressed = {"token": uuid.uuid4(), "points": 2}
    answer = client.post(f"/mine/points/{gift.pk}/", pressed)
    assert answer.status_code == 422 and "现在要 8 分" in text(answer)
    assert points.balance_of(me) == 9
    assert client.post(f"/mine/points/{gift.pk}/", pressed | {"points": 8}).status_code == 302


def test_what_is_redeemed_while_a_gift_is_mended_stays_redeemed(people, sign_in):
    gift = gift_in(people.community, points=2, left=1)
    client = sign_in("worker")
    assert 'name="seen" value="1"' in text(client.get(f"/gifts/{gift.pk}/"))
    give(people.volunteer, 5)
    points.redeem(
        token=uuid.uuid4(), volunteer=people.volunteer, gift=gift, by=people.volunteer.user
    )
    mended = {"name": "大米", "points": 2, "left": 1, "seen": 1}
    assert client.post(f"/gifts/{gift.pk}/", mended).status_code == 302
    assert Gift.objects.get().left == 0
    fewer = client.post(f"/gifts/{gift.pk}/", mended | {"left": 0})
    assert fewer.status_code == 422 and "只剩 0 份" in text(fewer)
    client.post(f"/gifts/{gift.pk}/", mended | {"left": 4})  # three more were brought
    assert Gift.objects.get().left == 3


def test_somebody_elses_redemption_does_not_exist_for_me(people, me, sign_in):
    give(people.volunteer, 5)
    made = points.redeem(
        token=uuid.uuid4(), volunteer=people.volunteer, gift=gift_in(people.community),
        by=people.volunteer.user,
    )  # fmt: skip
    assert sign_in("volunteer").post(f"/mine/points/taken/{made.pk}/cancel/").status_code == 404
    assert sign_in("sibling_worker").post(f"/gifts/taken/{made.pk}/cancel/").status_code == 404


def test_staff_keep_gifts_and_hand_them_over(people, sign_in):
    client = sign_in("worker")
    assert "还没有可换的" in text(client.get("/gifts/"))
    partner = gift_in(people.community, ended_at=timezone.now()).partner
    data = {"partner": partner.pk, "name": "理发券", "points": 2, "left": 5}
    assert client.post("/gifts/new/", data | {"points": 0}).status_code == 422
    assert client.post("/gifts/new/", data).status_code == 302
    gift = Gift.objects.get(name="理发券")
    give(people.volunteer, 5)
    made = points.redeem(
        token=uuid.uuid4(), volunteer=people.volunteer, gift=gift, by=people.volunteer.user
    )
    answer = client.post("/gifts/hand-over/", {"code": "zzzzzz"})
    assert answer.status_code == 422 and "没有这个领取码" in text(answer)
    assert client.post("/gifts/hand-over/", {"code": made.code.upper()}).status_code == 302
    data = {"name": "理发券两张", "points": 4, "left": 5}
    assert client.post(f"/gifts/{gift.pk}/", data).status_code == 302
    assert client.post(f"/gifts/{gift.pk}/end/").status_code == 302
    assert "收起来了" in text(client.get("/gifts/"))


def test_nobody_is_ranked():
    """No page of this part orders people by what they did."""
    from pathlib import Path

    from django.conf import settings

    for name in ("hours", "my_hours", "my_confirm", "my_points", "gifts"):
        page = (Path(settings.BASE_DIR) / f"templates/volunteers/{name}.html").read_text()
        assert not any(word in page for word in ("排名", "排行", "之星", "名次"))


def test_what_is_odd_is_said_before_somebody_confirms(sign_in, cast, community, estate):
    volunteer = volunteer_in(community)
    began = timezone.now().replace(hour=2, minute=0) - timedelta(days=1)
    hour = open_hour(
        volunteer=volunteer,
        area=estate,
        help="errand",
        began_at=began,
        ended_at=began + timedelta(hours=9),
        source="said",
    )
    page = sign_in("worker").get(hour.get_absolute_url()).content.decode()
    assert "确认前看一眼" in page and "超过8小时" in page
