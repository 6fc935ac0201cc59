"""捐赠: two people, a number, capital yuan, and where every part of it went."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from stations.choices import Role
from stations.models import Act, Duty
from tests.support.at_once import at_once
from tests.volunteers.giving import (
    claimed_wish,
    donation_in,
    match_in,
    need_in,
    open_wish,
    wish_in,
)
from tests.volunteers.hour_rows import staff_in
from tests.volunteers.rows import partner_in, volunteer_in
from volunteers.foundation.money import capital, yuan
from volunteers.models import Donation, Wish
from volunteers.services import donations
from volunteers.services.donation_fits import needs_for, wishes_for


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (15, "壹角伍分"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (110, "壹元壹角整"),
        (1_000, "壹拾元整"),
        (1_100, "壹拾壹元整"),
        (10_000, "壹佰元整"),
        (10_100, "壹佰零壹元整"),
        (11_000, "壹佰壹拾元整"),
        (100_500, "壹仟零伍元整"),
        (120_000, "壹仟贰佰元整"),
        (1_000_000, "壹万元整"),
        (1_200_000, "壹万贰仟元整"),
        (1_000_500, "壹万零伍元整"),
        (1_050_000, "壹万零伍佰元整"),
        (10_000_500, "壹拾万零伍元整"),
        (10_300_000, "壹拾万叁仟元整"),
        (100_000_000, "壹佰万元整"),
        (105_000_000, "壹佰零伍万元整"),
        (1_050_000_000, "壹仟零伍拾万元整"),
        (10_000_000_000, "壹亿元整"),
        (10_000_500_000, "壹亿零伍仟元整"),
        (10_000_000_101, "壹亿零壹元零壹分"),
        (10_050_000_000, "壹亿零伍拾万元整"),
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
    ],
)
def test_capital_yuan(fen, words):
    assert capital(fen) == words


VALUES = {sign: at for at, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def read_back(words):
    """What somebody reads who reads it aloud."""
    total = group = digit = fen = 0
    for sign in words.removesuffix("整"):
        if sign in VALUES:
            digit = VALUES[sign]
        elif sign in PLACES:
            group, digit = group + digit * PLACES[sign], 0
        elif sign == "万":
            total, group, digit = total + (group + digit) * 10_000, 0, 0
        elif sign == "亿":
            total, group, digit = (total + group + digit) * 10**8, 0, 0
        elif sign == "元":
            total, group, digit = total + group + digit, 0, 0
        else:
            fen, digit = fen + digit * {"角": 10, "分": 1}[sign], 0
    return total * 100 + fen


@given(st.integers(0, 10**14 - 1))
def test_capital_yuan_reads_back(fen):
    words = capital(fen)
    assert read_back(words) == fen
    assert "零零" not in words and not words.startswith("零角")


@pytest.mark.parametrize(
    ("fen", "words"), [(None, ""), (0, "0 元"), (4950, "49.50 元"), (5_000_000, "50,000 元")]
)
def test_yuan_in_figures(fen, words):
    assert yuan(fen) == words


@pytest.fixture
def given_rice(db, community, cast):
    return donation_in(community, cast("worker"), cast("colleague"))


def test_numbers_follow_each_other(given_rice, community, cast):
    year = timezone.localdate().year
    second = donation_in(community, cast("worker"), cast("colleague"))
    assert [given_rice.number, second.number] == [f"SJ-{year}-0001", f"SJ-{year}-0002"]
    last_year = timezone.localdate().replace(year=year - 1, day=1)
    old = donation_in(community, cast("worker"), cast("colleague"), received_on=last_year)
    assert old.number == f"SJ-{year - 1}-0001"


@pytest.mark.django_db(transaction=True)
def test_numbers_are_given_once_at_once(community, cast):
    worker, colleague, partner = cast("worker"), cast("colleague"), partner_in(community)
    at_once(*[lambda: donation_in(community, worker, colleague, partner=partner)] * 4)
    numbers = sorted(Donation.objects.values_list("number", flat=True))
    assert [number[-4:] for number in numbers] == ["0001", "0002", "0003", "0004"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"quantity": 0}, "至少是 1"),
        ({"received_on": timezone.localdate() + timedelta(days=1)}, "今天以后"),
        ({"what": "王奶奶13900000999的米"}, "请去掉再发"),
    ],
)
def test_what_cannot_be_taken_in(community, cast, wrong, why):
    with pytest.raises(ValidationError, match=why):
        donation_in(community, cast("worker"), cast("colleague"), **wrong)


@pytest.mark.django_db
def test_two_people_take_it_in(community, cast, sign_in):
    with pytest.raises(ValidationError, match="两个人"):
        donation_in(community, cast("worker"), cast("worker"))
    colleague, partner = cast("colleague"), partner_in(community)
    facts = {
        "partner": partner.pk, "what": "大米", "quantity": 100, "unit": "袋", "worth_fen": "5000",
        "received_on": timezone.localdate(), "received_by": cast("worker").pk, "is_public": "on",
    }  # fmt: skip
    client = sign_in("worker")
    refused = client.post("/donations/new/", facts | {"witness": cast("worker").pk})
    assert refused.status_code == 422 and "两个人" in refused.content.decode()
    stranger = client.post("/donations/new/", facts | {"witness": cast("volunteer").pk})
    assert stranger.status_code == 422
    assert client.post("/donations/new/", facts | {"witness": colleague.pk}).status_code == 302
    donation = Donation.objects.get()
    assert (donation.worth_fen, donation.witness, donation.is_public) == (500_000, colleague, True)


@pytest.mark.django_db
def test_the_witness_is_asked_and_says_so_from_their_own_account(
    community, estate, cast, sign_in, client
):
    """One worker's word alone is no donation: no receipt, no use, no figure, no public line."""
    worker, witness = cast("worker"), cast("colleague")
    donation = donation_in(community, worker, witness, is_witnessed=False)
    page, receipt = f"/donations/{donation.pk}/", f"/donations/{donation.pk}/receipt/"
    press = f"{page}witness/"
    duty = Duty.objects.open().get(kind=donations.WITNESS)
    assert (duty.holder, duty.object_id) == (witness, donation.pk)
    ours = sign_in("worker")
    shown = ours.get(page).content.decode()
    assert "等见证人点头" in shown and "打印收据" not in shown.split("<main")[0]
    assert press not in shown and 'id="use"' not in shown
    assert ours.get(receipt).url == page
    assert "等见证人点头" in ours.get("/donations/").content.decode()
    ours.post(press)
    with pytest.raises(ValidationError, match="等见证人点头"):
        donations.use_donation(donation=donation, by=worker, quantity=1, where="食堂")
    donation.refresh_from_db()
    assert donation.witnessed_at is None
    assert not Donation.objects.witnessed().exists()
    public = f"/e/{estate.code}/donations/"
    assert "大米" not in client.get(public).content.decode()
    theirs = sign_in("colleague")
    assert press in theirs.get(page).content.decode()
    assert theirs.post(press).url == page
    donation.refresh_from_db()
    assert donation.witnessed_at and not Duty.objects.open().filter(kind=duty.kind).exists()
    assert donation.number in theirs.get(receipt).content.decode()
    with pytest.raises(ValidationError, match="点过头"):
        donations.witness_donation(donation=donation, by=witness)
    assert Act.objects.get(verb="volunteers.witness_donation").by == witness


