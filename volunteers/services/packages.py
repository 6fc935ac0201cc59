"""服务包 (医康养): so many visits a month for one person, ordered ahead, gaps in red."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from stations.foundation.locks import held
from stations.foundation.refusal import refuse
from stations.models import Duty
from stations.services.acts import record
from stations.services.duties import end_duty, start_duty
from stations.services.work import later
from volunteers.choices import ORDER_SERVED, PACKAGE_AHEAD, OrderChannel, OrderState
from volunteers.models import Order, Package
from volunteers.services.care import in_care
from volunteers.services.teams import locked_people

GAP_DUTY = "volunteers.package_gap"
NAMES = UUID("6f0c1f3e-63b2-4f0e-9d5c-7d5b8f3a1c21")  # of the tokens of planned visits
SUNDAY, DAYS = 6, 7
TAKEN_BACK = (OrderState.ORDERED, OrderState.DISPATCHED, OrderState.ACCEPTED)  # with the package
GAP_LOCK = 0x46_57  # "FW": under which the gaps of one package are counted
BATCH = 500
MOST_A_RUN = 200  # orders made in one run; the next run makes the rest
NO_HELP = "选一样要做的事。"
NOT_THEIRS = "这支队伍不在这个社区服务，换一支。"


# what stands in a package


@transaction.atomic
def add_package(*, beneficiary, by, name, helps, per_month, weekday=None, part=0, team=None):
    """Visits for one person, `per_month` (1 to 8) on a usual weekday and part of the day.

    The first one comes after today. Refuses a person who is not looked after.
    """
    row = in_care(beneficiary, "先登记成常年服务对象，再开服务包。")
    _check(row.area, helps, team)
    package = Package.objects.create(
        beneficiary=row,
        area=row.area,
        name=name.strip(),
        helps=list(helps),
        per_month=per_month,
        weekday=weekday,
        part=part,
        team=team,
        by=by,
    )
    record("volunteers.add_package", on=package, by=by)
    later("volunteers.make_package_orders", key=f"package:{package.pk}")
    return package


@transaction.atomic
def change_package(*, package, by, name, helps, per_month, weekday=None, part=0, team=None):
    """Other helps, days or another team. Visits that are ordered already stay as they are."""
    row = locked(package)
    if row.until:
        refuse("这个服务包已经结束了。")
    _check(row.area, helps, team)
    row.name, row.helps, row.team = name.strip(), list(helps), team
    row.per_month, row.weekday, row.part = per_month, weekday, part
    row.save()
    keep_gap_duty(row)
    record("volunteers.change_package", on=row, by=by)
    return row


@transaction.atomic
def end_package(*, package, by):
    """No more visits. Those ordered ahead and not taken yet are taken back."""
    row = locked(package)
    if row.until:
        refuse("这个服务包已经结束了。")
    return end_packages([row], by=by)[0]


def end_packages(rows, *, by):
    """End locked packages together.

    All orders are locked first, then all who accepted one, as `accept` and `finish` do it: order,
    volunteer. Only then numbers change.
    """
    from volunteers.services.orders import cancel

    today = timezone.localdate()
    for row in rows:
        row.until = today
        row.save(update_fields=["until"])
    ahead = Order.objects.select_for_update(of=("self",)).filter(
        package__in=rows, state__in=TAKEN_BACK, wanted_on__gte=today
    )
    orders = list(ahead.order_by("pk"))
    locked_people([order.volunteer_id for order in orders if order.volunteer_id])
    for order in orders:
        cancel(order=order, by=by, why="服务包结束了")
    for row in rows:
        end_duty(GAP_DUTY, on=row)
        record("volunteers.end_package", on=row, by=by)
    return rows


@transaction.atomic
def visit_again(*, package, by, help, wanted_on, part):
    """补一次: one more visit in place of one that did not take place."""
    from volunteers.services.orders import order_help

    row = locked(package)
    if row.until:
        refuse("这个服务包已经结束了。")
    order, _ = order_help(
        token=uuid4(), area=row.area, help=help, wanted_on=wanted_on, part=part, by=by, **_of(row)
    )
    keep_gap_duty(row)
    return order


def _of(package):
    """What every order of a package has."""
    helped = package.beneficiary
    return {
        "beneficiary": helped,
        "building": helped.building,
        "entrance": helped.entrance,
        "home": helped.home,
        "channel": OrderChannel.PACKAGE,
        "package": package,
        "team": package.team,
    }


def locked(package):
    """The package as it is now, held until the act is done.

    Everywhere in this order: the person, packages, orders, volunteers by their keys, the gap's
    duty. Rows that only point here (a visit that is ordered) need not wait.
    """
    return held(with_people(Package.objects.all()), package.pk, no_key=True)


def locked_packages(rows):
    """Packages as they are now, by key, held until the act is done."""
    rows = rows.select_for_update(of=("self",), no_key=True)
    return with_people(rows).order_by("pk")


def with_people(packages):
    """Packages with whom they are for, by door, and the team."""
    return packages.select_related(
        "area",
        "team",
        "by",
        "beneficiary__area",
        "beneficiary__building",
        "beneficiary__entrance__building",
        "beneficiary__home",
    )


def _check(area, helps, team):
    if not helps:
        refuse(NO_HELP)
    if team and (team.until or team.area_id not in (area.pk, area.parent_id)):
        refuse(NOT_THEIRS)


# the days of a month


def planned_days(*, year, month, per_month, weekday=None):
    """The days of a month, `per_month` of them, spread evenly over it on the usual weekday.

    More visits than the month has such days: also three days later in the week. Without a
    usual weekday: Monday to Friday.
    """
    days = [date(year, month, n + 1) for n in range(calendar.monthrange(year, month)[1])]
    if weekday is None:
        usual = [day for day in days if day.weekday() < SUNDAY - 1]
    else:
        usual = [day for day in days if day.weekday() == weekday]
        if len(usual) < per_month:
            second = (weekday + 3) % DAYS
            usual = [day for day in days if day.weekday() in (weekday, second)]
    # The middle of each of `per_month` equal stretches.
    return [usual[(2 * n + 1) * len(usual) // (2 * per_month)] for n in range(per_month)]


def plan_of(package, year, month):
    """[(number, day, token)] of the month: the token is that of the visit's order, always."""
    days = planned_days(
        year=year, month=month, per_month=package.per_month, weekday=package.weekday
    )
    return [
        (number, day, uuid5(NAMES, f"{package.pk}:{year}-{month:02d}:{number}"))
        for number, day in enumerate(days)
    ]


