from django.db import models
from django.utils import timezone

from .area import Area
from .home import InAreaQuerySet


class StationQuerySet(InAreaQuerySet):
    def nearest_to(self, area):
        """The station people of this area go to: its own, else the community's; or None."""
        near = self.filter(area__path__in=area.lineage_paths())
        return near.order_by("-area__level", "pk").first()


class Station(models.Model):
    """党群服务站: the place with an address, a phone and opening hours."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="stations")
    name = models.CharField("名称", max_length=60)
    address = models.CharField("地址", max_length=100)
    phone = models.CharField("电话", max_length=20)
    opens = models.TimeField("开门")
    closes = models.TimeField("关门")

    objects = StationQuerySet.as_manager()

    class Meta:
        ordering = ["area", "pk"]

    def __str__(self):
        return self.name

    @property
    def is_open(self):
        """Whether the door is open at this minute."""
        return self.opens <= timezone.localtime().time() < self.closes