@pytest.mark.django_db
def test_whoever_writes_it_down_is_not_the_witness(community, cast):
    worker = cast("worker")
    with pytest.raises(ValidationError, match="不能自己见证"):
        donation_in(community, worker, worker, received_by=cast("colleague"))
    third = donation_in(
        community, cast("secretary"), cast("colleague"), received_by=worker, is_witnessed=False
    )
    for other in (worker, cast("secretary")):
        with pytest.raises(ValidationError, match="见证人本人"):
            donations.witness_donation(donation=third, by=other)


def test_where_it_went_never_more_than_there_is(given_rice, estate, cast):
    worker = cast("worker")
    use = donations.use_donation(donation=given_rice, by=worker, quantity=60, where="11 户独居老人")
    assert use.area_id == given_rice.area_id
    for wrong in (0, 41):
        with pytest.raises(ValidationError, match="只剩 40"):
            donations.use_donation(donation=given_rice, by=worker, quantity=wrong, where="食堂")
    facts = {"donation": given_rice, "by": worker, "quantity": 1}
    with pytest.raises(ValidationError, match="请去掉再发"):
        donations.use_donation(**facts, where="3栋2单元1201")
    for day in (-1, 1):
        with pytest.raises(ValidationError, match="日子"):
            on = timezone.localdate() + timedelta(days=day)
            donations.use_donation(**facts, where="食堂", used_on=on)
    with pytest.raises(ValidationError, match="没有上墙"):
        donations.use_donation(**facts, where="圆心愿", wish=wish_in(estate, worker))
    wish = open_wish(estate, worker)
    assert donations.use_donation(**facts, where="圆心愿", wish=wish).wish == wish
    given_rice.refresh_from_db()
    assert given_rice.used == 61
    assert Act.objects.filter(verb="volunteers.use_donation").count() == 2


