"""What of voluntary service may be counted: orders, services, time, wishes, needs, gifts.

Figures stand at estates. What belongs to a community as a whole (an event of all its estates, a
donation) counts at its first estate, so that every sum above it is whole and nothing counts
twice. Time is in minutes and money in fen, as they are kept: a page makes hours and yuan of the
sums, so that nothing is lost by rounding each day.
"""

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from stations.choices import Level
from stations.models import Area, Duty
from stations.registries import Fact, digests, indicators, rates
from volunteers.access import KEEP_PACKAGES, KEEP_WISHES, VIEW, VIEW_ORDERS, VIEW_VOLUNTEERS
from volunteers.choices import AskState, NeedState, OrderEventKind, OrderState
from volunteers.models import Ask, Donation, Hour, Need, Order, OrderEvent, Volunteer, Wish
from volunteers.services.orders.chain import CHANGED_LATE
from volunteers.services.packages import GAP_DUTY

FEW = 5  # fewer people are not told to whoever may not see them

FIRST_ESTATE = (
    Area.objects.filter(parent=OuterRef("area"), level=Level.ESTATE).order_by("pk").values("pk")[:1]
)
ESTATE = Case(When(area__level=Level.ESTATE, then=F("area_id")), default=Subquery(FIRST_ESTATE))


def link(address, **facts):
    """Where what a figure counted is listed."""

    def cases(area, first=None, last=None, split=""):
        query = {"area": area.pk} | facts
        if first:
            query |= {"first": first.isoformat(), "last": last.isoformat()}
        return f"/{address}/?{urlencode(query)}"

    return cases


def at_estates(rows, area_ids):
    """The rows of these estates and of the communities they are first in, each with `estate`."""
    rows = rows.filter(Q(area__in=area_ids) | Q(area__in=communities_of(area_ids))).order_by()
    return rows.annotate(estate=ESTATE).filter(estate__in=area_ids)


def communities_of(area_ids):
    """The communities of these estates, as a query of its own."""
    return Area.objects.filter(level=Level.COMMUNITY, children__in=area_ids).values("pk")


def sums(rows, amount):
    """{(estate, day, ""): number} of rows that have an estate and a day."""
    found = rows.values_list("estate", "day").annotate(n=amount)
    return {(estate, day, ""): number for estate, day, number in found if number}


def by_moment(rows, field, area_ids, days, amount=None, place=at_estates):
    """Rows counted on the day, here, in which that moment lies."""
    start = timezone.make_aware(datetime.combine(min(days), time.min))
    end = timezone.make_aware(datetime.combine(max(days) + timedelta(days=1), time.min))
    rows = rows.filter(**{f"{field}__gte": start, f"{field}__lt": end})
    rows = place(rows.annotate(day=TruncDate(field)), area_ids)
    return sums(rows.filter(day__in=list(days)), amount or Count("pk"))


def of_now(rows, area_ids):
    """{(estate, None, ""): number} of this moment."""
    found = at_estates(rows, area_ids).values_list("estate").annotate(n=Count("pk"))
    return {(estate, None, ""): number for estate, number in found}


def wanted():
    """Orders that were meant: who took theirs back did not ask for anything."""
    return Order.objects.exclude(state=OrderState.CANCELLED)


def served():
    """Orders whose service was done."""
    return Order.objects.filter(done_at__isnull=False).exclude(state=OrderState.CANCELLED)


def in_time():
    """Done by the moment that was promised. What was late before another was agreed on was not."""
    late = OrderEvent.objects.filter(
        order=OuterRef("pk"),
        kind__in=(OrderEventKind.TIME, OrderEventKind.HANDED_OVER),
        words__contains=CHANGED_LATE,
    )
    return served().filter(~Exists(late), done_at__lte=F("due_at"))


def asked():
    """Orders for which somebody was asked."""
    return wanted().filter(round__gte=1)


def answered_at_once():
    """Of these, the ones that somebody asked in the first round took."""
    had = (AskState.ACCEPTED, AskState.HANDED_OVER, AskState.TAKEN_BACK)
    taken = Ask.objects.filter(order=OuterRef("pk"), round=1, state__in=had)
    return asked().filter(Exists(taken))


