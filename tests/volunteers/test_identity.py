"""Who somebody is: claimed by themselves, checked by somebody else, and no number is kept."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from stations.models import Act
from tests.factories import PostingFactory, UserFactory
from tests.volunteers.rows import identity_number, verified, volunteer_in
from volunteers.models import Identity
from volunteers.services.identities import claim_identity, to_verify, verify_identity

pytestmark = pytest.mark.django_db

NUMBER, OTHER, THIRD = (identity_number(n) for n in (701, 702, 703))


def claimed(community, number=NUMBER):
    volunteer = volunteer_in(community, is_verified=False)
    return claim_identity(by=volunteer.user, number=number)


def test_only_a_fingerprint_is_kept(community):
    claimed(community)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(i)::text FROM volunteers_identity i")
        row = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(a::text, '') FROM stations_act a")
        log = cursor.fetchone()[0]
    for text in (row, log):
        assert NUMBER not in text and NUMBER[6:14] not in text


def test_a_claim_can_be_mended_until_it_is_checked(community, cast):
    identity = claimed(community, OTHER)
    again = claim_identity(by=identity.user, number=NUMBER)
    assert again.pk == identity.pk and again.key != identity.key
    verified(cast("worker"), community)
    verify_identity(identity=again, by=cast("worker"), number=NUMBER)
    with pytest.raises(ValidationError, match="已经当面核对"):
        claim_identity(by=identity.user, number=OTHER)


def test_a_wrong_number_is_refused_in_words(community, sign_in):
    wrong = sign_in("worker").post("/identity/", {"number": "123"})
    assert wrong.status_code == 422 and "一共18位" in wrong.content.decode()


def test_somebody_checked_checks_somebody_else(community, cast, sign_in):
    identity = claimed(community)
    worker = cast("worker")
    client = sign_in("worker")
    url, data = "/identities/", {"who": identity.pk, "number": NUMBER}
    unchecked = client.post(url, data)
    assert unchecked.status_code == 422 and "您自己的身份还没有核对" in unchecked.content.decode()
    verified(worker, community)
    wrong = client.post(url, data | {"number": OTHER})
    assert wrong.status_code == 422 and "对不上" in wrong.content.decode()
    assert client.post(url, data).status_code == 302
    identity.refresh_from_db()
    assert identity.verified_by == worker and identity.verified_at
    assert Act.objects.get(verb="volunteers.verify_identity").by == worker
    assert identity.user.messages.filter(key__startswith="volunteers.verified").exists()
    with pytest.raises(ValidationError, match="已经核对过"):
        verify_identity(identity=identity, by=worker, number=NUMBER)


def test_nobody_checks_themselves_under_another_account(community, cast):
    worker = cast("worker")
    verified(worker, community, number=NUMBER)
    second = claimed(community, NUMBER)
    with pytest.raises(ValidationError, match="不能核对自己"):
        verify_identity(identity=second, by=worker, number=NUMBER)
    own = claim_identity(by=cast("colleague"), number=THIRD)
    with pytest.raises(ValidationError, match="还没有核对过"):
        verify_identity(identity=own, by=cast("colleague"), number=THIRD)


def test_one_person_serves_with_one_account(community, cast):
    """The same number may stand behind a worker and a volunteer, never behind two volunteers."""
    verified(cast("worker"), community)
    first, second = claimed(community), claimed(community)
    verify_identity(identity=first, by=cast("worker"), number=NUMBER)
    with pytest.raises(ValidationError, match="一个人用一个就够了") as refusal:
        verify_identity(identity=second, by=cast("worker"), number=NUMBER)
    assert str(first.user) not in refusal.value.messages[0]
    staff = claim_identity(by=cast("colleague"), number=NUMBER)
    assert verify_identity(identity=staff, by=cast("worker"), number=NUMBER).verified_at


@pytest.mark.parametrize("who", ["sibling_worker", "far_officer", "volunteer", "district"])
def test_only_staff_of_the_place_check(community, cast, who):
    identity = claimed(community)
    verified(cast(who), community)
    with pytest.raises(ValidationError, match="不在这里管事"):
        verify_identity(identity=identity, by=cast(who), number=NUMBER)
    assert identity not in to_verify(cast(who))


def test_the_list_is_of_ones_own_places(community, cast, sign_in):
    identity = claimed(community)
    for who, is_shown in (("worker", True), ("officer", True), ("sibling_worker", False)):
        page = sign_in(who).get("/identities/").content.decode()
        assert (str(identity.user) in page) is is_shown
    page = sign_in("sibling_worker").get(f"/identities/?who={identity.pk}").content.decode()
    assert str(identity.user) not in page


def test_the_street_is_told_why_it_reads_names_here(community, cast, sign_in):
    """The one page of the app on which the officer sees a name says why; its room is marked."""
    claimed(community)
    why = "这里看得到姓名，是因为"
    page = sign_in("officer").get("/identities/").content.decode()
    rooms = page.split('aria-label="志愿服务栏目"')[1].split("</nav>")[0]
    assert why in page and rooms.count("aria-current") == 1
    page = sign_in("worker").get("/identities/").content.decode()
    assert why not in page and 'aria-current="page">志愿者<' in page


def test_without_a_place_nothing_is_claimed(community, client):
    stranger = UserFactory(name="没有岗位")
    with pytest.raises(ValidationError, match="还没有岗位"):
        claim_identity(by=stranger, number=NUMBER)


def test_tries_are_bounded(community, sign_in):
    client = sign_in("worker")
    for _ in range(30):
        client.post("/identity/", {"number": "1"})
    held = client.post("/identity/", {"number": NUMBER})
    assert held.status_code == 422 and "试得太多" in held.content.decode()
    assert not Identity.objects.exists()


def test_the_first_one_is_vouched_for_at_the_server(community, cast, monkeypatch):
    first = UserFactory(username="first")
    with pytest.raises(CommandError, match="还没有岗位"):
        call_command("vouch", "first", number=NUMBER)
    PostingFactory(user=first, area=community)
    with pytest.raises(CommandError, match="一共18位"):
        call_command("vouch", "first", number="1")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NUMBER}\n"))
    call_command("vouch", "first", stdout=io.StringIO())
    act = Act.objects.get(verb="volunteers.verify_identity")
    assert (act.by, act.actor) == (None, "系统管理员")
    verify_identity(identity=claimed(community, OTHER), by=first, number=OTHER)
    with pytest.raises(CommandError, match="已经核对过"):
        call_command("vouch", "first", number=NUMBER)
    with pytest.raises(CommandError, match="没有叫"):
        call_command("vouch", "nobody", number=NUMBER)
