"""服务包 in lists: told apart by whom, what, how often and the next visit; found by building."""

from datetime import date

import pytest
from django.urls import reverse

from stations.models import Duty
from tests.residents_map.rows import home_in
from tests.volunteers.parts.care import package_for, person_in
from volunteers.models import Order, Package
from volunteers.services import packages as services
from volunteers.services.orders import cancel
from volunteers.services.package_gaps import keep_gap_duties
from volunteers.services.package_rows import buildings_with, next_visits, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(estate, worker, on):
    """Two visits a month on Wednesdays, since 28 October: in November on the 11th and 25th."""
    on(date(2026, 10, 28))
    package_for(person_in(estate, worker), worker)
    services.make_package_orders()
    on(date(2026, 11, 4))
    return services.with_people(Package.objects.all()).get()


def coming(package):
    return next_visits([package])[package.pk]


def test_the_next_visit_is_the_ordered_one_or_the_planned_one(package, worker, on):
    first = coming(package)
    assert (first.day, first.help) == (date(2026, 11, 11), "康养照看") and first.order
    cancel(order=first.order, by=worker, why="出门了")
    assert (coming(package).day, coming(package).order) == (date(2026, 11, 25), None)
    on(date(2026, 12, 30))  # nothing more this month: the first of January
    assert coming(package).day.year == 2027


def test_a_visit_of_today_that_took_place_is_not_the_next_one(package, on):
    on(date(2026, 11, 11))
    assert coming(package).day == date(2026, 11, 11)
    order = Order.objects.get()
    Order.objects.filter(pk=order.pk).update(state="cancelled")
    assert coming(package).day == date(2026, 11, 25)


def test_an_ended_package_has_no_next_visit(package, worker):
    services.end_package(package=package, by=worker)
    package.refresh_from_db()
    assert next_visits([package]) == {}


def test_done_arranged_and_missing_are_counted(package, worker, on):
    (row,) = rows_of([package])
    assert (row.done, row.ordered, row.planned, row.gaps) == (0, 1, 1, 0)
    on(date(2026, 11, 12))
    services.make_package_orders()
    (row,) = rows_of([package])
    assert (row.done, row.ordered, row.planned, row.gaps) == (0, 1, 0, 1)


def test_what_is_arranged_anew_is_missing_no_more(package, worker, sign_in, on):
    """Two missed, two arranged: nobody is told to arrange a third."""
    on(date(2026, 11, 26))  # nobody came on the 11th, nor on the 25th
    client, page = sign_in("worker"), reverse("volunteers:package", args=[package.pk])
    assert "这个月缺2次" in client.get(page).content.decode()
    seen = []
    for day in (27, 28, 30):
        services.visit_again(
            package=package, by=worker, help="care", wanted_on=date(2026, 11, day), part=0
        )
        (row,) = rows_of([package])
        seen.append((row.gaps, row.made_up, row.ordered))
        if day == 27:
            shown = client.get(page).content.decode()
            assert "还缺1次" in shown and "已约补1次" in shown
    assert seen == [(1, 1, 0), (0, 2, 0), (0, 2, 1)]
    shown = client.get(page).content.decode()
    assert "缺" not in shown.split("vc-count")[1].split("</p>")[0] and "已约补2次" in shown
    assert 'id="again"' not in shown and "多排一次" in shown
    listed = client.get(f"{reverse('volunteers:packages')}?view=gap").content.decode()
    assert "缺了的（0）" in listed and "都约了补的日子" in listed
    cancel(order=Order.objects.get(wanted_on=date(2026, 11, 27)), by=worker, why="出门了")
    cancel(order=Order.objects.get(wanted_on=date(2026, 11, 30)), by=worker, why="出门了")
    (row,) = rows_of([package])
    assert (row.gaps, row.made_up) == (1, 1)


def test_two_of_the_same_name_are_told_apart(package, estate, worker, sign_in, on):
    other = person_in(estate, worker, name="李建国", home=home_in(estate, number="908"))
    package_for(other, worker)
    page = sign_in("worker").get(reverse("volunteers:packages")).content.decode()
    for row in services.with_people(Package.objects.all()):
        assert f"· {row.beneficiary.place}</a>" in page
    assert "王**" in page and "李**" in page  # masked: nobody is named without a recorded look
    assert "王奶奶" not in page and "李建国" not in page and "908" not in page
    assert "康养照看" in page and "每月2次 · 周三上午" in page and "11月11日" in page
    assert "已排1次" in page
    # The next visit stands there in the words of its order: nobody was asked yet.
    assert Order.objects.get().state == "ordered" and "待派单" in page and "等人接" not in page


def test_those_that_lack_a_visit_come_first(package, estate, worker, sign_in, on):
    """However old they are; and nobody stands there twice."""
    on(date(2026, 11, 12))  # the visit of yesterday did not take place
    fresh = package_for(person_in(estate, worker, name="李建国"), worker)
    response = sign_in("worker").get(reverse("volunteers:packages"))
    listed = [one.package.pk for one in response.context["packages"]]
    assert listed == [package.pk, fresh.pk] and package.pk < fresh.pk
    assert response.context["packages"][0].gaps


def test_the_list_by_building(package, estate, worker, sign_in):
    other = package_for(person_in(estate, worker, name="李建国"), worker)
    near, far = package.beneficiary.building, other.beneficiary.building
    assert {near.pk, far.pk} == {one.pk for one in buildings_with(Package.objects.all())}
    client, address = sign_in("worker"), reverse("volunteers:packages")
    page = client.get(f"{address}?building={near.pk}").content.decode()
    assert page.count("data-row>") == 1 and "王**" in page and "李**" not in page
    for strange in ("x", "0", "9" * 30):
        assert client.get(f"{address}?building={strange}").content.decode().count("data-row>") == 2


def test_the_page_of_a_package_says_whom_without_the_name(package, sign_in):
    client = sign_in("worker")
    for name in ("package", "package_change"):
        page = client.get(reverse(f"volunteers:{name}", args=[package.pk])).content.decode()
        assert f"王** · {package.beneficiary.place}" in page and "王奶奶" not in page
    person = client.get(reverse("volunteers:beneficiary", args=[package.beneficiary_id]))
    assert "每月2次 · 周三上午" in person.content.decode()


def test_a_duty_says_where_and_what_and_names_nobody(package, on):
    Package.objects.update(name="照看王奶奶")
    on(date(2026, 11, 12))
    keep_gap_duties()
    duty = Duty.objects.get(kind=services.GAP_DUTY)
    assert duty.title == f"服务包这个月缺1次：{package.beneficiary.place} · 康养照看"
    assert "每月2次" in duty.subtitle and "王" not in duty.title + duty.subtitle


def test_a_duty_says_how_many_are_missing_by_now(package, on):
    Package.objects.update(per_month=4)
    for day, lacking in ((date(2026, 11, 12), 2), (date(2026, 11, 19), 3)):
        on(day)
        keep_gap_duties()
        duty = Duty.objects.get(kind=services.GAP_DUTY)  # one and the same
        assert f"缺{lacking}次" in duty.title and duty.since.day == 12
