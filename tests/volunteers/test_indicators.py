"""Figures of voluntary service equal the truth in plain SQL at every level; reports tell them."""

import random
import uuid
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from stations.choices import COMMUNITY_STAFF, Role
from stations.foundation import periods
from stations.models import Stale
from stations.registries import indicators, map_layers, schedule
from stations.services import figures
from stations.services.dashboard import picture_of
from tests.factories import BuildingFactory
from tests.volunteers.hour_rows import People, be_verified, staff_in
from tests.volunteers.rows import brand_in, partner_in, team_in, volunteer_in
from volunteers.models import (
    Ask,
    Beneficiary,
    Claim,
    Donation,
    Event,
    Hour,
    Match,
    Need,
    Order,
    Package,
    Post,
    Resource,
    Slot,
    Volunteer,
    Wish,
)
from volunteers.reports import events_of, service, wishes_lately
from volunteers.services import hours
from volunteers.services.packages import start_gap_duty
from volunteers.services.stale import mark_day

pytestmark = pytest.mark.django_db

KEYS = [one.key for one in indicators if one.key.startswith("volunteers.")]
UNDER = "SELECT id FROM stations_area WHERE path LIKE (SELECT path FROM stations_area WHERE id = %(area)s) || '%%'"


def at(days, hour=10):
    """A moment so many days ago."""
    day = timezone.localdate() - timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour)))


def order_in(estate, *, days=3, state="ordered", volunteer=None, late=False, rounds=0, **more):
    """An order so many days ago, as it stands."""
    made = at(days)
    person = Beneficiary.objects.create(area=estate)
    done = made + timedelta(hours=30) if state in ("done", "confirmed", "rated") else None
    taken = state in ("accepted", "on_way", "done", "confirmed", "rated")
    return Order.objects.create(
        token=uuid.uuid4(),
        code_digest=uuid.uuid4().hex,
        area=estate,
        beneficiary=person,
        help=more.pop("help", "errand"),
        state=state,
        volunteer=volunteer if taken else None,
        created_at=made,
        accepted_at=made + timedelta(hours=2) if taken else None,
        done_at=done,
        due_at=made + timedelta(hours=20 if late else 40),
        round=rounds,
        **more,
    )


def confirmer(community, sort):
    """Somebody verified who confirms, and has no hours here."""
    number = f"{sort}{community.pk}"
    found = Volunteer.objects.filter(number=number).first()
    return (found or volunteer_in(community, number=number, state="left")).user


def hour_of(volunteer, area, *, days=3, minutes=90, team=None, reverses=None, order=None):
    """Counted time that the team's leader and the station confirmed, or its reversal."""
    lead, station = confirmer(volunteer.area, "L"), confirmer(volunteer.area, "S")
    began, counted = at(days), at(days - 4)
    return Hour.objects.create(
        number=uuid.uuid4().hex[:20],
        volunteer=volunteer,
        area=area,
        team=team,
        order=order,
        source="clock",
        help="errand",
        began_at=began,
        ended_at=began + timedelta(minutes=90),
        minutes=minutes,
        state="counted",
        person_keys=[f"i:{volunteer.user.identity.key}"],
        lead_by=lead,
        lead_keys=[f"i:{lead.identity.key}"],
        other_by=station,
        other_keys=[f"i:{station.identity.key}"],
        lead_at=counted - timedelta(days=4),
        other_at=counted - timedelta(days=4),
        other_as="station",
        shown_until=counted - timedelta(hours=1),
        counted_at=counted,
        reverses=reverses,
    )


