"""民情图上能看什么: kinds of people, visits that are due, houses that are let, and what other
apps count by building. Every layer is one number a building."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When
from django.utils import timezone

from residents_map.choices import KindRule
from residents_map.foundation.marks import token_of
from residents_map.models import CareEvent, Household, Kind, Mark, Person, Rental
from residents_map.models.person import rule_of
from residents_map.services.kind_counts import count_kinds
from stations.access import can
from stations.registries import map_layers

AHEAD = timedelta(days=6)  # "within seven days": today is the first
CARE, VISITS, RENTALS = "care", "visits", "rentals"
CLASSES = 4


@dataclass
class Layer:
    """One thing the plan can show: `counts` is {building id: number}.

    `parts` are the names and numbers a kind is made of; `late` counts what is overdue, `urgent`
    what asks for a look within a day.
    """

    key: str
    label: str
    icon: str
    colour: str
    unit: str
    counts: dict
    is_kind: bool = False
    parts: list = field(default_factory=list)
    late: dict = field(default_factory=dict)
    urgent: dict = field(default_factory=dict)
    url: object = None

    @property
    def total(self):
        return sum(self.counts.values())

    def at(self, building_id):
        return self.counts.get(building_id, 0)

    @property
    def is_filled(self):
        """Kinds have shapes of their own, everything else line icons."""
        return self.icon.startswith("k-")

    @property
    def words(self):
        """What the number is made of: 支部党员 35、在职党员 174."""
        return "、".join(f"{name} {number}" for name, number in self.parts if number)


def kinds_for(user, area):
    """(kinds that stand for themselves, {whole id: its parts}) this person may see here."""
    rows = list(Kind.objects.at(area).visible_to(user).order_by("order", "pk"))
    parts = defaultdict(list)
    for kind in rows:
        if kind.part_of_id:
            parts[kind.part_of_id].append(kind)
    return [kind for kind in rows if not kind.part_of_id], parts


def count_wholes(kinds, parts, *, by, **where):
    """{row key: {kind key: people}} where whoever is of a part is of the whole, once."""
    every = kinds + [part for kind in kinds for part in parts.get(kind.pk, ())]
    found = defaultdict(dict, count_kinds(every, by=by, **where))
    split = [kind for kind in kinds if parts.get(kind.pk)]
    if not split:
        return found
    tokens = {
        kind.key: [token_of(one.key) for one in (kind, *parts[kind.pk]) if not one.is_computed]
        for kind in split
    }
    whens = [When(token__in=those, then=Value(key)) for key, those in tokens.items()]
    marks = Mark.objects.current().filter(
        token__in=[token for those in tokens.values() for token in those], **where
    )
    rows = marks.order_by().annotate(whole=Case(*whens, output_field=CharField()))
    for row, whole, number in rows.values_list(by, "whole").annotate(
        n=Count("person", distinct=True)
    ):
        found[row][whole] = number
    return found


def kind_layers(user, area):
    """A layer for each kind of people, in the order of the legend."""
    kinds, parts = kinds_for(user, area)
    found = count_wholes(kinds, parts, by="building_id", area=area)
    layers = []
    for kind in kinds:
        here = {row: of[kind.key] for row, of in found.items() if of.get(kind.key)}
        made_of = [
            (part.name, sum(of.get(part.key, 0) for of in found.values()))
            for part in parts.get(kind.pk, ())
        ]
        layers.append(Layer(kind.key, kind.name, kind.icon, kind.colour, "人", here, True, made_of))
    return layers, kinds


def care_layer(area, kinds):
    """Everybody who needs looking after, whatever for; each counted once."""
    needing = [kind for kind in kinds if kind.needs_care]
    who = Q(pk__in=[])
    for kind in needing:
        if kind.rule != KindRule.SAID:
            who |= rule_of(kind)
    tokens = [token_of(kind.key) for kind in needing if kind.rule == KindRule.SAID]
    if tokens:
        who |= Exists(Mark.objects.current().filter(token__in=tokens, person=OuterRef("pk")))
    rows = Person.objects.residents().filter(who, area=area).order_by()
    counts = dict(rows.values_list("building_id").annotate(n=Count("pk")))
    return Layer(CARE, "要照看", "heart-handshake", "zhe-ink", "人", counts)


def open_events():
    """急事 of a household (the outer row) that nobody has looked into yet."""
    return CareEvent.objects.filter(household=OuterRef("pk"), visit=None)


def to_visit(area, today):
    """Households whose turn comes within seven days, is over, or where something happened."""
    due = ~Q(tier="") & Q(next_visit_on__lte=today + AHEAD)
    rows = Household.objects.current().filter(area=area)
    return rows.annotate(is_urgent=Exists(open_events())).filter(due | Q(is_urgent=True))


def visit_layer(area):
    """Households to be visited: how many, how many of them at once, how many too late.

    Where something happened the day of the turn no longer matters, as on the round.
    """
    today = timezone.localdate()
    counts, late, urgent = {}, {}, {}
    passed = Q(is_urgent=False, next_visit_on__lt=today)
    for building, number, now, over in (
        to_visit(area, today)
        .order_by()
        .values_list("building_id")
        .annotate(
            n=Count("pk"),
            now=Count("pk", filter=Q(is_urgent=True)),
            over=Count("pk", filter=passed),
        )
    ):
        counts[building] = number
        if now:
            urgent[building] = now
        if over:
            late[building] = over
    return Layer(VISITS, "该走访", "walk", "zhusha", "户", counts, late=late, urgent=urgent)


def rental_layer(area):
    """Houses that are let."""
    rows = Rental.objects.current().filter(area=area).order_by()
    counts = dict(rows.values_list("building_id").annotate(n=Count("pk")))
    return Layer(RENTALS, "出租屋", "key", "plum", "户", counts)


def layers_of(area, user):
    """Every layer of the plan this person may see: kinds first, then the rest."""
    people, kinds = kind_layers(user, area)
    others = [care_layer(area, kinds), visit_layer(area), rental_layer(area)]
    for given in map_layers:
        if can(user, given.opened_by, at=area):
            counts = {key: number for key, number in given.count(area, user).items() if number}
            others.append(
                Layer(
                    given.key.rpartition(".")[2],
                    given.label,
                    given.icon,
                    given.colour,
                    given.unit,
                    counts,
                    url=given.url,
                )
            )
    return people + others


@dataclass(frozen=True)
class Ramp:
    """Numbers in up to four classes, light to dark; nothing stays unwashed."""

    classes: dict  # {building id: 1 to 4}
    labels: list  # of the classes: "1–3"
    shown: dict  # {building id: the number in words}


def ramp_of(values, *, digits=0):
    """Classes of equal width between the smallest and the greatest number that is not 0."""
    some = sorted(value for value in values.values() if value)
    shown = {key: f"{value:.{digits}f}" for key, value in values.items()}
    if not some:
        return Ramp({}, [], shown)
    step = 10**-digits
    low, high = some[0], some[-1]
    count = min(CLASSES, round((high - low) / step) + 1)
    if count == 1:
        limits = [high]
    elif digits:
        limits = [round(low + (high - low) * n / count, digits) for n in range(1, count)] + [high]
    else:
        limits = [int(low + (high - low + 1) * n / count) - 1 for n in range(1, count)] + [high]
    # Few classes are the dark ones too: what is most has to burn.
    first = 1 if count == CLASSES or count == 1 else CLASSES - count + 1
    first = 2 if count == 1 else first
    classes = {}
    for key, value in values.items():
        if value:
            classes[key] = first + next(n for n, limit in enumerate(limits) if value <= limit)
    labels, start = [], low
    for n, limit in enumerate(limits):
        end = n == len(limits) - 1
        text = f"{start:.{digits}f}"
        if limit > start:
            text += " 以上" if end and count > 1 else f"–{limit:.{digits}f}"
        labels.append((first + n, text))
        start = limit + step
    return Ramp(classes, labels, shown)


def per_hundred(counts, homes):
    """{building id: number for each hundred homes}, one decimal."""
    return {
        key: round(number / homes[key] * 100, 1) for key, number in counts.items() if homes.get(key)
    }