@indicators.register(
    "volunteers.ordered",
    label="点单",
    unit="单",
    cases=link("orders", view="all"),
    opened_by=VIEW_ORDERS,
    order=300,
)
def ordered(area_ids, days):
    """Orders that came in, without cancelled ones."""
    return by_moment(wanted(), "created_at", area_ids, days)


@indicators.register(
    "volunteers.served",
    label="做完的服务",
    unit="次",
    more_is_better=True,
    cases=link("orders", view="served"),
    opened_by=VIEW_ORDERS,
    order=310,
)
def services_done(area_ids, days):
    """Services to orders that were done, on the day they were done."""
    return by_moment(served(), "done_at", area_ids, days)


@indicators.register(
    "volunteers.in_time",
    label="按时做完",
    unit="次",
    more_is_better=True,
    cases=link("orders", view="served"),
    opened_by=VIEW_ORDERS,
    order=320,
)
def done_in_time(area_ids, days):
    """Of these, the ones done by the promised moment."""
    return by_moment(in_time(), "done_at", area_ids, days)


@indicators.register(
    "volunteers.asked",
    label="派过的单",
    unit="单",
    cases=link("orders", view="all"),
    opened_by=VIEW_ORDERS,
    order=330,
)
def dispatched(area_ids, days):
    """Orders for which somebody was asked, on the day they came in."""
    return by_moment(asked(), "created_at", area_ids, days)


@indicators.register(
    "volunteers.at_once",
    label="第一轮就有人接",
    unit="单",
    more_is_better=True,
    cases=link("orders", view="all"),
    opened_by=VIEW_ORDERS,
    order=340,
)
def taken_at_once(area_ids, days):
    """Of these, the ones that somebody asked first took."""
    return by_moment(answered_at_once(), "created_at", area_ids, days)


@indicators.register(
    "volunteers.open",
    label="没做完的点单",
    unit="单",
    more_is_better=False,
    cases=link("orders", view="open"),
    opened_by=VIEW_ORDERS,
    of_the_moment=True,
    order=350,
)
def open_now(area_ids, days):
    """Orders that wait for somebody, or that somebody took and has not done yet."""
    return of_now(Order.objects.open(), area_ids)


@indicators.register(
    "volunteers.minutes",
    label="计入的服务时间",
    unit="分钟",
    more_is_better=True,
    cases=None,
    order=360,
)
def minutes(area_ids, days):
    """Counted minutes on the day of service, less those taken back, where the service took place:
    at the estate of its order, if it has one."""
    rows = Hour.objects.counted()
    return by_moment(rows, "began_at", area_ids, days, Sum("minutes"), place=where_served)


def where_served(rows, area_ids):
    """Hours, each with the `estate` of its order, or else as any other row."""
    own = Q(area__in=area_ids) | Q(area__in=communities_of(area_ids))
    rows = rows.filter(Q(order__area__in=area_ids) | Q(order=None) & own).order_by()
    return rows.annotate(estate=Coalesce("order__area_id", ESTATE)).filter(estate__in=area_ids)


@indicators.register(
    "volunteers.active",
    label="在册志愿者",
    unit="人",
    more_is_better=True,
    cases=link("volunteers/people"),
    opened_by=VIEW_VOLUNTEERS,
    of_the_moment=True,
    daily=True,
    order=370,
)
def active(area_ids, days):
    """Volunteers who serve, at the estate where they live."""
    rows = (
        Volunteer.objects.serving()
        .filter(Q(estate__in=area_ids) | Q(estate=None, area__in=communities_of(area_ids)))
        .order_by()
        .annotate(home=Coalesce("estate_id", ESTATE))
        .filter(home__in=area_ids)
    )
    found = rows.values_list("home").annotate(n=Count("pk"))
    return {(estate, None, ""): number for estate, number in found}


