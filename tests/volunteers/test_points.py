"""积分: earned by service, spent once, however many press at the same time."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from stations.choices import Role
from stations.models import Act
from tests.support.at_once import at_once
from tests.volunteers.hour_rows import People, be_verified, morning, over, refused, staff_in
from tests.volunteers.rows import partner_in, volunteer_in
from volunteers.choices import Help, HourSource, PointKind
from volunteers.models import Gift, Point, Redemption
from volunteers.services import gifts, hours
from volunteers.services.points import (
    balance_of,
    book,
    cancel_redemption,
    hand_over_by_code,
    hand_over_gift,
    redeem,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(community):
    return People(community)


def gift_in(community, **facts):
    defaults = {"area": community, "name": "一袋米", "points": 4, "left": 3}
    defaults["partner"] = facts.pop("partner", None) or partner_in(community)
    return Gift.objects.create(**defaults | facts)


def give(volunteer, points):
    """So many points, as if an hour had earned them."""
    return book(volunteer=volunteer, kind=PointKind.EARNED, points=points, hour=hour_of(volunteer))


def hour_of(volunteer):
    began = morning()
    return hours.open_hour(
        volunteer=volunteer,
        area=volunteer.area,
        help=Help.ERRAND,
        began_at=began,
        ended_at=began + timedelta(minutes=30),
        source=HourSource.CLOCK,
    )


def take(volunteer, gift, token=None):
    return redeem(token=token or uuid.uuid4(), volunteer=volunteer, gift=gift, by=volunteer.user)


def test_points_buy_a_gift(people, community):
    gift = gift_in(community)
    give(people.volunteer, 5)
    made = take(people.volunteer, gift)
    gift.refresh_from_db()
    assert (gift.left, balance_of(people.volunteer), made.points) == (2, 1, 4)
    assert len(made.code) == 6
    line = Point.objects.order_by("-seq").first()
    assert (line.kind, line.points, line.balance) == (PointKind.SPENT, -4, 1)
    assert Act.objects.get().verb == "volunteers.redeem"


def test_what_cannot_be_had(people, community):
    volunteer = people.volunteer
    give(volunteer, 4)
    yesterday = timezone.localdate() - timedelta(days=1)
    for facts, sentence in (
        ({"points": 5}, "您现在有 4 分"),
        ({"left": 0}, "换完了"),
        ({"until": yesterday}, "不能换"),
        ({"ended_at": timezone.now()}, "不能换"),
    ):
        gift = gift_in(community, **facts)
        assert sentence in refused(
            redeem, token=uuid.uuid4(), volunteer=volunteer, gift=gift, by=volunteer.user
        )
    gift = gift_in(community)
    assert "自己的积分" in refused(
        redeem, token=uuid.uuid4(), volunteer=volunteer, gift=gift, by=people.worker
    )
    assert balance_of(volunteer) == 4


def test_the_same_token_is_one_redemption(people, community):
    gift = gift_in(community)
    give(people.volunteer, 9)
    token = uuid.uuid4()
    assert take(people.volunteer, gift, token).pk == take(people.volunteer, gift, token).pk
    assert (Redemption.objects.count(), balance_of(people.volunteer)) == (1, 5)


def test_one_page_has_a_token_and_many_gifts(people, community):
    """Pressed for another gift, or by another person, it is another redemption."""
    token = uuid.uuid4()
    first, second = gift_in(community), gift_in(community)
    other = volunteer_in(community)
    give(people.volunteer, 9)
    give(other, 9)
    made = {take(*who, token).pk for who in (
        (people.volunteer, first), (people.volunteer, second), (other, first),
    )}  # fmt: skip
    assert len(made) == 3 and balance_of(people.volunteer) == 1


def test_handed_over_against_the_code_once_and_not_to_oneself(people, community, sibling):
    gift = gift_in(community)
    give(people.volunteer, 4)
    made = take(people.volunteer, gift)
    far = staff_in(sibling, Role.WORKER)
    assert "本社区" in refused(hand_over_gift, redemption=made, by=far)
    assert "没有这个领取码" in refused(
        hand_over_by_code, code=made.code, area_ids=[sibling.pk], by=far
    )
    shown = f" {made.code.upper()[:3]} {made.code.upper()[3:]} "
    done = hand_over_by_code(code=shown, area_ids=[community.pk], by=people.worker)
    assert done.handed_over_by == people.worker
    assert "领过" in refused(hand_over_gift, redemption=made, by=people.worker)
    assert "领走" in refused(cancel_redemption, redemption=made, by=people.worker)
    own = volunteer_in(community, user=people.worker)
    give(own, 4)
    assert "同事" in refused(hand_over_gift, redemption=take(own, gift), by=people.worker)


def test_given_back_once(people, community):
    gift = gift_in(community, left=1)
    give(people.volunteer, 4)
    made = take(people.volunteer, gift)
    other = volunteer_in(community)
    assert "自己换的" in refused(cancel_redemption, redemption=made, by=other.user)
    cancel_redemption(redemption=made, by=people.volunteer.user)
    gift.refresh_from_db()
    assert (gift.left, balance_of(people.volunteer)) == (1, 4)
    assert "退过" in refused(cancel_redemption, redemption=made, by=people.worker)
    assert "退掉" in refused(hand_over_gift, redemption=made, by=people.worker)


def test_hours_taken_back_may_leave_somebody_owing_and_new_ones_pay(people, community):
    """Points spent and then the hours gone: below zero, and nothing can be chosen until then."""
    hour = people.counted(minutes=120)
    gift = gift_in(community)
    take(people.volunteer, gift)
    secretary = be_verified(staff_in(community, Role.SECRETARY), community)
    hours.reverse_hours(hour=hour, by=secretary, why="没有来")
    assert balance_of(people.volunteer) == -4
    assert "您现在有 -4 分" in refused(
        redeem,
        token=uuid.uuid4(),
        volunteer=people.volunteer,
        gift=gift,
        by=people.volunteer.user,
    )
    people.counted(minutes=60, days=3)
    assert balance_of(people.volunteer) == -2


@pytest.mark.parametrize(
    "line",
    [
        {"seq": 1, "kind": "earned", "points": 1, "balance": 1},  # two lines in one place
        {"seq": 2, "kind": "spent", "points": -9, "balance": -5},  # overspent
        {"seq": 2, "kind": "spent", "points": 9, "balance": 13},  # spending that gives
    ],
)
def test_the_account_holds_without_the_services(people, community, line):
    give(people.volunteer, 4)
    made = Redemption.objects.create(
        token=uuid.uuid4(),
        code="abc123",
        volunteer=people.volunteer,
        gift=gift_in(community),
        area=community,
        points=1,
    )
    known = (
        {"hour": hour_of(people.volunteer)} if line["kind"] == "earned" else {"redemption": made}
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        Point.objects.create(volunteer=people.volunteer, area=community, **known, **line)
    for change in ({"points": 99}, {"balance": 99}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Point.objects.update(**change)


@pytest.mark.parametrize("kind, points", [("earned", 9), ("returned", 9), ("spent", -1)])
def test_points_come_from_an_hour_or_a_redemption(people, community, kind, points):
    give(people.volunteer, 4)
    line = {"seq": 2, "kind": kind, "points": points, "balance": 4 + points}
    with pytest.raises(DatabaseError, match="from_somewhere"), transaction.atomic():
        Point.objects.create(volunteer=people.volunteer, area=community, **line)


# ---- at the same time


def pressed_at_once(act, many):
    """How many of these presses went through, all at the same time."""
    told = at_once(*(partial(act, one) for one in many))
    return sum(not isinstance(one, str) for one in told)


@pytest.mark.django_db(transaction=True)
def test_the_last_points_are_spent_once(people, community):
    give(people.volunteer, 4)
    some = [gift_in(community) for _ in range(12)]
    assert pressed_at_once(lambda gift: take(people.volunteer, gift), some) == 1
    assert (Redemption.objects.count(), balance_of(people.volunteer)) == (1, 0)
    assert sum(Gift.objects.values_list("left", flat=True)) == 12 * 3 - 1


@pytest.mark.django_db(transaction=True)
def test_the_last_gift_goes_to_one(people, community):
    gift = gift_in(community, left=1)
    several = [volunteer_in(community) for _ in range(10)]
    for volunteer in several:
        give(volunteer, 9)
    assert pressed_at_once(lambda volunteer: take(volunteer, gift), several) == 1
    gift.refresh_from_db()
    assert (gift.left, Redemption.objects.count()) == (0, 1)
    assert sorted(map(balance_of, several)) == [5] + [9] * 9


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_many_times_at_once_is_one_redemption(people, community):
    gift, token = gift_in(community), uuid.uuid4()
    give(people.volunteer, 9)
    pressed_at_once(lambda _: take(people.volunteer, gift, token), range(12))
    assert (Redemption.objects.count(), balance_of(people.volunteer)) == (1, 5)


@pytest.mark.django_db(transaction=True)
def test_counting_and_spending_at_once_leave_one_account(people, community):
    """Both lock the account first: nobody waits for ever, every line follows the one before."""
    people.counted(minutes=240, days=5)
    gift = gift_in(community, left=9)
    rows = [people.shown(days=days) for days in (2, 3, 4)]
    over(*rows)

    def one(n):
        return hours.count_hours() if n % 2 else take(people.volunteer, gift)

    pressed_at_once(one, range(8))
    lines = list(Point.objects.order_by("seq").values_list("seq", "points", "balance"))
    assert [seq for seq, _, _ in lines] == list(range(1, len(lines) + 1))
    balance = 0
    for _, points, after in lines:
        balance += points
        assert balance == after >= 0
    assert sum(points for _, points, _ in lines if points > 0) == 14  # 240 and 3 × 60 minutes


# ---- gifts


def test_a_gift_of_a_partner_of_the_place(people, community, sibling):
    made = gifts.add_gift(
        area=community,
        partner=partner_in(community),
        name=" 理发券 ",
        points=6,
        left=10,
        by=people.worker,
    )
    assert (made.name, made.left) == ("理发券", 10)
    assert "不在本社区" in refused(
        gifts.add_gift,
        area=community,
        partner=partner_in(sibling),
        name="券",
        points=1,
        left=1,
        by=people.worker,
    )
    gifts.change_gift(gift=made, name="理发券", points=7, left=0, by=people.worker)
    assert Gift.objects.get().points == 7
    gifts.end_gift(gift=made, by=people.worker)
    assert not Gift.objects.current().exists()
    assert "收起来" in refused(gifts.end_gift, gift=made, by=people.worker)


@pytest.mark.parametrize(
    "facts, sentence",
    [
        ({"points": 0}, "要几分"),
        ({"left": -1}, "还剩几份"),
        ({"until": timezone.localdate() - timedelta(days=1)}, "已经过了"),
    ],
)
def test_a_gift_that_is_none(people, community, facts, sentence):
    given = {"name": "券", "points": 1, "left": 1} | facts
    assert sentence in refused(
        gifts.add_gift, area=community, partner=partner_in(community), by=people.worker, **given
    )
