"""A ledger of millions of residents, for measuring, never for showing.

It stands on the areas and buildings that are there (`manage.py big_city` makes a prefecture's),
adds homes and doors as they are needed, and writes rows the way the acts of `services.people`
would have left them: sealed, indexed, initialled. One transaction, COPY, indexes and references
checked after the rows; memory does not grow with the number of people.
"""

import random
import resource
import time
import uuid
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from residents_map.choices import Kinship
from residents_map.foundation.marks import token_of
from residents_map.foundation.pinyin import initials_of
from residents_map.models import Household, Kind, Mark, Person
from residents_map.services.people import IDENTITY, PHONE, PHONE_TAIL
from stations.choices import Level
from stations.foundation.sealed import blind_index, seal
from stations.models import Building, Entrance, Home

SEED = 20261122
A_HOUSEHOLD = (1, 1, 2, 2, 2, 3, 3, 3, 4, 5)  # 2.6 people on average
AT_ONCE = 100  # buildings whose rows are held at a time
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文斌鑫宇浩然子轩梓涵欣怡佳慧雪梅春菊凤莲云龙海波光辉永胜利民德福"
MARKED = {"party": 0.03, "hardship": 0.02, "disabled": 0.02, "united": 0.005}


class Sheet:
    """Rows of one table on their way in, as COPY takes them."""

    def __init__(self, model):
        self.model = model
        self.fields = model._meta.concrete_fields
        self.names = [field.attname for field in self.fields]
        self.usual = {
            field.attname: field.get_default()
            for field in self.fields
            if not field.primary_key and (field.has_default() or not field.null)
        }
        self.last = model.objects.aggregate(last=Max("pk"))["last"] or 0
        self.lines = []
        self.count = 0

    def add(self, **values):
        """One row; what is not given is as a new row has it."""
        self.last += 1
        row = self.usual | values | {"id": self.last}
        self.lines.append("\t".join(written(row.get(name)) for name in self.names))
        self.count += 1
        return self.last

    def send(self, cursor):
        columns = ", ".join(f'"{field.column}"' for field in self.fields)
        with cursor.copy(f"COPY {self.model._meta.db_table} ({columns}) FROM STDIN") as copy:
            while self.lines:
                copy.write("\n".join(self.lines[:5000]) + "\n")
                del self.lines[:5000]

    def next_key(self, cursor):
        """New rows get their keys behind ours."""
        table = self.model._meta.db_table
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [max(self.last, 1)]
        )


def written(value):
    """A value as COPY reads it. Our texts hold neither tabs nor backslashes."""
    if value is None:
        return r"\N"
    if value is True or value is False:
        return "t" if value else "f"
    return str(value)


@contextmanager
def bare_tables(cursor, models):
    """Indexes are built and references checked after the rows: many times quicker."""
    tables = [model._meta.db_table for model in models]
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u'))",
        [tables],
    )
    indexes = cursor.fetchall()
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
        [tables],
    )
    references = cursor.fetchall()
    for table, name, _ in references:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in references:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


