"""人群数: how many people of each kind live where. Exact for who works there; for the street
with small numbers hidden so that nobody can work them out again."""

from dataclasses import dataclass, field

from residents_map.choices import SMALLEST_CELL, SeenBy
from residents_map.foundation.suppression import SMALL, suppress
from residents_map.models import Kind
from residents_map.services.layers import count_wholes
from stations.choices import COMMUNITY_STAFF, STREET_STAFF, Level
from stations.models import Area
from stations.models.area import places_of

SHOWN_SMALL = f"<{SMALLEST_CELL}"
SHOWN_OTHER = "不显示"


@dataclass
class Row:
    """A place of the table. `cells` are numbers, or the words that stand for a hidden one."""

    area: Area
    is_sum: bool = False
    cells: list = field(default_factory=list)


@dataclass
class Sums:
    """The table of one place: its kinds as columns, estates and communities as rows."""

    place: Area
    kinds: list
    rows: list
    is_exact: bool

    @property
    def has_hidden(self):
        """Whether any number is hidden."""
        return any(isinstance(cell, str) for row in self.rows for cell in row.cells)

    @property
    def is_empty(self):
        """Nobody is of any kind anywhere here."""
        return not self.has_hidden and not any(any(row.cells) for row in self.rows)


def sums_for(user):
    """[Sums]: the communities where this person works exactly, then their streets, hidden.

    Seven queries however many estates and people there are.
    """
    areas = tree_of(user)
    estates = [area for area in areas if area.level == Level.ESTATE]
    own = set(
        Area.objects.filter(pk__in=places_of(user, COMMUNITY_STAFF)).values_list("pk", flat=True)
    )
    streets = set(
        Area.objects.filter(pk__in=places_of(user, STREET_STAFF)).values_list("pk", flat=True)
    )
    rows = list(Kind.objects.current().select_related("area").order_by("order", "pk"))
    wholes = [kind for kind in rows if not kind.part_of_id]
    parts = {}
    for kind in rows:
        parts.setdefault(kind.part_of_id, []).append(kind)
    counted = count_wholes(wholes, parts, by="area_id", area__in=[area.pk for area in estates])
    may = {kind.pk for kind in Kind.objects.visible_to(user)}
    tables = []
    for place in areas:
        if place.level == Level.COMMUNITY and place.pk in own:
            kinds = [kind for kind in wholes if kind.pk in may and is_used_at(kind, place)]
            tables.append(exact(place, estates, kinds, counted))
    for place in areas:
        if place.level == Level.STREET and place.pk in streets:
            told = [kind for kind in wholes if kind.seen_by == SeenBy.STAFF]
            kinds = [kind for kind in told if is_used_at(kind, place)]
            tables.append(hidden(place, areas, kinds, counted, own))
    return tables


def tree_of(user):
    """The places this person sees figures of, in the order of the tree as it was made."""
    rows = Area.objects.filter(pk__in=places_of(user, COMMUNITY_STAFF | STREET_STAFF))
    return sorted(rows, key=lambda area: [int(part) for part in area.path.split("/") if part])


def is_used_at(kind, place):
    """Everybody's kinds, and those of the street of this place."""
    return kind.area_id is None or place.path.startswith(kind.area.path)


def exact(place, estates, kinds, counted):
    """The table of one's own community, as it is."""
    here = [area for area in estates if area.path.startswith(place.path)]
    rows = [
        Row(area, cells=[counted.get(area.pk, {}).get(kind.key, 0) for kind in kinds])
        for area in here
    ]
    if len(rows) > 1:
        totals = [sum(column) for column in zip(*(row.cells for row in rows), strict=True)]
        rows.append(Row(place, is_sum=True, cells=totals))
    return Sums(place, kinds, rows, is_exact=True)


def hidden(place, areas, kinds, counted, own):
    """The table of a street: communities, their estates, the total; small numbers hidden.

    A community with one estate is one row: twice the same number would give it away.
    """
    rows, sums, leaves = [], [], {}
    for community in areas:
        if community.level != Level.COMMUNITY or not community.path.startswith(place.path):
            continue
        under = [area for area in areas if area.parent_id == community.pk]
        rows.append(Row(community, is_sum=len(under) > 1))
        leaves[community.pk] = [area.pk for area in under]
        if len(under) > 1:
            rows += [Row(area) for area in under]
            leaves |= {area.pk: [area.pk] for area in under}
            sums.append((community.pk, [area.pk for area in under]))
    if len(leaves) > 1:
        communities = [row.area.pk for row in rows if row.area.level == Level.COMMUNITY]
        sums.append((place.pk, communities))
        leaves[place.pk] = [estate for one in communities for estate in leaves[one]]
        rows.append(Row(place, is_sum=True))
    for kind in kinds:
        values = {
            key: sum(counted.get(estate, {}).get(kind.key, 0) for estate in below)
            for key, below in leaves.items()
        }
        away = suppress(values, sums, known=frozenset(own) & set(values), least=SMALLEST_CELL)
        for row in rows:
            key = row.area.pk
            word = SHOWN_SMALL if away.get(key) == SMALL else SHOWN_OTHER
            row.cells.append(word if key in away else values[key])
    return Sums(place, kinds, rows, is_exact=False)