def help_of(package, day, number):
    """Which of the package's helps a visit is for: they take turns."""
    turn = (day.year * 12 + day.month) * package.per_month + number
    return package.helps[turn % len(package.helps)]


# orders ahead


def make_package_orders(today=None):
    """Orders of all packages for the next PACKAGE_AHEAD days. Returns how many were made."""
    made, rows = 0, current_packages().iterator(chunk_size=BATCH)
    while made < MOST_A_RUN and (some := list(islice(rows, BATCH))):
        made += make_orders(some, today=today, most=MOST_A_RUN - made)
    return made


def current_packages():
    """Packages at work, of people who are looked after."""
    rows = Package.objects.current().filter(beneficiary__until=None)
    return with_people(rows).order_by("pk")


def make_orders(packages, *, today=None, most=MOST_A_RUN):
    """Order what is planned from tomorrow on and not ordered yet, however often it is asked."""
    from volunteers.services.orders import order_help

    today = today or timezone.localdate()
    last = today + timedelta(days=PACKAGE_AHEAD)
    months = sorted({(day.year, day.month) for day in (today, last)})
    wanted = [
        (package, number, day, token)
        for package in packages
        for year, month in months
        for number, day, token in plan_of(package, year, month)
        if today < day <= last and day > package.since
    ]
    tokens = [token for *_, token in wanted]
    known = set(Order.objects.filter(token__in=tokens).values_list("token", flat=True))
    fresh = [row for row in wanted if row[-1] not in known][:most]
    for package, number, day, token in fresh:
        order_help(
            token=token,
            area=package.area,
            help=help_of(package, day, number),
            wanted_on=day,
            part=package.part,
            by=package.by,
            **_of(package),
        )
    return len(fresh)


# how the month goes


