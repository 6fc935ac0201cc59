"""Which figures change: figures are kept by estate, what a community has counts at its first."""

from django.utils import timezone

from stations.choices import Level
from stations.models import Area
from stations.services.figures import mark_stale


def mark_day(area, moment=None):
    """What was counted of this place on that day (today) is counted again."""
    day = timezone.localdate()
    if moment is not None:
        day = timezone.localdate(moment) if hasattr(moment, "hour") else moment
    if area.level == Level.COMMUNITY:
        area = Area.objects.filter(parent=area, level=Level.ESTATE).order_by("pk").first()
    if area is not None and area.level == Level.ESTATE:
        mark_stale(area=area, day=day)
