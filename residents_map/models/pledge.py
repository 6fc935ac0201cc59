from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from residents_map.choices import PledgeRole
from stations.models import Area, Building, Entrance

from .household import InLedgerQuerySet


class PledgeQuerySet(InLedgerQuerySet):
    def current(self):
        """Claims that still hold."""
        return self.filter(until=None)


class Pledge(models.Model):
    """认领: somebody claims a building or an entrance, with a duty and a promise.

    What the board shows is only what the person agreed to show: each of name, phone and unit
    has its own consent. The phone is sealed, bound to `uuid`.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="+")
    entrance = models.ForeignKey(Entrance, models.PROTECT, null=True, blank=True, related_name="+")
    uuid = models.UUIDField(editable=False, unique=True)
    role = models.CharField("认领什么", max_length=10, choices=PledgeRole)
    name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位或住处", max_length=40, blank=True)
    phone_sealed = models.TextField(blank=True)
    duty = models.CharField("职责", max_length=120)
    promise = models.CharField("承诺", max_length=120)
    shows_name = models.BooleanField("同意公开姓名", default=False)
    shows_phone = models.BooleanField("同意公开电话", default=False)
    shows_unit = models.BooleanField("同意公开单位或住处", default=False)
    agreed_on = models.DateField("本人哪天同意的", null=True, blank=True)
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PledgeQuerySet.as_manager()

    SEALED = {"phone_sealed": "pledge.phone:{uuid}"}

    class Meta:
        ordering = ["building", "entrance", "role", "pk"]
        indexes = [
            models.Index(
                fields=["area", "building"],
                name="residents_map_pledge_here",
                condition=Q(until=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="residents_map_pledge_shown_only_when_agreed",
                condition=Q(agreed_on__isnull=False)
                | Q(shows_name=False, shows_phone=False, shows_unit=False),
            ),
            models.CheckConstraint(
                name="residents_map_pledge_entrance_lead_has_an_entrance",
                condition=~Q(role=PledgeRole.ENTRANCE) | Q(entrance__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["building"],
                condition=Q(until=None, role=PledgeRole.BUILDING),
                name="residents_map_pledge_one_building_lead",
            ),
            models.UniqueConstraint(
                fields=["entrance"],
                condition=Q(until=None, role=PledgeRole.ENTRANCE),
                name="residents_map_pledge_one_entrance_lead",
            ),
        ]

    def __str__(self):
        return f"{self.building} {self.get_role_display()}"
