"""品牌: the names under which teams serve, their stories and signs, and what they did by month."""

import uuid
from datetime import date, datetime, time

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from stations.choices import Level
from stations.foundation.codes import short_code
from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.models import Brand, Hour

MONTHS = 12
FIELDS = ("name", "motto", "story", "colour", "icon")


def locked(brand):
    """The brand as it is now, held until the act is done."""
    return Brand.objects.select_for_update(of=("self",)).select_related("area").get(pk=brand.pk)


def put_logo(brand, logo):
    """The sign (a `Remade` picture) and its small copy; the old ones stay in the store."""
    if logo:
        name = uuid.uuid4().hex
        brand.logo.save(f"{name}.jpg", ContentFile(logo.jpeg), save=False)
        brand.thumb.save(f"{name}-small.jpg", ContentFile(logo.thumb), save=False)


def name_is_free(brand):
    """Refuse a name that another brand of the place has."""
    same = Brand.objects.current().filter(area=brand.area, name=brand.name).exclude(pk=brand.pk)
    if same.exists():
        refuse(f"{brand.area}已经有叫“{brand.name}”的品牌了，换个名字。")


@transaction.atomic
def add_brand(*, area, by, name, motto="", story="", colour="blue", icon="heart", logo=None):
    """A new brand of a community; its public page stands from this moment."""
    if area.level > Level.COMMUNITY:
        refuse("品牌登记在社区，不登记在小区。")
    facts = {"name": name, "motto": motto, "story": story, "colour": colour, "icon": icon}
    brand = Brand(area=area, code=short_code(), **facts)
    name_is_free(brand)
    put_logo(brand, logo)
    brand.save()
    record("volunteers.add_brand", on=brand, by=by)
    return brand


@transaction.atomic
def change_brand(*, brand, by, logo=None, **facts):
    """Other words, another tone or sign. Without a new picture the old one stays."""
    brand = locked(brand)
    if brand.until:
        refuse("这个品牌已经结束了，不能再改。")
    for field in FIELDS:
        setattr(brand, field, facts[field])
    name_is_free(brand)
    put_logo(brand, logo)
    brand.save()
    record("volunteers.change_brand", on=brand, by=by)
    return brand


@transaction.atomic
def end_brand(*, brand, by):
    """The brand is not used any more. Its teams end first, its records stay."""
    brand = locked(brand)
    if brand.until:
        refuse("这个品牌已经结束了。")
    if brand.teams.current().exists():
        refuse("它名下还有队伍。先把队伍解散或改到别的品牌，再结束品牌。")
    brand.until = timezone.localdate()
    brand.save(update_fields=["until"])
    record("volunteers.end_brand", on=brand, by=by)
    return brand


# what they did


def first_of_month(day, months_back=0):
    """The first day of the month, so many months ago."""
    months = day.year * 12 + day.month - 1 - months_back
    return date(months // 12, months % 12 + 1, 1)


def first_moment(day):
    """When a day begins here."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def served():
    """{"services", "minutes"} of counted hours: a reversal takes one service back again."""
    plain, taken_back = Q(reverses=None), Q(reverses__isnull=False)
    return {  # counted by minutes, which stand in the index of a team's hours; a key does not
        "services": Count("minutes", filter=plain) - Count("minutes", filter=taken_back),
        "minutes": Sum("minutes", default=0),
    }


def months_of(today=None, **whose):
    """[{month, services, minutes}] of the last twelve months, oldest first, from counted hours.

    `whose` says of whom: team__brand=…, team=…. One query.
    """
    today = today or timezone.localdate()
    months = [first_of_month(today, back) for back in range(MONTHS - 1, -1, -1)]
    start = first_moment(months[0])
    rows = Hour.objects.counted().filter(began_at__gte=start, **whose).order_by()
    found = {
        timezone.localdate(row["month"]): row
        for row in rows.annotate(month=TruncMonth("began_at")).values("month").annotate(**served())
    }
    nothing = {"services": 0, "minutes": 0}
    return [{**nothing, **found.get(month, {}), "month": month} for month in months]


def services_this_month(brands, today=None):
    """{brand key: {services, minutes}} since the first of this month, one query."""
    first = first_of_month(today or timezone.localdate())
    start = first_moment(first)
    rows = Hour.objects.counted().filter(began_at__gte=start, team__brand__in=brands).order_by()
    return {row["team__brand"]: row for row in rows.values("team__brand").annotate(**served())}


def brands_for(area):
    """The current brands that serve an estate: its community's, and those of above."""
    found = Brand.objects.current().filter(area__path__in=area.lineage_paths())
    return found.order_by("order", "pk")
