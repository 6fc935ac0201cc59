"""The demo's places and people. Place names and numbers of homes are the sources' own;
every person is invented, from a fixed seed."""

import random
from datetime import time, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from faker import Faker

from stations.choices import Level, Role
from stations.models import Area, Building, Entrance, Home, Place, Posting, Station, User
from stations.registries import demo

SEED = 20261119
PASSWORD = "tongxin-demo-2026"

# Who can try the demo: user name, name, role, place, title.
LOGINS = (
    ("worker", "周敏", Role.WORKER, "锦绣社区", "第三网格 网格员"),
    ("colleague", "陈晓燕", Role.WORKER, "锦绣社区", "第一网格 网格员"),
    ("secretary", "罗国强", Role.SECRETARY, "锦绣社区", "社区书记"),
    ("sibling", "孙倩", Role.WORKER, "庆云山社区", "第二网格 网格员"),
    ("officer", "罗志远", Role.OFFICER, "庆云街道", "街道党建办"),
    ("district", "何文斌", Role.DISTRICT, "芦淞区", "区委社会工作部"),
    ("volunteer", "吴倩", Role.VOLUNTEER, "锦绣社区", "同心办 志愿者"),
    ("admin", "系统管理员", Role.ADMIN, "株洲市", "系统管理"),
)

# street > community > (estate, buildings, homes)
STREETS = {
    "庆云街道": {
        "锦绣社区": [
            ("锦绣江山", 14, 3875),
            ("锦绣家园", 6, 520),
            ("电力宿舍", 4, 160),
            ("老粮站院", 3, 96),
        ],
        "庆云山社区": [("福鑫南郡", 7, 1572), ("庆云山庄", 5, 380)],
        "榕花社区": [("榕花小区", 6, 460)],
        "桃园社区": [("桃园新村", 8, 610)],
        "竹园社区": [("竹园里", 5, 400)],
        "青石社区": [("青石家园", 4, 320)],
        "新桥社区": [("新桥花苑", 7, 560)],
        "柳岸社区": [("柳岸人家", 6, 430)],
        "南塘社区": [("南塘小区", 8, 640), ("南塘巷宿舍", 3, 90)],
        "滨河社区": [("滨河湾", 9, 820)],
    },
    "枫溪街道": {
        "袁家湾社区": [("袁家湾小区", 6, 450)],
        "枫溪社区": [("枫溪雅苑", 5, 380)],
        "曲尺社区": [("曲尺家园", 4, 300)],
    },
}
PLACES = ("地下车库", "中心广场", "南门", "东门", "快递柜旁", "垃圾房", "儿童乐园", "西墙外")


@demo.register("stations.places", label="地方和人", order=10)
def places_and_people(cast):
    """Areas, buildings, entrances, homes, stations and everybody who can sign in."""
    chance = random.Random(SEED)
    names = Faker("zh_CN")
    names.seed_instance(SEED)
    city = Area.objects.create(level=Level.CITY, name="株洲市", code="zhuzhou")
    district = Area.objects.create(level=Level.DISTRICT, name="芦淞区", code="lusong", parent=city)
    areas = {"株洲市": city, "芦淞区": district}
    number = 0
    for street_name, communities in STREETS.items():
        number += 1
        street = areas[street_name] = Area.objects.create(
            level=Level.STREET, name=street_name, code=f"jd{number}", parent=district
        )
        for name, estates in communities.items():
            number += 1
            community = areas[name] = Area.objects.create(
                level=Level.COMMUNITY, name=name, code=f"sq{number}", parent=street
            )
            Station.objects.create(
                area=community,
                name=f"{name}党群服务站",
                address="中心广场旁",
                phone=f"0731-5555{100 + number:04d}",
                opens=time(8, 30),
                closes=time(20, 30),
            )
            for estate_name, buildings, homes in estates:
                number += 1
                areas[estate_name] = _estate(
                    chance, community, estate_name, f"xq{number}", buildings, homes
                )
    _count_homes(areas.values())
    cast.update(areas=areas, people=_people(areas, names), chance=chance, names=names)
    return cast


def _estate(chance, community, name, code, buildings, homes):
    estate = Area.objects.create(
        level=Level.ESTATE, name=name, code=code, parent=community, home_count=homes
    )
    Place.objects.bulk_create([Place(area=estate, name=place) for place in PLACES])
    entrances_each = 3 if homes / buildings > 150 else 2
    quotas = [homes // buildings + (n < homes % buildings) for n in range(buildings)]
    per_floor = 4 * entrances_each if entrances_each == 3 else 4
    rows = Building.objects.bulk_create(
        [
            Building(
                area=estate,
                number=n + 1,
                floors=-(-quota // per_floor),
                code=f"{code}b{n + 1}",
            )
            for n, quota in enumerate(quotas)
        ]
    )
    entrances = Entrance.objects.bulk_create(
        [
            Entrance(building=row, number=n, code=f"{row.code}e{n}")
            for row in rows
            for n in range(1, entrances_each + 1)
        ]
    )
    by_building = {}
    for entrance in entrances:
        by_building.setdefault(entrance.building_id, []).append(entrance)
    doors = per_floor // entrances_each
    made = []
    for row, quota in zip(rows, quotas, strict=True):
        for n in range(quota):
            floor, rest = divmod(n, per_floor)
            entrance, door = divmod(rest, doors)
            made.append(
                Home(
                    entrance=by_building[row.pk][entrance],
                    floor=floor + 1,
                    number=f"{floor + 1}{door + 1:02d}",
                    floor_area=Decimal(chance.choice((7680, 8950, 10430, 11860, 13520))) / 100,
                )
            )
    Home.objects.bulk_create(made, batch_size=2000)
    return estate


def _count_homes(areas):
    """Every level knows its number of homes, for figures per thousand homes."""
    estates = [area for area in areas if area.level == Level.ESTATE]
    for area in areas:
        if area.level < Level.ESTATE:
            area.home_count = sum(
                estate.home_count for estate in estates if estate.path.startswith(area.path)
            )
            area.save(update_fields=["home_count"])


def _people(areas, names):
    """The cast by user name, and in every community a secretary and two workers."""
    secret = make_password(PASSWORD)
    began = timezone.now() - timedelta(days=500)
    people = {}

    def post(username, name, role, area, title):
        user = User.objects.create(
            username=username,
            name=name,
            password=secret,
            email=f"{username}@example.org",
        )
        Posting.objects.create(user=user, area=area, role=role, title=title, since=began)
        people[username] = user
        return user

    for username, name, role, area, title in LOGINS:
        post(username, name, role, areas[area], title)
    User.objects.filter(username="worker").update(phone="13900000021")
    taken = {(area, role) for _, _, role, area, _ in LOGINS}
    number = 0
    for area in areas.values():
        if area.level == Level.COMMUNITY:
            for role, title in ((Role.SECRETARY, "社区书记"), (Role.WORKER, "网格员")):
                if (area.name, role) not in taken:
                    number += 1
                    post(f"staff{number}", names.name(), role, area, title)
            number += 1
            post(f"staff{number}", names.name(), Role.WORKER, area, "社区工作者")
        elif area.level == Level.STREET and (area.name, Role.OFFICER) not in taken:
            number += 1
            post(f"staff{number}", names.name(), Role.OFFICER, area, "街道干部")
    return people
