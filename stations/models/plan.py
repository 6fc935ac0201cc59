from django.conf import settings
from django.db import models

from .area import Area
from .home import InAreaQuerySet


class EstatePlan(models.Model):
    """小区平面图: the picture buildings are drawn on. Holds no person.

    Without a `picture` the plan is drawn from the list of buildings. `width` and `height` are
    the plan's own units; outlines of buildings are points in them.
    """

    area = models.OneToOneField(Area, models.PROTECT, related_name="plan")
    picture = models.FileField("手绘图或总平面图", upload_to="plans/", blank=True)
    width = models.PositiveIntegerField(default=1000)
    height = models.PositiveIntegerField(default=1000)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)

    objects = InAreaQuerySet.as_manager()

    def __str__(self):
        return f"{self.area}平面图"