@pytest.fixture
def lively(estate, other_estate, community, sibling, cast):
    """Two communities with service in all sorts of states, on several days."""
    chance, by = random.Random(7), cast("worker")
    for place, whole in ((estate, community), (other_estate, sibling)):
        people = [volunteer_in(whole, estate=place if n % 2 else None) for n in range(5)]
        volunteer_in(whole, state="paused")
        team = team_in(whole, brand=brand_in(whole, name="同心办"), members=people)
        partner = partner_in(whole)
        for n in range(2):
            person = Beneficiary.objects.create(area=place)
            package = Package.objects.create(beneficiary=person, area=place, name="照看", by=by)
            if n:
                start_gap_duty(package, 1)
        for _ in range(40):
            state = chance.choice(
                ["ordered", "dispatched", "accepted", "done", "rated", "rated", "cancelled"]
            )
            rounds = 0 if state == "ordered" else chance.choice([1, 1, 2])
            who = chance.choice(people)
            order = order_in(
                place,
                days=chance.randint(0, 40),
                state=state,
                volunteer=who,
                late=chance.random() < 0.3,
                rounds=rounds,
                team=team if chance.random() < 0.8 else None,
            )
            for number in range(1, rounds + 1):
                took = order.volunteer and number == rounds
                Ask.objects.create(
                    order=order,
                    volunteer=who,
                    area=place,
                    round=number,
                    state="accepted" if took else "silent",
                    until=order.created_at,
                )
        for _ in range(12):
            where, who = chance.choice([place, whole]), chance.choice(people)
            hour_of(who, where, days=chance.randint(0, 40), minutes=chance.randint(20, 200))
        done = Order.objects.filter(area=place, done_at__isnull=False).exclude(state="cancelled")
        for order in done[:6]:
            hour_of(order.volunteer, whole, days=chance.randint(0, 40), order=order)
        taken = hour_of(people[0], place, days=5, team=team)
        hour_of(people[0], place, days=5, minutes=-90, team=team, reverses=taken)
        for number in range(6):
            ago = at(number)
            Wish.objects.create(
                token=uuid.uuid4(),
                area=place,
                first_name="小满",
                title="想要一本字典",
                state="fulfilled" if number % 2 else "open",
                fulfilled_at=ago if number % 2 else None,
                created_at=at(number + 3),
                by=by,
            )
            Need.objects.create(
                area=chance.choice([place, whole]),
                title="要人手",
                sort="people",
                state=["open", "met", "closed", "matched"][number % 4],
                created_at=ago,
                by=by,
            )
            Donation.objects.create(
                number=uuid.uuid4().hex[:20],
                area=whole if number else place,
                partner=partner,
                what="书",
                quantity=10,
                worth_fen=chance.randint(1, 99999),
                received_on=ago.date(),
                received_by=by,
                witness=cast("colleague"),
                witnessed_at=ago,
            )
    today = timezone.localdate()
    for place in (estate, other_estate):
        for days in range(46):
            figures.mark_stale(area=place, day=today - timedelta(days=days))
    figures.count_again()
    figures.count_moment()
    return chance