@dataclass(frozen=True)
class Visit:
    """One visit of a month: done, ordered, planned (to be ordered), off (cancelled), gap."""

    day: date
    state: str
    order: Order | None = None
    is_extra: bool = False  # 补一次: ordered besides the plan, for one that did not take place

    @property
    def label(self):
        """For whoever cannot see the dots."""
        said = {"done": "来过", "ordered": "已排", "planned": "要排", "off": "取消", "gap": "缺"}
        return f"{self.day:%-m月%-d日}{said[self.state]}"


def month_of(packages, today=None):
    """{key of package: [Visit]} of this month, in one query however many packages."""
    today = today or timezone.localdate()
    first = today.replace(day=1)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    orders = {}
    rows = Order.objects.filter(package__in=packages, wanted_on__range=(first, last))
    for order in rows.order_by("wanted_on", "pk"):
        orders.setdefault(order.package_id, {})[order.token] = order
    return {package.pk: _visits(package, orders.get(package.pk, {}), today) for package in packages}


def _visits(package, orders, today):
    """The plan with its orders; what was ordered in addition stands in for gaps."""
    visits = []
    for _, day, token in plan_of(package, today.year, today.month):
        order = orders.pop(token, None)
        if order is None and day <= package.since:
            continue
        visits.append(Visit(order.wanted_on if order else day, _state(order, day, today), order))
    for order in orders.values():
        state = _state(order, order.wanted_on, today)
        gap = next((at for at, one in enumerate(visits) if one.state == "gap"), None)
        if state == "done" and gap is not None:
            visits[gap] = Visit(order.wanted_on, state, order)
        elif state in ("done", "ordered"):
            visits.append(Visit(order.wanted_on, state, order, is_extra=True))
    return sorted(visits, key=lambda visit: visit.day)


def _state(order, day, today):
    if order and order.state in ORDER_SERVED:
        return "done"
    if (order.wanted_on if order else day) < today:
        return "gap"
    if order is None:
        return "planned"
    return "off" if order.state == OrderState.CANCELLED else "ordered"


def gaps(visits):
    """How many visits of the month did not take place, and no day is arranged to make up for."""
    return sum(visit.state == "gap" for visit in visits) - made_up(visits)


def made_up(visits):
    """For how many of those that did not take place a visit is arranged (已约补)."""
    missed = sum(visit.state == "gap" for visit in visits)
    arranged = sum(visit.state == "ordered" and visit.is_extra for visit in visits)
    return min(missed, arranged)


def packages_with_gaps(packages=None, today=None):
    """{key: gaps} of packages that this month lack a visit whose day has passed, and for which
    nobody has arranged another."""
    found, rows = {}, (current_packages() if packages is None else packages)
    rows = rows.iterator(chunk_size=BATCH)
    while some := list(islice(rows, BATCH)):
        found |= with_gaps(some, today)
    return found


def with_gaps(packages, today):
    """The same of a list of packages, in one query."""
    months = month_of(packages, today)
    return {pk: lacking for pk, visits in months.items() if (lacking := gaps(visits))}


# the duty


def gap_words(package, lacking):
    """What the duty says: how many are missing, where and what. It names nobody."""
    title = f"服务包这个月缺{lacking}次：{package.title}"
    return {"title": title[:120], "subtitle": f"{package.area} · {package.rhythm}"[:160]}


def start_gap_duty(package, lacking):
    """The duty of a package that has none. Somebody else's that came first in this moment stays."""
    try:
        with transaction.atomic():
            start_duty(GAP_DUTY, on=package, fresh=True, **gap_words(package, lacking))
    except IntegrityError:
        if not Duty.objects.open().filter(kind=GAP_DUTY, object_id=package.pk).exists():
            raise


@transaction.atomic
def keep_gap_duty(package):
    """Start or end the duty of one package, as its month stands now.

    Two visits of it that are cancelled or done at once are counted one after the other, so that
    the second sees the first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [GAP_LOCK, package.pk % 2**31])
    is_current = Package.objects.current().filter(pk=package.pk).exists()
    lacking = gaps(month_of([package])[package.pk]) if is_current else 0
    opened = Duty.objects.open().filter(kind=GAP_DUTY, object_id=package.pk)
    if not lacking:
        end_duty(GAP_DUTY, on=package)
    elif not opened.update(**gap_words(package, lacking)):
        start_gap_duty(package, lacking)
