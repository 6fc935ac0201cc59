"""微心愿: from a note to the wall to thanks; who it is stays sealed."""

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from stations.foundation.photo_field import PhotosInput
from stations.models import Act, Duty, Message
from stations.registries import duties, referrals
from tests.factories import AreaFactory, StationFactory
from tests.support.at_once import at_once
from tests.support.pictures import remade, upload
from tests.volunteers.giving import (
    claimed_wish,
    open_wish,
    partner_with_user,
    volunteer_of,
    wish_in,
)
from tests.volunteers.rows import partner_in, volunteer_in
from volunteers.forms.wishes import HandInForm
from volunteers.models import Wish
from volunteers.services import wish_gate, wishes

pytestmark = pytest.mark.django_db
PHONE = "13900000999"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


def assert_duties_are_true():
    for key in (wishes.PUBLISH, wishes.LATE, wishes.PASS_ON):
        held = Duty.objects.open().filter(kind=key).values_list("object_id", flat=True)
        assert sorted(held) == sorted(duties[key].truth()), key


def make_late(wish, days=1):
    day = timezone.localdate() - timedelta(days=days)
    Wish.objects.filter(pk=wish.pk).update(claimed_until=day)


# writing it down


def test_who_wishes_it_is_sealed(estate, cast):
    wish = wish_in(estate, cast("worker"), name="刘小满", phone="139 0000 0999")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(w)::text FROM volunteers_wish w")
        row = cursor.fetchone()[0]
    assert PHONE not in row and "刘小满" not in row
    assert wishes.who_of(wish) == {"name": "刘小满", "phone": PHONE}
    assert wish_in(estate, cast("worker")).who_sealed == ""
    assert_duties_are_true()


def test_sent_twice_it_is_one_wish(estate, cast):
    token = uuid.uuid4()
    facts = {"token": token, "area": estate, "by": cast("worker")}
    first = wishes.add_wish(**facts, first_name="小满", title="一双棉鞋")
    again = wishes.add_wish(**facts, first_name="小满", title="一双棉鞋")
    assert first == again and Act.objects.filter(verb="volunteers.add_wish").count() == 1


@pytest.mark.parametrize(("fen", "is_fine"), [(50_000, True), (50_001, False), (None, True)])
def test_a_wish_is_small(estate, cast, fen, is_fine):
    if is_fine:
        assert wish_in(estate, cast("worker"), worth_fen=fen).worth_fen == fen
    else:
        with pytest.raises(ValidationError, match="不超过 500 元"):
            wish_in(estate, cast("worker"), worth_fen=fen)


def test_worth_is_typed_in_yuan(estate, cast, sign_in):
    client = sign_in("worker")
    facts = {"area": estate.pk, "first_name": "小满", "title": "书包", "token": uuid.uuid4()}
    assert client.post("/wishes/new/", facts | {"worth_fen": "500.01"}).status_code == 422
    assert client.post("/wishes/new/", facts | {"worth_fen": "49.5"}).status_code == 302
    assert Wish.objects.get().worth_fen == 4950


# the wall


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": "打我电话13900000999"},
        {"title": "送到3栋2单元1201"},
        {"first_name": "刘小满"},
        {"words": "刘小满想要"},
    ],
)
def test_nothing_that_tells_who_goes_on_the_wall(estate, cast, wrong):
    wish = wish_in(estate, cast("worker"), name="刘小满", **wrong)
    with pytest.raises(ValidationError):
        wishes.publish_wish(wish=wish, by=cast("worker"))
    wish.refresh_from_db()
    assert wish.state == "draft"
    mended = {"first_name": "小满", "title": "一双棉鞋", "words": ""}
    assert wishes.publish_wish(wish=wish, by=cast("worker"), **mended).state == "open"
    assert_duties_are_true()


