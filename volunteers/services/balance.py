"""缺什么、多什么: of each sort, what is still wanted against what is left to give."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Case, Count, F, Sum, Value, When

from volunteers.choices import Help, MatchState, Sort
from volunteers.models import Match, Need, Resource


@dataclass
class Balance:
    """One sort (and help, and goods of one unit): how much is wanted by how many needs, how much
    is left of how many."""

    sort: str
    help: str
    unit: str = ""
    wanted: int = 0
    needs: int = 0
    left: int = 0
    resources: int = 0

    @property
    def label(self):
        """人手 · 上门理发, or 东西（台）."""
        sort = Sort(self.sort).label + (f"（{self.unit}）" if self.unit else "")
        return f"{sort} · {Help(self.help).label}" if self.help else sort

    @property
    def gap(self):
        """What is missing; a negative number is left over."""
        return self.wanted - self.left


def balance_of(area):
    """[Balance] of an area and below, what is missing most first. Three queries.

    What is set aside for a need counts on neither side: it is no longer wanted nor left. Goods
    are summed by what they are counted in, as they are matched: 件 of vests do not make up for a
    台 that is missing.
    """
    rows = defaultdict(lambda: None)

    def at(*key):
        if rows[key] is None:
            rows[key] = Balance(*key)
        return rows[key]

    here = {"area__path__startswith": area.path}
    needs = Need.objects.open().filter(**here).order_by()
    needs = needs.values_list("sort", "help", counted_in())
    for *key, wanted, count in needs.annotate(q=Sum("quantity"), n=Count("pk")):
        row = at(*key)
        row.wanted, row.needs = wanted, count
    taken = Match.objects.filter(need__in=Need.objects.open().filter(**here))
    taken = taken.exclude(state=MatchState.DECLINED).order_by()
    taken = taken.values_list("need__sort", "need__help", counted_in("need__"))
    for *key, quantity in taken.annotate(q=Sum("quantity")):
        at(*key).wanted -= quantity
    resources = Resource.objects.current().filter(**here).order_by()
    resources = resources.values_list("sort", "help", counted_in())
    for *key, left, count in resources.annotate(q=Sum("left"), n=Count("pk")):
        row = at(*key)
        row.left, row.resources = left, count
    return sorted(rows.values(), key=lambda row: (-row.gap, row.sort, row.help, row.unit))


def counted_in(prefix=""):
    """The unit of goods; nothing for what is matched whatever it is counted in."""
    return Case(When(**{f"{prefix}sort": Sort.GOODS}, then=F(f"{prefix}unit")), default=Value(""))
