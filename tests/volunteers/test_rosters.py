"""应急排班: the proposal against a naive oracle, filling at once, counting, fetching, access."""

import uuid
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from stations.choices import Role
from stations.models import Act, Message
from tests.factories import (
    AreaFactory,
    BuildingFactory,
    EntranceFactory,
    PostingFactory,
    UserFactory,
)
from tests.support.queries import count_queries
from tests.volunteers.rows import volunteer_in
from volunteers.choices import Help, Reach, RosterGroup, VolunteerState
from volunteers.models import HeadCount, Position, Roster, Supply, Volunteer
from volunteers.services import head_counts, rosters, supplies
from volunteers.services.roster_people import candidates, options_for, positions_of, propose

pytestmark = pytest.mark.django_db


def houses(estate, buildings=2, entrances=2):
    """Buildings of an estate with their entrances."""
    made = [BuildingFactory(area=estate, number=n + 1) for n in range(buildings)]
    for building in made:
        for n in range(entrances):
            EntranceFactory(building=building, number=n + 1)
    return made


def opened(estate, cast, buildings=2, entrances=2):
    houses(estate, buildings, entrances)
    return rosters.open_roster(area=estate, title="全员采样", by=cast("worker"))


def places(roster):
    """{what a position is called: position}."""
    return {str(one): one for one in positions_of(roster)}


def told(volunteer):
    return list(Message.objects.filter(recipient=volunteer.user).values_list("title", flat=True))


# opening


def test_a_roster_has_a_position_for_everything(estate, cast):
    roster = opened(estate, cast, buildings=2, entrances=2)
    assert [str(one) for one in positions_of(roster)] == [
        "1栋",
        "1栋1单元",
        "1栋2单元",
        "2栋",
        "2栋1单元",
        "2栋2单元",
        "先锋组",
        "代购组",
        "宣传组",
        "消杀组",
    ]
    act = Act.objects.get(verb="volunteers.open_roster")
    assert (act.by, act.area, act.detail) == (cast("worker"), estate, {"positions": 10})
    with pytest.raises(ValidationError, match="已经在应急排班"):
        rosters.open_roster(area=estate, title="又来", by=cast("worker"))
    rosters.close_roster(roster=roster, by=cast("worker"))
    assert rosters.open_roster(area=estate, title="防汛", by=cast("worker")).closed_at is None


def test_it_needs_an_estate_with_buildings(estate, cast):
    with pytest.raises(ValidationError, match="还没有登记楼栋"):
        rosters.open_roster(area=estate, title="防汛", by=cast("worker"))
    with pytest.raises(ValidationError, match="选一个小区"):
        rosters.open_roster(area=estate.parent, title="防汛", by=cast("worker"))


# the proposal


@st.composite
def worlds(draw):
    """Some houses, some people, some of them standing somewhere already."""
    people = st.fixed_dictionaries(
        {
            "home": st.integers(-2, 2),  # -2 another estate, -1 this one without a building
            "reach": st.sampled_from([Reach.BUILDING, Reach.ESTATE, Reach.COMMUNITY]),
            "is_party_member": st.booleans(),
            "open_count": st.integers(0, 2),
            "served_count": st.integers(0, 1),
            "helps": st.sampled_from([[Help.ERRAND], [Help.CLEANING], [Help.ARTS], []]),
            "is_insured": st.booleans(),
            "state": st.sampled_from([*[VolunteerState.ACTIVE] * 4, VolunteerState.PAUSED]),
            "is_minor": st.sampled_from([False, False, False, True]),
        }
    )
    return {
        "buildings": draw(st.integers(1, 3)),
        "entrances": draw(st.integers(0, 2)),
        "people": draw(st.lists(people, max_size=14)),
        "standing": draw(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3)),
        "more": draw(st.lists(st.sampled_from(list(RosterGroup)), max_size=2)),
    }


