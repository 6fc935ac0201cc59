"""The portal's front, the estate's front door, the privacy page, QR codes and posters."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stations.choices import Level
from stations.foundation.qr import qr_svg
from stations.models import Station
from tests.factories import AreaFactory, BuildingFactory, EntranceFactory, StationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def entrance(estate):
    building = BuildingFactory(area=estate, number=3, code="b3")
    return EntranceFactory(building=building, number=2, code="e3x2")


def test_the_front_finds_an_estate(client, estate, other_estate, far_estate):
    page = client.get("/").content.decode()
    for area in (estate, other_estate, far_estate):
        assert f"/e/{area.code}/" in page
        assert area.parent.name in page
    found = client.get("/", {"q": "锦绣"}).content.decode()
    assert f"/e/{estate.code}/" in found
    assert f"/e/{far_estate.code}/" not in found
    assert "没有叫“月亮湾”的小区" in client.get("/", {"q": "月亮湾"}).content.decode()
    assert "/account/login/" in page
    for strange in ({"q": "\x00%_"}, {"at": "\x00"}, {"at": "x" * 999}, {"q": "长" * 999}):
        assert client.get("/", strange).status_code == 200


def test_many_estates_are_found_street_by_street(client, street, community, far_estate):
    for number in range(61):
        AreaFactory(level=Level.ESTATE, parent=community, name=f"小区{number:02}")
    page = client.get("/").content.decode()
    assert f"?at={street.code}" in page
    assert "小区07" not in page
    below = client.get("/", {"at": far_estate.parent.parent.code}).content.decode()
    assert f"/e/{far_estate.code}/" in below


def test_an_empty_portal_says_so(client, db):
    assert "还没有小区" in client.get("/").content.decode()


def test_staff_go_to_their_own_first_page(sign_in):
    assert sign_in("worker").get("/").url == "/home/"


def test_the_front_door(client, estate, time_machine):
    StationFactory(area=estate.parent)
    time_machine.move_to("2026-11-23 10:00+08:00")
    page = client.get(f"/e/{estate.code}/").content.decode()
    assert "服务站开着" in page
    assert "今天到 20:30" in page
    assert f"/e/{estate.code}/report/" in page
    assert "庆云街道 锦绣社区" in page
    assert "办好的事会在这里公示" in page
    time_machine.move_to("2026-11-23 21:00+08:00")
    assert "服务站关着" in client.get(f"/e/{estate.code}/").content.decode()
    assert client.get(f"/e/{estate.parent.code}/").status_code == 404
    assert client.get("/e/nowhere/").status_code == 404


def test_the_front_door_without_a_station(client, estate):
    assert client.get(f"/e/{estate.code}/").status_code == 200


def test_the_nearest_station_is_the_estates_own(estate, far_estate):
    theirs = StationFactory(area=estate.parent)
    assert Station.objects.nearest_to(estate) == theirs
    own = StationFactory(area=estate)
    assert Station.objects.nearest_to(estate) == own
    assert Station.objects.nearest_to(far_estate) is None


def test_privacy_is_told_in_plain_words(client):
    page = client.get("/privacy/").content.decode()
    assert "事情了结一年后" in page
    assert "谁看得到" in page


@pytest.mark.parametrize(
    ("code", "target"), [("e3x2", "?at=e3x2"), ("b3", "?at=b3"), ("estate", "")]
)
def test_a_scanned_code_leads_to_the_form(client, estate, entrance, code, target):
    code = estate.code if code == "estate" else code
    response = client.get(f"/q/{code}/")
    assert response.url == f"/e/{estate.code}/report/{target}"
    assert not response.cookies
    assert client.get("/q/unknown/").status_code == 404
    assert client.get(f"/q/{estate.parent.code}/").status_code == 404


ACCESS = [
    ("worker", 200),
    ("secretary", 200),
    ("sibling_worker", 200),
    ("officer", 403),
    ("district", 403),
    ("volunteer", 403),
    ("admin", 403),
    ("stranger", 403),
    ("anonymous", 302),
]


@pytest.mark.parametrize(("who", "status"), ACCESS)
def test_who_may_print_posters(sign_in, estate, entrance, who, status):
    client = sign_in(who)
    assert client.get("/posters/").status_code == status
    sheet = client.get("/posters/sheet/", {"estate": estate.code})
    assert sheet.status_code == (404 if who == "sibling_worker" else status)


def test_posters_carry_the_full_address(sign_in, estate, entrance):
    StationFactory(area=estate.parent)
    EntranceFactory(building=entrance.building, number=3)
    EntranceFactory(building=BuildingFactory(area=estate, number=4), number=1)
    client = sign_in("worker")
    page = client.get("/posters/sheet/", {"estate": estate.code, "per": "2"}).content.decode()
    assert page.count('class="poster"') == 3
    assert page.count('class="leaf') == 2
    link = f"{settings.SITE_ADDRESS}/q/e3x2/"
    assert str(qr_svg(link, title="3栋2单元的二维码")) in page
    assert "0731-55550110" in page
    one = client.get("/posters/sheet/", {"estate": estate.code, "building": "b3"})
    assert one.content.decode().count('class="poster"') == 2
    gate = client.get("/posters/sheet/", {"estate": estate.code, "building": "estate"})
    assert f"{estate}的二维码" in gate.content.decode()
    assert client.get("/posters/sheet/").url == "/posters/"
    for strange in ("no\x00where", "x" * 99):
        assert client.get("/posters/sheet/", {"estate": strange}).status_code == 404
    for strange in ({"per": "999"}, {"per": "-1"}, {"building": "\x00"}, {"building": "no"}):
        query = {"estate": estate.code} | strange
        assert client.get("/posters/sheet/", query).status_code == 200


def test_posters_of_many_doors_cost_the_same(sign_in, estate):
    client, counts = sign_in("worker"), []
    client.get("/posters/")  # the first request of a session writes its clock
    for number in (3, 30):
        for n in range(number):
            EntranceFactory(building=BuildingFactory(area=estate, number=100 * number + n))
        with CaptureQueriesContext(connection) as queries:
            client.get("/posters/sheet/", {"estate": estate.code, "per": "8"})
            client.get("/posters/", {"estate": estate.code})
        counts.append(len(queries))
    assert counts[0] == counts[1]
