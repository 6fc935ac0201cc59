"""服务包: visits spread over the month, ordered ahead and once, gaps in red and on the desk."""

import calendar
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from stations.models import Duty, Work
from stations.registries import duties
from tests.volunteers.parts.care import package_for, person_in, started
from tests.volunteers.rows import team_in
from volunteers.choices import PACKAGE_AHEAD, Help, OrderChannel, OrderState
from volunteers.models import Order, Package
from volunteers.services import packages as services
from volunteers.services.care import end_beneficiary
from volunteers.services.package_gaps import keep_gap_duties

# A Wednesday; November 2026 has Wednesdays on 4, 11, 18 and 25.
FOURTH, WEDNESDAY = date(2026, 11, 4), 2


@pytest.fixture
def package(estate, worker, on):
    """Two visits a month on Wednesdays, since 28 October; it is the fourth of November."""
    on(date(2026, 10, 28))
    row = package_for(person_in(estate, worker), worker)
    on(FOURTH)
    return row


def since(package, day):
    Package.objects.filter(pk=package.pk).update(since=day)
    package.refresh_from_db()
    return package


@pytest.fixture
def make_on(on):
    """make_on(day): the orders of packages are made on that day."""

    def make(day):
        on(day)
        return services.make_package_orders()

    return make


@pytest.mark.parametrize(
    ("per_month", "weekday", "days"),
    [
        (1, 2, [18]),
        (2, 2, [11, 25]),
        (3, 2, [4, 18, 25]),
        (4, 2, [4, 11, 18, 25]),
        (4, 0, [2, 9, 23, 30]),  # five Mondays
        (5, 2, [4, 11, 18, 21, 28]),  # more than Wednesdays: Saturdays too
        (1, None, [16]),
        (2, None, [9, 23]),
    ],
)
def test_the_days_of_november(per_month, weekday, days):
    found = services.planned_days(year=2026, month=11, per_month=per_month, weekday=weekday)
    assert [day.day for day in found] == days


@given(
    year=st.integers(2024, 2032),
    month=st.integers(1, 12),
    per_month=st.integers(1, 8),
    weekday=st.one_of(st.none(), st.integers(0, 6)),
)
def test_the_days_of_any_month(year, month, per_month, weekday):
    """So many different days of this month, in order, on the usual days, evenly."""
    days = services.planned_days(year=year, month=month, per_month=per_month, weekday=weekday)
    assert len(set(days)) == per_month and days == sorted(days)
    assert {(day.year, day.month) for day in days} == {(year, month)}
    usual = range(5) if weekday is None else (weekday, (weekday + 3) % 7)
    assert all(day.weekday() in usual for day in days)
    length = calendar.monthrange(year, month)[1]
    even = length / per_month
    assert all(later - day < timedelta(days=even + 8) for day, later in pairwise(days))


@pytest.mark.django_db
def test_orders_are_made_two_weeks_ahead_and_once(package, worker, make_on):
    assert make_on(date(2026, 10, 27)) == 0  # 11 November is 15 off
    assert make_on(date(2026, 10, 28)) == 1
    assert make_on(date(2026, 10, 28)) == 0
    assert make_on(date(2026, 11, 11)) == 1  # 25 November
    first, second = Order.objects.order_by("wanted_on")
    assert (first.wanted_on, second.wanted_on) == (date(2026, 11, 11), date(2026, 11, 25))
    assert (first.package, first.channel, first.part) == (package, OrderChannel.PACKAGE, 0)
    assert (first.beneficiary, first.help, first.by) == (package.beneficiary, "care", worker)


@pytest.mark.django_db
def test_orders_go_to_the_team(package, community, make_on):
    team = team_in(community)
    Package.objects.update(team=team)
    make_on(date(2026, 10, 28))
    assert Order.objects.get().team == team


@pytest.mark.django_db
def test_helps_take_turns(package, make_on):
    helps = [Help.CARE, Help.HAIRCUT]
    Package.objects.update(helps=helps, per_month=4)
    make_on(date(2026, 10, 31))
    make_on(date(2026, 11, 14))
    done = list(Order.objects.order_by("wanted_on").values_list("help", flat=True))
    assert len(done) == 4
    assert done in (["care", "haircut"] * 2, ["haircut", "care"] * 2)


@pytest.mark.django_db
def test_nothing_is_ordered_for_the_day_of_the_beginning_or_before(package, make_on):
    since(package, date(2026, 11, 11))
    make_on(date(2026, 11, 4))
    assert not Order.objects.exists()
    make_on(date(2026, 11, 12))
    assert [order.wanted_on for order in Order.objects.all()] == [date(2026, 11, 25)]


@pytest.mark.django_db
def test_ended_packages_and_people_order_nothing(package, estate, worker, make_on):
    services.end_package(package=package, by=worker)
    other = since(package_for(person_in(estate, worker), worker), date(2026, 10, 1))
    end_beneficiary(beneficiary=other.beneficiary, by=worker)
    assert make_on(date(2026, 10, 28)) == 0