def oracle(roster, people):
    """Say it again as slowly and plainly as possible: again and again the one best pair."""
    rows = list(positions_of(roster))
    chosen, today = {}, timezone.localdate()

    def near(person, row):
        if row.building and person.building == row.building:
            return 0
        return 1 if person.estate == roster.area else 2

    def may(person, row):
        if person.state != "active" or (person.minor_until and person.minor_until > today):
            return False
        if row.group == "shopping" and "errand" not in person.helps:
            return False
        if row.group == "disinfection" and (
            "cleaning" not in person.helps
            or not person.insured_until
            or person.insured_until < today
        ):
            return False
        return {1: 0, 2: 1, 3: 2}[person.reach] >= near(person, row)

    def all_now():
        return [(r, r.volunteer) for r in rows if r.volunteer] + [
            (r, chosen[r.pk]) for r in rows if r.pk in chosen
        ]

    def holders(of):
        return {person.pk for row, person in all_now() if of(row)}

    def best(of, key):
        while True:
            pairs = [
                (key(row, person), row, person)
                for row in rows
                if of(row) and not row.volunteer and not row.name and row.pk not in chosen
                for person in people
                if may(person, row) and key(row, person) is not None
            ]
            if not pairs:
                return
            _, row, person = min(pairs, key=lambda pair: pair[0])
            chosen[row.pk] = person

    def post(row, person):
        if person.pk in holders(lambda one: not one.group):
            return None
        second = not row.entrance and not person.is_party_member
        return (
            near(person, row),
            rows.index(row),
            second,
            person.open_count,
            person.served_count,
            person.pk,
        )

    best(lambda row: row.building and not row.entrance, post)
    best(lambda row: row.entrance, post)
    for group in RosterGroup:

        def member(row, person, group=group):
            if person.pk in holders(lambda one: one.group == group):
                return None
            second = group == "vanguard" and not person.is_party_member
            return (
                rows.index(row),
                [one.pk for _, one in all_now()].count(person.pk),
                near(person, row),
                second,
                person.open_count,
                person.served_count,
                person.pk,
            )

        best(lambda row, group=group: row.group == group, member)
    return {pk: person.pk for pk, person in chosen.items()}


@hypothesis_settings(max_examples=40)
@given(world=worlds())
def test_the_proposal_is_what_a_naive_oracle_says(world):
    point = transaction.savepoint()
    compare(world)
    transaction.savepoint_rollback(point)


def compare(world):
    today = timezone.localdate()
    street = AreaFactory(level=3, parent=AreaFactory())
    community = AreaFactory(level=4, parent=street)
    estate, other = AreaFactory(level=5, parent=community), AreaFactory(level=5, parent=community)
    buildings = houses(estate, world["buildings"], world["entrances"])
    worker = UserFactory()
    roster = rosters.open_roster(area=estate, title="防汛", by=worker)
    for group in world["more"]:
        rosters.add_position(roster=roster, group=group, by=worker)
    people = []
    for facts in world["people"]:
        facts = dict(facts)
        home, is_insured = facts.pop("home"), facts.pop("is_insured")
        minor = {"minor_until": today + timedelta(days=9), "guardian_agreed_at": timezone.now()}
        people.append(
            volunteer_in(
                community,
                is_verified=False,
                estate=other if home == -2 else estate,
                building=buildings[home] if 0 <= home < len(buildings) else None,
                insured_until=today if is_insured else today - timedelta(days=1),
                **(minor if facts.pop("is_minor") else {}),
                **facts,
            )
        )
    volunteer_in(AreaFactory(level=4, parent=street), is_verified=False)  # not of this community
    rows = list(positions_of(roster))
    for at, who in world["standing"]:
        row, person = rows[at % len(rows)], people[who % len(people)] if people else None
        is_there = person and any(
            o.volunteer_id == person.pk and o.group == row.group for o in rows
        )
        if person and not row.volunteer_id and not is_there:
            row.volunteer, row.filled_at = person, timezone.now()
            row.save()
    found = {pk: person.pk for pk, person in propose(roster).items()}
    assert found == oracle(roster, people)