def test_the_wall_shows_a_first_name_and_no_draft(estate, sibling, other_estate, cast, client):
    worker = cast("worker")
    StationFactory(area=estate.parent)
    wish_in(estate, worker, title="还没上墙的")
    open_wish(estate, worker, name="刘小满", phone=PHONE, worth_fen=8000)
    open_wish(other_estate, worker, title="别的社区的")
    page = client.get(f"/e/{estate.code}/wishes/").content.decode()
    assert "一双三十四码的棉鞋" in page and "大约 80 元" in page and "0731-55550110" in page
    for hidden in ("刘小满", PHONE, "还没上墙", "别的社区的"):
        assert hidden not in page


def test_fulfilled_ones_stay_with_photo_and_thanks(estate, cast, client, sign_in):
    worker = cast("worker")
    wish = claimed_wish(estate, worker, volunteer_in(estate.parent))
    assert client.get(f"/wishes/{wish.pk}/photo/").status_code == 404
    wish = wishes.fulfil_wish(wish=wish, by=worker, photo=remade(), is_photo_public=True)
    wishes.thank_wish(wish=wish, by=worker, thanks="鞋很暖和，谢谢")
    for query in ("", "?view=done"):
        page = client.get(f"/e/{estate.code}/wishes/{query}").content.decode()
        assert f"/wishes/{wish.pk}/photo/small/" in page and "鞋很暖和" in page
    for kind in ("photo/", "photo/small/"):
        answer = client.get(f"/wishes/{wish.pk}/{kind}")
        assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"
        assert "sandbox" in answer["Content-Security-Policy"]


def test_a_wall_costs_the_same_for_many(estate, cast, client, django_assert_max_num_queries):
    worker = cast("worker")
    for _ in range(8):
        open_wish(estate, worker)
    with django_assert_max_num_queries(8):
        page = client.get(f"/e/{estate.code}/wishes/").content.decode()
    assert page.count("vw-card") == 8


# 认领


def test_a_volunteer_takes_it_on_from_the_phone(estate, cast, sign_in):
    wish = open_wish(estate, cast("worker"))
    me = volunteer_of(cast("volunteer"), estate.parent)
    client = sign_in("volunteer")
    assert "我来圆" in client.get(f"/e/{estate.code}/wishes/").content.decode()
    assert wish.title in client.get("/mine/wishes/").content.decode()
    assert client.post(f"/mine/wishes/{wish.pk}/claim/").status_code == 302
    wish.refresh_from_db()
    assert (wish.state, wish.volunteer) == ("claimed", me)
    assert wish.claimed_until == timezone.localdate() + timedelta(days=14)
    page = client.get(f"/mine/wishes/{wish.pk}/").content.decode()
    assert "请拍东西、不拍人" in page and "您认领了" in page
    sent = client.post(f"/mine/wishes/{wish.pk}/hand-in/", {"photo": upload()})
    wish.refresh_from_db()
    assert sent.status_code == 302 and wish.state == "handed_in" and wish.photo
    assert wish.fulfilled_at is None
    assert_duties_are_true()


def test_what_was_handed_in_is_fulfilled_by_the_station_only(estate, cast, client, sign_in):
    worker = cast("worker")
    wish = claimed_wish(estate, worker, volunteer_of(cast("volunteer"), estate.parent))
    wishes.hand_in_wish(wish=wish, by=cast("volunteer"), photo=remade())
    photo = f"/wishes/{wish.pk}/photo/"
    wall = client.get(f"/e/{estate.code}/wishes/").content.decode()
    assert "正在转交" in wall and photo not in wall
    assert wish.title not in client.get(f"/e/{estate.code}/wishes/?view=done").content.decode()
    assert client.get(photo).status_code == 404
    staff = sign_in("worker")
    seen = staff.get(photo)
    assert b"".join(seen.streaming_content) and "no-store" in seen["Cache-Control"]
    assert "收到了，转交了" in staff.get(f"/wishes/{wish.pk}/").content.decode()
    staff.post(f"/wishes/{wish.pk}/fulfil/")  # the tick for the photo is not set
    wish.refresh_from_db()
    assert wish.state == "fulfilled" and wish.photo and not wish.is_photo_public
    client.logout()
    assert client.get(photo).status_code == 404
    assert_duties_are_true()


