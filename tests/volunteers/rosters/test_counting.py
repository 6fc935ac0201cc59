"""清点 and 代购: what leads tell from a phone, and what homes need."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from tests.factories import BuildingFactory, UserFactory
from tests.volunteers.rosters.rows import places
from tests.volunteers.rows import volunteer_in
from volunteers.models import HeadCount, Supply
from volunteers.services import head_counts, rosters, supplies

pytestmark = pytest.mark.django_db


def test_three_rounds_as_they_come_in(led, cast, sign_in):
    client, first = sign_in("worker"), places(led)["1栋"].building
    url = f"/rosters/{led.pk}/counts/"
    assert "还没开始清点" in client.get(url).content.decode()
    posted = {"building": first.pk, "round": 1, "present": 90, "expected": 96}
    assert client.post(url, posted).status_code == 422
    client.post(f"/rosters/{led.pk}/round/")
    assert client.post(url, posted).status_code == 302
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="counts"')
    assert "90 / 96 人" in part
    assert "差 6 人" in part
    assert "1 栋还没报" in part
    assert client.post(url, posted | {"present": 96}).status_code == 302  # told again: corrected
    assert HeadCount.objects.get().present == 96
    assert client.post(url, posted | {"present": 97}).status_code == 422
    for _ in range(3):
        client.post(f"/rosters/{led.pk}/round/")
    led.refresh_from_db()
    assert led.round == 3
    wall = client.get(f"/rosters/{led.pk}/wall/").content.decode()
    assert "第 3 轮" in wall
    assert "volunteer" not in wall.split("<body")[1].split("<header>")[1].split("<footer")[0]


def test_the_lead_tells_from_a_phone(led, estate, cast, sign_in):
    first, second = places(led)["1栋"].building, places(led)["2栋"].building
    client = sign_in("volunteer")
    url = f"/mine/roster/{led.pk}/"
    assert "开始了这里就能报数" in client.get(url).content.decode()
    head_counts.start_round(roster=led, by=cast("worker"))
    posted = {"building": first.pk, "round": 1, "present": 90, "expected": 96}
    assert client.post(f"{url}count/", posted).status_code == 302
    page = client.get(url).content.decode()
    assert "90 / 96" in page
    assert 'value="96"' in page  # so many are expected the next time
    assert client.post(f"{url}count/", posted | {"building": second.pk}).status_code == 422
    assert client.post(f"{url}count/", posted | {"present": ""}).status_code == 422
    with pytest.raises(ValidationError, match="不是2栋的负责人"):
        head_counts.head_count(
            roster=led, building=second, round=1, present=1, expected=1, by=cast("volunteer")
        )
    elsewhere = BuildingFactory(area=estate.parent)
    with pytest.raises(ValidationError, match="不在这个小区"):
        head_counts.head_count(
            roster=led, building=elsewhere, round=1, present=1, expected=1, by=cast("worker")
        )
    with pytest.raises(ValidationError, match="还没有开始"):
        head_counts.head_count(
            roster=led, building=first, round=2, present=1, expected=1, by=cast("worker")
        )


# fetching


def test_supplies_from_the_lead_to_the_door(led, community, estate, cast, sign_in):
    shopper = volunteer_in(community, user=UserFactory(name="代购员"), estate=estate)
    at = places(led)
    rosters.change_position(position=at["代购组"], by=cast("worker"), who=shopper.pk)
    client, url = sign_in("volunteer"), f"/mine/roster/{led.pk}/"
    posted = {"building": at["1栋"].building_id, "door": "1502", "words": "米10斤，降压药不要"}
    unasked = client.post(f"{url}supplies/", posted | {"token": uuid.uuid4()})
    assert "选一下是几单元" in unasked.content.decode()
    posted["entrance"] = 9
    wrong = client.post(f"{url}supplies/", posted | {"token": uuid.uuid4()})
    assert wrong.status_code == 422
    posted["entrance"] = 2
    posted["token"] = uuid.uuid4()
    assert client.post(f"{url}supplies/", posted).status_code == 302
    assert client.post(f"{url}supplies/", posted).status_code == 302  # sent twice: asked once
    supply = Supply.objects.get()
    assert "米10斤" not in supply.words_sealed
    assert supply.place == "1栋2单元 1502"
    assert client.post(f"{url}supplies/", posted | {"words": ""}).status_code == 422
    client.force_login(shopper.user, backend="stations.foundation.sign_in.PhoneOrNameBackend")
    assert "米10斤" in client.get(url).content.decode()
    assert client.post(f"{url}supplies/", posted).status_code == 422  # no lead, no building
    moved = client.post(f"{url}move/", {"supply": supply.pk, "state": "bought"}, follow=True)
    assert "买到了" in moved.content.decode()
    client.post(f"{url}move/", {"supply": supply.pk, "state": "asked"})
    supply.refresh_from_db()
    assert supply.state == "bought"  # nothing goes back
    office = sign_in("worker")
    page = office.get(f"/rosters/{led.pk}/supplies/?state=bought").content.decode()
    assert "1502" in page
    assert office.post(f"/rosters/supplies/{supply.pk}/move/", {"state": "delivered"}).status_code
    with pytest.raises(ValidationError, match="已经送到了"):
        supplies.move_supplies(supply=supply, by=cast("worker"), state="cancelled")


def test_who_keeps_an_entrance_does_not_read_what_others_need(led, community, estate, cast, client):
    keeper = volunteer_in(community, user=UserFactory(name="单元员"), estate=estate)
    at = places(led)
    rosters.change_position(position=at["1栋1单元"], by=cast("worker"), who=keeper.pk)
    supply = supplies.ask_supplies(
        roster=led, building=at["1栋"].building, door="1502", words="米10斤", by=cast("worker")
    )
    client.force_login(keeper.user, backend="stations.foundation.sign_in.PhoneOrNameBackend")
    page = client.get(f"/mine/roster/{led.pk}/").content.decode()
    assert "您负责" in page
    assert "1栋的负责人是 <b>volunteer</b>" in page
    assert "米10斤" not in page
    assert "清点人数" not in page
    client.post(f"/mine/roster/{led.pk}/move/", {"supply": supply.pk, "state": "bought"})
    supply.refresh_from_db()
    assert supply.state == "asked"
    with pytest.raises(ValidationError, match="不归您办"):
        supplies.move_supplies(supply=supply, by=keeper.user, state="bought")