def test_every_building_has_its_lead_before_an_entrance_has_two(estate, community, cast):
    roster = opened(estate, cast)
    first, second = (places(roster)[name].building for name in ("1栋", "2栋"))
    member = volunteer_in(community, estate=estate, building=first, is_party_member=True)
    neighbour = volunteer_in(community, estate=estate, building=first, open_count=0)
    tired = volunteer_in(community, estate=estate, building=first, open_count=3)
    minor = volunteer_in(
        community,
        estate=estate,
        building=second,
        minor_until=timezone.localdate() + timedelta(days=1),
        guardian_agreed_at=timezone.now(),
    )
    at = places(roster)
    found = propose(roster)
    assert found[at["1栋"].pk] == member
    assert found[at["2栋"].pk] == neighbour  # of another building, but of the estate
    assert found[at["1栋1单元"].pk] == tired
    assert at["1栋2单元"].pk not in found
    assert minor not in found.values()
    assert found[at["代购组"].pk] in (member, neighbour, tired)  # on top, for nobody is left


def test_the_proposal_costs_the_same_for_many(estate, community, cast):
    roster = opened(estate, cast, buildings=1, entrances=1)
    volunteer_in(community, estate=estate)

    def queries(roster):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            propose(Roster.objects.select_related("area").get(pk=roster.pk))
        return len(captured)

    few = queries(roster)
    rosters.close_roster(roster=roster, by=cast("worker"))
    for n in range(2, 12):
        EntranceFactory(building=BuildingFactory(area=estate, number=n + 50))
        volunteer_in(community, estate=estate)
    again = rosters.open_roster(area=estate, title="防汛", by=cast("worker"))
    assert queries(again) == few == 3


def test_the_few_to_choose_from(estate, community, cast):
    roster = opened(estate, cast, buildings=1, entrances=1)
    lead = places(roster)["1栋"]
    for _ in range(20):
        volunteer_in(community, estate=estate)
    near = volunteer_in(community, estate=estate, building=lead.building, open_count=5)
    people, found = candidates(estate), propose(roster)
    few = options_for(lead, people, found)
    assert len(few) == 12
    assert few[0] == found[lead.pk] == near
    door = places(roster)["1栋1单元"]
    assert near not in options_for(door, people, found)  # proposed elsewhere: behind the others


# filling


def test_one_act_fills_everything_and_tells_everybody(estate, community, cast, sign_in):
    roster = opened(estate, cast)
    people = [volunteer_in(community, estate=estate) for _ in range(8)]
    client = sign_in("worker")
    page = client.get(f"/rosters/{roster.pk}/fill/").content.decode()
    assert "10 个位置，都替您配好了人" in page
    at = places(roster)
    posted = {f"who-{pk}": one.pk for pk, one in propose(roster).items()}
    posted |= {f"who-{at['2栋'].pk}": "", f"name-{at['2栋'].pk}": "王建军"}
    posted |= {f"phone-{at['2栋'].pk}": "139 0000 7777", f"who-{at['1栋2单元'].pk}": ""}
    answer = client.post(f"/rosters/{roster.pk}/fill/", posted, follow=True)
    page = answer.content.decode()
    assert "排好了9个位置" in page
    assert "还缺 1 人" in page
    at = places(roster)
    lead = at["2栋"]
    assert (lead.name, lead.volunteer, rosters.phone_of(lead)) == ("王建军", None, "13900007777")
    assert "13900007777" not in lead.phone_sealed
    assert "应急：您负责1栋" in told(at["1栋"].volunteer)
    assert Act.objects.filter(verb="volunteers.fill_roster").count() == 1
    assert sum(bool(told(one)) for one in people) >= 4


def test_a_name_with_its_number_is_the_volunteer(estate, community, cast, sign_in):
    roster = opened(estate, cast)
    far = volunteer_in(community, reach=Reach.BUILDING)  # nobody would propose them
    lead = places(roster)["1栋"]
    posted = {f"name-{lead.pk}": f"{far} {far.number}"}
    assert sign_in("worker").post(f"/rosters/{roster.pk}/fill/", posted).status_code == 302
    lead.refresh_from_db()
    assert lead.volunteer == far