@pytest.mark.django_db(transaction=True)
def test_at_once_no_more_than_there_is(community, cast):
    worker = cast("worker")
    donation = donation_in(community, worker, cast("colleague"), quantity=10)
    facts = {"donation": donation, "by": worker, "quantity": 4, "where": "食堂"}
    told = at_once(*[lambda: donations.use_donation(**facts)] * 4)
    donation.refresh_from_db()
    assert (sum(isinstance(one, str) for one in told), donation.used) == (2, 8)


def test_everybody_reads_where_it_went_and_the_names_of_those_who_agreed(
    given_rice, community, estate, cast, client
):
    worker = cast("worker")
    Donation.objects.filter(pk=given_rice.pk).update(is_public=True)
    donations.use_donation(donation=given_rice, by=worker, quantity=60, where="11 户独居老人")
    quiet = partner_in(community, name="不愿说的店")
    donation_in(community, worker, cast("colleague"), partner=quiet, is_public=False, what="油")
    page = client.get(f"/e/{estate.code}/donations/").content.decode()
    assert str(given_rice.partner) in page and "11 户独居老人" in page and "40 袋" in page
    assert "10,000 元" in page and "不愿说的店" not in page
    assert "一位不留名的捐" in page and "<h2>油" in page  # the thing, and where it goes


@pytest.mark.django_db
def test_the_consent_is_asked_for_not_assumed(sign_in):
    page = sign_in("worker").get("/donations/new/").content.decode()
    box = page.split('name="is_public"')[1].split(">")[0]
    assert "checked" not in box and "问过捐赠人再勾。不勾就只公示东西和去处，不写名字。" in page


@pytest.mark.django_db
def test_without_consent_the_name_comes_in_by_no_other_way(community, cast):
    worker, witness = cast("worker"), cast("colleague")
    shop = partner_in(community, name="好邻居超市")
    with pytest.raises(ValidationError, match="好邻居超市"):
        donation_in(community, worker, witness, partner=shop, what="好邻居超市的米")
    rice = donation_in(community, worker, witness, partner=shop)
    with pytest.raises(ValidationError, match="好邻居超市"):
        donations.use_donation(donation=rice, by=worker, quantity=1, where="好邻居超市门口发的")


def test_the_receipt_in_capital_signs(given_rice, sign_in):
    client = sign_in("worker")
    page = client.get(f"/donations/{given_rice.pk}/receipt/").content.decode()
    assert "人民币伍仟元整" in page and given_rice.number in page and 'paper is-a5"' in page
    large = client.get(f"/donations/{given_rice.pk}/receipt/?size=a4").content.decode()
    assert 'paper is-a4"' in large


def test_pages_of_donations(given_rice, cast, sign_in, community, django_assert_max_num_queries):
    for _ in range(5):
        donation_in(community, cast("worker"), cast("colleague"))
    client = sign_in("worker")
    with django_assert_max_num_queries(13):
        page = client.get("/donations/").content.decode()
    assert page.count("data-row>") == 6
    assert "6 家，30,000 元，还有 6 样没送出" in page
    used = {"quantity": 100, "where": "食堂", "used_on": timezone.localdate()}
    assert client.post(f"/donations/{given_rice.pk}/use/", used).status_code == 302
    assert "食堂" in client.get(f"/donations/{given_rice.pk}/").content.decode()
    assert client.post(f"/donations/{given_rice.pk}/use/", used).status_code == 422
    assert client.get("/donations/?view=left").content.decode().count("data-row>") == 5


