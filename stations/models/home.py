from django.db import models
from django.db.models import Q

from .area import Area, places_of


class InAreaQuerySet(models.QuerySet):
    """Rows that stand in an area."""

    def visible_to(self, user):
        return self.filter(area__in=places_of(user))


class Building(models.Model):
    """楼栋: one building of an estate. Holds addresses only, no person."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="buildings")
    number = models.PositiveSmallIntegerField("栋号")
    floors = models.PositiveSmallIntegerField("层数", default=1)
    code = models.SlugField("二维码代码", max_length=20, unique=True)
    # Corner points [[x, y], …] on the estate's plan, in its units, y downwards; empty: the plan
    # places the building by itself.
    outline = models.JSONField("轮廓", default=list, blank=True)

    objects = InAreaQuerySet.as_manager()

    class Meta:
        ordering = ["area", "number"]
        constraints = [
            models.UniqueConstraint(fields=["area", "number"], name="stations_building_once"),
        ]

    def __str__(self):
        return f"{self.number}栋"


class EntranceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(building__area__in=places_of(user))


class Entrance(models.Model):
    """单元: a staircase of a building, with the door where the QR code hangs."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="entrances")
    number = models.PositiveSmallIntegerField("单元号")
    code = models.SlugField("二维码代码", max_length=20, unique=True)

    objects = EntranceQuerySet.as_manager()

    class Meta:
        ordering = ["building", "number"]
        constraints = [
            models.UniqueConstraint(fields=["building", "number"], name="stations_entrance_once"),
        ]

    def __str__(self):
        return f"{self.building}{self.number}单元"

    @property
    def area(self):
        return self.building.area


class HomeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(entrance__building__area__in=places_of(user))


class Home(models.Model):
    """户: one home. Its floor area in m² weighs in owners' votes (民法典 第278条)."""

    entrance = models.ForeignKey(Entrance, models.PROTECT, related_name="homes")
    number = models.CharField("门牌", max_length=10)
    floor = models.SmallIntegerField("楼层")
    floor_area = models.DecimalField("建筑面积（平方米）", max_digits=7, decimal_places=2)

    objects = HomeQuerySet.as_manager()

    class Meta:
        ordering = ["entrance", "floor", "number"]
        constraints = [
            models.UniqueConstraint(fields=["entrance", "number"], name="stations_home_once"),
            models.CheckConstraint(
                name="stations_home_floor_area_is_positive", condition=Q(floor_area__gt=0)
            ),
        ]

    def __str__(self):
        return f"{self.entrance}{self.number}"

    @property
    def area(self):
        return self.entrance.building.area


class Place(models.Model):
    """公共地点: a public spot of an estate with a name everybody knows (地下车库, 南门)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="places")
    name = models.CharField("地点", max_length=40)

    objects = InAreaQuerySet.as_manager()

    class Meta:
        ordering = ["area", "name"]
        constraints = [
            models.UniqueConstraint(fields=["area", "name"], name="stations_place_once"),
        ]

    def __str__(self):
        return self.name