@pytest.mark.parametrize(
    ("name", "phone", "said"),
    [("王建军", "", "留个电话"), ("王建军", "1390000", "11位")],
)
def test_somebody_without_an_account_needs_a_number(estate, cast, sign_in, name, phone, said):
    roster = opened(estate, cast)
    lead = places(roster)["1栋"]
    posted = {f"name-{lead.pk}": name, f"phone-{lead.pk}": phone}
    answer = sign_in("worker").post(f"/rosters/{roster.pk}/fill/", posted)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert name in answer.content.decode()
    assert not roster.positions.filled().exists()


def test_one_person_keeps_one_place(estate, community, cast):
    roster = opened(estate, cast)
    one, at = volunteer_in(community, estate=estate), places(roster)
    with pytest.raises(ValidationError, match="选了两处：1栋、2栋"):
        rosters.fill_roster(
            roster=roster, by=cast("worker"), choices={at["1栋"].pk: one.pk, at["2栋"].pk: one.pk}
        )
    both = {at["1栋"].pk: one.pk, at["代购组"].pk: one.pk}  # a group comes on top
    assert rosters.fill_roster(roster=roster, by=cast("worker"), choices=both).filled == 2
    gone = volunteer_in(community, state=VolunteerState.LEFT)
    with pytest.raises(ValidationError, match="2栋选的人现在来不了"):
        rosters.fill_roster(roster=roster, by=cast("worker"), choices={at["2栋"].pk: gone.pk})
    with pytest.raises(ValidationError, match="还没有选人"):
        rosters.fill_roster(roster=roster, by=cast("worker"), choices={at["2栋"].pk: None})


def at_once(*acts):
    """Run the acts in threads that start together; their results or refusals."""
    barrier, results = Barrier(len(acts)), [None] * len(acts)

    def run(at, act):
        barrier.wait(10)
        try:
            results[at] = act()
        except ValidationError as refusal:
            results[at] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_workers_fill_at_once(estate, community, cast):
    roster = opened(estate, cast)
    at = places(roster)
    a, b, c = (volunteer_in(community, estate=estate) for _ in range(3))
    worker, colleague = cast("worker"), cast("colleague")
    results = at_once(
        lambda: rosters.fill_roster(
            roster=roster, by=worker, choices={at["1栋"].pk: a.pk, at["1栋1单元"].pk: b.pk}
        ),
        lambda: rosters.fill_roster(
            roster=roster, by=colleague, choices={at["1栋"].pk: b.pk, at["2栋"].pk: c.pk}
        ),
    )
    # Whoever came second found 1栋 filled (and, after the colleague, b standing there).
    assert sorted((one.filled, one.left) for one in results) in ([(0, 2), (2, 0)], [(1, 1), (2, 0)])
    standing = list(
        roster.positions.filter(volunteer__isnull=False).values_list("volunteer", flat=True)
    )
    assert len(standing) == len(set(standing))
    assert Message.objects.filter(key__startswith="position:").count() == len(standing)


@pytest.mark.django_db(transaction=True)
def test_two_workers_open_at_once(estate, cast):
    houses(estate)
    worker, colleague = cast("worker"), cast("colleague")
    results = at_once(
        lambda: rosters.open_roster(area=estate, title="防汛", by=worker),
        lambda: rosters.open_roster(area=estate, title="防汛", by=colleague),
    )
    assert sum(isinstance(one, ValidationError) for one in results) == 1
    assert Roster.objects.count() == 1


# one position


def test_somebody_else_stands_there(estate, community, cast, sign_in):
    roster, worker = opened(estate, cast), cast("worker")
    one, other = (volunteer_in(community, estate=estate) for _ in range(2))
    lead = places(roster)["1栋"]
    url = f"/rosters/positions/{lead.pk}/"
    client = sign_in("worker")
    assert client.post(url, {"who": one.pk}).status_code == 302
    page = client.get(url).content.decode()
    assert str(one) in page
    assert one.user.phone in page
    assert client.post(url, {"who": other.pk}).status_code == 302
    assert "应急：1栋换人了，您不用去了" in told(one)
    assert "应急：您负责1栋" in told(other)
    door = places(roster)["1栋1单元"]
    with pytest.raises(ValidationError, match="已经在1栋了"):
        rosters.change_position(position=door, by=worker, who=other.pk)
    assert client.post(url, {"who": ""}).status_code == 422
    assert client.post(f"{url}clear/").status_code == 302
    assert not roster.positions.filled().exists()
    assert "缺人" in client.get(url).content.decode()
    again = client.post(f"{url}clear/", follow=True)
    assert "本来就空着" in again.content.decode()