class Ledger:
    """The writing of so many people into so many buildings."""

    def __init__(self, people):
        self.chance = random.Random(SEED)
        self.people = people
        self.homes, self.households = Sheet(Home), Sheet(Household)
        self.persons, self.marks = Sheet(Person), Sheet(Mark)
        self.sheets = [self.homes, self.households, self.persons, self.marks]
        self.tokens = {token_of(kind.key): MARKED.get(kind.key, 0) for kind in Kind.objects.all()}
        self.today = timezone.localdate()
        self.names = [self.name() for _ in range(40_000)]

    def name(self):
        given = self.chance.choice(GIVEN)
        if self.chance.random() < 0.8:
            given += self.chance.choice(GIVEN)
        return self.chance.choice(FAMILY) + given

    def fill(self, building, entrances, people):
        """Homes from the ground floor up, a household in each, until so many people live here."""
        doors = len(entrances)
        number = 0
        while people > 0:
            at, entrance = divmod(number, doors)
            floor, flat = at // 4 + 1, at % 4 + 1
            home = self.homes.add(
                entrance_id=entrances[entrance],
                number=f"{floor}{flat:02d}",
                floor=floor,
                floor_area="89.50",
            )
            size = min(self.chance.choice(A_HOUSEHOLD), people)
            place = {"area_id": building.area_id, "building_id": building.pk}
            household = self.households.add(
                home_id=home, tenure="own", resident_count=size, **place
            )
            for one in range(size):
                self.person(household, place, is_head=one == 0)
            people -= size
            number += 1

    def person(self, household, place, *, is_head):
        chance, number = self.chance, self.persons.last + 1
        who = uuid.UUID(int=chance.getrandbits(128), version=4)
        name = chance.choice(self.names)
        born = self.today - timedelta(days=int(chance.triangular(15, 95, 45) * 365))
        sex = chance.choice("fm")
        values = {"phone_sealed": "", "identity_sealed": ""}
        if chance.random() < 0.7:
            phone = f"13{number:09d}"
            values["phone_sealed"] = seal(phone, bound_to=f"person.phone:{who}")
            values["phone_index"] = blind_index(phone, field=PHONE)
            values["phone_tail"] = self.tail(phone[-4:])
        # No real number: of a region that does not exist, and without a check sign.
        identity = f"99{number % 10_000:04d}{born:%Y%m%d}{number // 10_000:04d}"
        values["identity_sealed"] = seal(identity, bound_to=f"person.identity:{who}")
        values["identity_index"] = blind_index(identity, field=IDENTITY)
        pk = self.persons.add(
            household_id=household,
            uuid=who,
            name=name,
            initials=initials_of(name),
            sex=sex,
            birth_on=born,
            kinship=Kinship.HEAD.value if is_head else Kinship.OTHER.value,
            **place,
            **values,
        )
        for token, share in self.tokens.items():
            if share and chance.random() < share:
                self.marks.add(person_id=pk, token=token, since=self.today, **place)

    def tail(self, digits):
        """The index of four digits: there are ten thousand of them, each made once."""
        known = vars(self).setdefault("tails", {})
        if digits not in known:
            known[digits] = blind_index(digits, field=PHONE_TAIL)
        return known[digits]

    def send(self, cursor):
        for sheet in self.sheets:
            sheet.send(cursor)


class Command(BaseCommand):
    help = "Fill the buildings that are there with many residents, for measuring (docs/bench.md)."

    def add_arguments(self, parser):
        parser.add_argument("--people", type=int, default=4_000_000)

    def handle(self, *, people, **options):
        if people < 1:
            raise CommandError("至少要有一个人。")
        if Person.objects.exists():
            raise CommandError("数据库里已经登记了人，没有再装。")
        buildings = Building.objects.filter(area__level=Level.ESTATE)
        number = buildings.count()
        if not number:
            raise CommandError("数据库里没有楼栋：先 manage.py big_city。")
        began = time.monotonic()

        def tell(words):
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            self.stdout.write(f"· {words}  {time.monotonic() - began:.0f} s  {most} MB")

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL lock_timeout = 0")
            cursor.execute("SET LOCAL synchronous_commit = off")
            ledger = Ledger(people)
            models = [sheet.model for sheet in ledger.sheets]
            with bare_tables(cursor, models):
                self.write(cursor, ledger, buildings, number, people, tell)
                tell(f"{ledger.persons.count:,} people in {ledger.homes.count:,} homes")
            for sheet in ledger.sheets:
                sheet.next_key(cursor)
            tell("indexes and references")
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            for model in models:
                cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")
            cursor.execute("RESET statement_timeout")
        tell("done")

    def write(self, cursor, ledger, buildings, number, people, tell):
        rows = buildings.order_by("pk").iterator(chunk_size=2000)
        at = told = 0
        while batch := list(islice(rows, AT_ONCE)):
            doors = doors_of(batch)
            for building in batch:
                here = people * (at + 1) // number - people * at // number
                ledger.fill(building, doors[building.pk], here)
                at += 1
            ledger.send(cursor)
            if ledger.persons.count - told >= 400_000:
                told = ledger.persons.count
                tell(f"{told:,} people")


def doors_of(buildings):
    """{building key: keys of its entrances}; a building without any gets one."""
    doors = {building.pk: [] for building in buildings}
    rows = Entrance.objects.filter(building__in=doors, homes=None)
    for building, entrance in rows.order_by("number").values_list("building_id", "pk"):
        doors[building].append(entrance)
    for building in buildings:
        if not doors[building.pk]:
            new = Entrance.objects.create(
                building=building, number=90, code=f"{building.code}e90"[:20]
            )
            doors[building.pk].append(new.pk)
    return doors
