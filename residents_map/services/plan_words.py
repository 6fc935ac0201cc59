"""What the plan says of one building, in sentences, and which building burns most."""

from dataclasses import dataclass

from residents_map.services.layers import VISITS

RANKED = 3  # "第 3 多" still says something, "第 9 多" does not


@dataclass(frozen=True)
class Said:
    """A sentence with one figure that stands out."""

    before: str
    figure: str
    after: str


@dataclass(frozen=True)
class Row:
    """A line of the table: how many here, how many at most, how many on average."""

    layer: object
    here: int
    most: int
    average: float


def sentence(layer, building_id, buildings):
    """独居老人 9 人，全小区最多。"""
    here = layer.at(building_id)
    if layer.key == VISITS:  # how many stands in the next sentence
        rank = rank_of(layer, here, buildings)
        return Said(f"该走访的人家{rank}。" if here and rank else "", "", "")
    if not here:
        return Said(f"这栋楼没有{layer.label}{'' if layer.is_kind else '的'}。", "", "")
    rank = rank_of(layer, here, buildings)
    average = f"各栋平均 {layer.total / buildings:.1f} {layer.unit}" if buildings > 1 else ""
    after = f"，{rank or average}。" if rank or average else "。"
    between = " " if layer.is_kind else "的 "
    return Said(layer.label + between, f"{here} {layer.unit}", after)


def rank_of(layer, here, buildings):
    """全小区最多, 全小区第二多, or nothing worth saying."""
    if buildings < 2:
        return ""
    more = sum(1 for number in layer.counts.values() if number > here)
    same = sum(1 for number in layer.counts.values() if number == here)
    if not more:
        return "全小区最多" if same == 1 else "和另外几栋一样，全小区最多"
    return f"全小区第{'一二三'[more]}多" if more < RANKED and same == 1 else ""


def due_sentence(visits, building_id):
    """七天内 3 户该走访，1 户有急事，1 户已超期: what comes before, and the part that burns."""
    due, late = visits.at(building_id), visits.late.get(building_id, 0)
    urgent = visits.urgent.get(building_id, 0)
    if not due:
        return "七天内没有该走访的人家。", ""
    burns = [f"{urgent} 户有急事"] if urgent else []
    if due == late + urgent:
        return "", "，".join(burns + [f"{late} 户走访已超期"] * bool(late))
    return f"七天内 {due} 户该走访", "，".join(burns + [f"{late} 户已超期"] * bool(late))


def rows(layers, building_id, buildings):
    """The table of kinds for one building."""
    return [
        Row(
            layer,
            layer.at(building_id),
            max(layer.counts.values(), default=0),
            layer.total / buildings if buildings else 0,
        )
        for layer in layers
        if layer.is_kind
    ]


def burning(placed, chosen, visits):
    """The building to look at first: 急事, most overdue visits, then most of what was chosen."""
    return max(
        placed,
        key=lambda one: (
            visits.urgent.get(one.pk, 0),
            visits.late.get(one.pk, 0),
            chosen.at(one.pk),
            -one.number,
        ),
        default=None,
    )
