"""The demo's year of voluntary service says what its sources say, and everything in it holds."""

from collections import Counter
from datetime import timedelta
from statistics import median
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models import F, Sum
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from stations.models import Area, Duty, Figure
from stations.registries import demo, duties
from stations.services import figures
from volunteers.choices import (
    POINT_MINUTES,
    SHOWN_DAYS,
    AskState,
    HourState,
    NeedState,
    OrderState,
    WishState,
)
from volunteers.demo.truth import (
    ALLIANCE,
    ALLIANCE_ESTATE,
    BOOKS,
    BRANDS,
    DONATED_FEN,
    ESTATE,
    EVENTS,
    FIRMS,
    HOME,
    ORGANISATIONS,
    PACKAGES,
    PARTNERS,
    REACHED,
    REGULARS,
    ROUNDS,
    SERVICES,
    VILLAGE_ESTATE,
    VOLUNTEERS,
    WISHES_FULFILLED,
)
from volunteers.models import (
    Ask,
    Beneficiary,
    Brand,
    Claim,
    Donation,
    Event,
    HeadCount,
    Hour,
    Match,
    Membership,
    Need,
    Order,
    Package,
    Paper,
    Partner,
    Point,
    Position,
    Post,
    Redemption,
    Roster,
    SignUp,
    Slot,
    Team,
    Volunteer,
    Wish,
)
from volunteers.services.hours.behind import one_behind_all
from volunteers.services.matching import suggest_for_open_needs
from volunteers.services.public_words import check_public

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """Places and a year of service once for all tests of this file; taken back at the end."""
    from django.db import transaction

    autodiscover_modules("demo")
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        try:
            cast = {}
            for step in demo:
                if step.key == "stations.places" or step.key.startswith("volunteers."):
                    cast = step.run(cast)
            figures.count_again()
            figures.count_moment()
            yield SimpleNamespace(home=cast["areas"][HOME], estate=cast["areas"][ESTATE], **cast)
        finally:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