def test_the_station_gives_it_back_or_takes_the_photo_down(estate, cast, sign_in):
    worker, volunteer = cast("worker"), volunteer_in(estate.parent)
    wish = claimed_wish(estate, worker, volunteer)
    wishes.hand_in_wish(wish=wish, by=volunteer.user, photo=remade())
    staff = sign_in("worker")
    staff.post(f"/wishes/{wish.pk}/photo/remove/")
    wish.refresh_from_db()
    assert (wish.state, bool(wish.photo)) == ("handed_in", False)
    wishes.fulfil_wish(wish=wish, by=worker, photo=remade(), is_photo_public=True)
    make_late(wish, days=3)
    staff.post(f"/wishes/{wish.pk}/return/")
    wish.refresh_from_db()
    assert (wish.state, wish.volunteer, wish.fulfilled_at) == ("claimed", volunteer, None)
    assert wish.claimed_until > timezone.localdate() and not wish.photo
    assert "还没圆" in Message.objects.get(recipient=volunteer.user).title
    assert_duties_are_true()
    with pytest.raises(ValidationError, match="才能退回"):
        wishes.return_wish(wish=wish, by=worker)


def test_given_back_after_its_volunteer_left_it_hangs_open(estate, cast):
    worker, volunteer = cast("worker"), volunteer_in(estate.parent)
    wish = claimed_wish(estate, worker, volunteer)
    wishes.hand_in_wish(wish=wish, by=volunteer.user)
    volunteer.state = "left"
    volunteer.save(update_fields=["state"])
    wish = wishes.return_wish(wish=wish, by=worker)
    assert (wish.state, wish.volunteer) == ("open", None)


def test_a_wish_for_help_is_agreed_on_by_telephone(estate, cast, sign_in):
    volunteer = volunteer_of(cast("volunteer"), estate.parent)
    wish = claimed_wish(estate, cast("worker"), volunteer, title="想和老同事见一面", kind="help")
    page = sign_in("volunteer").get(f"/mine/wishes/{wish.pk}/").content.decode()
    assert "先给服务站打电话，约好怎么帮" in page
    assert "送到服务站了" not in page and 'type="file"' not in page
    with pytest.raises(ValidationError, match="不是东西"):
        wishes.hand_in_wish(wish=wish, by=volunteer.user)
    assert "帮完了，圆了" in sign_in("worker").get(f"/wishes/{wish.pk}/").content.decode()
    assert wishes.fulfil_wish(wish=wish, by=cast("worker")).state == "fulfilled"


def test_three_at_a_time_and_of_ones_own_street(estate, cast):
    volunteer = volunteer_in(estate.parent)
    taken_on = [claimed_wish(estate, cast("worker"), volunteer) for _ in range(3)]
    with pytest.raises(ValidationError, match="3个心愿"):
        claimed_wish(estate, cast("worker"), volunteer)
    wishes.hand_in_wish(wish=taken_on[0], by=volunteer.user)
    claimed_wish(estate, cast("worker"), volunteer)
    district = estate.parent.parent.parent
    street = AreaFactory(parent=district, level=estate.parent.parent.level)
    far = AreaFactory(parent=street, level=estate.parent.level)
    with pytest.raises(ValidationError, match="别的街道"):
        claimed_wish(estate, cast("worker"), volunteer_in(far))


def test_what_somebody_else_took_on_is_not_there(estate, cast, sign_in):
    wish = claimed_wish(estate, cast("worker"), volunteer_in(estate.parent))
    volunteer_of(cast("volunteer"), estate.parent)
    client = sign_in("volunteer")
    for kind, ask in (("", client.get), ("hand-in/", client.post), ("release/", client.post)):
        assert ask(f"/mine/wishes/{wish.pk}/{kind}").status_code == 404
    client.post(f"/mine/wishes/{wish.pk}/claim/")
    wish.refresh_from_db()
    assert wish.volunteer.user != cast("volunteer")


