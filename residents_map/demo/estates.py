"""Which household lives in which home, and who is of which kind: exact in the first estate."""

from residents_map.choices import Kinship, Sex
from residents_map.demo import named
from residents_map.demo.truth import branch_of_building, of_building

VACANT = 0.072
SHARE_ELSEWHERE = (0.10, 0.20)  # of the homes of other estates that are entered
LEAVES_TO = 57  # a branch member here is retired; who works is a member at work
UNITED = ("无党派人士", "民盟盟员", "民革党员", "归侨侨眷", "新的社会阶层人士", "九三学社社员")
DISABLED = ("肢体二级，坐轮椅", "肢体四级，拄拐", "听力二级", "视力一级，家里有盲杖", "言语三级")
ILL = ("高血压，按时吃药", "糖尿病，打胰岛素", "慢阻肺，怕冷", "膝关节不好", "")
WEIGHTS = {"hardship": 0.04, "disabled": 0.03, "united": 0.02, "party": 0.05}


class FirstEstate:
    """The households of one building of 锦绣江山: every kind comes out exactly."""

    def __init__(self, families, chance):
        self.families = families
        self.chance = chance

    def building(self, number, doors):
        """{door: Family}. `doors` are (entrance, home number) of the building."""
        wanted = of_building(number)
        placed = {
            door: named.family_of(number, *door)
            for door in doors
            if (number, *door) in named.VISITED
        }
        free = [door for door in doors if door not in placed]
        self.chance.shuffle(free)
        free = free[round(len(doors) * VACANT) :]
        queue = self.of_quota(wanted, placed.values())
        for door in free:
            placed[door] = queue.pop() if queue else self.families.ordinary()
        self.mark(number, wanted, list(placed.values()))
        return placed

    def of_quota(self, wanted, already):
        """The households that make computed kinds and children left behind come out."""
        very_old = wanted["elder"] - sum(f.head.age >= 80 for f in already)
        alone = wanted["alone"] - len(already)
        # Few old people, many alone: not everybody alone may be past eighty.
        both = min(alone, max(0, round(alone * 0.45)), very_old)
        made = [self.families.alone(self.chance.randint(80, 90)) for _ in range(both)]
        made += [self.families.alone(self.chance.randint(64, 76)) for _ in range(alone - both)]
        rest = very_old - both
        while rest:
            if rest > 1 and self.chance.random() < 0.3:
                made.append(self.families.very_old_couple())
                rest -= 2
                continue
            sort = self.chance.choice(("old_couple_one_very_old", "with_very_old_parent"))
            made.append(getattr(self.families, sort)())
            rest -= 1
        made += [self.families.left_behind() for _ in range(wanted["child"])]
        for family in made:
            self.tell_health(family)
        self.chance.shuffle(made)
        return made

    def tell_health(self, family):
        for member in family.residents:
            if member.age >= 75:
                member.health = self.chance.choice(ILL)

    def mark(self, number, wanted, families):
        """Enter the said kinds: so many people of the building, of a plausible age."""
        people = [member for family in families for member in family.residents]
        branch = branch_of_building(number)
        retired = self.some(people, branch, range(LEAVES_TO, 77))
        working = self.some(people, wanted["party"] - branch, range(24, LEAVES_TO))
        for member, part in [(m, "party-branch") for m in retired] + [
            (m, "party-work") for m in working
        ]:
            member.kinds += ["party", part]
            member.political = "中共党员"
        for member in self.some(people, wanted["united"], range(28, 75), without="party"):
            member.kinds.append("united")
            member.political = self.chance.choice(UNITED)
        heads = [family.head for family in families]
        for member in self.some(heads, wanted["hardship"], range(24, 93)):
            member.kinds.append("hardship")
        for member in self.some(people, wanted["disabled"], range(8, 93)):
            member.kinds.append("disabled")
            member.health = self.chance.choice(DISABLED)

    def some(self, people, number, ages, without=None):
        fitting = [m for m in people if m.age in ages and without not in m.kinds and not m.health]
        return self.chance.sample(fitting, number)


class OtherEstate:
    """A small share of an estate, so that its map is not empty."""

    def __init__(self, families, chance):
        self.families = families
        self.chance = chance
        self.exact = FirstEstate(families, chance)
        self.share = chance.uniform(*SHARE_ELSEWHERE)

    def building(self, number, doors):
        placed = {}
        for door in doors:
            if self.chance.random() < self.share:
                placed[door] = self.family()
        people = [member for family in placed.values() for member in family.residents]
        for member in people:
            self.mark(member)
        return placed

    def family(self):
        dice = self.chance.random()
        if dice < 0.025:
            return self.families.alone(self.chance.choice((68, 72, 75, 81, 84)))
        if dice < 0.09:
            return self.families.with_very_old_parent()
        if dice < 0.105:
            return self.families.left_behind()
        return self.families.ordinary()

    def mark(self, member):
        adult = 24 <= member.age < 77
        if adult and self.chance.random() < WEIGHTS["party"]:
            part = "party-branch" if member.age >= LEAVES_TO else "party-work"
            member.kinds += ["party", part]
            member.political = "中共党员"
        elif adult and self.chance.random() < WEIGHTS["united"]:
            member.kinds.append("united")
            member.political = self.chance.choice(UNITED)
        if member.kinship == Kinship.HEAD and self.chance.random() < WEIGHTS["hardship"]:
            member.kinds.append("hardship")
        if member.sex == Sex.MALE and self.chance.random() < WEIGHTS["disabled"]:
            member.kinds.append("disabled")
            member.health = self.chance.choice(DISABLED)