def sql(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


# what the sources say


def test_six_brands_with_stories_teams_and_leaders(city):
    brands = list(Brand.objects.filter(area=city.home).prefetch_related("teams"))
    assert tuple(brand.name for brand in brands) == BRANDS
    for brand in Brand.objects.all():
        assert 80 <= len(brand.story) <= 150, brand
        check_public(brand.name, brand.motto, brand.story)
        assert 1 <= brand.teams.count() <= 3
    for team in Team.objects.all():
        assert team.leader and team.deputy and team.leader.minor_until is None
        inside = Membership.objects.current().filter(team=team, volunteer__in=[team.leader])
        assert inside.exists()
    assert Team.objects.filter(area=city.home).exclude(price_fen=None).count() == 2


def test_volunteers_are_as_many_as_the_sources_say(city):
    for place, count in VOLUNTEERS.items():
        people = Volunteer.objects.active().filter(area=city.areas[place])
        assert (place, people.count()) == (place, count)
    wu = Volunteer.objects.get(user__username="volunteer")
    assert str(wu) == "吴倩"
    assert Team.objects.led_by(wu.user).get().name == "跑腿代办队"
    assert wu.hours.counted().count() >= 5
    assert wu.user.identity.verified_at


def test_over_a_thousand_services_in_a_year(city):
    since = timezone.now() - timedelta(days=365)
    for place, count in SERVICES.items():
        counted = sql(
            """SELECT count(*) FROM volunteers_order o LEFT JOIN volunteers_hour h ON o.id = h.order_id
            JOIN stations_area e ON e.id = o.area_id
            WHERE (h.state = 'counted' OR o.price_fen > 0) AND o.state IN ('confirmed', 'rated')
            AND o.begun_at >= %s AND e.parent_id = %s""",
            since,
            city.areas[place].pk,
        )
        assert (place, counted) == (place, count)
    paid = Order.objects.filter(price_fen__gt=0, done_at__isnull=False)
    assert paid.exists() and not Hour.objects.filter(order__in=paid).exists()
    months = Counter(
        timezone.localtime(moment).strftime("%Y%m")
        for moment in [
            *Hour.objects.values_list("began_at", flat=True),
            *paid.values_list("begun_at", flat=True),
        ]
    )
    assert len(months) >= 12
    assert max(months.values()) < 2 * median(months.values())  # all year, not in one go


def test_wishes_and_donations(city):
    assert Wish.objects.filter(fulfilled_at__isnull=False).count() == WISHES_FULFILLED
    states = Counter(Wish.objects.values_list("state", flat=True))
    assert all(states[state] for state in WishState.values if state != "cancelled")
    for wish in Wish.objects.all():
        check_public(wish.first_name, wish.title, wish.words, wish.thanks)
    given = Donation.objects.aggregate(fen=Sum("worth_fen"))
    assert given["fen"] == DONATED_FEN
    firms = Partner.objects.filter(donations__isnull=False, kind="firm").distinct()
    assert firms.count() == FIRMS
    assert Donation.objects.get(unit="本").quantity == BOOKS
    used = Donation.objects.annotate(sum=Sum("uses__quantity")).exclude(sum=None)
    assert used.exists() and not used.exclude(used=F("sum")).exists()


def test_the_alliance(city):
    rows = Partner.objects.current().filter(area=city.areas[ALLIANCE])
    assert rows.count() == PARTNERS
    assert rows.exclude(kind__in=["shop", "firm"]).count() == ORGANISATIONS
    past = Event.objects.filter(area=city.areas[ALLIANCE_ESTATE], state="over")
    assert past.count() == EVENTS
    reached = Slot.objects.filter(event__in=past).aggregate(sum=Sum("seats"))["sum"]
    assert reached == REACHED > 2000


def test_the_village_counted_its_people_three_times(city):
    roster = Roster.objects.get(area=city.areas[VILLAGE_ESTATE])
    assert roster.closed_at and roster.round == 3
    for number, (expected, present) in enumerate(ROUNDS, start=1):
        rows = HeadCount.objects.filter(roster=roster, round=number)
        sums = rows.aggregate(expected=Sum("expected"), present=Sum("present"))
        assert (sums["expected"], sums["present"]) == (expected, present)
    assert not Position.objects.empty().exists()


# everything in it holds


def test_duties_are_what_their_truth_says(city):
    for kind in duties:
        if kind.key.startswith("volunteers."):
            held = Duty.objects.open().filter(kind=kind.key).values_list("object_id", flat=True)
            assert (kind.key, sorted(held)) == (kind.key, sorted(kind.truth()))
            # Of these there is none today: every donation of the demo is witnessed.
            may_be_none = ("volunteers.package_gap", "volunteers.witness_donation")
            assert held or kind.key in may_be_none, kind.key


def test_hours_are_in_every_state_and_numbered_without_a_gap(city):
    states = Counter(Hour.objects.values_list("state", flat=True))
    assert set(states) == set(HourState.values)
    waiting = Hour.objects.waiting()
    assert waiting.filter(lead_at=None, other_at__isnull=False).exists()
    assert waiting.filter(lead_at__isnull=False, other_at=None).exists()
    assert Hour.objects.filter(reverses__isnull=False).count() == 1
    assert Hour.objects.filter(state="held", objection="").exists()
    assert Hour.objects.filter(state="held").exclude(objection="").exists()
    numbers = Hour.objects.counted().order_by("number").values_list("number", "counted_at")
    months = {}
    for number, at in numbers:
        _, month, n = number.split("-")
        assert month == timezone.localtime(at).strftime("%Y%m")
        months.setdefault(month, []).append(int(n))
    assert all(found == list(range(1, len(found) + 1)) for found in months.values())
    late = timedelta(days=SHOWN_DAYS)
    counted = Hour.objects.counted().filter(reverses=None)
    assert not counted.exclude(shown_until__gte=F("lead_at") + late).exists()
    assert not counted.exclude(shown_until__gte=F("other_at") + late).exists()


def test_nobody_stands_behind_both_sides_of_an_hour(city):
    """The year is written in bulk, where no act asks: here every hour of a month is asked."""
    rows = Hour.objects.filter(reverses=None, other_as="served", lead_at__isnull=False)
    rows = rows.select_related("order__package", "volunteer", "team").order_by("-began_at")[:80]
    assert [hour.pk for hour in rows if one_behind_all(hour)] == []


def test_points_are_what_the_hours_give(city):
    for volunteer in Volunteer.objects.filter(points__isnull=False).distinct():
        lines = list(volunteer.points.order_by("seq"))
        assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
        balance = 0
        for line in lines:
            balance += line.points
            assert line.balance == balance
        minutes = volunteer.hours.counted().aggregate(sum=Sum("minutes"))["sum"]
        earned = volunteer.points.filter(kind__in=["earned", "taken_back"])
        assert earned.aggregate(sum=Sum("points"))["sum"] == minutes // POINT_MINUTES
    kinds = set(Point.objects.values_list("kind", flat=True))
    assert kinds >= {"earned", "spent", "returned"}
    assert Redemption.objects.filter(handed_over_at=None, cancelled_at=None).exists()


def test_orders_are_in_every_state_with_their_way(city):
    assert set(Order.objects.values_list("state", flat=True)) == set(OrderState.values)
    assert Order.objects.late().exists()
    assert not Order.objects.filter(events=None).exists()
    nobody = Order.objects.filter(events__kind="nobody", state="ordered")
    assert nobody.exists()
    wu = Volunteer.objects.get(user__username="volunteer")
    assert wu.asks.filter(state=AskState.ASKED).count() == 2
    assert wu.orders.open().exists()
    for volunteer in Volunteer.objects.exclude(open_count=0):
        taken = volunteer.orders.filter(state__in=["accepted", "on_way"]).count()
        assert volunteer.open_count == taken
    assert (
        not Ask.objects.filter(state="accepted").exclude(volunteer=F("order__volunteer")).exists()
    )
    now = timezone.now()
    assert not Order.objects.filter(created_at__gt=now).exists()
    assert not Order.objects.filter(accepted_at__lt=F("created_at")).exists()
    assert not Order.objects.filter(confirmed_at__lt=F("done_at")).exists()


def test_regular_ones_have_packages_calls_and_cards(city):
    people = Beneficiary.objects.regular()
    assert people.count() == REGULARS
    assert people.exclude(card_digest="").count() >= 10
    assert Package.objects.current().count() == PACKAGES
    assert set(Package.objects.values_list("per_month", flat=True)) == {2, 3}
    assert people.filter(calls__isnull=False).exists()


def test_lists_papers_and_claims(city):
    assert set(Need.objects.values_list("state", flat=True)) == set(NeedState.values)
    assert {"proposed", "agreed", "delivered", "rated"} <= set(
        Match.objects.values_list("state", flat=True)
    )
    papers = Paper.objects.all()
    assert papers.filter(kind="certificate", sealed_by__isnull=False).exists()
    assert papers.filter(revoked_at__isnull=False).exists()
    assert papers.valid().filter(kind="record").exists()
    soon = timezone.localdate() + timedelta(days=14)
    assert 1 <= Claim.objects.current().filter(until__lte=soon).count() <= 3
    full = SignUp.objects.waiting().values_list("slot", flat=True)
    assert len(set(full)) == 1
    zones = Post.objects.filter(kind="zone")
    assert zones.exists() and all(len(post.outline) >= 3 for post in zones)


def test_what_is_offered_for_a_need_is_what_it_asks_for(city):
    """The washing machine gets a mended one, the flower bed its seedlings: nothing else fits."""
    area = Area.objects.get(name=HOME)
    needs = {need.pk: need for need in Need.objects.filter(area=area, state=NeedState.OPEN)}
    offered = {
        needs[pk].title: [one.title for one in found]
        for pk, found in suggest_for_open_needs(area, limit_each=3)
    }
    assert offered["困难家庭要一台旧洗衣机"] == ["旧家电上门回收再修好"]
    assert offered["花坛要种冬天的花"] == ["三色堇花苗"]


def test_nothing_protected_is_in_clear(city):
    """Names, telephones and doors of those who are helped stand nowhere but sealed."""
    numbers = "(^|[^0-9])(139000[0-9]{5}|99[0-9]{15}[0-9X])([^0-9]|$)"
    for table in ("beneficiary", "order", "wish", "partner", "position", "supply", "identity"):
        found = sql(
            f"SELECT count(*) FROM volunteers_{table} t WHERE row_to_json(t)::text ~ %s", numbers
        )
        assert (table, found) == (table, 0)
    long_ago = timezone.localdate() - timedelta(days=200)
    old = Beneficiary.objects.filter(is_regular=False, since__lt=long_ago)
    assert old.exists() and not old.filter(erased_at=None).exists()
    assert not old.exclude(name_sealed="", phone_index="").exists()


def test_the_figures_say_the_same(city):
    keys = ["volunteers.served", "volunteers.wishes", "volunteers.donated", "volunteers.minutes"]
    today = timezone.localdate()
    found = figures.read([city.home.pk], keys, today - timedelta(days=400), today)
    estates = Area.objects.filter(parent=city.home)
    assert found[city.home.pk, "volunteers.wishes", ""] == WISHES_FULFILLED
    assert found[city.home.pk, "volunteers.donated", ""] == DONATED_FEN
    done = Order.objects.filter(area__in=estates, done_at__isnull=False)
    assert found[city.home.pk, "volunteers.served", ""] == done.count()
    hours = Hour.objects.counted().filter(volunteer__area=city.home)
    minutes = hours.aggregate(sum=Sum("minutes"))["sum"]
    assert found[city.home.pk, "volunteers.minutes", ""] == minutes
    active = Figure.objects.get(area=city.home, key="volunteers.active", split="")
    assert active.number == VOLUNTEERS[HOME]


def test_the_demos_people_can_open_their_rooms(city):
    """One page each for the worker, 吴倩 and a resident stands with the demo's rows."""
    client = Client()
    backend = "stations.foundation.sign_in.PhoneOrNameBackend"
    for who, pages in (
        ("worker", ("/orders/", "/volunteers/", "/desk/")),
        ("volunteer", ("/mine/", "/mine/orders/")),
    ):
        client.force_login(city.people[who], backend=backend)
        for page in pages:
            assert client.get(page).status_code in (200, 302), page