def test_a_second_claim_is_refused_kindly(estate, cast):
    wish = claimed_wish(estate, cast("worker"), volunteer_in(estate.parent))
    with pytest.raises(ValidationError, match="慢了一步"):
        wishes.claim_wish(wish=wish, by=cast("worker"), partner=partner_in(estate.parent))


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_it(estate, cast):
    wish = open_wish(estate, cast("worker"))
    people = [volunteer_in(estate.parent) for _ in range(4)]
    told = at_once(
        *(
            lambda one=one: wishes.claim_wish(wish=wish, by=one.user, volunteer=one)
            for one in people
        )
    )
    refusals = [words for words in told if isinstance(words, str)]
    assert len(refusals) == 3 and all("慢了一步" in words for words in refusals)


def test_a_partner_takes_it_on_itself(estate, cast, client):
    wish = open_wish(estate, cast("worker"))
    partner = partner_with_user(estate.parent)
    client.force_login(partner.user, backend="stations.foundation.sign_in.PhoneOrNameBackend")
    assert wish.title in client.get("/mine/asked/").content.decode()
    client.post(f"/mine/asked/wishes/{wish.pk}/claim/")
    wish.refresh_from_db()
    assert (wish.partner, wish.volunteer) == (partner, None)


@pytest.mark.parametrize("state", ["applied", "paused", "left"])
def test_only_active_volunteers_claim(estate, cast, state):
    volunteer = volunteer_in(estate.parent, state=state)
    with pytest.raises(ValidationError, match="还不能认领"):
        claimed_wish(estate, cast("worker"), volunteer)


def test_nobody_or_two_cannot_claim(estate, cast):
    wish, community = open_wish(estate, cast("worker")), estate.parent
    both = {"volunteer": volunteer_in(community), "partner": partner_in(community)}
    for who in ({}, both):
        with pytest.raises(ValidationError, match="选一位志愿者"):
            wishes.claim_wish(wish=wish, by=cast("worker"), **who)
    gone = partner_in(community, until=timezone.localdate())
    with pytest.raises(ValidationError, match="已经退出"):
        wishes.claim_wish(wish=wish, by=cast("worker"), partner=gone)


# late, released, cancelled


def test_a_late_wish_is_asked_after_then_hangs_open_again(estate, cast):
    volunteer = volunteer_of(cast("volunteer"), estate.parent)
    wish = claimed_wish(estate, cast("worker"), volunteer)
    assert wishes.tend_wishes() == (0, 0)
    make_late(wish)
    assert wishes.tend_wishes() == (1, 0)
    assert wishes.tend_wishes() == (0, 0)
    assert_duties_are_true()
    assert "到日子了" in Message.objects.get(recipient=volunteer.user).title
    make_late(wish, days=8)
    assert wishes.tend_wishes() == (0, 1)
    wish.refresh_from_db()
    assert (wish.state, wish.volunteer, wish.claimed_until) == ("open", None, None)
    assert Act.objects.get(verb="volunteers.release_wish").by is None
    assert Message.objects.filter(recipient=volunteer.user).count() == 2
    assert_duties_are_true()


def test_given_back_by_who_took_it(estate, cast, sign_in):
    wish = claimed_wish(estate, cast("worker"), volunteer_of(cast("volunteer"), estate.parent))
    sign_in("volunteer").post(f"/mine/wishes/{wish.pk}/release/")
    wish.refresh_from_db()
    assert wish.state == "open"
    assert not Message.objects.filter(recipient=cast("volunteer")).exists()


def test_cancelled_ends_its_duties_and_tells_who_had_it(estate, cast):
    volunteer = volunteer_in(estate.parent)
    wish = claimed_wish(estate, cast("worker"), volunteer)
    wishes.cancel_wish(wish=wish, by=cast("worker"))
    wishes.cancel_wish(wish=wish_in(estate, cast("worker")), by=cast("worker"))
    assert Message.objects.filter(recipient=volunteer.user).count() == 1
    assert not Duty.objects.open().exists()
    with pytest.raises(ValidationError, match="不能再撤"):
        wishes.cancel_wish(wish=wish, by=cast("worker"))


