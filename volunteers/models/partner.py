import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.models import Area
from volunteers.choices import PartnerKind

from .scope import SharedQuerySet


class PartnerQuerySet(SharedQuerySet):
    def current(self):
        """Partners that take part now."""
        return self.filter(until=None)


class Partner(models.Model):
    """合伙人: a firm, shop, school or unit that brings something to the station.

    The contact's name and telephone are a person's data: sealed, shown to staff with a look.
    `user` may sign in for it and say yes to what it is asked for.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类别", max_length=8, choices=PartnerKind)
    words = models.CharField("能带来什么", max_length=200, blank=True)
    contact_sealed = models.TextField(blank=True)  # name and phone, sealed JSON
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="partners"
    )
    since = models.DateField("加入", default=timezone.localdate)
    until = models.DateField("退出", null=True, blank=True)

    objects = PartnerQuerySet.as_manager()

    SEALED = {"contact_sealed": "partner.contact:{uuid}"}

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"],
                condition=Q(until=None),
                name="volunteers_partner_name_once",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/partners/{self.pk}/"
