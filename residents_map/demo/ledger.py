"""Writes invented households in bulk: sealed as the acts seal them, only quicker."""

import random
import uuid
from datetime import timedelta

from django.utils import timezone

from residents_map.choices import Sex, Tenure
from residents_map.demo.estates import FirstEstate, OtherEstate
from residents_map.demo.families import Families
from residents_map.demo.truth import EMPTY_ESTATE, ESTATE
from residents_map.foundation.identity import check_sign
from residents_map.foundation.marks import token_of
from residents_map.models import Household, LedgerVersion, Mark, Ownership, Person
from residents_map.services.people import OWNER, sealed_values
from stations.demo import SEED
from stations.foundation.sealed import blind_index
from stations.models import Entrance, EstatePlan, Home

BATCH = 2000
PHONES_FROM = 13900010000  # a range that is not given out; below it are the named people's
PER_REGION = 499


class Ledger:
    """The ledger of the demo city while it is written."""

    def __init__(self, cast):
        self.areas = cast["areas"]
        self.people = cast["people"]
        self.chance = random.Random(SEED + 1)  # its own: other parts of the demo stay as they are
        self.families = Families(self.chance, SEED + 1)
        self.today = timezone.localdate()
        self.number = 0
        self.first = self.areas[ESTATE]
        self.placed = []  # (home, Family, Household, [Person])

    def write(self):
        """Everybody, their marks, and who owns which home."""
        estates = {a.pk: a for a in self.areas.values() if a.level == 5}
        homes = {}
        entrances = Entrance.objects.select_related("building").in_bulk()
        for home in Home.objects.order_by("pk"):
            home.entrance = entrances[home.entrance_id]
            building = home.entrance.building
            homes.setdefault(building.area_id, {}).setdefault(building, []).append(home)
        for area_id, buildings in homes.items():
            estate = estates[area_id]
            if estate.name == EMPTY_ESTATE:
                continue
            sort = FirstEstate if area_id == self.first.pk else OtherEstate
            maker = sort(self.families, self.chance)
            for building, its_homes in buildings.items():
                self.settle(maker, building, its_homes)
        self.write_households()
        self.write_people()
        LedgerVersion.objects.bulk_create(
            LedgerVersion(area=estate, number=1)
            for estate in estates.values()
            if estate.name != EMPTY_ESTATE
        )
        EstatePlan.objects.create(area=self.first, changed_by=self.people["secretary"])
        self.write_owners([home for b in homes.values() for row in b.values() for home in row])
        return self

    def settle(self, maker, building, homes):
        doors = {(home.entrance.number, home.number): home for home in homes}
        for door, family in maker.building(building.number, list(doors)).items():
            household = Household(
                home=doors[door],
                area_id=building.area_id,
                building=building,
                tenure=family.tenure,
                resident_count=len(family.residents),
                since=self.today - timedelta(days=self.chance.randrange(200, 4500)),
            )
            self.placed.append((doors[door], family, household))

    def write_households(self):
        Household.objects.bulk_create([row[2] for row in self.placed], batch_size=BATCH)

    def write_people(self):
        people, kinds = [], []
        self.persons = {}  # household pk -> [Person], as the family's members
        for _, family, household in self.placed:
            for member in family.members:
                person = self.person(member, household)
                people.append(person)
                kinds.append(member.kinds)
                self.persons.setdefault(household.pk, []).append(person)
        Person.objects.bulk_create(people, batch_size=BATCH)
        tokens = {key: token_of(key) for keys in kinds for key in keys}
        Mark.objects.bulk_create(
            [
                Mark(
                    person=person,
                    token=tokens[key],
                    area_id=person.area_id,
                    building_id=person.building_id,
                    since=self.today - timedelta(days=self.chance.randrange(30, 900)),
                )
                for person, keys in zip(people, kinds, strict=True)
                for key in keys
            ],
            batch_size=BATCH,
        )

    def person(self, member, household):
        who = uuid.UUID(int=self.chance.getrandbits(128), version=4)
        born = self.families.birth_of(member, self.today)
        values = sealed_values(
            who,
            name=member.name,
            birth_on=born if member.lives_here else None,
            phone=member.phone or self.phone(member),
            identity_number=self.identity(member, born),
            political=member.political,
            health=member.health,
        )
        return Person(
            uuid=who,
            household=household,
            area_id=household.area_id,
            building_id=household.building_id,
            sex=member.sex,
            kinship=member.kinship,
            lives_here=member.lives_here,
            where=member.where,
            **values,
        )

    def phone(self, member):
        """Nearly every adult can be called, some of the very old cannot."""
        if member.age < 16 or self.chance.random() < (0.25 if member.age >= 75 else 0.06):
            return ""
        self.number += 1
        return str(PHONES_FROM + self.number)

    def identity(self, member, born):
        """A number with a right check sign whose region (99xxxx) does not exist."""
        self.number += 1
        if not member.lives_here or self.chance.random() < 0.05:
            return ""
        region, order = divmod(self.number, PER_REGION)
        odd = member.sex == Sex.MALE
        digits = f"99{region:04d}{born:%Y%m%d}{2 * order + odd:03d}"
        return digits + check_sign(digits)

    def write_owners(self, homes):
        """Every home has an owner; one in fifteen owners has a second home, a few a third."""
        living = {home.pk: family for home, family, _ in self.placed}
        rows, known = [], []
        for home in homes:
            family = living.get(home.pk)
            elsewhere = family is None or family.tenure != Tenure.OWN
            if known and elsewhere and self.chance.random() < 0.45:
                owner = self.chance.choice(known[-80:])
            else:
                owner = f"demo-owner-{home.pk}"
                known.append(owner)
            rows.append(
                Ownership(
                    home=home,
                    owner_index=blind_index(owner, field=OWNER),
                    since=self.today - timedelta(days=self.chance.randrange(300, 4000)),
                )
            )
        Ownership.objects.bulk_create(rows, batch_size=BATCH)
