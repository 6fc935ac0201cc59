"""Invented households: who lives together, how old they are, whom one can call.

Everybody here is made up. Ages keep a distance from the borders of the computed kinds (80 years;
60 and alone), so that the demo's figures stay true for three years after it was loaded.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from faker import Faker

from residents_map.choices import Kinship, Sex, Tenure
from residents_map.foundation.ages import born_before

OLDEST = 76  # of those who are not of the kind 高龄长者
ALONE_BELOW = 56  # of those who live alone and are not of the kind 独居老人
AWAY = ("长沙", "深圳", "东莞", "广州", "天元区", "石峰区", "湘潭", "浙江义乌", "武汉")


@dataclass
class Member:
    """Somebody of a household, before it is written."""

    name: str
    sex: str
    age: int
    kinship: str
    lives_here: bool = True
    where: str = ""
    kinds: list = field(default_factory=list)
    political: str = ""
    health: str = ""
    phone: str = ""


@dataclass
class Family:
    """A household, before it is written. The first member is its head."""

    members: list
    tenure: str = Tenure.OWN

    @property
    def residents(self):
        return [member for member in self.members if member.lives_here]

    @property
    def head(self):
        return self.members[0]


class Families:
    """Makes households of every sort, from one seeded chance."""

    def __init__(self, chance, seed):
        self.chance = chance
        faker = Faker("zh_CN")
        faker.seed_instance(seed)
        self.surnames = [faker.last_name() for _ in range(400)]
        self.given = {
            Sex.MALE: [faker.first_name_male() for _ in range(500)],
            Sex.FEMALE: [faker.first_name_female() for _ in range(500)],
        }

    def birth_of(self, member, today):
        """A birth date of exactly that age today, never within five days of a birthday."""
        return born_before(member.age, today) - timedelta(days=self.chance.randrange(5, 360))

    def one(self, kinship, ages, *, sex=None, surname=None, **more):
        sex = sex or self.chance.choice((Sex.MALE, Sex.FEMALE))
        surname = surname or self.chance.choice(self.surnames)
        age = ages if isinstance(ages, int) else self.chance.randint(*ages)
        name = surname + self.chance.choice(self.given[sex])
        return Member(name=name, sex=sex, age=age, kinship=kinship, **more)

    def away(self, kinship, age, *, sex=None, surname=None):
        """A relative to call who lives elsewhere."""
        where = self.chance.choice(AWAY)
        return self.one(kinship, age, sex=sex, surname=surname, lives_here=False, where=where)

    def couple(self, age):
        """Husband and wife, he the head."""
        husband = self.one(Kinship.HEAD, age, sex=Sex.MALE)
        younger = max(22, age - self.chance.randint(-1, 4))
        wife = self.one(Kinship.SPOUSE, min(younger, OLDEST), sex=Sex.FEMALE)
        return husband, wife

    def children(self, father, mother, number):
        """So many children of a couple, with the father's family name."""
        born_at = self.chance.randint(22, 31)
        made = []
        for _ in range(number):
            age = min(mother.age, father.age) - born_at
            if 0 <= age <= 30:
                sex = self.chance.choice((Sex.MALE, Sex.FEMALE))
                kinship = Kinship.SON if sex == Sex.MALE else Kinship.DAUGHTER
                made.append(self.one(kinship, age, sex=sex, surname=father.name[0]))
            born_at += self.chance.randint(2, 6)
        return made

    # the sorts

    def alone(self, age):
        """Somebody old who lives alone, with a child elsewhere to call."""
        sex = Sex.FEMALE if self.chance.random() < 0.72 else Sex.MALE
        head = self.one(Kinship.HEAD, age, sex=sex)
        members = [head]
        if self.chance.random() < 0.94:
            child_age = age - self.chance.randint(23, 31)
            daughter = self.chance.random() < 0.5
            surname = head.name[0] if sex == Sex.MALE else None
            members.append(
                self.away(
                    Kinship.DAUGHTER if daughter else Kinship.SON,
                    child_age,
                    sex=Sex.FEMALE if daughter else Sex.MALE,
                    surname=surname,
                )
            )
        return Family(members)

    def very_old_couple(self):
        """Both are eighty and more."""
        head = self.one(Kinship.HEAD, (81, 92), sex=Sex.MALE)
        spouse = self.one(Kinship.SPOUSE, (80, 88), sex=Sex.FEMALE)
        son = self.away(Kinship.SON, (50, 58), sex=Sex.MALE, surname=head.name[0])
        return Family([head, spouse, son])

    def old_couple_one_very_old(self):
        """He is past eighty, she is not."""
        head = self.one(Kinship.HEAD, (80, 84), sex=Sex.MALE)
        spouse = self.one(Kinship.SPOUSE, (73, OLDEST), sex=Sex.FEMALE)
        return Family([head, spouse])

    def with_very_old_parent(self):
        """A couple past its fifties looks after a mother or father."""
        head, wife = self.couple(self.chance.randint(54, 61))
        sex = Sex.FEMALE if self.chance.random() < 0.7 else Sex.MALE
        surname = head.name[0] if sex == Sex.MALE else None
        parent = self.one(Kinship.PARENT, (80, 91), sex=sex, surname=surname)
        return Family([head, wife, parent])

    def left_behind(self):
        """Grandparents bring up a child; father and mother work far away."""
        head, wife = self.couple(self.chance.randint(60, 67))
        sex = self.chance.choice((Sex.MALE, Sex.FEMALE))
        child = self.one(Kinship.GRANDCHILD, (4, 10), sex=sex, surname=head.name[0])
        child.kinds.append("child")
        place = self.chance.choice(AWAY[:4])
        son = self.one(Kinship.SON, (31, 37), sex=Sex.MALE, surname=head.name[0])
        mother = self.one(Kinship.CHILD_IN_LAW, (29, 35), sex=Sex.FEMALE)
        for parent in (son, mother):
            parent.lives_here, parent.where = False, place
        return Family([head, wife, child, son, mother])

    def parents_and_children(self):
        father, mother = self.couple(self.chance.randint(29, 49))
        number = self.chance.choices((1, 2, 3), (5, 4, 0.4))[0]
        return Family([father, mother, *self.children(father, mother, number)])

    def three_generations(self):
        """Parents, children, and a grandmother (and grandfather) who fetches them from school."""
        father, mother = self.couple(self.chance.randint(30, 42))
        members = [father, mother, *self.children(father, mother, self.chance.choice((1, 1, 2)))]
        old = father.age + self.chance.randint(22, 28)
        members.append(self.one(Kinship.PARENT, min(old, OLDEST), sex=Sex.FEMALE))
        if self.chance.random() < 0.55:
            members.append(
                self.one(Kinship.PARENT, min(old + 2, OLDEST), sex=Sex.MALE, surname=father.name[0])
            )
        return Family(members)

    def young_couple(self):
        return Family([*self.couple(self.chance.randint(25, 38))])

    def single(self):
        tenure = self.chance.choices((Tenure.OWN, Tenure.RENT), (3, 2))[0]
        return Family([self.one(Kinship.HEAD, (23, ALONE_BELOW))], tenure)

    def older_couple(self):
        return Family([*self.couple(self.chance.randint(58, OLDEST - 1))])

    def with_grown_child(self):
        father, mother = self.couple(self.chance.randint(50, 62))
        return Family([father, mother, *self.children(father, mother, 1)])

    def tenants(self):
        """Colleagues who share a home."""
        members = [self.one(Kinship.HEAD, (21, 42))]
        for _ in range(self.chance.choices((1, 2), (3, 1))[0]):
            members.append(self.one(Kinship.TENANT, (20, 45)))
        return Family(members, Tenure.RENT)

    def tenant_family(self):
        family = self.parents_and_children()
        family.tenure = Tenure.RENT
        return family

    def ordinary(self):
        """One of the sorts that make up most of an estate."""
        sort = self.chance.choices(*zip(*SORTS, strict=True))[0]
        return getattr(self, sort)()


SORTS = (
    ("parents_and_children", 30),
    ("three_generations", 11),
    ("young_couple", 14),
    ("single", 13),
    ("older_couple", 14),
    ("with_grown_child", 9),
    ("tenants", 6),
    ("tenant_family", 4),
)
