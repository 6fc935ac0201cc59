"""The published rule by which a rental house gets its stars: ten questions, weights, two musts.

The rule is shown with every inspection, so that a landlord can count it over.
"""

from dataclasses import dataclass

FULL = 100
# At least so many points for so many stars.
STARS = ((5, 100), (4, 85), (3, 70), (2, 50), (1, 0))
RED_FROM, BLACK_TO = 5, 2
HELD_AT = 2  # whoever fails a must gets no more stars than these


@dataclass(frozen=True)
class Criterion:
    """One question of the inspection. `is_must`: a no makes the house unfit until put right."""

    key: str
    label: str
    asks: str
    weight: int
    is_must: bool = False


CRITERIA = (
    Criterion("exit", "消防通道", "门口、楼道没堆东西，窗户能打开逃生", 15, True),
    Criterion("gas", "燃气", "软管没过期，灶具和睡人的地方分开", 15, True),
    Criterion("wires", "电线", "没有乱拉电线，插座没烧焦、没老化", 12, True),
    Criterion("ebike", "电动车", "没有在屋里、楼道停放和充电", 10, True),
    Criterion("extinguisher", "灭火器", "有灭火器，没过期，租客会用", 10),
    Criterion("register", "登记", "住的人都登记了，来去当天告诉房东", 12),
    Criterion("rooms", "不群租", "没打隔断，厨房、厕所、阳台不住人", 10),
    Criterion("contract", "合同", "签了租房合同，写明谁管安全", 6),
    Criterion("clean", "卫生", "屋里屋外干净，垃圾分了类", 5),
    Criterion("quiet", "不扰邻", "近一个月没有邻居说吵", 5),
)
KEYS = tuple(criterion.key for criterion in CRITERIA)


def points_of(answers):
    """The sum of the weights of everything that is in order."""
    return sum(criterion.weight for criterion in CRITERIA if answers.get(criterion.key))


def failed(answers):
    """The criteria that are not in order, the musts first."""
    rows = [criterion for criterion in CRITERIA if not answers.get(criterion.key)]
    return sorted(rows, key=lambda criterion: not criterion.is_must)


def stars_of(answers):
    """One to five stars. A failed must holds the house at two, however good the rest is."""
    points = points_of(answers)
    stars = next(stars for stars, least in STARS if points >= least)
    if any(criterion.is_must for criterion in failed(answers)):
        return min(stars, HELD_AT)
    return stars


def listing_of(stars):
    """ "red", "black" or "" for so many stars."""
    if stars >= RED_FROM:
        return "red"
    return "black" if stars <= BLACK_TO else ""