@pytest.mark.django_db
def test_the_end_takes_back_what_nobody_has_begun(package, worker):
    services.make_orders([package], today=timezone.localdate())
    services.visit_again(
        package=package, by=worker, help="care", wanted_on=timezone.localdate(), part=2
    )
    services.end_package(package=package, by=worker)
    assert set(Order.objects.values_list("state", flat=True)) == {"cancelled"}
    with pytest.raises(ValidationError, match="已经结束"):
        services.end_package(package=package, by=worker)


@pytest.mark.django_db
def test_a_fresh_package_asks_for_its_orders(package):
    work = Work.objects.get(key=f"package:{package.pk}")
    assert work.kind == "volunteers.make_package_orders"


@pytest.mark.django_db
def test_a_team_from_elsewhere_is_refused(estate, worker, sibling):
    person = person_in(estate, worker)
    with pytest.raises(ValidationError, match="不在这个社区"):
        package_for(person, worker, team=team_in(sibling))
    with pytest.raises(ValidationError, match="选一样"):
        package_for(person, worker, helps=[])


# how the month goes


def states(package, today):
    package.refresh_from_db()
    visits = services.month_of([package], today)[package.pk]
    return [(visit.day.day, visit.state) for visit in visits]


@pytest.mark.django_db
def test_dots_of_a_month(package, make_on):
    assert states(package, FOURTH) == [(11, "planned"), (25, "planned")]
    make_on(FOURTH)
    assert states(package, FOURTH) == [(11, "ordered"), (25, "planned")]
    assert states(package, date(2026, 11, 11)) == [(11, "ordered"), (25, "planned")]
    assert states(package, date(2026, 11, 12)) == [(11, "gap"), (25, "planned")]
    served(Order.objects.get(), package)
    assert states(package, date(2026, 11, 12)) == [(11, "done"), (25, "planned")]


def served(order, package):
    from tests.volunteers.rows import volunteer_in

    helper = volunteer_in(package.area.parent, is_verified=False)
    Order.objects.filter(pk=order.pk).update(
        state=OrderState.DONE, volunteer=helper, done_at=timezone.now()
    )


@pytest.mark.django_db
def test_a_day_that_was_never_ordered_is_a_gap_too(package):
    assert states(package, date(2026, 11, 12)) == [(11, "gap"), (25, "planned")]
    assert services.gaps(services.month_of([package], date(2026, 11, 26))[package.pk]) == 2


@pytest.mark.django_db
def test_before_it_began_nothing_lacks(package):
    since(package, date(2026, 11, 11))
    assert states(package, date(2026, 11, 20)) == [(25, "planned")]


@pytest.mark.django_db
def test_a_cancelled_visit_is_off_and_then_a_gap(package, make_on):
    make_on(FOURTH)
    Order.objects.update(state=OrderState.CANCELLED)
    assert states(package, FOURTH) == [(11, "off"), (25, "planned")]
    assert states(package, date(2026, 11, 12))[0] == (11, "gap")


@pytest.mark.django_db
def test_one_more_visit_makes_up_for_a_gap(package, worker, on):
    on(date(2026, 11, 20))
    services.visit_again(
        package=package, by=worker, help="care", wanted_on=date(2026, 11, 21), part=0
    )
    assert states(package, date(2026, 11, 20)) == [(11, "gap"), (21, "ordered"), (25, "planned")]
    served(Order.objects.get(), package)
    assert states(package, date(2026, 11, 22)) == [(21, "done"), (25, "planned")]


@pytest.mark.django_db
def test_a_visit_keeps_its_number_when_the_rhythm_changes(package, worker, make_on):
    """Changed in the middle of a month, what is ordered stays and nothing is ordered twice."""
    make_on(FOURTH)
    facts = {"name": "三次", "helps": ["care"], "per_month": 3, "weekday": 4}
    services.change_package(package=package, by=worker, **facts)
    assert make_on(FOURTH) == 0
    assert make_on(date(2026, 11, 6)) == 1
    # Of the Fridays 6, 20 and 27 the first one's visit is the one ordered for the 11th.
    days = list(Order.objects.order_by("wanted_on").values_list("wanted_on", flat=True))
    assert days == [date(2026, 11, 11), date(2026, 11, 20)]


# the duty


