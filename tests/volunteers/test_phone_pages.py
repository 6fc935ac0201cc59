"""The volunteer's phone as a fresh reader uses it: nobody lands on a page for staff, nothing
promised is forgotten, what was pressed by mistake is taken back."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from stations.models import Message
from tests.factories import BuildingFactory, EntranceFactory, UserFactory
from tests.volunteers.events import event_in, signed, slot_of
from tests.volunteers.hour_rows import People, be_verified
from tests.volunteers.parts.people import PERSON, waiting_in
from tests.volunteers.parts.posts import zone_in
from tests.volunteers.rows import brand_in, team_in, volunteer_in
from volunteers.choices import ANY_TIME, HourSource, HourState, SignUpState, WishState
from volunteers.models import Claim, Hour, SignUp, Wish
from volunteers.services import hours, posts, rosters, sign_ups
from volunteers.services import people as people_services
from volunteers.services.hours.withdrawing import withdraw_hours
from volunteers.views.mine import free_times

pytestmark = pytest.mark.django_db

PHONE = 'class="vol-tabs"'


@pytest.fixture
def me(community, estate, cast):
    return volunteer_in(community, user=cast("volunteer"), estate=estate)


def text(response):
    return response.content.decode()


def undo_of(response):
    """Where the 撤销 of the last message leads."""
    page = text(response)
    assert "data-undo" in page, "nothing to take back"
    return page.split("data-undo", 1)[0].rpartition('action="')[2].partition('"')[0]


# who reads


def test_a_volunteer_reads_messages_on_the_phone_and_staff_at_the_desk(me, sign_in):
    Message.objects.create(recipient=me.user, key="x", title="有空位了", url="/mine/events/")
    page = text(sign_in("volunteer").get("/messages/"))
    assert PHONE in page and "有空位了" in page and "全部看过了" in page
    assert PHONE not in text(sign_in("worker").get("/messages/"))


def test_whoever_is_awaited_nowhere_is_refused_as_before(client):
    client.force_login(UserFactory(), backend="stations.foundation.sign_in.PhoneOrNameBackend")
    assert client.get("/mine/").status_code == 403
    assert client.get("/desk/").status_code == 403


def test_a_worker_who_asked_to_join_keeps_the_desk(community, cast, sign_in):
    membership = waiting_in(team_in(community))
    membership.volunteer.__class__.objects.filter(pk=membership.volunteer_id).update(
        user=cast("worker")
    )
    client = sign_in("worker")
    assert client.get("/desk/").status_code == 200
    assert client.get("/mine/").url == "/mine/standing/"
    assert client.get(reverse("stations:work")).status_code == 403  # refused, not sent away


# first page


def test_the_first_page_forgets_no_promise(community, estate, cast, me, sign_in):
    worker = cast("worker")
    slot = slot_of(event_in(estate, worker, seats=1, title="扫雪"))
    signed(slot, volunteer_in(community), me)
    Wish.objects.create(
        token=uuid.uuid4(), area=estate, first_name="小波", title="一套练习册",
        state=WishState.CLAIMED, volunteer=me, claimed_at=timezone.now(),
        claimed_until=timezone.localdate() + timedelta(days=5), by=worker,
    )  # fmt: skip
    claim = posts.claim_post(post=zone_in(estate, worker), volunteer=me, by=me.user)
    client = sign_in("volunteer")
    page = text(client.get("/mine/"))
    assert "候补第1位" in page and "扫雪" in page and "一套练习册" in page
    assert "3栋花坛" not in page  # half a year is far off
    Claim.objects.filter(pk=claim.pk).update(until=timezone.localdate() + timedelta(days=3))
    page = text(client.get("/mine/"))
    assert "3栋花坛" in page and "续不续" in page
    assert f"/e/{estate.code}/" in page and "报个事" in page


def test_the_first_page_says_who_has_to_be_checked(community, cast, sign_in):
    volunteer_in(community, user=cast("volunteer"), is_verified=False)
    client = sign_in("volunteer")
    assert "带身份证去服务站核对" in text(client.get("/mine/"))
    be_verified(cast("volunteer"), community)
    assert "带身份证去服务站核对" not in text(client.get("/mine/"))


# joining


def test_nobody_is_of_age_before_they_say_so(community, client):
    team = team_in(community)
    url = f"/join/{team.invite_code}/"
    page = text(client.get(url))
    ages = page.split('class="vol-age"')[1].split("</fieldset>")[0]
    assert "checked" not in ages and "yangtai3kecong" in page
    sent = {key: value for key, value in PERSON.items() if key != "is_minor"}
    page = text(client.post(url, sent | {"token": uuid.uuid4()}))
    assert "点一下，满没满18岁。" in page and "密码要请您再输一次" in page
    page = text(client.post(url, PERSON | {"token": uuid.uuid4(), "password": ""}))
    assert "密码要请您再输一次" not in page


def test_one_complaint_about_a_password_at_a_time(community, client):
    team = team_in(community)
    sent = PERSON | {"token": uuid.uuid4(), "password": "123456"}  # short, common and a number
    page = text(client.post(f"/join/{team.invite_code}/", sent))
    assert page.split('id="id_password_field"')[1].split("</div>")[0].count('class="error"') <= 1
    assert page.count('id="id_password_error"') == 1


def test_a_link_may_choose_the_team(community, estate, client):
    first, second = team_in(community, is_open=True), team_in(community, is_open=True)
    page = text(client.get(f"/e/{estate.code}/join/?team={second.pk}"))
    assert f'value="{second.pk}" checked' in page and f'value="{first.pk}" checked' not in page
    assert client.get(f"/e/{estate.code}/join/?team=x").status_code == 200


# the team


def test_the_leader_holds_out_the_teams_code_and_knows_when_somebody_is_free(
    community, me, sign_in
):
    team = team_in(community, leader=me)
    waiting = waiting_in(team)
    waiting.volunteer.free = 0b101  # Monday, morning and evening
    waiting.volunteer.save()
    client = sign_in("volunteer")
    assert f"/join/{team.invite_code}/" in text(client.get(f"/mine/team/{team.pk}/"))
    assert "周一上午、晚上" in text(client.get(f"/mine/members/{waiting.pk}/"))
    assert free_times(ANY_TIME) == [] and free_times(0b111) == ["周一全天"]


def test_a_member_sees_no_code(community, me, sign_in):
    team = team_in(community, members=[me])
    assert team.invite_code not in text(sign_in("volunteer").get(f"/mine/team/{team.pk}/"))


# hours


def test_the_leader_says_no_and_the_secretary_looks(community, cast, me, sign_in):
    people = People(community, worker=cast("worker"))
    team = team_in(community, leader=me)
    hour = people.hour(team=team)
    asked = Message.objects.get(key=f"volunteers.to_confirm:{hour.pk}")
    client = sign_in("volunteer")
    assert f"/mine/confirm/{hour.pk}/object/" in text(client.get("/mine/confirm/"))
    client.post(f"/mine/confirm/{hour.pk}/object/", {"words": "那天没有来"})
    hour.refresh_from_db()
    asked.refresh_from_db()
    assert hour.state == HourState.HELD and hour.objection == "那天没有来"
    assert asked.read_at  # the list has no such entry any more
    secretary = cast("secretary")
    be_verified(secretary, community)
    again = hours.decide_hours(hour=hour, by=secretary, counts=True, words="问过了，来了")
    assert again.state == HourState.REPORTED  # two people have still to say so
    hours.confirm_for_team(hour=again, by=me.user)
    assert hours.confirm_as_station(hour=again, by=people.worker).state == HourState.SHOWN


def test_no_member_objects_before_it_is_on_show(community, cast):
    people = People(community, worker=cast("worker"))
    other = volunteer_in(community)
    team = team_in(community, leader=people.leader, members=[other])
    with pytest.raises(ValidationError):
        hours.object_hours(hour=people.hour(team=team), by=other.user, words="不对")


def test_what_the_leader_has_confirmed_is_no_news_any_more(community, cast):
    people = People(community, worker=cast("worker"))
    hour = people.hour()
    hours.confirm_for_team(hour=hour, by=people.leader.user)
    assert not Message.objects.unread().filter(key=f"volunteers.to_confirm:{hour.pk}").exists()


def test_what_was_told_by_mistake_is_taken_back_until_somebody_confirmed(community, cast):
    people = People(community, worker=cast("worker"))
    said = people.hour(source=HourSource.SAID)
    with pytest.raises(ValidationError, match="不是您报的"):
        withdraw_hours(hour=said, by=people.leader.user)
    withdraw_hours(hour=said, by=people.volunteer.user)
    said.refresh_from_db()
    assert said.state == HourState.REFUSED and said.decision == "本人撤回"
    confirmed = people.hour(source=HourSource.SAID, days=3)
    hours.confirm_for_team(hour=confirmed, by=people.leader.user)
    with pytest.raises(ValidationError, match="有人确认过"):
        withdraw_hours(hour=confirmed, by=people.volunteer.user)
    with pytest.raises(ValidationError, match="自己记的"):
        withdraw_hours(hour=people.hour(days=4), by=people.volunteer.user)


def test_my_hours_show_the_latest_and_all_when_asked(community, cast, me, sign_in):
    people = People(community, worker=cast("worker"))
    for days in range(1, 8):
        Hour.objects.filter(pk=people.hour(volunteer=me, team=None, days=days).pk).update(
            state=HourState.REFUSED
        )
    client = sign_in("volunteer")
    page = text(client.get("/mine/hours/"))
    assert page.count('class="is-refused"') == 5 and "全部 7 条" in page
    assert page.index("服务记录") < page.index("以前的")
    assert text(client.get("/mine/hours/?all=1")).count('class="is-refused"') == 7


# taking back


def test_a_seat_nobody_waits_for_is_taken_again_by_one_tap(estate, cast, me, sign_in):
    row = signed(slot_of(event_in(estate, cast("worker"), seats=2)), me)[0]
    client = sign_in("volunteer")
    said = client.post(f"/mine/sign-ups/{row.pk}/leave/", follow=True)
    assert "退好了。" in text(said)
    client.post(undo_of(said))
    assert SignUp.objects.filter(volunteer=me, state=SignUpState.IN).exists()


def test_a_seat_somebody_waits_for_is_gone(community, estate, cast, me, sign_in):
    slot = slot_of(event_in(estate, cast("worker"), seats=1))
    row = signed(slot, me, volunteer_in(community))[0]
    said = text(sign_in("volunteer").post(f"/mine/sign-ups/{row.pk}/leave/", follow=True))
    assert "让给候补的人" in said and "data-undo" not in said


def test_a_post_given_back_is_had_again_for_a_moment(community, estate, cast, me, sign_in):
    post = zone_in(estate, cast("worker"), seats=1)
    claim = posts.claim_post(post=post, volunteer=me, by=me.user, promise="每天看一眼")
    client = sign_in("volunteer")
    said = client.post(f"/mine/claims/{claim.pk}/end/", follow=True)
    client.post(undo_of(said))
    claim.refresh_from_db()
    assert claim.ended_at is None and claim.promise == "每天看一眼"
    posts.end_claim(claim=claim, by=me.user)
    other = volunteer_in(community)
    posts.claim_post(post=post, volunteer=other, by=other.user)
    with pytest.raises(ValidationError, match="认领满了"):
        posts.resume_claim(claim=claim, by=me.user)
    Claim.objects.filter(pk=claim.pk).update(ended_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(ValidationError, match="重新认领"):
        posts.resume_claim(claim=claim, by=me.user)


def test_who_cannot_keep_a_place_says_so_and_the_station_hears(estate, cast, me, sign_in):
    building = BuildingFactory(area=estate, number=1)
    EntranceFactory(building=building, number=1)
    worker = cast("worker")
    roster = rosters.open_roster(area=estate, title="停水", by=worker)
    place = roster.positions.filter(building=building, entrance=None).get()
    rosters.change_position(position=place, by=worker, who=me.pk)
    client = sign_in("volunteer")
    assert "您负责 1栋" in text(client.get("/mine/"))
    assert client.post(f"/mine/roster/{roster.pk}/leave/").url == "/mine/"
    place.refresh_from_db()
    assert place.volunteer is None
    assert Message.objects.filter(recipient=worker, key__startswith="position-left").exists()
    assert client.post(f"/mine/roster/{roster.pk}/leave/").status_code == 404


# events


def test_the_leader_mends_an_event_others_do_not(community, estate, cast, me, sign_in):
    event = event_in(estate, cast("worker"), team=team_in(community, leader=me))
    other = event_in(estate, cast("worker"), team=team_in(community))
    client = sign_in("volunteer")
    sent = {"title": "扫雪", "kind": event.kind, "help": event.help, "place": "北门"}
    assert client.post(f"/mine/events/{event.pk}/change/", sent).status_code == 302
    event.refresh_from_db()
    assert (event.title, event.place) == ("扫雪", "北门")
    assert client.get(f"/mine/events/{event.pk}/change/").status_code == 200
    assert client.post(f"/mine/events/{other.pk}/change/", sent).status_code == 403


# public pages


def test_where_nothing_is_nothing_is_announced(estate, client):
    brands = text(client.get(f"/e/{estate.code}/brands/"))
    assert "下面这些品牌" not in brands and "我也来当志愿者" not in brands
    events = text(client.get(f"/e/{estate.code}/events/"))
    assert "哪一类" not in events and "报名当志愿者" not in events
    wishes = text(client.get(f"/e/{estate.code}/wishes/"))
    assert "有这些小心愿" not in wishes
    for page in (brands, events, wishes):
        assert f"/e/{estate.code}/help/" in page


def test_a_brand_without_a_logo_has_a_seal_of_its_own(community, estate, client):
    brand = brand_in(community, name="同心智")
    page = text(client.get(f"/b/{brand.code}/?at={estate.code}"))
    assert 'class="cut-seal' in page and ">智</text>" in page
    assert page.count("年</th>") == 2  # each year once, not in every row


def test_volunteers_find_the_way_in(client):
    page = text(client.get("/"))
    assert "志愿者、工作人员从这里登录" in page


# messages


def test_what_was_answered_is_no_news_any_more(community, estate, cast, me):
    asked = waiting_in(team_in(community, leader=me, deputy=volunteer_in(community)))
    people_services.tell_deciders(asked)
    people_services.admit(membership=asked, by=me.user)
    slot = slot_of(event_in(estate, cast("worker"), seats=1))
    first, mine = signed(slot, volunteer_in(community), me)
    sign_ups.leave_slot(sign_up=first, by=first.volunteer.user)
    offer = Message.objects.unread().get(recipient=me.user, key__startswith="seat:")
    sign_ups.take_seat(sign_up=mine, by=me.user)
    offer.refresh_from_db()
    assert offer.read_at
    assert not Message.objects.unread().filter(key__startswith="volunteers.asked:").exists()