# thanks


def test_thanks_reach_who_fulfilled_it(estate, cast):
    worker, volunteer = cast("worker"), volunteer_in(estate.parent)
    wish = claimed_wish(estate, worker, volunteer, name="刘小满", phone=PHONE)
    with pytest.raises(ValidationError, match="圆了的心愿才能道谢"):
        wishes.thank_wish(wish=wish, by=worker, thanks="谢谢")
    wish = wishes.fulfil_wish(wish=wish, by=worker)
    assert not wish.photo  # none is asked for
    for wrong in ("刘小满谢谢您", "有空打13900000999"):
        with pytest.raises(ValidationError, match="请去掉再发"):
            wishes.thank_wish(wish=wish, by=worker, thanks=wrong)
    wishes.thank_wish(wish=wish, by=worker, thanks="鞋很暖和")
    assert "鞋很暖和" in Message.objects.get(recipient=volunteer.user).body


def test_half_a_year_later_nobody_knows_who(estate, cast):
    worker = cast("worker")
    old, new = (
        wishes.fulfil_wish(
            wish=claimed_wish(estate, worker, volunteer_in(estate.parent), name="刘小满"),
            by=worker,
        )
        for _ in range(2)
    )
    Wish.objects.filter(pk=old.pk).update(fulfilled_at=timezone.now() - timedelta(days=181))
    assert wishes.forget_wishers() == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.who_sealed, bool(new.who_sealed)) == ("", True)


# who sees what


def test_looking_at_who_it_is_is_written_down(estate, cast, sign_in):
    wish = wish_in(estate, cast("worker"), name="刘小满", phone=PHONE)
    client = sign_in("worker")
    assert PHONE not in client.get(f"/wishes/{wish.pk}/").content.decode()
    shown = client.post(f"/wishes/{wish.pk}/who/")
    assert PHONE in shown.content.decode() and shown["Cache-Control"] == "no-store"
    assert Act.objects.get(verb="volunteers.reveal_beneficiary").on_id == wish.pk


@pytest.mark.parametrize("who", ["sibling_worker", "officer", "volunteer", "anonymous"])
def test_nobody_else_opens_a_wish(estate, cast, sign_in, who):
    wish = wish_in(estate, cast("worker"), name="刘小满", phone=PHONE)
    client = sign_in(who)
    for url in (f"/wishes/{wish.pk}/", f"/wishes/{wish.pk}/who/", f"/wishes/{wish.pk}/publish/"):
        assert client.post(url).status_code in (302, 403, 404, 405)
    assert not Act.objects.filter(verb="volunteers.reveal_beneficiary").exists()
    wish.refresh_from_db()
    assert wish.state == "draft"


def test_the_staffs_way_through_its_page(estate, cast, sign_in):
    client, volunteer = sign_in("worker"), volunteer_in(estate.parent)
    wish = wish_in(estate, cast("worker"))
    here = f"/wishes/{wish.pk}/"
    wrong = client.post(f"{here}publish/", {"first_name": "小满", "title": "打13900000999"})
    assert wrong.status_code == 422 and "请去掉再发" in wrong.content.decode()
    for act, data in (
        ("publish", {"first_name": "小满", "title": "一双棉鞋", "words": ""}),
        ("claim", {"giver": f"v-{volunteer.pk}"}),
        ("release", {}),
        ("claim", {"giver": f"p-{partner_in(estate.parent).pk}"}),
        ("fulfil", {"photo": upload()}),
        ("thank", {"thanks": "暖和"}),
    ):
        assert client.get(here).status_code == 200
        assert client.post(f"{here}{act}/", data).status_code == 302, act
    wish.refresh_from_db()
    assert wish.state == "thanked"
    assert client.get(here).status_code == 200