@pytest.mark.parametrize("until", [None, -1])
def test_nobody_disinfects_without_insurance(estate, community, cast, sign_in, until):
    """志愿服务条例 第17条: also where staff choose against the proposal."""
    roster, worker = opened(estate, cast), cast("worker")
    day = until and timezone.localdate() + timedelta(days=until)
    one = volunteer_in(community, estate=estate, insured_until=day)
    place = places(roster)["消杀组"]
    with pytest.raises(ValidationError, match="不能进消杀组"):
        rosters.fill_roster(roster=roster, by=worker, choices={place.pk: one.pk})
    answer = sign_in("worker").post(f"/rosters/positions/{place.pk}/", {"who": one.pk})
    assert answer.status_code == 422
    assert "没有在保的保险，不能进消杀组" in answer.content.decode()
    assert not roster.positions.filled().exists()
    Volunteer.objects.filter(pk=one.pk).update(insured_until=timezone.localdate())
    rosters.fill_roster(roster=roster, by=worker, choices={place.pk: one.pk})
    assert roster.positions.get(group="disinfection").volunteer == one


def test_a_group_grows(estate, community, cast, sign_in):
    roster = opened(estate, cast)
    client = sign_in("worker")
    answer = client.post(f"/rosters/{roster.pk}/groups/", {"group": "shopping"})
    assert roster.positions.filter(group="shopping").count() == 2
    assert answer["Location"].startswith("/rosters/positions/")
    client.post(f"/rosters/{roster.pk}/groups/", {"group": "cooks"})
    assert roster.positions.exclude(group="").count() == 5


def test_when_it_is_over_nothing_moves(estate, community, cast, sign_in):
    roster, worker = opened(estate, cast), cast("worker")
    one, lead = volunteer_in(community, estate=estate), places(roster)["1栋"]
    rosters.change_position(position=lead, by=worker, who=one.pk)
    assert sign_in("worker").post(f"/rosters/{roster.pk}/close/").status_code == 302
    assert any("应急结束了" in title for title in told(one))
    for act in (
        lambda: rosters.close_roster(roster=roster, by=worker),
        lambda: rosters.fill_roster(roster=roster, by=worker, choices={lead.pk: one.pk}),
        lambda: rosters.clear_position(position=lead, by=worker),
        lambda: rosters.add_position(roster=roster, by=worker, group="shopping"),
        lambda: head_counts.start_round(roster=roster, by=worker),
    ):
        with pytest.raises(ValidationError, match="已经结束"):
            act()
    assert not Roster.objects.visible_to(one.user).exists()


# counting


@pytest.fixture
def led(estate, community, cast):
    """A roster whose first building the cast's volunteer leads."""
    roster = opened(estate, cast)
    helper = volunteer_in(community, user=cast("volunteer"), is_verified=False, estate=estate)
    rosters.change_position(position=places(roster)["1栋"], by=cast("worker"), who=helper.pk)
    return Roster.objects.select_related("area").get(pk=roster.pk)


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


# paper


def test_the_call_sheet_has_the_phones_and_leaves_a_look(led, estate, community, cast, sign_in):
    rosters.change_position(
        position=places(led)["2栋"], by=cast("worker"), who=("王建军", "13900007777")
    )
    supplies.ask_supplies(
        roster=led,
        building=places(led)["1栋"].building,
        door="1502",
        words="米10斤",
        by=cast("worker"),
    )
    client = sign_in("worker")
    page = client.get(f"/rosters/{led.pk}/call-sheet/").content.decode()
    for words in ("王建军", "13900007777", "1单元", "缺人", "先锋组", "消杀组"):
        assert words in page
    assert "米10斤" in client.get(f"/rosters/{led.pk}/supply-sheet/").content.decode()
    looks = Act.objects.filter(verb="volunteers.print_call_sheet").order_by("pk")
    assert [act.detail for act in looks] == [{"sheet": "call"}, {"sheet": "supplies"}]


