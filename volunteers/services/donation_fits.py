"""谁用得上: what is left of a donation, and the open needs and wishes it would do for."""

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from stations.choices import Level
from volunteers.choices import MatchState, Sort, WishKind, WishState
from volunteers.models import Match, Need, Wish

MOST = 5
MOST_PIECES = 20
PIECE = 2  # signs that a thing and a wish must have in common: 棉被 and 一床棉被


def needs_for(donation):
    """Open needs of the street for goods that are counted alike, as resources are matched, of
    the same community first, the longest waiting first; each with `wanted`, what it still lacks.
    """
    street = donation.area.lineage_paths()[: Level.STREET][-1]
    taken = Match.objects.filter(need=OuterRef("pk")).exclude(state=MatchState.DECLINED)
    taken = taken.order_by().values("need").annotate(sum=Sum("quantity")).values("sum")
    rows = Need.objects.open().filter(
        area__path__startswith=street, sort=Sort.GOODS, unit=donation.unit
    )
    rows = rows.annotate(wanted=F("quantity") - Coalesce(Subquery(taken), 0)).filter(wanted__gt=0)
    found = list(rows.select_related("area").order_by("pk")[: MOST * 10])
    found.sort(key=lambda need: not need.area.path.startswith(donation.area.path))
    return found[:MOST]


def wishes_for(donation):
    """Wishes of the community that speak of such a thing and wait for somebody."""
    words = "".join(donation.what.split())
    pieces = sorted({words[n : n + PIECE] for n in range(len(words) - PIECE + 1)})[:MOST_PIECES]
    if not pieces:
        return []
    speaks = Q()
    for piece in pieces:
        speaks |= Q(title__contains=piece)
    here = {"area__path__startswith": donation.area.path}
    rows = Wish.objects.filter(speaks, state=WishState.OPEN, kind=WishKind.THING, **here)
    return list(rows.select_related("area").order_by("pk")[:MOST])
