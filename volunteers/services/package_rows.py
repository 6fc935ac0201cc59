"""服务包 in lists: what tells one package from the other. Whom (masked), the next visit, and how
many of this month's visits took place, are arranged, are missing."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from stations.models import Building
from volunteers.models import Order
from volunteers.services.beneficiaries import masked
from volunteers.services.packages import (
    Visit,
    gaps,
    help_of,
    made_up,
    month_of,
    plan_of,
)

MOST_BUILDINGS = 400


@dataclass(frozen=True)
class Next:
    """The next visit: on which day, for what, and its order once it is made."""

    day: date
    help: str
    order: Order | None = None


@dataclass(frozen=True)
class Row:
    """One package as a list shows it. `who` is masked, as in the list of the people."""

    package: object
    who: str
    visits: list[Visit]
    next: Next | None

    @property
    def gaps(self):
        """How many visits of the month did not take place, with none arranged in their place."""
        return gaps(self.visits)

    @property
    def made_up(self):
        """For how many that did not take place another one is arranged."""
        return made_up(self.visits)

    @property
    def done(self):
        """How many visits of the month took place."""
        return sum(visit.state == "done" for visit in self.visits)

    @property
    def ordered(self):
        """How many visits of the month are ordered, but for those that make up for a gap."""
        return sum(visit.state == "ordered" for visit in self.visits) - self.made_up

    @property
    def planned(self):
        """How many visits of the month are planned and not yet ordered."""
        return sum(visit.state == "planned" for visit in self.visits)


def rows_of(packages, today=None):
    """[Row] of packages (with their people), in two queries however many they are."""
    months, coming = month_of(packages, today), next_visits(packages, today)
    return [
        Row(
            package=package,
            who=masked(package.beneficiary)["name"],
            visits=months[package.pk],
            next=coming.get(package.pk),
        )
        for package in packages
    ]


def next_visits(packages, today=None):
    """{key: Next}: the first visit from today on, ordered or planned, this month or the next.

    One query. What was cancelled, and a visit of today that took place, is not the next one.
    """
    today = today or timezone.localdate()
    orders = {}
    rows = Order.objects.filter(package__in=packages, wanted_on__gte=today)
    for order in rows.order_by("wanted_on", "pk"):
        orders.setdefault(order.package_id, []).append(order)
    found = {}
    for package in packages:
        known = orders.get(package.pk, [])
        coming = [Next(row.wanted_on, row.get_help_display(), row) for row in known if row.is_open]
        coming += _planned(package, {row.token for row in known}, today)
        if coming and not package.until:
            found[package.pk] = min(coming, key=lambda one: one.day)
    return found


def _planned(package, known, today):
    """Visits of this month and the next one that no order was made for yet."""
    labels = dict(Order._meta.get_field("help").choices)
    after = max(today, package.since)
    months = [(today.year, today.month), (today.year + today.month // 12, today.month % 12 + 1)]
    return [
        Next(day, labels[help_of(package, day, number)])
        for year, month in months
        for number, day, token in plan_of(package, year, month)
        if day > after and token not in known
    ]


def buildings_with(packages):
    """The buildings in which somebody has one of these packages, for the filter: by estate."""
    keys = packages.order_by().values("beneficiary__building")
    rows = Building.objects.filter(pk__in=keys).select_related("area")
    return list(rows.order_by("area", "number")[:MOST_BUILDINGS])