# access and cost


@pytest.mark.parametrize("who", ["sibling_worker", "officer", "volunteer", "stranger"])
def test_nobody_else_runs_a_roster(estate, cast, sign_in, who):
    roster = opened(estate, cast)
    position = places(roster)["1栋"]
    client = sign_in(who)
    for url in (
        f"/rosters/{roster.pk}/",
        f"/rosters/{roster.pk}/fill/",
        f"/rosters/{roster.pk}/counts/",
        f"/rosters/{roster.pk}/wall/",
        f"/rosters/{roster.pk}/supplies/",
        f"/rosters/{roster.pk}/call-sheet/",
        f"/rosters/{roster.pk}/supply-sheet/",
        f"/rosters/positions/{position.pk}/",
        f"/mine/roster/{roster.pk}/",
    ):
        assert client.get(url).status_code == 404, url
    listed = client.get("/rosters/")
    assert listed.status_code == 403 or "全员采样" not in listed.content.decode()


def test_a_worker_is_not_on_a_phone_and_a_volunteer_not_in_the_office(led, sign_in):
    assert sign_in("worker").get(f"/mine/roster/{led.pk}/").status_code == 403
    client = sign_in("volunteer")
    assert client.get(f"/mine/roster/{led.pk}/").status_code == 200
    assert client.get(f"/rosters/{led.pk}/").status_code == 403
    assert client.get(f"/rosters/{led.pk}/fill/").status_code == 403


def test_an_estate_elsewhere_cannot_be_chosen(estate, other_estate, cast, sign_in):
    houses(estate)
    houses(other_estate)
    client = sign_in("worker")
    posted = {"area": other_estate.pk, "title": "防汛"}
    assert client.post("/rosters/new/", posted).status_code == 422
    assert client.post("/rosters/new/", posted | {"area": estate.pk}).status_code == 302
    assert Roster.objects.get().area == estate


def test_pages_cost_the_same_for_many(led, estate, community, cast, sign_in):
    client = sign_in("worker")
    head_counts.start_round(roster=led, by=cast("worker"))
    first = places(led)["1栋"].building
    supplies.ask_supplies(roster=led, building=first, door="1", words="米", by=cast("worker"))
    urls = [
        "/rosters/",
        *(
            f"/rosters/{led.pk}/{page}"
            for page in ("", "fill/", "counts/", "wall/", "supplies/", "call-sheet/")
        ),
    ]
    mine = f"/mine/roster/{led.pk}/"
    few = [count_queries(client, url) for url in urls]
    few_mine = count_queries(sign_in("volunteer"), mine)
    for n in range(6):
        building = BuildingFactory(area=estate, number=100 + n)
        entrance = EntranceFactory(building=building)
        person = volunteer_in(community, estate=estate)
        Position.objects.create(roster=led, area=estate, building=building)
        Position.objects.create(
            roster=led,
            area=estate,
            building=building,
            entrance=entrance,
            volunteer=person,
            filled_at=timezone.now(),
        )
        head_counts.head_count(
            roster=led, building=building, round=1, present=1, expected=2, by=cast("worker")
        )
        supplies.ask_supplies(
            roster=led, building=building, door="101", words="米", by=cast("worker")
        )
    other = houses(AreaFactory(level=5, parent=community))[0].area
    rosters.open_roster(area=other, title="防汛", by=cast("worker"))
    client = sign_in("worker")
    assert [count_queries(client, url) for url in urls] == few
    assert count_queries(sign_in("volunteer"), mine) == few_mine


def test_a_volunteer_posted_elsewhere_is_never_a_candidate(estate, community, sibling):
    volunteer_in(sibling, reach=Reach.STREET)
    here = volunteer_in(community)
    PostingFactory(user=here.user, area=sibling, role=Role.VOLUNTEER)
    assert candidates(estate) == [here]
    assert Volunteer.objects.count() == 2
