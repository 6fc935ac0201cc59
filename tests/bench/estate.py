"""A large estate with its people, for the plan and the front of a house, in a city of its own.

`python -m tests.bench.estate` fills an empty city (cities.environment(NAME) names it): the
places of the demo, ten thousand people in the largest estate, ten in a small one, and a tower of
34 floors with three entrances of four doors.
"""

import random
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

from tests.bench import cities

NAME = "map"
LARGE, SMALL, TOWER = "锦绣江山", "老粮站院", "高楼小区"
KINDS = {"party-work": 0.02, "united": 0.005, "hardship": 0.006, "disabled": 0.007}
SURNAMES, GIVEN = "刘王李张陈杨赵黄周吴", "桂兰建国志强小敏海燕德福家兴素芬"


def ready():
    """The city with today's tables, made when it is not there."""
    cities.kept(NAME, made_by=__file__, fill=settle_in)


def settle_in():
    """The demo's places, and `fill()` in a process whose database is the city."""
    cities.manage(NAME, "createcachetable")
    cities.manage(NAME, "demo", "--places")
    command = [sys.executable, "-m", "tests.bench.estate"]
    environment = cities.environment(NAME) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run(command, env=environment, check=True)


def fill():
    """People for the large estate, a few for the small one, and the tower with its people."""
    from stations.models import Area

    chance = random.Random(11)
    large, small = Area.objects.get(name=LARGE), Area.objects.get(name=SMALL)
    settle(chance, homes_of(large))
    settle(chance, homes_of(small)[:4])
    settle(chance, homes_of(tower(large.parent)))


def homes_of(estate):
    from stations.models import Home

    homes = Home.objects.filter(entrance__building__area=estate)
    return list(homes.select_related("entrance__building").order_by("pk"))


def tower(community):
    """One building of 34 floors, three entrances, four doors."""
    from stations.choices import Level
    from stations.models import Area, Building, Entrance, Home

    estate = Area.objects.create(
        level=Level.ESTATE, name=TOWER, code="tower", parent=community, home_count=408
    )
    building = Building.objects.create(area=estate, number=1, floors=34, code="tower-b1")
    for number in (1, 2, 3):
        entrance = Entrance.objects.create(
            building=building, number=number, code=f"tower-b1e{number}"
        )
        Home.objects.bulk_create(
            Home(
                entrance=entrance,
                floor=floor,
                number=f"{floor}{door:02d}",
                floor_area=Decimal("88.80"),
            )
            for floor in range(1, 35)
            for door in range(1, 5)
        )
    return estate


def settle(chance, homes):
    """A household in nearly every home, 2.6 people each, with marks and visits."""
    from django.utils import timezone

    from residents_map.foundation.marks import token_of
    from residents_map.models import Household, Mark, Person

    today = timezone.localdate()
    households = []
    for home in homes:
        if len(homes) > 10 and chance.random() < 0.03:
            continue
        building = home.entrance.building
        household = Household(home=home, area_id=building.area_id, building=building)
        household.resident_count = chance.choice((1, 2, 3, 3, 4))
        if chance.random() < 0.03 or len(homes) < 10:
            household.tier = "month"
            days = chance.randint(-3, 20) if len(homes) > 10 else 0
            household.next_visit_on = today + timedelta(days=days)
        households.append(household)
    Household.objects.bulk_create(households, batch_size=1000)
    people = [
        Person(
            household=household,
            area_id=household.area_id,
            building_id=household.building_id,
            name=chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN),
            birth_on=date(today.year - chance.randint(1, 92), chance.randint(1, 12), 5),
        )
        for household in households
        for _ in range(household.resident_count)
    ]
    Person.objects.bulk_create(people, batch_size=1000)
    Mark.objects.bulk_create(
        [
            Mark(
                person=person,
                token=token_of(key),
                area_id=person.area_id,
                building_id=person.building_id,
            )
            for person in people
            for key, share in KINDS.items()
            if chance.random() < share
        ],
        batch_size=1000,
    )


def keys():
    """{name: key} of the estates and of a building in each, straight from the database."""
    with cities.connect(NAME) as database:
        rows = database.execute(
            "SELECT a.name, a.id, min(b.id) FROM stations_area a JOIN stations_building b"
            " ON b.area_id = a.id WHERE a.name = ANY(%s) GROUP BY 1, 2",
            [[LARGE, SMALL, TOWER]],
        ).fetchall()
        people = database.execute(
            "SELECT count(*) FROM residents_map_person p JOIN stations_area a ON a.id = p.area_id"
            " WHERE a.name = %s",
            [LARGE],
        ).fetchone()[0]
    return {name: (estate, building) for name, estate, building in rows}, people


if __name__ == "__main__":
    import django

    django.setup()
    fill()
