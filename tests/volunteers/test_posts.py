"""认领: posts with duties, zones on the plan, claims that end, and the monthly clean-up day."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from stations.choices import Role
from stations.foundation.calendar import add_workdays
from stations.models import Duty, EstatePlan, Message
from stations.registries import duties
from tests.factories import BuildingFactory, PostingFactory, UserFactory
from tests.support.at_once import at_once
from tests.volunteers.parts.posts import CORNERS, zone_in
from tests.volunteers.rows import volunteer_in
from volunteers.forms.posts import ZoneForm
from volunteers.models import Claim, Event, Post
from volunteers.services import cleanups, events, posts, zones

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)  # a Tuesday
SQUARE = [[100, 100], [400, 100], [400, 400], [100, 400]]


@pytest.fixture
def me(community, cast):
    return volunteer_in(community, user=cast("volunteer"))


def claimed(post, volunteer, until=None):
    claim = posts.claim_post(post=post, volunteer=volunteer, by=volunteer.user)
    if until:
        Claim.objects.filter(pk=claim.pk).update(until=until)
        claim.refresh_from_db()
    return claim


def assert_duties_are_true():
    held = Duty.objects.open().filter(kind=posts.CLAIM_ENDS).values_list("object_id", flat=True)
    assert sorted(held) == sorted(duties[posts.CLAIM_ENDS].truth())


def refused(words, act, **facts):
    with pytest.raises(ValidationError, match=words):
        act(**facts)


# posts


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 11, 22), 6, date(2027, 5, 22)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_half_a_year_later(day, months, later):
    assert posts.months_later(day, months) == later


def test_a_zone_lies_in_an_estate(estate, community, other_estate, worker):
    refused("请选一个小区", zone_in, area=community, by=worker)
    building = BuildingFactory(area=other_estate)
    refused("不在锦绣江山", zone_in, area=estate, by=worker, building=building)
    assert zone_in(estate, worker).kind == "zone"


def test_seats_never_fall_below_those_who_hold_them(estate, worker, community):
    post = zone_in(estate, worker, seats=2)
    for _ in range(2):
        claimed(post, volunteer_in(community))
    refused("现在有2个人", posts.change_post, post=post, by=worker, seats=1)
    assert posts.change_post(post=post, by=worker, seats=3).seats == 3


def test_an_ended_post_thanks_its_holders(estate, worker, community, me):
    post = zone_in(estate, worker, has_cleanup=True)
    claim = claimed(post, me, until=timezone.localdate() + timedelta(days=3))
    posts.keep_claims()
    today = cleanups.day_of(posts.months_later(timezone.localdate().replace(day=1), 1))
    cleanups.make_cleanups(today - timedelta(days=3))
    posts.end_post(post=post, by=worker)
    claim.refresh_from_db()
    assert claim.ended_at and Event.objects.get().state == "cancelled"
    assert Message.objects.filter(recipient=me.user, key=f"claim:{claim.pk}:post_ended").exists()
    assert_duties_are_true()
    refused("已经撤了", posts.end_post, post=post, by=worker)
    refused("已经撤了", posts.claim_post, post=post, volunteer=me, by=me.user)


# zones


def test_a_zone_is_drawn_on_the_plan(estate, worker):
    post = zone_in(estate, worker)
    posts.draw_zone(post=post, by=worker, points=[[100.4, 100.6], *SQUARE[1:]])
    post.refresh_from_db()
    assert post.outline == [[100, 101], *SQUARE[1:]]
    posts.draw_zone(post=post, by=worker, points=[])
    post.refresh_from_db()
    assert post.outline == []


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (SQUARE[:2], "3到60个角"),
        ([[n, n * n % 997] for n in range(61)], "3到60个角"),
        ([*SQUARE[:3], [1001, 5]], "图外面"),
        ([*SQUARE[:3], [5, -1]], "图外面"),
        ([[1, 1], [500, 500], [900, 900]], "太小"),
        ([[1, 1], [2, 2], "x"], "没有看懂"),
        ([[1, 1], [2, float("nan")], [3, 9]], "没有看懂"),
        ([[True, 1], [200, 2], [3, 900]], "没有看懂"),
        ("12", "没有看懂"),
        ({"a": 1}, "没有看懂"),
    ],
)
def test_zones_that_cannot_be(estate, worker, points, words):
    refused(words, posts.draw_zone, post=zone_in(estate, worker), by=worker, points=points)


def test_the_edges_are_the_plans_own(estate, worker):
    EstatePlan.objects.create(area=estate, width=300, height=200)
    post = zone_in(estate, worker)
    refused("横的在0到300", posts.draw_zone, post=post, by=worker, points=SQUARE)
    corners = [[0, 0], [300, 0], [300, 200]]
    assert posts.draw_zone(post=post, by=worker, points=corners).outline == corners


def test_only_zones_are_drawn(estate, worker):
    post = zone_in(estate, worker, kind="law", title="调解岗")
    refused("只有责任区", posts.draw_zone, post=post, by=worker, points=SQUARE)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_corners_or_a_sentence(words):
    form = ZoneForm({"corners": words})
    if form.is_valid():
        assert all(zones.is_point(point) for point in form.cleaned_data["points"])
    else:
        assert form.errors["corners"]


def test_the_sheet_has_every_house(estate):
    for number in range(1, 7):
        BuildingFactory(area=estate, number=number)
    sketch = zones.sheet_of(estate)
    assert sketch.is_sketch and len(sketch.houses) == 6
    for house in sketch.houses:
        assert all(0 <= x <= 1000 and 0 <= y <= 1000 for x, y in house.outline)
    drawn = estate.buildings.first()
    drawn.outline = SQUARE
    drawn.save()
    sheet = zones.sheet_of(estate)
    assert not sheet.is_sketch and [house.building for house in sheet.houses] == [drawn]
    assert sheet.houses[0].middle == {"x": 250, "y": 250}


# claims


def test_a_claim_holds_a_seat_for_half_a_year(estate, worker, me, community):
    post = zone_in(estate, worker, seats=1)
    claim = claimed(post, me)
    assert claim.until == posts.months_later(timezone.localdate(), 6)
    refused("已经认领了", posts.claim_post, post=post, volunteer=me, by=me.user)
    other = volunteer_in(community)
    refused("认领满了", posts.claim_post, post=post, volunteer=other, by=other.user)
    posts.end_claim(claim=claim, by=me.user)
    assert claimed(post, other)
    refused("已经交回", posts.end_claim, claim=claim, by=me.user)


def test_who_may_claim(estate, worker, community):
    post = zone_in(estate, worker)
    away = volunteer_in(community, state="paused")
    refused("没有在队", posts.claim_post, post=post, volunteer=away, by=away.user)
    grown = timezone.localdate() + timedelta(days=9)
    minor = volunteer_in(community, minor_until=grown, guardian_agreed_at=timezone.now())
    refused("满18岁", posts.claim_post, post=post, volunteer=minor, by=minor.user)


def test_near_its_end_the_station_and_the_holder_hear_once(estate, worker, me, community):
    post = zone_in(estate, worker, seats=5)
    today = timezone.localdate()
    days = {14: "near", 15: "far", 0: "last day"}
    claims = {
        what: claimed(post, volunteer_in(community), until=today + timedelta(days=n))
        for n, what in days.items()
    }
    over = claimed(post, me, until=today - timedelta(days=1))
    assert posts.keep_claims() == (1, 2)
    assert posts.keep_claims() == (0, 0)
    assert_duties_are_true()
    over.refresh_from_db()
    assert over.ended_at
    open_duties = Duty.objects.open().filter(kind=posts.CLAIM_ENDS)
    assert {duty.object_id for duty in open_duties} == {
        claims["near"].pk,
        claims["last day"].pk,
    }
    assert all(duty.until == add_workdays(duty.since, 7) for duty in open_duties)
    assert Message.objects.filter(key__contains=":ends:").count() == 2
    assert Message.objects.get(recipient=me.user).key == f"claim:{over.pk}:over"
    posts.renew_claim(claim=claims["near"], by=worker)
    posts.end_claim(claim=claims["last day"], by=worker)
    assert_duties_are_true()
    assert not Duty.objects.open().filter(kind=posts.CLAIM_ENDS).exists()


def test_renewing_is_for_the_last_two_months(estate, worker, me):
    claim = claimed(zone_in(estate, worker), me)
    refused("还早", posts.renew_claim, claim=claim, by=me.user)
    Claim.objects.update(until=timezone.localdate() + timedelta(days=60))
    claim = posts.renew_claim(claim=claim, by=me.user)
    assert claim.until == posts.months_later(timezone.localdate(), 6)


@pytest.mark.django_db(transaction=True)
def test_the_last_seat_of_a_post_asked_for_by_many_at_once(estate, community, cast):
    post = zone_in(estate, cast("worker"), seats=1)
    people = [volunteer_in(community) for _ in range(5)]
    told = at_once(*(lambda one=one: claimed(post, one) for one in people))
    refusals = [words for words in told if isinstance(words, str)]
    assert len(refusals) == 4 and all("认领满了" in words for words in refusals)
    assert Claim.objects.count() == 1


# clean-up days


def test_the_first_saturday():
    assert cleanups.day_of(date(2026, 8, 1)) == date(2026, 8, 1)
    assert cleanups.day_of(date(2026, 12, 1)) == date(2026, 12, 5)


def test_a_clean_up_day_a_month_made_once_and_the_holders_told(estate, worker, me, monkeypatch):
    post = zone_in(estate, worker, has_cleanup=True)
    zone_in(estate, worker, title="没有清洁日的")
    claimed(post, me)
    first = timezone.localdate().replace(day=1)
    month = posts.months_later(first, 1)
    today = cleanups.day_of(month) - timedelta(days=10)
    assert cleanups.make_cleanups(today) == 1
    assert cleanups.make_cleanups(today + timedelta(days=1)) == 0
    event = Event.objects.get()
    slot = event.slots.get()
    begins = timezone.localtime(slot.starts_at)
    assert (begins.date(), begins.hour) == (cleanups.day_of(month), 9)
    assert (event.kind, event.state, event.post, event.by) == ("cleanup", "open", post, worker)
    assert Message.objects.get(recipient=me.user).key == f"cleanup:{event.pk}"
    events.cancel_event(event=event, by=worker, why="雨")
    assert cleanups.make_cleanups(today) == 0  # what was cancelled is not made again
    after = posts.months_later(month, 1)
    assert cleanups.make_cleanups(cleanups.day_of(after) - timedelta(days=10)) == 1


def test_without_anybody_of_the_station_none_is_made(estate, worker):
    zone_in(estate, worker, has_cleanup=True)
    worker.postings.update(until=timezone.now())
    month = posts.months_later(timezone.localdate().replace(day=1), 1)
    assert cleanups.make_cleanups(cleanups.day_of(month) - timedelta(days=10)) == 0


# pages


def page(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def test_staff_set_up_a_zone_and_draw_it(estate, sign_in):
    client = sign_in("worker")
    data = {"area": estate.pk, "kind": "zone", "title": "3栋花坛", "words": "捡一捡", "seats": "2"}
    assert client.post("/posts/new/", data | {"words": ""}).status_code == 422
    answer = client.post("/posts/new/", data)
    post = Post.objects.get()
    assert answer["Location"] == f"/posts/{post.pk}/zone/"
    said = page(client, f"/posts/{post.pk}/zone/")
    assert "data-zone" in said and 'name="corners"' in said
    for wrong in ("1 1\nx", "1 1\n2 2", "1 1\n5000 2\n3 900"):
        answer = client.post(f"/posts/{post.pk}/zone/", {"corners": wrong})
        assert answer.status_code == 422 and wrong.splitlines()[0] in answer.content.decode()
    client.post(f"/posts/{post.pk}/zone/", {"corners": CORNERS})
    assert 'points="100,100 400,120 380,460 "' in page(client, f"/posts/{post.pk}/")


def test_where_nobody_drew_the_houses_they_stand_in_rows_and_the_pages_say_so(
    estate, worker, me, sign_in
):
    house = BuildingFactory(area=estate, number=7)
    post = posts.draw_zone(post=zone_in(estate, worker), by=worker, points=SQUARE)
    addresses = {
        f"/posts/{post.pk}/": "worker",
        f"/posts/{post.pk}/zone/": "worker",
        f"/mine/posts/{post.pk}/": "volunteer",
    }
    for address, who in addresses.items():
        said = page(sign_in(who), address)
        assert "7栋</text>" in said and "示意图" in said, address
        assert 'points="100,100 400,100 400,400 100,400 "' in said, address
    house.outline = SQUARE
    house.save()
    for address, who in addresses.items():
        said = page(sign_in(who), address)
        assert "7栋</text>" in said and "示意图" not in said, address


def test_on_a_phone_the_title_of_the_posts_has_room(estate, worker, sign_in):
    """The sheet to print stands in the page there, and beside the title on a desk."""
    said = page(sign_in("worker"), "/posts/")
    assert said.count('href="/posts/sheet/') == 2
    assert 'class="btn only-wide" href="/posts/sheet/' in said
    assert "po-print only-phone" in said


def test_the_list_says_who_and_what_is_free(
    estate, worker, sign_in, community, django_assert_max_num_queries
):
    for n in range(5):
        claimed(zone_in(estate, worker, title=f"岗{n}", seats=2), volunteer_in(community))
    holder = claimed(
        zone_in(estate, worker, kind="law", title="调解岗", seats=1), volunteer_in(community)
    )
    client = sign_in("worker")
    with django_assert_max_num_queries(14):
        said = page(client, "/posts/")
    assert said.count("空 1 个") == 5 and "满了" in said and str(holder.volunteer) in said
    assert page(client, "/posts/?kind=law").count("data-row>") == 1
    officer = page(sign_in("officer"), "/posts/")
    assert "调解岗" in officer and str(holder.volunteer) not in officer


def test_a_worker_who_volunteers_next_door_reads_no_names_there(community, sibling, client, cast):
    """Decided for each post: the staff of its place, not of any place."""
    user = UserFactory(name="两头跑")
    PostingFactory(user=user, area=community, role=Role.WORKER)
    PostingFactory(user=user, area=sibling, role=Role.VOLUNTEER)
    there, here = (
        volunteer_in(area, user=UserFactory(name=name))
        for area, name in (
            (sibling, "邻社区的张三丰"),
            (community, "本社区的郭靖"),
        )
    )
    for area, holder in ((sibling, there), (community, here)):
        post = posts.add_post(
            area=area, kind="autonomy", title=f"看门{area}", words="看", by=cast("worker")
        )
        claimed(post, holder)
    client.force_login(user, backend="stations.foundation.sign_in.PhoneOrNameBackend")
    said = page(client, "/posts/")
    assert "张三丰" not in said and "1 人" in said
    assert "本社区的郭靖" in said


def test_a_post_at_a_building_is_found_from_the_plan(estate, worker, sign_in):
    building = BuildingFactory(area=estate, number=7)
    data = {"area": estate.pk, "kind": "virtue", "title": "楼道岗", "words": "看", "seats": "1"}
    client = sign_in("worker")
    answer = client.post("/posts/new/", data | {"building": "8"})
    assert answer.status_code == 422 and "没有8栋" in answer.content.decode()
    client.post("/posts/new/", data | {"building": "7"})
    post = Post.objects.get()
    assert post.building == building
    zone_in(estate, worker)
    said = page(client, f"/posts/?area={estate.pk}&building={building.pk}")
    assert said.count("data-row>") == 1 and "楼道岗" in said
    assert 'value="7"' in page(client, f"/posts/{post.pk}/change/")
    client.post(f"/posts/{post.pk}/change/", data | {"building": ""})
    post.refresh_from_db()
    assert post.building is None


def test_the_sheet_for_the_wall_names_nobody(estate, worker, sign_in, me):
    claimed(zone_in(estate, worker, seats=1), me)
    said = page(sign_in("worker"), f"/posts/sheet/?area={estate.pk}")
    assert "3栋花坛" in said and "1 人，满了" in said and str(me) not in said.split("leaf")[1]


def test_staff_ask_and_renew_or_take_back(estate, worker, sign_in, me):
    post = zone_in(estate, worker)
    claim = claimed(post, me, until=timezone.localdate() + timedelta(days=5))
    client = sign_in("worker")
    assert client.get(f"/posts/claims/{claim.pk}/")["Location"] == f"/posts/{post.pk}/"
    assert "续认" in page(client, f"/posts/{post.pk}/")
    client.post(f"/posts/claims/{claim.pk}/renew/")
    claim.refresh_from_db()
    assert claim.until > timezone.localdate() + timedelta(days=100)
    client.post(f"/posts/claims/{claim.pk}/end/")
    claim.refresh_from_db()
    assert claim.ended_at


def test_a_volunteer_claims_and_gives_back(estate, worker, sign_in, me, community):
    post = zone_in(estate, worker, seats=2)
    posts.draw_zone(post=post, by=worker, points=SQUARE)
    client = sign_in("volunteer")
    assert "3栋花坛" in page(client, "/mine/posts/")
    assert "我来照看半年" in page(client, f"/mine/posts/{post.pk}/")
    client.post(f"/mine/posts/{post.pk}/", {"promise": "每天遛弯看一眼"})
    claim = Claim.objects.get()
    assert (claim.volunteer, claim.promise) == (me, "每天遛弯看一眼")
    assert "每天遛弯看一眼" in page(client, "/mine/posts/")
    answer = client.post(f"/mine/posts/{post.pk}/", {"promise": "再来"})
    assert answer.status_code == 422 and "已经认领了" in answer.content.decode()
    other = claimed(post, volunteer_in(community))
    assert client.post(f"/mine/claims/{other.pk}/end/").status_code == 404
    client.post(f"/mine/claims/{claim.pk}/end/")
    claim.refresh_from_db()
    assert claim.ended_at
    full = page(client, "/mine/posts/")
    assert "3栋花坛" in full  # one seat is free again


def test_ones_own_posts_cost_the_same_for_many(
    estate, worker, sign_in, me, django_assert_max_num_queries
):
    for n in range(4):
        claimed(zone_in(estate, worker, title=f"我的{n}"), me)
        zone_in(estate, worker, title=f"空的{n}")
    client = sign_in("volunteer")
    with django_assert_max_num_queries(10):
        said = page(client, "/mine/posts/")
    assert said.count("我的") >= 4 and said.count("po-card") == 4
    assert not any(f"我的{n}" in said.split("等人认领的")[1] for n in range(4))


def test_nobody_else_sees_a_post(estate, worker, sign_in, me):
    post = zone_in(estate, worker)
    claim = claimed(post, me)
    client = sign_in("sibling_worker")
    for url in (f"posts/{post.pk}", f"posts/{post.pk}/zone", f"posts/claims/{claim.pk}"):
        assert client.get(f"/{url}/").status_code == 404
    assert sign_in("officer").get(f"/posts/{post.pk}/zone/").status_code == 403
