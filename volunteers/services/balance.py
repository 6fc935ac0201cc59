"""缺什么、多什么: of each sort, what is still wanted against what is left to give."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Case, Count, F, Sum, Value, When

from stations.choices import Level
from volunteers.choices import Help, MatchState, Sort
from volunteers.models import Match, Need, Resource
from volunteers.services.matching import suggest_for_open_needs


@dataclass
class Balance:
    """One sort and help, of goods one thing in one unit: how much is wanted by how many needs, how
    much is left of how many."""

    sort: str
    help: str
    unit: str = ""
    name: str = ""  # of goods
    wanted: int = 0
    needs: int = 0
    left: int = 0
    resources: int = 0
    met_by: int = 0  # of what is wanted, how much something fits that is left
    needed_by: int = 0  # of what is left, how much fits what is wanted

    @property
    def label(self):
        """人手 · 上门理发, or 洗衣机."""
        sort = Sort(self.sort).label
        return self.name or (f"{sort} · {Help(self.help).label}" if self.help else sort)

    @property
    def kind(self):
        """What sort of thing a named one is."""
        return Sort(self.sort).label if self.name else ""

    @property
    def words(self):
        """ "缺 1 台", "多 5 台": what is missing or left over, in its own unit."""
        number = f"{abs(self.gap):,} {self.unit}".strip()
        return f"{'缺' if self.gap > 0 else '多'} {number}" if self.gap else "刚好"

    @property
    def gap(self):
        """What is missing; a negative number is left over."""
        return self.wanted - self.left


def balance_of(area):
    """[Balance] of an area and below, what is missing most first. Three queries.

    What is set aside for a need counts on neither side: it is no longer wanted nor left. Goods
    are summed by their name and what they are counted in: five lamps (台) do not make up for a
    washing machine (台) that is missing.
    """
    return added_up(balances_by_place(area))


def balances_by_place(area):
    """{path: {(sort, help, unit, name): Balance}} of a place, each community of it for itself. What is
    given or wanted by a street as a whole stands under the street. Three queries."""
    found = defaultdict(dict)

    def at(path, *key):
        return found[_community(path)].setdefault(key, Balance(*key))

    here = {"area__path__startswith": area.path}
    needs = Need.objects.open().filter(**here).order_by()
    needs = needs.values_list("area__path", "sort", "help", *of_goods())
    for *key, wanted, count in needs.annotate(q=Sum("quantity"), n=Count("pk")):
        row = at(*key)
        row.wanted, row.needs = row.wanted + wanted, row.needs + count
    taken = Match.objects.filter(need__in=Need.objects.open().filter(**here))
    taken = taken.exclude(state=MatchState.DECLINED).order_by()
    taken = taken.values_list("need__area__path", "need__sort", "need__help", *of_goods("need__"))
    for *key, quantity in taken.annotate(q=Sum("quantity")):
        at(*key).wanted -= quantity
    resources = Resource.objects.current().filter(**here).order_by()
    resources = resources.values_list("area__path", "sort", "help", *of_goods())
    for *key, left, count in resources.annotate(q=Sum("left"), n=Count("pk")):
        row = at(*key)
        row.left, row.resources = row.left + left, row.resources + count
    return found


def tell_fits(rows, area):
    """Tell each row how much of it something fits, as /lists/fits/ says it: flowers (棵) that are
    wanted and 三色堇 that are left over are no shortage. Nothing is given twice, what is near and
    enough first. Three queries."""
    by_key = {(row.sort, row.help, row.unit, row.name): row for row in rows}
    offers = list(suggest_for_open_needs(area))
    needs = _keys_of(Need.objects.filter(pk__in=[need for need, _ in offers]))
    resources = _keys_of(
        Resource.objects.filter(pk__in={one.resource for _, few in offers for one in few})
    )
    left = {}
    for need, few in offers:
        wanted = few[0].wanted
        for one in few:
            part = min(wanted, left.setdefault(one.resource, one.left))
            wanted, left[one.resource] = wanted - part, left[one.resource] - part
            if row := by_key.get(needs[need]):
                row.met_by += part
            if row := by_key.get(resources[one.resource]):
                row.needed_by += part


def _keys_of(rows):
    """{pk: (sort, help, unit, name)} of needs or resources, as a balance names them."""
    return {pk: tuple(key) for pk, *key in rows.values_list("pk", "sort", "help", *of_goods())}


def _community(path):
    """The path of the community in which an area lies, or its own where it stands higher."""
    return "".join(f"{part}/" for part in path.rstrip("/").split("/")[: Level.COMMUNITY])


def added_up(balances):
    """[Balance] of several places together, what is missing most first."""
    rows = {}
    for table in balances.values():
        for key, one in table.items():
            row = rows.setdefault(key, Balance(*key))
            for name in ("wanted", "needs", "left", "resources"):
                setattr(row, name, getattr(row, name) + getattr(one, name))
    return sorted(rows.values(), key=lambda row: (-row.gap, row.sort, row.help, row.name, row.unit))


@dataclass
class Place:
    """A community of a street: how many needs wait, how many resources are left, and what it
    lacks most. Numbers of different units are not added."""

    area: object
    rows: list

    @property
    def needs(self):
        """How many needs are open here."""
        return sum(row.needs for row in self.rows)

    @property
    def resources(self):
        """How many resources are left here."""
        return sum(row.resources for row in self.rows)

    @property
    def lacking(self):
        """The rows of which there is too little."""
        return [row for row in self.rows if row.gap > 0]

    @property
    def over(self):
        """The rows of which something is left over."""
        return [row for row in self.rows if row.gap < 0]


def places_of_street(balances, communities):
    """[Place] of each of these communities, in their order."""
    return [Place(one, added_up({one.path: balances.get(one.path, {})})) for one in communities]


def of_goods(prefix=""):
    """Unit and name of goods; nothing for what is matched whatever it is called or counted in."""
    return [
        Case(When(**{f"{prefix}sort": Sort.GOODS}, then=F(f"{prefix}{field}")), default=Value(""))
        for field in ("unit", "title")
    ]
