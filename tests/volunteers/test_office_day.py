"""The office's pages of the day: the overview, hours in their order, records, past emergencies,
papers for the wall."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import BuildingFactory, EntranceFactory
from tests.support.queries import count_queries
from tests.volunteers.hour_rows import People, morning
from tests.volunteers.parts.posts import zone_in
from tests.volunteers.people.rows import order_for
from tests.volunteers.rows import brand_in, team_in, volunteer_in
from volunteers.models import Event, Hour, Order, Roster, Slot
from volunteers.services import head_counts, papers, posts, rosters

pytestmark = pytest.mark.django_db


def text(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def slot_at(area, by, starts_at, **facts):
    event = Event.objects.create(
        **{"area": area, "title": "清洁日", "place": "北门", "state": "open", "by": by} | facts
    )
    code = f"slot{event.pk}"
    return Slot.objects.create(
        event=event, area=area, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2),
        seats=8, code=code,
    )  # fmt: skip


@pytest.fixture
def people(community, cast):
    return People(community, worker=cast("worker"))


# the overview


def test_the_sentence_of_the_day(community, estate, cast, sign_in):
    past = timezone.now() - timedelta(hours=3)
    late = order_for(None, estate, state="ordered", accepted_at=None)
    Order.objects.filter(pk=late.pk).update(due_at=past)
    order_for(None, estate, state="ordered", accepted_at=None)
    slot_at(community, cast("worker"), morning(-1))
    slot_at(community, cast("worker"), morning(-1), state="draft", title="草稿")
    page = text(sign_in("worker"), "/volunteers/")
    said = re.sub(r"<[^>]+>", "", re.search(r'(?s)<p class="vol-morning">.*?</p>', page).group())
    assert "1 单过了点，2 单等派；明天 1 场活动。" in said
    assert re.search(r'<a class="late" href="/orders/\?view=late">1 单过了点', page)
    officer = text(sign_in("officer"), "/volunteers/")
    assert "过了点" not in officer and "等派" not in officer and "1 场活动" in officer


def test_nothing_is_red_that_is_not_late(community, estate, sign_in):
    order_for(None, estate, state="ordered", accepted_at=None)
    page = text(sign_in("worker"), "/volunteers/")
    assert 'class="late"' not in page and "过了点" not in page


def test_the_week_and_its_end(community, cast, sign_in):
    for days, title in ((-1, "明天的"), (-6, "六天后的"), (-8, "下周的"), (1, "昨天的")):
        slot_at(community, cast("worker"), morning(days), title=title)
    page = text(sign_in("worker"), "/volunteers/")
    week = page[page.index("这周的活动") :]
    assert "明天的" in week and "六天后的" in week
    assert "下周的" not in week and "昨天的" not in week


def test_the_street_reads_each_community(community, sibling, sign_in):
    volunteer_in(community)
    team_in(community, brand=brand_in(community))
    page = text(sign_in("officer"), "/volunteers/")
    table = re.search(r'(?s)<table class="table vol-places">.*?</table>', page).group()
    assert str(community) in table and str(sibling) not in table
    assert f"还没有开始的：{sibling}" in page
    assert "vol-places" not in text(sign_in("worker"), "/volunteers/")


def test_the_overview_costs_the_same_for_many(community, estate, cast, sign_in):
    def more():
        slot_at(community, cast("worker"), morning(-2))
        order_for(None, estate, state="ordered", accepted_at=None)
        team_in(community)

    more()
    for who in ("worker", "officer"):
        client = sign_in(who)
        text(client, "/volunteers/")
        few = count_queries(client, "/volunteers/")
        for _ in range(3):
            more()
        assert count_queries(client, "/volunteers/") == few, who


# hours


def order_of(page):
    return [int(pk) for pk in re.findall(r'<td class="ti grow"><a href="/hours/(\d+)/"', page)]


def test_what_waits_longest_is_first_and_the_rest_newest_first(people, sign_in):
    middle, old, new = (people.hour(days=days) for days in (3, 5, 2))
    client = sign_in("worker")
    assert order_of(text(client, "/hours/")) == [old.pk, middle.pk, new.pk]
    first, second = people.counted(days=4, at=14), people.counted(days=3, at=15)
    page = text(client, "/hours/?view=counted")
    assert order_of(page) == [second.pk, first.pk]


def test_the_station_confirms_in_the_row_and_is_back(people, sign_in):
    one, two = people.hour(days=3), people.hour(days=2)
    client = sign_in("worker")
    assert f'action="/hours/{one.pk}/station/"' in text(client, "/hours/")
    answer = client.post(f"/hours/{one.pk}/station/", {"back": "list"})
    assert answer["Location"] == "/hours/"
    page = text(client, "/hours/")
    assert order_of(page) == [two.pk] and Hour.objects.get(pk=one.pk).other_at
    answer = client.post(f"/hours/{two.pk}/station/", {"back": "list", "who": "7"})
    assert answer["Location"] == "/hours/?who=7"


def test_ones_own_hours_have_no_button(people, community, cast, sign_in):
    own = volunteer_in(community, user=cast("worker"), is_verified=False)
    hour = people.hour(volunteer=own)
    page = text(sign_in("worker"), "/hours/")
    assert f"/hours/{hour.pk}/" in page and f'action="/hours/{hour.pk}/station/"' not in page


def test_a_row_says_for_whom_it_waits_without_names(people, sign_in):
    people.hour(source="said")
    page = text(sign_in("worker"), "/hours/")
    assert "等队长、等服务站" in page and f"队长{people.leader}" not in page
    assert "时间依据" in page and "从哪里来" not in page


def test_one_persons_hours_from_their_page(people, community, sibling, sign_in):
    mine = [people.counted(days=4, minutes=90), people.counted(days=2)]
    other = people.counted(volunteer=volunteer_in(community), days=3)
    client, one = sign_in("worker"), people.volunteer
    page = text(client, f"/volunteers/people/{one.pk}/")
    assert f'href="/hours/?view=counted&amp;who={one.pk}"' in page
    assert f'href="/volunteers/people/{one.pk}/papers/"' in page and "出服务记录" in page
    page = text(client, f"/hours/?view=counted&who={one.pk}")
    assert set(order_of(page)) == {hour.pk for hour in mine} and "2小时30分" in page
    for strange in ("x", "0", volunteer_in(sibling).pk):
        assert other.pk in order_of(text(client, f"/hours/?view=counted&who={strange}"))


def test_the_words_of_both_sides(people, sign_in):
    hour = people.hour()
    client = sign_in("worker")
    assert "服务对象或服务站" in text(client, f"/hours/{hour.pk}/")
    page = client.post(f"/hours/{hour.pk}/station/", follow=True).content.decode()
    assert "还差队里确认" in page and "另一边" not in page


# records


def test_records_of_the_place_by_number_and_name(people, sign_in):
    people.counted(days=2)
    today = timezone.localdate()
    paper = papers.make_paper(
        volunteer=people.volunteer, first_on=morning(9).date(), last_on=today, by=people.worker
    )
    client = sign_in("worker")
    for query in ("", f"?q={paper.number}", f"?q={people.volunteer}"):
        assert f'href="/papers/{paper.pk}/"' in text(client, f"/papers/{query}")
    assert "没有找到" in text(client, "/papers/?q=JL-0")
    assert paper.number not in text(sign_in("sibling_worker"), "/papers/")
    assert sign_in("officer").get("/papers/").status_code == 403
    said = text(client, f"/check/{paper.code}/")
    assert "名字只显示姓；其余三样和纸上一样，才是真的。" in said and "四样" not in said


# emergencies that are over


@pytest.fixture
def roster(estate, cast):
    building = BuildingFactory(area=estate, number=1)
    EntranceFactory(building=building, number=1)
    return rosters.open_roster(area=estate, title="停水两天", by=cast("worker"))


def test_a_past_emergency_stands_in_the_list(roster, community, estate, cast, sign_in):
    worker, client = cast("worker"), sign_in("worker")
    lead = roster.positions.get(building__isnull=False, entrance=None)
    one = volunteer_in(community, estate=estate)
    rosters.change_position(position=lead, by=worker, who=one.pk)
    head_counts.start_round(roster=roster, by=worker)
    assert "过去的应急" not in text(client, "/rosters/")
    client.post(f"/rosters/{roster.pk}/close/", {"words": "42人在岗两天，送水60箱。"})
    page = text(client, "/rosters/")
    past = page[page.index("过去的应急") :]
    for words in (
        "停水两天",
        str(estate),
        "</span>1 人",
        "</span>1 轮",
        "送水60箱",
        f"/rosters/{roster.pk}/",
    ):
        assert words in past
    assert "现在没有启动应急" in page
    page = text(client, f"/rosters/{roster.pk}/")
    assert "1 人在岗" in page and "送水60箱" in page and str(one) in page
    assert "is-gap" not in page and "还缺" not in page and "缺人" not in page


def test_the_last_sentence_is_not_asked_for(roster, sign_in):
    sign_in("worker").post(f"/rosters/{roster.pk}/close/")
    assert (Roster.objects.get().words, Roster.objects.get().closed_at is None) == ("", False)


def test_too_long_a_sentence_ends_nothing(roster, sign_in):
    answer = sign_in("worker").post(f"/rosters/{roster.pk}/close/", {"words": "水" * 201})
    assert answer.status_code in (200, 422)
    assert Roster.objects.get().closed_at is None


def test_the_four_groups_stand_on_one_page(roster, sign_in):
    page = text(sign_in("worker"), f"/rosters/{roster.pk}/call-sheet/")
    assert page.count('<section class="leaf') == 2
    last = page[page.rindex('<section class="leaf') :]
    assert all(group in last for group in ("先锋组", "代购组", "宣传组", "消杀组"))
    page = text(sign_in("worker"), f"/rosters/{roster.pk}/")
    assert "打印联络单" in re.sub(r"<[^>]+>", "", page)


# the board


def test_the_board_says_how_many_are_wanted(estate, community, cast, sign_in):
    def zone(title, seats, held):
        post = zone_in(estate, cast("worker"), title=title, seats=seats)
        for _ in range(held):
            one = volunteer_in(community)
            posts.claim_post(post=post, volunteer=one, by=one.user)

    zone("北门花坛", 3, 2)
    zone("西墙菜地", 1, 1)
    page = text(sign_in("worker"), f"/posts/sheet/?area={estate.pk}")
    assert "要 3 人，还空 1 人" in page and "1 人，满了" in page and "等人认领" not in page
    assert "打印公示栏" in text(sign_in("worker"), "/posts/")
