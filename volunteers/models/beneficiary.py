import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.models import Area, Building
from volunteers.choices import ERASE_AFTER, CallResult

from .scope import StaffQuerySet


class BeneficiaryQuerySet(StaffQuerySet):
    def regular(self):
        """Those who are looked after: on the call list and in service packages."""
        return self.filter(is_regular=True, until=None)

    def to_erase(self, now):
        """Those of single orders that ended long ago."""
        return self.filter(is_regular=False, erased_at=None).exclude(
            orders__created_at__gte=now - ERASE_AFTER
        )


class Beneficiary(models.Model):
    """服务对象: somebody who is helped. Name, phone and door are sealed, bound to `uuid`.

    A single order makes one of its own; a regular one has packages, calls and a card whose
    secret code (`card_digest`) orders without typing. `label` is what lists and volunteers who
    are only asked may read: "3栋2单元的一位邻居".
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")  # the estate
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+")
    entrance = models.ForeignKey(
        "stations.Entrance", models.PROTECT, null=True, blank=True, related_name="+"
    )
    home = models.ForeignKey(
        "stations.Home", models.PROTECT, null=True, blank=True, related_name="+"
    )
    name_sealed = models.TextField(blank=True)
    phone_sealed = models.TextField(blank=True)
    phone_index = models.CharField(max_length=32, blank=True, db_index=True)
    door_sealed = models.TextField(blank=True)
    words_sealed = models.TextField(blank=True)  # what helpers have to know
    is_regular = models.BooleanField(default=False)
    call_every_days = models.PositiveSmallIntegerField("几天打一次电话", null=True, blank=True)
    last_call_at = models.DateTimeField(null=True)
    card_digest = models.CharField(max_length=64, blank=True)
    card_given_at = models.DateTimeField(null=True)
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = BeneficiaryQuerySet.as_manager()

    SEALED = {
        f"{field}_sealed": f"beneficiary.{field}:{{uuid}}"
        for field in ("name", "phone", "door", "words")
    }

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["since"],
                name="volunteers_beneficiary_kept",
                condition=Q(is_regular=False, erased_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["card_digest"],
                condition=~Q(card_digest=""),
                name="volunteers_card_once",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        """Where, without who: for lists, messages and the act log."""
        return f"{self.place}的邻居"

    @property
    def place(self):
        """The entrance, the building or the estate: what lists say where no door may stand."""
        return self.entrance or self.building or self.area


class Call(models.Model):
    """问候电话: somebody rang an old person and how they were."""

    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="calls")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    token = models.UUIDField(unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    result = models.CharField(max_length=10, choices=CallResult)
    order = models.ForeignKey("Order", models.PROTECT, null=True, related_name="+")

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