def sql(query, **values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


def here(column):
    return f"({column} AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %(first)s AND %(last)s"


def truth(area, first, last):
    """{key: number} of these days and of this moment, without the portal's own queries."""
    order = f"FROM volunteers_order o WHERE o.area_id IN ({UNDER}) AND o.state <> 'cancelled'"
    came, done = here("o.created_at"), here("o.done_at")
    first_round = """EXISTS (SELECT 1 FROM volunteers_ask a WHERE a.order_id = o.id
        AND a.round = 1 AND a.state IN ('accepted', 'handed_over', 'taken_back'))"""
    under = f"area_id IN ({UNDER})"
    queries = {
        "ordered": f"count(*) {order} AND {came}",
        "served": f"count(*) {order} AND {done}",
        "in_time": f"count(*) {order} AND {done} AND o.done_at <= o.due_at",
        "asked": f"count(*) {order} AND {came} AND o.round >= 1",
        "at_once": f"count(*) {order} AND {came} AND o.round >= 1 AND {first_round}",
        "open": f"""count(*) {order}
            AND o.state IN ('ordered', 'dispatched', 'accepted', 'on_way')""",
        "minutes": f"""coalesce(sum(h.minutes), 0) FROM volunteers_hour h
            LEFT JOIN volunteers_order o ON o.id = h.order_id WHERE h.state = 'counted'
            AND coalesce(o.area_id, h.area_id) IN ({UNDER}) AND {here("h.began_at")}""",
        "active": f"count(*) FROM volunteers_volunteer WHERE state = 'active' AND {under}",
        "wishes": f"count(*) FROM volunteers_wish WHERE {under} AND {here('fulfilled_at')}",
        "needs": f"""count(*) FROM volunteers_need
            WHERE {under} AND state <> 'closed' AND {here("created_at")}""",
        "needs_met": f"""count(*) FROM volunteers_need
            WHERE {under} AND state = 'met' AND {here("created_at")}""",
        "needs_open": f"""count(*) FROM volunteers_need
            WHERE {under} AND state NOT IN ('met', 'closed')""",
        "package_gaps": f"""count(*) FROM stations_duty
            WHERE {under} AND kind = 'volunteers.package_gap' AND ended_at IS NULL""",
        "donated": f"""coalesce(sum(worth_fen), 0) FROM volunteers_donation
            WHERE {under} AND received_on BETWEEN %(first)s AND %(last)s""",
    }
    values = {"area": area.pk, "first": first, "last": last}
    return {f"volunteers.{key}": sql(f"SELECT {q}", **values) for key, q in queries.items()}


@pytest.mark.parametrize("level", ["community", "street", "city"])
@pytest.mark.parametrize("days", [0, 6, 44])
def test_the_figures_equal_the_truth(level, days, lively, request):
    area = request.getfixturevalue(level)
    last = timezone.localdate()
    first = last - timedelta(days=days)
    said = truth(area, first, last)
    assert set(said) == set(KEYS)
    moment = [key for key in KEYS if indicators[key].of_the_moment]
    of_days = [key for key in KEYS if key not in moment]
    found = figures.read([area.pk], of_days, first, last)
    found |= figures.read([area.pk], moment, figures.MOMENT, figures.MOMENT)
    assert {key: found.get((area.pk, key, ""), 0) for key in KEYS} == said
    again = figures.recount([area.pk], of_days, first, last)
    assert {key: again.get((area.pk, key, ""), 0) for key in of_days} == {
        key: said[key] for key in of_days
    }
    if days == 44:
        assert all(said.values())


@pytest.mark.parametrize("level", ["estate", "other_estate"])
def test_what_is_the_estates_own_is_counted_there(level, lively, request):
    """Orders and wishes always have an estate; the rest may be the whole community's."""
    area = request.getfixturevalue(level)
    last = timezone.localdate()
    first = last - timedelta(days=44)
    keys = [f"volunteers.{k}" for k in ("ordered", "served", "in_time", "at_once", "wishes")]
    said = truth(area, first, last)
    found = figures.read([area.pk], keys, first, last)
    assert {key: found.get((area.pk, key, ""), 0) for key in keys} == {k: said[k] for k in keys}


def test_a_communitys_own_counts_at_its_first_estate(community, estate, cast):
    from tests.factories import AreaFactory

    second = AreaFactory(name="锦绣家园", level=5, parent=community)
    hour_of(volunteer_in(community), community, minutes=60)
    served = order_in(second, state="done", volunteer=volunteer_in(community, estate=second))
    hour_of(served.volunteer, community, minutes=30, order=served)  # counts where it was done
    days = [timezone.localdate() - timedelta(days=n) for n in range(10)]
    found = indicators["volunteers.minutes"].run([estate.pk, second.pk], days)
    assert {key[0]: number for key, number in found.items()} == {estate.pk: 60, second.pk: 30}
    assert sum(indicators["volunteers.minutes"].run([second.pk], days).values()) == 30
    active = indicators["volunteers.active"].run([estate.pk, second.pk], None)
    assert active == {(estate.pk, None, ""): 1, (second.pk, None, ""): 1}


@pytest.mark.parametrize("key", KEYS)
def test_one_query_however_many_areas(key, lively, estate, other_estate, django_assert_num_queries):
    days = [date(2026, 10, 1) + timedelta(days=n) for n in range(60)]
    indicator = indicators[key]
    for areas in ([estate.pk], [estate.pk, other_estate.pk]):
        with django_assert_num_queries(1):
            indicator.run(areas, None if indicator.of_the_moment else days)


@pytest.mark.parametrize("key", ["orders_in_time", "orders_at_once"])
def test_the_rates_stand_on_the_dashboard(key, lively, street):
    today = timezone.localdate()
    picture = picture_of(street, periods.twelve_weeks(today), today=today)
    rate = next(rate for rate in picture.here.rates if rate.rate.key == key)
    assert 0 < rate.above.number < rate.below.number


def test_the_street_sees_figures_and_no_list_of_orders(lively, street, sign_in):
    page = sign_in("officer").get(f"/dashboard/{street.pk}/?period=weeks").content.decode()
    assert "点单按时率" in page
    assert "/orders/?" not in page


def test_the_report_tells_brands_and_no_person(lively, street, community):
    last = timezone.localdate()
    first = last - timedelta(days=44)
    section = service(street, first, last)
    said = truth(street, first, last)
    assert {row[1] for row in section.rows} == {"同心办", "没有品牌的"}
    assert sum(row[2] for row in section.rows) == said["volunteers.served"]
    assert sum(row[3] for row in section.rows) == said["volunteers.in_time"]
    assert f"做完服务 {said['volunteers.served']:,} 次" in section.words
    assert f"{said['volunteers.minutes'] / 60:,.1f} 小时" in section.words
    assert "圆了微心愿" in section.words
    everything = section.words + str(section.rows)
    assert "志愿者" not in everything.replace("志愿者人次", "")
    assert "小满" not in everything


def test_the_report_counts_no_service_that_was_taken_back(community):
    people = People(community)
    hour = people.counted()
    people.counted(at=14)
    secretary = be_verified(staff_in(community, Role.SECRETARY), community)
    hours.reverse_hours(hour=hour, by=secretary, why="错了")
    day = timezone.localdate(hour.began_at)
    [line] = service(community, day, day).rows
    assert line[4:] == [1, 1.0]


def test_the_report_counts_what_was_delivered(community, cast):
    by, partner = cast("worker"), partner_in(community)
    need = Need.objects.create(area=community, title="要课桌", sort="goods", by=by)
    resource = Resource.objects.create(
        area=community, partner=partner, title="课桌", sort="goods", by=by
    )
    now = timezone.now()
    Match.objects.create(
        need=need,
        resource=resource,
        area=community,
        quantity=1,
        state="delivered",
        by=by,
        need_agreed_at=now,
        giver_agreed_at=now,
        delivered_at=now,
    )
    today = timezone.localdate()
    section = service(community, today, today)
    assert section.rows == []
    assert section.words == "需求和资源对上、送到 1 项。"


def test_word_and_excel_get_the_section(lively, community, cast):
    from stations.services.report_contents import collect
    from stations.services.reports import order_report

    today = timezone.localdate()
    report = order_report(area=community, month=today.replace(day=1), by=cast("secretary"))
    titles = {section["title"]: section for section in collect(report)["sections"]}
    section = titles["志愿服务"]
    assert section["columns"][:2] == ["社区", "品牌"]
    assert section["rows"]


def test_the_wall_tells_of_fulfilled_wishes(lively, street):
    lines = wishes_lately(street, 2)
    assert [line.what for line in lines] == ["小满的心愿圆了：想要一本字典"] * 2
    assert {line.days for line in lines} == {3}


def test_layers_of_the_plan(estate, community, cast, django_assert_num_queries):
    one, two = BuildingFactory(area=estate, number=1), BuildingFactory(area=estate, number=2)
    order_in(estate, building=one)
    order_in(estate, building=two)
    order_in(estate, building=two, state="cancelled")
    people = [volunteer_in(community) for _ in range(2)]
    post = Post.objects.create(area=estate, kind="zone", title="花坛", building=one)
    Post.objects.create(area=estate, kind="law", title="没人的岗", building=two)
    for person in people:
        Claim.objects.create(post=post, volunteer=person, area=estate, until=timezone.localdate())
    worker = cast("worker")
    orders, posts = map_layers["volunteers.orders"], map_layers["volunteers.posts"]
    orders.count(estate, worker)  # her places are known from now on
    with django_assert_num_queries(1):
        assert orders.count(estate, worker) == {one.pk: 1, two.pk: 1}
    with django_assert_num_queries(1):
        assert posts.count(estate, worker) == {one.pk: 1}
    assert orders.count(estate, cast("sibling_worker")) == {}
    Claim.objects.update(ended_at=timezone.now())
    assert posts.count(estate, worker) == {}


def test_the_day_on_the_desk_tells_of_todays_slots(estate, cast, django_assert_num_queries):
    worker = cast("worker")
    for state in ("open", "draft", "cancelled"):
        event = Event.objects.create(
            area=estate, title=f"清洁日{state}", place="南门", state=state, by=worker
        )
        for days in (0, 1):
            Slot.objects.create(
                event=event,
                area=estate,
                starts_at=at(-days, 9),
                ends_at=at(-days, 10),
                seats=5,
                code=f"{state}{days}",
            )
    assert "volunteers.events" in schedule
    today = timezone.localdate()
    events_of(worker, today)  # her places are known from now on
    with django_assert_num_queries(1):
        (line,) = events_of(worker, today)
    assert (line.title, line.where) == ("清洁日open", "南门")
    assert events_of(cast("sibling_worker"), today) == []


LED = [key for key in KEYS if indicators[key].cases]


@pytest.mark.parametrize("key", LED)
@pytest.mark.parametrize("level", ["estate", "community"])
def test_figures_lead_to_a_page_for_whoever_may(key, level, request, sign_in):
    area, today = request.getfixturevalue(level), timezone.localdate()
    indicator = indicators[key]
    assert COMMUNITY_STAFF & indicator.opened_by.roles
    assert sign_in("worker").get(indicator.cases(area, today, today)).status_code == 200


def test_a_communitys_day_is_counted_anew_at_its_first_estate(estate, community, street):
    """Marking a community itself would throw away the sums of its estates."""
    order_in(estate)
    hour_of(volunteer_in(community), community, minutes=45)
    today = timezone.localdate()
    for place in (community, street):
        mark_day(place, today - timedelta(days=3))
    assert set(Stale.objects.values_list("area", flat=True)) == {estate.pk}
    figures.count_again()
    first, keys = today - timedelta(days=9), ["volunteers.minutes", "volunteers.ordered"]
    assert figures.read([community.pk], keys, first, today) == {
        (community.pk, "volunteers.minutes", ""): 45,
        (community.pk, "volunteers.ordered", ""): 1,
    }
