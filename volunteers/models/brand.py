from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.models import Area

from .scope import SharedQuerySet


class BrandQuerySet(SharedQuerySet):
    def current(self):
        """Brands that are at work now."""
        return self.filter(until=None)


class Brand(models.Model):
    """品牌: the name under which teams serve (同心智、同心益 …), with its story and sign.

    Public: everything on it is for everybody to read and holds no person but by function.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    code = models.SlugField("公开代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=20)
    motto = models.CharField("一句话", max_length=60, blank=True)
    story = models.TextField("故事", max_length=3000, blank=True)
    colour = models.CharField("颜色", max_length=8, default="blue")  # a tone of the house
    icon = models.CharField("图标", max_length=30, default="heart-handshake")
    logo = models.FileField("标志", upload_to="brands/", blank=True)
    thumb = models.FileField(upload_to="brands/", blank=True)
    order = models.PositiveSmallIntegerField("排序", default=100)
    since = models.DateField("开始", default=timezone.localdate)
    until = models.DateField("结束", null=True, blank=True)

    objects = BrandQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"],
                condition=Q(until=None),
                name="volunteers_brand_name_once",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/brands/{self.pk}/"
