"""The places of a prefecture and the people posted in them, as large as its issues need."""

from dataclasses import dataclass, field
from datetime import time, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from faker import Faker

from stations.choices import Level, Role
from stations.demo import PASSWORD
from stations.models import Area, Building, Entrance, Place, Posting, Station, User

ISSUES_A_COMMUNITY = 1000
COMMUNITIES_A_STREET = 10
STREETS_A_DISTRICT = 11
SPOTS = ("地下车库", "中心广场", "南门", "垃圾房", "儿童乐园")
FIRST = "锦青云桃竹柳新福南榕枫滨松梅兰桂银金红清"
SECOND = "绣山桥园湾塘岸林里苑泉岭溪坪冲港洲屋田坡"
KINDS = ("家园", "花苑", "小区", "新村", "雅居", "宿舍")

# Who can sign in to measure: user name, role, and the level of the first place of its kind.
LOGINS = (
    ("worker", Role.WORKER, Level.COMMUNITY),
    ("colleague", Role.WORKER, Level.COMMUNITY),
    ("secretary", Role.SECRETARY, Level.COMMUNITY),
    ("officer", Role.OFFICER, Level.STREET),
    ("district", Role.DISTRICT, Level.DISTRICT),
    ("district_officer", Role.OFFICER, Level.DISTRICT),
    ("city_officer", Role.OFFICER, Level.CITY),
    ("city", Role.DISTRICT, Level.CITY),
    ("admin", Role.ADMIN, Level.CITY),
)


@dataclass(slots=True)
class Estate:
    """An estate as the writing of issues needs it: keys and words, no queries."""

    area: Area
    share: int
    doors: list = field(default_factory=list)  # (entrance, its building, its name)
    spots: list = field(default_factory=list)  # (place, its name)
    workers: tuple = ()
    secretary: int = 0
    officer: int = 0
    last_open: tuple = ()


def make_places(issues, chance):
    """Write areas, buildings, doors, stations and staff; returns the estates."""
    rows = tree(max(1, round(issues / ISSUES_A_COMMUNITY)), chance)
    Area.objects.bulk_create(rows, batch_size=2000)
    stations = [
        Station(
            area=area,
            name=f"{area.name}党群服务站",
            address="中心广场旁",
            phone="0731-55550110",
            opens=time(8, 30),
            closes=time(20, 30),
        )
        for area in rows
        if area.level == Level.COMMUNITY
    ]
    Station.objects.bulk_create(stations, batch_size=2000)
    estates = [
        Estate(area, share=chance.randrange(3, 12)) for area in rows if area.level == Level.ESTATE
    ]
    add_doors(estates, chance)
    add_staff(rows, estates)
    return estates


def tree(communities, chance):
    """Unsaved areas with keys and paths, parents first. The numbers fit the communities."""
    streets = -(-communities // COMMUNITIES_A_STREET)
    districts = -(-streets // STREETS_A_DISTRICT)
    rows = []

    def add(level, name, parent=None, homes=0):
        pk = len(rows) + 1
        path = f"{parent.path if parent else ''}{pk}/"
        rows.append(
            Area(
                pk=pk,
                level=level,
                name=name,
                parent=parent,
                path=path,
                code=f"p{pk}",
                home_count=homes,
            )
        )
        for above in rows_above(rows, path):
            above.home_count += homes
        return rows[-1]

    city = add(Level.CITY, "云州市")
    above = [add(Level.DISTRICT, f"{name_of(n)}区", city) for n in range(districts)]
    above = [
        add(Level.STREET, f"{name_of(n)}街道", above[n // STREETS_A_DISTRICT])
        for n in range(streets)
    ]
    above = [
        add(Level.COMMUNITY, f"{name_of(n)}社区", above[n // COMMUNITIES_A_STREET])
        for n in range(communities)
    ]
    number = 0
    for community in above:
        for _ in range(chance.choice((3, 3, 4))):
            name = f"{name_of(number // len(KINDS))}{KINDS[number % len(KINDS)]}"
            add(Level.ESTATE, name, community, homes=chance.randrange(90, 900))
            number += 1
    return rows


def rows_above(rows, path):
    return [rows[int(key) - 1] for key in path.split("/")[:-2]]


def name_of(number):
    """A name of two characters, three beyond the four hundredth."""
    more, number = divmod(number, len(FIRST) * len(SECOND))
    name = FIRST[number % len(FIRST)] + SECOND[number // len(FIRST)]
    return name if not more else f"{name}{'东西南北上下'[more % 6]}"


def add_doors(estates, chance):
    """Buildings of two or three entrances, and the spots everybody knows."""
    buildings, entrances, places = [], [], []
    for estate in estates:
        code = estate.area.code
        for number in range(1, chance.randrange(3, 9) + 1):
            building = Building(
                pk=len(buildings) + 1,
                area=estate.area,
                number=number,
                floors=chance.choice((6, 7, 11, 18)),
                code=f"{code}b{number}",
            )
            buildings.append(building)
            for door in range(1, chance.randrange(2, 4) + 1):
                entrance = Entrance(
                    pk=len(entrances) + 1,
                    building=building,
                    number=door,
                    code=f"{code}b{number}e{door}",
                )
                entrances.append(entrance)
                estate.doors.append((str(entrance.pk), str(building.pk), str(entrance)))
        for name in SPOTS:
            places.append(Place(pk=len(places) + 1, area=estate.area, name=name))
            estate.spots.append((str(places[-1].pk), name))
    Building.objects.bulk_create(buildings, batch_size=2000)
    Entrance.objects.bulk_create(entrances, batch_size=2000)
    Place.objects.bulk_create(places, batch_size=2000)


def add_staff(areas, estates):
    """Two workers and a secretary in a community, two officers in a street, one a district."""
    names = Faker("zh_CN")
    names.seed_instance(len(areas))
    invented = [names.name() for _ in range(500)]
    secret = make_password(PASSWORD)
    began = timezone.now() - timedelta(days=900)
    users, postings, posted = [], [], {}
    known = {}
    for username, role, level in LOGINS:
        area = next(area for area in areas if area.level == level)
        known.setdefault((area.pk, role), []).append(username)

    def post(area, role, count):
        taken = known.get((area.pk, role), ())
        for n in range(max(count, len(taken))):
            pk = len(users) + 1
            username = taken[n] if n < len(taken) else f"u{pk}"
            name = invented[pk % len(invented)]
            users.append(User(pk=pk, username=username, name=name, password=secret))
            postings.append(Posting(user_id=pk, area=area, role=role, since=began))
            posted.setdefault((area.pk, role), []).append(pk)

    for area in areas:
        if area.level == Level.COMMUNITY:
            post(area, Role.SECRETARY, 1)
            post(area, Role.WORKER, 2)
        elif area.level == Level.STREET:
            post(area, Role.OFFICER, 2)
        elif area.level == Level.DISTRICT:
            post(area, Role.DISTRICT, 1)
            post(area, Role.OFFICER, 0)
        elif area.level == Level.CITY:
            for role in (Role.OFFICER, Role.DISTRICT, Role.ADMIN):
                post(area, role, 1)
    User.objects.bulk_create(users, batch_size=2000)
    Posting.objects.bulk_create(postings, batch_size=2000)
    for estate in estates:
        community = estate.area.parent
        estate.workers = tuple(posted[community.pk, Role.WORKER][:2])
        estate.secretary = posted[community.pk, Role.SECRETARY][0]
        estate.officer = posted[community.parent_id, Role.OFFICER][0]
