"""缺什么、多什么: of each sort, what is still wanted against what is left to give."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Sum

from volunteers.choices import Help, MatchState, Sort
from volunteers.models import Match, Need, Resource


@dataclass
class Balance:
    """One sort (and help): how much is wanted by how many needs, how much is left of how many."""

    sort: str
    help: str
    wanted: int = 0
    needs: int = 0
    left: int = 0
    resources: int = 0

    @property
    def label(self):
        """人手 · 上门理发, or only 东西."""
        sort = Sort(self.sort).label
        return f"{sort} · {Help(self.help).label}" if self.help else sort

    @property
    def gap(self):
        """What is missing; a negative number is left over."""
        return self.wanted - self.left


def balance_of(area):
    """[Balance] of an area and below, what is missing most first. Three queries.

    What is set aside for a need counts on neither side: it is no longer wanted nor left.
    """
    rows = defaultdict(lambda: None)

    def at(sort, help):
        key = (sort, help)
        if rows[key] is None:
            rows[key] = Balance(sort, help)
        return rows[key]

    here = {"area__path__startswith": area.path}
    needs = Need.objects.open().filter(**here).order_by().values_list("sort", "help")
    for sort, help, wanted, count in needs.annotate(q=Sum("quantity"), n=Count("pk")):
        row = at(sort, help)
        row.wanted, row.needs = wanted, count
    taken = Match.objects.filter(need__in=Need.objects.open().filter(**here))
    taken = taken.exclude(state=MatchState.DECLINED).order_by()
    for sort, help, quantity in taken.values_list("need__sort", "need__help").annotate(
        q=Sum("quantity")
    ):
        at(sort, help).wanted -= quantity
    resources = Resource.objects.current().filter(**here).order_by().values_list("sort", "help")
    for sort, help, left, count in resources.annotate(q=Sum("left"), n=Count("pk")):
        row = at(sort, help)
        row.left, row.resources = left, count
    return sorted(rows.values(), key=lambda row: (-row.gap, row.sort, row.help))