def test_the_list_filters_and_costs_the_same_for_many(
    estate, cast, sign_in, django_assert_max_num_queries
):
    worker, volunteer = cast("worker"), volunteer_in(estate.parent)
    wish_in(estate, worker)
    open_wish(estate, worker)
    for _ in range(3):
        make_late(claimed_wish(estate, worker, volunteer))
    client = sign_in("worker")

    def rows(query):
        return client.get(f"/wishes/?{query}").content.decode().count("data-row>")

    assert [rows(f"view={view}") for view in ("all", "draft", "open", "claimed", "late", "x")] == [
        5, 1, 1, 3, 3, 5,
    ]  # fmt: skip
    with django_assert_max_num_queries(12):
        client.get("/wishes/")


# raised elsewhere


def test_a_wish_out_of_a_visit_waits_for_its_words(estate, cast):
    kind = referrals["volunteers.wish"]
    facts = {"area": estate, "home": None, "building": None, "entrance": None}
    text = "想要一双棉鞋，电话13900000999"
    wish = kind.begin(**facts, text=text, by=cast("worker"), token=uuid.uuid4())
    assert "13900000999" not in wish.words and "棉鞋" in wish.words
    with pytest.raises(ValidationError, match="写清楚"):
        wishes.publish_wish(wish=wish, by=cast("worker"))
    told = kind.outcomes([wish.pk])[wish.pk]
    assert (told.state, told.is_done) == ("待上墙", False)


@pytest.mark.parametrize("called", ["王小红", "王小红同学", "欧阳老师傅娜"])
def test_a_whole_name_does_not_stand_on_the_wall(called):
    with pytest.raises(ValidationError, match="像是全名"):
        wishes.check_words(called, "一双棉鞋", "")


@pytest.mark.parametrize("called", ["小满", "王奶奶", "李叔叔", "乐乐小朋友", "陈女士"])
def test_a_first_name_or_a_family_name_does(called):
    wishes.check_words(called, "一双棉鞋", "")


# one photo


def test_a_field_for_one_photo_says_so_to_the_page():
    """`photos.js` offers 换一张 where data-most is 1, and 再拍一张 where more are wanted."""
    one = str(HandInForm()["photo"])
    assert 'data-most="1"' in one and "multiple" not in one
    several = PhotosInput().render("photos", None)
    assert f'data-most="{settings.PHOTOS_PER_FORM}"' in several and "multiple" in several


# a resident's own


def ask(client, estate, **facts):
    wish = {"first_name": "小满", "title": "一双棉鞋", "phone": PHONE, "token": uuid.uuid4()}
    return client.post(f"/e/{estate.code}/wishes/new/", wish | facts)


def test_a_resident_writes_a_wish_that_the_station_reads_first(estate, client):
    token = uuid.uuid4()
    for _ in range(2):
        assert ask(client, estate, token=token, kind="help").status_code == 302
    wish = Wish.objects.get()
    assert (wish.state, wish.by, wish.kind) == ("draft", None, "help")
    assert wishes.who_of(wish)["phone"] == PHONE and wish.area == estate
    assert wish.title not in client.get(f"/e/{estate.code}/wishes/").content.decode()
    assert_duties_are_true()
    assert "许个愿" in client.get(f"/e/{estate.code}/").content.decode()


def test_a_strange_wish_is_not_let_in(estate, client, monkeypatch):
    assert ask(client, estate, website="http://x").status_code == 422
    assert ask(client, estate, phone="").status_code == 422
    assert not Wish.objects.exists()
    monkeypatch.setattr(wish_gate, "WISH_PHONE", wish_gate.Limit("wish.phone.test", 1, 1))
    assert ask(client, estate).status_code == 302
    assert ask(client, estate, title="一把伞").status_code == 429
    assert Wish.objects.count() == 1


def test_the_station_reads_whose_own_words_they_are(estate, client, sign_in):
    ask(client, estate)
    assert (
        "居民自己写的"
        in sign_in("worker").get(f"/wishes/{Wish.objects.get().pk}/").content.decode()
    )
