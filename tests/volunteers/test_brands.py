"""Brands, teams and partners: who keeps them, what everybody reads, what nobody does."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from stations.models import Act
from stations.registries import front_page
from tests.support.pictures import remade, upload
from tests.volunteers.events import event_in
from tests.volunteers.parts.people import counted, member_of
from tests.volunteers.rows import brand_in, partner_in, team_in, volunteer_in
from volunteers.models import Brand, Team, Wish
from volunteers.services import brands, partners, teams
from volunteers.services.brands import months_of, services_this_month

pytestmark = pytest.mark.django_db

FACTS = {
    "name": "同心办",
    "motto": "跑腿的事",
    "story": "三栋停电那年",
    "colour": "red",
    "icon": "tool",
}
TEAM = {"name": "跑腿一队", "helps": ["errand"], "words": ""}


def add_team(brand, by, **more):
    return teams.add_team(area=brand.area, brand=brand, by=by, **TEAM | more)


# brands


def test_a_brand_has_a_public_page_at_once(community, estate, cast, client):
    brand = brands.add_brand(area=community, by=cast("worker"), **FACTS)
    page = client.get(f"/b/{brand.code}/?at={estate.code}").content.decode()
    assert "跑腿的事" in page and "三栋停电那年" in page
    listed = client.get(f"/e/{estate.code}/brands/").content.decode()
    assert "同心办" in listed
    assert Act.objects.filter(verb="volunteers.add_brand", on_id=brand.pk).exists()


def test_a_name_stands_once_in_a_community(community, sibling, cast):
    brands.add_brand(area=community, by=cast("worker"), **FACTS)
    with pytest.raises(ValidationError, match="换个名字"):
        brands.add_brand(area=community, by=cast("worker"), **FACTS)
    assert brands.add_brand(area=sibling, by=cast("sibling_worker"), **FACTS)


def test_a_brand_is_of_a_community_not_of_an_estate(estate, cast):
    with pytest.raises(ValidationError, match="登记在社区"):
        brands.add_brand(area=estate, by=cast("worker"), **FACTS)


def test_a_brand_ends_after_its_teams_and_leaves_the_public(community, estate, cast, client):
    worker, brand = cast("worker"), brand_in(community)
    team = team_in(community, brand=brand)
    with pytest.raises(ValidationError, match="还有队伍"):
        brands.end_brand(brand=brand, by=worker)
    teams.end_team(team=team, by=worker)
    brands.end_brand(brand=brand, by=worker)
    assert client.get(f"/b/{brand.code}/").status_code == 404
    assert brand.name not in client.get(f"/e/{estate.code}/brands/").content.decode()
    with pytest.raises(ValidationError, match="已经结束"):
        brands.change_brand(brand=brand, by=worker, **FACTS)


def test_the_sign_is_drawn_anew_and_public(community, cast, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    brand = brands.add_brand(area=community, by=cast("worker"), logo=remade(), **FACTS)
    answer = client.get(f"/b/{brand.code}/logo/")
    assert b"".join(answer.streaming_content) == remade().jpeg
    assert answer["X-Content-Type-Options"] == "nosniff"
    small = client.get(f"/b/{brand.code}/logo/small/")
    assert b"".join(small.streaming_content) == remade().thumb
    kept = brands.change_brand(brand=brand, by=cast("worker"), **FACTS)
    assert kept.logo.name == brand.logo.name
    assert client.get(f"/b/{brand_in(community).code}/logo/").status_code == 404


def test_the_form_takes_one_picture_and_only_a_picture(community, sign_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client, data = sign_in("worker"), {**FACTS, "area": community.pk}
    two = client.post("/brands/new/", data | {"logo": [upload(), upload("b.jpg")]})
    assert two.status_code == 422 and "只要一张" in two.content.decode()
    assert client.post("/brands/new/", data | {"logo": upload()}).status_code == 302
    assert Brand.objects.get().thumb


def test_staff_keep_their_own_communities_brands_only(community, sibling, sign_in):
    brand = brand_in(sibling)
    client = sign_in("worker")
    assert client.get(f"/brands/{brand.pk}/").status_code == 404
    refused = client.post("/brands/new/", {**FACTS, "area": sibling.pk})
    assert refused.status_code == 422
    officer = sign_in("officer")
    assert officer.get(f"/brands/{brand.pk}/").status_code == 200
    assert officer.post(f"/brands/{brand.pk}/end/").status_code == 403


# what they did


def test_months_are_the_counted_hours_less_the_reversals(community):
    leader = volunteer_in(community)
    team = team_in(community, leader=leader)
    other = team_in(community, leader=volunteer_in(community))
    now = timezone.localtime()
    just = now - timedelta(minutes=5)
    counted(team, just, 90)
    wrong = counted(team, just, 60)
    counted(team, just, -60, reverses=wrong)
    counted(other, now - timedelta(minutes=5), 45)
    counted(team, now - timedelta(minutes=5), 30, state="shown", number=None)
    counted(team, now - timedelta(days=800), 30)
    months = months_of(team__brand=team.brand)
    assert len(months) == 12
    assert (months[-1]["services"], months[-1]["minutes"]) == (1, 90)
    assert sum(row["services"] for row in months[:-1]) == 0
    found = services_this_month([team.brand, other.brand])
    assert (found[team.brand_id]["services"], found[other.brand_id]["minutes"]) == (1, 45)


def test_the_public_page_names_no_person_and_says_the_price(community, client):
    leader = volunteer_in(community)
    team = team_in(community, leader=leader, price_fen=1250, price_words="上门一次，材料另算")
    page = client.get(f"/b/{team.brand.code}/").content.decode()
    assert "12.50元一次" in page and "材料另算" in page
    assert str(leader) not in page and leader.user.phone not in page


# teams


def test_a_price_comes_with_words(community, cast, sign_in):
    brand, worker = brand_in(community), cast("worker")
    with pytest.raises(ValidationError, match="价钱怎么算"):
        add_team(brand, worker, price_fen=2000, price_words="")
    client, data = sign_in("worker"), {**TEAM, "area": community.pk, "price": "12.5"}
    refused = client.post(f"/brands/{brand.pk}/teams/new/", data)
    assert refused.status_code == 422 and "价钱怎么算" in refused.content.decode()
    data["price_words"] = "理发一次"
    assert client.post(f"/brands/{brand.pk}/teams/new/", data).status_code == 302
    team = Team.objects.get()
    assert (team.price_fen, team.is_low_price) == (1250, True)
    shown = client.get(f"/teams/{team.pk}/edit/").content.decode()
    assert 'value="12.50"' in shown


def test_leaders_are_grown_up_members_chosen_by_somebody_else(community, cast):
    worker, team = cast("worker"), team_in(community)
    stranger, minor = volunteer_in(community), member_of(team).volunteer
    facts = {field: getattr(team, field) for field in teams.FIELDS}
    with pytest.raises(ValidationError, match="不在这个队"):
        teams.change_team(team=team, by=worker, leader=stranger, **facts)
    minor.minor_until = timezone.localdate() + timedelta(days=300)
    minor.guardian_agreed_at = timezone.now()
    minor.save()
    with pytest.raises(ValidationError, match="没满18岁"):
        teams.change_team(team=team, by=worker, leader=minor, **facts)
    own = member_of(team, user=worker).volunteer
    with pytest.raises(ValidationError, match="自己定自己"):
        teams.change_team(team=team, by=worker, deputy=own, **facts)
    with pytest.raises(ValidationError, match="两个人"):
        teams.change_team(team=team, by=cast("colleague"), leader=own, deputy=own, **facts)
    changed = teams.change_team(team=team, by=cast("colleague"), leader=own, **facts)
    assert changed.is_led_by(worker)
    assert teams.change_team(team=team, by=worker, leader=own, **facts)  # nothing of it changes


def test_a_new_code_makes_the_old_poster_void(community, cast, client):
    team = team_in(community)
    facts = {field: getattr(team, field) for field in teams.FIELDS}
    changed = teams.change_team(team=team, by=cast("worker"), new_code=True, **facts)
    assert client.get(f"/join/{team.invite_code}/").status_code == 404
    assert client.get(f"/join/{changed.invite_code}/").status_code == 200


def test_the_poster_leads_to_the_form(community, sign_in):
    team = team_in(community)
    page = sign_in("worker").get(f"/teams/{team.pk}/poster/").content.decode()
    assert f"/join/{team.invite_code}/" in page and "<svg xmlns" in page


def test_the_street_reads_how_many_and_no_names(community, sign_in):
    leader = volunteer_in(community)
    team = team_in(community, leader=leader)
    assert str(leader) in sign_in("worker").get(f"/teams/{team.pk}/").content.decode()
    page = sign_in("officer").get(f"/teams/{team.pk}/").content.decode()
    assert "1 人" in page and str(leader) not in page


def test_a_dissolved_team_lets_everybody_go(community, cast):
    leader = volunteer_in(community)
    team = teams.end_team(team=team_in(community, leader=leader), by=cast("worker"))
    assert team.leader is None and team.memberships.get().state == "left"
    with pytest.raises(ValidationError, match="已经解散"):
        teams.end_team(team=team, by=cast("worker"))


def test_whoever_leads_hands_over_before_leaving(community, cast):
    leader = volunteer_in(community)
    team = team_in(community, leader=leader)
    with pytest.raises(ValidationError, match="换人带队"):
        teams.leave_team(membership=team.memberships.get(), by=leader.user)
    member = member_of(team)
    with pytest.raises(ValidationError, match="只有本人"):
        teams.leave_team(membership=member, by=cast("sibling_worker"))
    assert teams.leave_team(membership=member, by=leader.user).state == "left"


# partners


def test_a_partners_contact_is_sealed_and_a_look_recorded(community, cast, sign_in):
    worker = cast("worker")
    partner = partners.add_partner(
        area=community, by=worker, name="好又多", kind="shop", contact_name="店长王",
        contact_phone="139 0000 0555",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text FROM volunteers_partner p")
        row = cursor.fetchone()[0]
    assert "13900000555" not in row and "店长王" not in row
    client = sign_in("worker")
    page = client.get(f"/partners/{partner.pk}/").content.decode()
    assert "139****0555" in page and "13900000555" not in page
    shown = client.post(f"/partners/{partner.pk}/contact/").content.decode()
    assert "13900000555" in shown and Act.objects.filter(verb=partners.LOOK).count() == 1
    changed = partners.change_partner(partner=partner, by=worker, name="好又多超市", kind="shop")
    assert partners.contact_of(changed)["phone"] == "13900000555"
    ended = partners.end_partner(partner=partner, by=worker)
    assert ended.contact_sealed == ""


def test_partners_by_kind(community, sign_in):
    partner_in(community, name="一中", kind="school")
    partner_in(community, name="好又多", kind="shop")
    client = sign_in("worker")
    page = client.get("/partners/?kind=school").content.decode()
    assert "一中" in page and "好又多" not in page
    assert "一中" in client.get("/partners/?kind=nonsense").content.decode()
    with pytest.raises(ValidationError, match="登记过"):
        partners.add_partner(area=community, by=None, name="一中", kind="school")


# lists cost the same for many


def test_pages_cost_the_same_for_many(
    community, estate, sign_in, client, django_assert_max_num_queries
):
    for _ in range(5):
        team = team_in(community, leader=volunteer_in(community))
        member_of(team)
        partner_in(community)
    worker = sign_in("worker")
    for url, most in (
        ("/volunteers/", 22),
        ("/brands/", 12),
        (f"/brands/{team.brand_id}/", 14),
        (f"/teams/{team.pk}/", 14),
        ("/partners/", 12),
        ("/volunteers/people/", 14),
        (f"/e/{estate.code}/brands/", 6),
        (f"/b/{team.brand.code}/", 8),
    ):
        with django_assert_max_num_queries(most):
            assert worker.get(url).status_code == 200, url


# the estate's public page


def test_the_front_page_shows_brands_and_open_wishes(community, estate, other_estate, cast):
    from uuid import uuid4

    shown = {block.key: block.run for block in front_page}
    assert shown["volunteers.brands"](estate) is None
    assert shown["volunteers.wishes"](estate) is None
    for _ in range(7):
        brand_in(community)
    for state in ("open", "draft", "claimed", "open", "open", "open"):
        Wish.objects.create(
            token=uuid4(), area=estate, first_name="小满", title=f"一个{state}书包", state=state,
            by=cast("worker"),
        )  # fmt: skip
    block = shown["volunteers.brands"](estate)
    assert len(block.items) == 6 and block.url == f"/e/{estate.code}/brands/"
    wishes = shown["volunteers.wishes"](estate)
    assert [item["title"] for item in wishes.items] == ["一个open书包"] * 3
    assert wishes.items[0]["text"] == "小满的心愿"
    assert shown["volunteers.brands"](other_estate) is None


def test_brands_stand_in_their_order_and_teams_as_founded(community, estate, client, sign_in):
    second, first = brand_in(community, order=20), brand_in(community, order=10)
    young = team_in(community, brand=first)
    elder = team_in(community, brand=first, since=timezone.localdate() - timedelta(days=400))
    staff = sign_in("worker")

    def in_order(page, *rows):
        places = [page.index(f">{row}<") for row in rows]
        return places == sorted(places)

    for page in (staff.get("/volunteers/"), staff.get("/brands/"),
                 client.get(f"/e/{estate.code}/brands/")):  # fmt: skip
        assert in_order(page.content.decode(), first, second)
    for page in (staff.get(f"/brands/{first.pk}/"), client.get(f"/b/{first.code}/")):
        assert in_order(page.content.decode(), elder, young)


def test_what_is_soon_stands_beside_and_brands_below(community, estate, cast, client):
    brand_in(community, name="同心学")
    event_in(estate, cast("worker"), title="花鼓戏排练")
    page = client.get(f"/e/{estate.code}/").content.decode()
    main, side = page.split('<div class="door-side">')
    assert "同心学" in main and "花鼓戏排练" in side
    assert '<section class="cards is-short">' in side


def test_the_estates_page_shows_the_sign_of_a_brand(community, estate, client):
    """As on its own page: the logo where there is one, or else a seal with its character."""
    brand_in(community, name="同心智", colour="plum")
    with_logo = brand_in(community, name="同心暖")
    Brand.objects.filter(pk=with_logo.pk).update(logo="brands/a.jpg", thumb="brands/b.jpg")
    page = client.get(f"/e/{estate.code}/").content.decode()
    assert 'class="cut-seal plum"' in page and ">智</text>" in page
    assert f'src="/b/{with_logo.code}/logo/small/"' in page and ">暖</text>" not in page
    own = client.get(f"/e/{estate.code}/brands/").content.decode()
    assert 'class="cut-seal plum"' in own and f'src="/b/{with_logo.code}/logo/small/"' in own
