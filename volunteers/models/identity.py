from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.models import Area

from .scope import StaffQuerySet


class IdentityQuerySet(StaffQuerySet):
    def verified(self):
        return self.filter(verified_at__isnull=False)


class Identity(models.Model):
    """实名: a keyed fingerprint of somebody's ID number, never the number itself.

    It only tells whether two accounts are one person. Claimed by the person, verified by
    somebody else who saw the paper and is verified themselves. One person may have several
    accounts (worker and volunteer): that is why `key` is not unique.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="identity")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    key = models.CharField(max_length=32, db_index=True)
    claimed_at = models.DateTimeField(default=timezone.now)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True)

    objects = IdentityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="volunteers_identity_not_by_oneself",
                condition=Q(verified_by=None) | ~Q(verified_by=models.F("user")),
            ),
        ]

    def __str__(self):
        return str(self.user)