@pytest.mark.django_db
def test_a_gap_stands_on_the_desk_until_it_is_made_up(package, worker, on):
    on(date(2026, 11, 10))
    keep_gap_duties()
    assert not Duty.objects.open().exists()
    on(date(2026, 11, 12))
    for _ in range(2):
        keep_gap_duties()
    duty = Duty.objects.open().get()
    assert (duty.kind, duty.object_id) == ("volunteers.package_gap", package.pk)
    assert "缺1次" in duty.title
    assert [*duties["volunteers.package_gap"].truth()] == [package.pk]
    order = services.visit_again(
        package=package, by=worker, help="care", wanted_on=date(2026, 11, 13), part=0
    )
    # Off the desk as soon as another day is arranged; back on it when nobody came then either.
    assert not Duty.objects.open().filter(kind="volunteers.package_gap").exists()
    assert not [*duties["volunteers.package_gap"].truth()]
    on(date(2026, 11, 14))
    keep_gap_duties()
    assert [*duties["volunteers.package_gap"].truth()] == [package.pk]
    assert Duty.objects.open().filter(kind="volunteers.package_gap").exists()
    served(order, package)
    keep_gap_duties()
    assert not Duty.objects.open().filter(kind="volunteers.package_gap").exists()
    on(date(2026, 12, 1))
    assert not [*duties["volunteers.package_gap"].truth()]  # a new month


@pytest.mark.django_db
def test_an_ended_package_lacks_nothing(package, worker, on):
    on(date(2026, 11, 12))
    keep_gap_duties()
    services.end_package(package=package, by=worker)
    assert not Duty.objects.open().filter(kind="volunteers.package_gap").exists()
    assert not [*duties["volunteers.package_gap"].truth()]


# pages

FACTS = {"name": "每月两次", "helps": ["care", "company"], "per_month": 2, "weekday": "", "part": 1}


@pytest.mark.django_db
def test_open_change_and_end_on_pages(estate, worker, sign_in):
    person, client = person_in(estate, worker), sign_in("worker")
    new = reverse("volunteers:package_new", args=[person.pk])
    refused = client.post(new, FACTS | {"helps": [], "name": "上门"})
    assert refused.status_code == 422
    assert "选一样要做的事" in refused.content.decode() and "上门" in refused.content.decode()
    answer = client.post(new, FACTS)
    package = Package.objects.get()
    assert answer.url == reverse("volunteers:package", args=[package.pk])
    assert (package.helps, package.weekday, package.part) == (["care", "company"], None, 1)
    page = client.get(answer.url).content.decode()
    assert "每月2次 · 工作日下午" in page and "康养照看、陪伴聊天" in page
    change = reverse("volunteers:package_change", args=[package.pk])
    client.post(change, FACTS | {"per_month": 3, "weekday": 2})
    package.refresh_from_db()
    assert (package.per_month, package.weekday) == (3, 2)
    client.post(reverse("volunteers:package_end", args=[package.pk]))
    assert "结束了" in client.get(answer.url).content.decode()


@pytest.mark.django_db
def test_make_up_on_the_page(estate, worker, sign_in):
    package = started(package_for(person_in(estate, worker), worker), 60)
    client = sign_in("worker")
    again = reverse("volunteers:package_again", args=[package.pk])
    yesterday = timezone.localdate() - timedelta(days=1)
    refused = client.post(again, {"help": "care", "wanted_on": yesterday, "part": 0})
    assert refused.status_code == 422
    assert "今天或者以后" in refused.content.decode()
    assert client.post(again, {"help": "errand", "wanted_on": "", "part": 0}).status_code == 422
    day = timezone.localdate() + timedelta(days=1)
    client.post(again, {"help": "care", "wanted_on": day, "part": 0})
    order = Order.objects.get()
    assert (order.package, order.wanted_on) == (package, day)


@pytest.mark.django_db
def test_the_list_and_its_gaps(package, estate, worker, sign_in, on):
    on(date(2026, 11, 12))
    whole = since(package_for(person_in(estate, worker), worker, name="新的"), date(2026, 11, 12))
    client, address = sign_in("worker"), reverse("volunteers:packages")
    page = client.get(address).content.decode()
    assert package.name in page and whole.name in page
    assert "缺1次" in page and "11月11日缺" in page and "缺了的（1）" in page
    page = client.get(f"{address}?view=gap").content.decode()
    assert package.name in page and whole.name not in page


@pytest.mark.django_db
def test_the_list_costs_the_same_for_many(
    package, estate, worker, sign_in, django_assert_max_num_queries
):
    client, address = sign_in("worker"), reverse("volunteers:packages")
    client.get(address)
    with django_assert_max_num_queries(100) as few:
        client.get(address)
    for _ in range(4):
        package_for(person_in(estate, worker), worker)
    with django_assert_max_num_queries(len(few)):
        assert client.get(address).content.decode().count("data-row>") == 5


@pytest.mark.django_db
def test_the_sibling_and_the_street_see_no_package(package, sign_in):
    address = reverse("volunteers:package", args=[package.pk])
    assert sign_in("sibling_worker").get(address).status_code == 404
    assert sign_in("officer").get(reverse("volunteers:packages")).status_code == 403


def test_two_weeks():
    assert PACKAGE_AHEAD == 14