@pytest.mark.django_db
def test_what_is_missing_is_said_plainly(sign_in):
    page = sign_in("worker").post("/donations/new/", {}).content.decode()
    for said in (
        "选一下是谁捐的。",
        "写上捐了什么。",
        "写个数。",
        "写上值多少钱。",
        "选一位见证人。",
    ):
        assert said in page


def test_whoever_is_posted_at_an_estate_alone_takes_nothing_in(estate, client):
    """A donation is the community's: no button leads to where there is no place for it."""
    client.force_login(staff_in(estate, Role.WORKER))
    assert "/donations/new/" not in client.get("/donations/").content.decode()
    assert client.get("/donations/new/").status_code == 403


# 谁用得上


@pytest.mark.django_db
def test_what_is_left_is_offered_to_needs_and_wishes_that_fit(
    community, estate, other_estate, cast, sign_in
):
    worker = cast("worker")
    quilts = donation_in(community, worker, cast("colleague"), what="棉被", quantity=8, unit="床")
    far = need_in(other_estate, worker, title="厚被子", quantity=2, unit="床")
    near = need_in(estate, worker, title="过冬的被子", quantity=30, unit="床")
    need_in(estate, worker, title="大米", quantity=3, unit="袋")
    match_in(estate, worker, need=need_in(estate, worker, quantity=5), quantity=5)
    wish = open_wish(estate, worker, title="一床新棉被")
    open_wish(estate, worker, title="一双棉鞋")
    wish_in(estate, worker, title="棉被一床")  # nobody has read it yet
    assert [(need, need.wanted) for need in needs_for(quilts)] == [(near, 30), (far, 2)]
    assert wishes_for(quilts) == [wish]
    client = sign_in("worker")
    page = client.get(f"/donations/{quilts.pk}/").content.decode()
    assert "谁用得上" in page and "还缺 30 床" in page and "一床新棉被" in page
    form = client.get(f"/donations/{quilts.pk}/?need={near.pk}").context["next"]
    assert form.initial == {"where": "过冬的被子", "quantity": 8}
    form = client.get(f"/donations/{quilts.pk}/?wish={wish.pk}").context["next"]
    assert form.initial == {"where": "圆心愿：一床新棉被", "quantity": 1, "wish": wish.pk}
    strange = client.get(f"/donations/{quilts.pk}/?need=x&wish={'9' * 30}")
    assert strange.context["next"].initial == {}


@pytest.mark.django_db
def test_a_use_names_only_wishes_that_are_not_granted_yet(given_rice, estate, cast, sign_in):
    worker = cast("worker")
    waits, granted = open_wish(estate, worker), open_wish(estate, worker)
    claimed = claimed_wish(estate, worker, volunteer_in(estate.parent))
    Wish.objects.filter(pk=granted.pk).update(state="fulfilled")
    form = sign_in("worker").get(f"/donations/{given_rice.pk}/").context["next"]
    assert set(form.fields["wish"].queryset) == {waits, claimed}


@pytest.mark.django_db
def test_of_what_is_gone_nothing_is_offered(community, estate, cast, sign_in):
    worker = cast("worker")
    quilts = donation_in(community, worker, cast("colleague"), what="棉被", quantity=1, unit="床")
    need_in(estate, worker, title="过冬的被子", quantity=3, unit="床")
    donations.use_donation(donation=quilts, by=worker, quantity=1, where="一户")
    assert "谁用得上" not in sign_in("worker").get(f"/donations/{quilts.pk}/").content.decode()


@pytest.mark.parametrize("who", ["sibling_worker", "far_officer", "volunteer"])
def test_nobody_else_opens_a_donation(given_rice, sign_in, who):
    client = sign_in(who)
    for url in ("", "receipt/"):
        assert client.get(f"/donations/{given_rice.pk}/{url}").status_code in (403, 404)
    assert client.post(f"/donations/{given_rice.pk}/use/").status_code in (403, 404)
