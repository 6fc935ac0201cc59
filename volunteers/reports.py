"""Voluntary service in a month's report, on the wall and in the day of the desk; no person is named."""

from datetime import datetime, time, timedelta

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from stations.choices import Level
from stations.models import Area
from stations.registries import Appointment, Done, Section, done_lately, reports, schedule
from volunteers.choices import EventState, OrderState
from volunteers.models import Brand, Donation, Hour, Match, Order, Slot, Wish

NO_BRAND = "没有品牌的"
COLUMNS = ("社区", "品牌", "做完的服务", "其中按时", "志愿者人次", "服务小时")
NUMBERS = ("done", "in_time", "times", "minutes")
MOST_SLOTS = 20
DONE_DAYS = 30  # the wall tells of no older wish


def within(rows, field, area, first, last, place="area"):
    """Rows of a place and what is below it, whose moment lies on one of these days here."""
    start = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    span = {f"{field}__gte": start, f"{field}__lt": end}
    span[f"{place}__in"] = Area.objects.under(area).values("pk")
    return rows.filter(**span).order_by()


@reports.register("volunteers.service", label="志愿服务", order=60)
def service(area, first, last):
    """A line for each brand with services or hours in the period; what was given, in words.

    Hours are those of services in the period that count by now, where the service took place.
    """
    lines = lines_of(area, first, last)
    return Section(
        title="志愿服务",
        words=said(lines, given(area, first, last)),
        columns=COLUMNS,
        widths=(16, 12, 12, 10, 12, 10),
        rows=[
            [place, brand, line["done"], line["in_time"], line["times"], hours(line["minutes"])]
            for place, brand, line in lines
        ],
    )


def lines_of(area, first, last):
    """[(community, brand, {number: how many})] in the order of places and brands."""
    orders = within(Order.objects.all(), "done_at", area, first, last)
    served = Hour.objects.counted().annotate(place=Coalesce("order__area", "area"))
    counted = within(served, "began_at", area, first, last, place="place")
    found = [
        *orders.exclude(state=OrderState.CANCELLED)
        .values("team__brand", place=F("area"))
        .annotate(done=Count("pk"), in_time=Count("pk", filter=Q(done_at__lte=F("due_at")))),
        *counted.values("place", "team__brand").annotate(
            times=Count("pk", filter=Q(reverses=None, reversed_by=None)), minutes=Sum("minutes")
        ),
    ]
    areas = Area.objects.select_related("parent").in_bulk({row["place"] for row in found})
    brands = Brand.objects.in_bulk({row["team__brand"] for row in found} - {None})
    sums = {}
    for row in found:
        place = areas[row["place"]]
        place = place.parent if place.level == Level.ESTATE else place
        line = sums.setdefault((place, brands.get(row["team__brand"])), dict.fromkeys(NUMBERS, 0))
        for key in NUMBERS:
            line[key] += row.get(key, 0)
    return [(str(place), str(brand or NO_BRAND), line) for (place, brand), line in in_order(sums)]


def in_order(sums):
    """By community, then as the brands stand; what was done without a brand last."""

    def place_in_line(item):
        (place, brand), _ = item
        return (place.path, brand is None, brand.order if brand else 0, brand.pk if brand else 0)

    return sorted(sums.items(), key=place_in_line)


def given(area, first, last):
    """Wishes fulfilled, needs met, and what was donated, in the period."""
    donations = Donation.objects.witnessed().filter(
        area__in=Area.objects.under(area), received_on__range=(first, last)
    )
    return {
        "wishes": within(Wish.objects.all(), "fulfilled_at", area, first, last).count(),
        "matches": within(Match.objects.all(), "delivered_at", area, first, last).count(),
        **donations.aggregate(
            donations=Count("pk"), givers=Count("partner", distinct=True), fen=Sum("worth_fen")
        ),
    }


def hours(minutes):
    """126.5: hours to the tenth."""
    return round(minutes / 60, 1)


def said(lines, given):
    """The month in a few sentences."""
    done = sum(line["done"] for *_, line in lines)
    minutes = sum(line["minutes"] for *_, line in lines)
    words = [f"本月做完服务 {done:,} 次，计入 {hours(minutes):,.1f} 小时。"] if lines else []
    if given["wishes"]:
        words.append(f"圆了微心愿 {given['wishes']:,} 个。")
    if given["matches"]:
        words.append(f"需求和资源对上、送到 {given['matches']:,} 项。")
    if given["donations"]:
        yuan = f"{given['fen'] / 100:,.2f}".removesuffix(".00")
        words.append(f"收到 {given['givers']:,} 家的捐赠 {given['donations']:,} 笔，值 {yuan} 元。")
    return "".join(words) or "本月没有志愿服务。"


@done_lately.register("volunteers.wishes", label="刚圆的心愿")
def wishes_lately(area, limit):
    """The newest fulfilled wishes, in the words that stand on the public board."""
    since = timezone.now() - timedelta(days=DONE_DAYS)
    rows = (
        Wish.objects.on_board()
        .filter(area__in=Area.objects.under(area), fulfilled_at__gte=since)
        .select_related("area")
        .order_by("-fulfilled_at")[:limit]
    )
    return [
        Done(
            where=wish.area.name,
            what=f"{wish.first_name}的心愿圆了：{wish.title}",
            days=(timezone.localdate(wish.fulfilled_at) - timezone.localdate(wish.created_at)).days,
        )
        for wish in rows
    ]


@schedule.register("volunteers.events", label="活动")
def events_of(user, day):
    """Slots of that day in the person's places."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    slots = (
        Slot.objects.visible_to(user)
        .standing()
        .filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
        .exclude(event__state__in=[EventState.DRAFT, EventState.CANCELLED])
        .select_related("event")
    )
    return [
        Appointment(
            at=slot.starts_at,
            title=slot.event.title,
            where=slot.event.place,
            url=slot.event.get_absolute_url(),
        )
        for slot in slots[:MOST_SLOTS]
    ]