@indicators.register(
    "volunteers.wishes",
    label="圆了的微心愿",
    unit="个",
    more_is_better=True,
    cases=link("wishes", view="done"),
    opened_by=KEEP_WISHES,
    order=380,
)
def wishes(area_ids, days):
    """Wishes on the day they were fulfilled."""
    return by_moment(
        Wish.objects.filter(fulfilled_at__isnull=False), "fulfilled_at", area_ids, days
    )


@indicators.register(
    "volunteers.needs",
    label="登记的需求",
    unit="项",
    cases=link("lists", tab="needs", all=1),
    opened_by=VIEW,
    order=390,
)
def needs(area_ids, days):
    """Needs on the day they were written down, without those that are no longer needed."""
    rows = Need.objects.exclude(state=NeedState.CLOSED)
    return by_moment(rows, "created_at", area_ids, days)


@indicators.register(
    "volunteers.needs_met",
    label="办成的需求",
    unit="项",
    more_is_better=True,
    cases=link("lists", tab="needs", all=1),
    opened_by=VIEW,
    order=400,
)
def needs_met(area_ids, days):
    """Of these, the ones that were met by now."""
    return by_moment(Need.objects.filter(state=NeedState.MET), "created_at", area_ids, days)


@indicators.register(
    "volunteers.needs_open",
    label="还缺的需求",
    unit="项",
    more_is_better=False,
    cases=link("lists", tab="needs"),
    opened_by=VIEW,
    of_the_moment=True,
    order=405,
)
def needs_open(area_ids, days):
    """Needs that are not met by now, whether or not something was found for them."""
    return of_now(Need.objects.filter(state__in=(NeedState.OPEN, NeedState.MATCHED)), area_ids)


@indicators.register(
    "volunteers.package_gaps",
    label="服务包有缺的",
    unit="个",
    more_is_better=False,
    cases=link("packages", view="gap"),
    opened_by=KEEP_PACKAGES,
    of_the_moment=True,
    order=408,
)
def package_gaps(area_ids, days):
    """Service packages that this month lack a visit whose day has passed: those with the duty to
    make up for it, which is kept by every act and by the day."""
    rows = Duty.objects.open().filter(kind=GAP_DUTY, area__in=area_ids).order_by()
    found = rows.values_list("area").annotate(n=Count("pk"))
    return {(estate, None, ""): number for estate, number in found}


@indicators.register(
    "volunteers.donated",
    label="收到的捐赠",
    unit="分",
    more_is_better=True,
    cases=link("donations"),
    opened_by=VIEW,
    order=410,
)
def donated(area_ids, days):
    """What the things given that day are worth, in fen."""
    rows = Donation.objects.witnessed().filter(received_on__in=list(days))
    rows = rows.annotate(day=F("received_on"))
    return sums(at_estates(rows, area_ids), Sum("worth_fen"))


rates.declare(
    "orders_in_time",
    label="点单按时率",
    numerator="volunteers.in_time",
    denominator="volunteers.served",
    definition="约好的时间以前做完，除以做完的服务",
    unit="次",
    order=60,
)
rates.declare(
    "orders_at_once",
    label="一轮接单率",
    numerator="volunteers.at_once",
    denominator="volunteers.asked",
    definition="头一轮问到的人接了，除以派过的点单",
    unit="单",
    order=70,
)

digests.declare(
    "volunteers",
    label="志愿服务",
    icon="heart-handshake",
    url_name="volunteers:home",
    permission=VIEW,
    facts=(
        Fact(
            key="volunteers.ordered",
            label="点单",
            unit="单",
            part="volunteers.at_once",
            part_label="头一轮就有人接",
        ),
        Fact(
            key="volunteers.served",
            label="做完的服务",
            unit="次",
            part="volunteers.in_time",
            part_label="按约好的时间",
        ),
        Fact(key="volunteers.minutes", label="计入的时数", unit="小时", per=60),
        Fact(key="volunteers.wishes", label="圆了的微心愿", unit="个"),
        Fact(key="volunteers.needs_open", label="还缺的需求", unit="项", is_short=True),
        Fact(
            key="volunteers.package_gaps",
            label="服务包有缺的",
            unit="个",
            is_short=True,
            least=FEW,
        ),
    ),
)
