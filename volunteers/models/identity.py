from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.models import Area

from .scope import StaffQuerySet


class IdentityQuerySet(StaffQuerySet):
    def verified(self):
        """Those whose paper another person has seen."""
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
        indexes = [
            models.Index(
                fields=["area"],
                name="volunteers_identity_to_verify",
                condition=Q(verified_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="volunteers_identity_not_by_oneself",
                condition=Q(verified_by=None) | ~Q(verified_by=models.F("user")),
            ),
        ]

    def __str__(self):
        return str(self.user)


class FormerPhoneQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Nobody reads them: they are compared."""
        return self.none()


class FormerPhone(models.Model):
    """换过的手机号: the fingerprint of a telephone an account had before, never the number itself.

    Somebody who ordered help with their old number does not confirm their own hours with it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="former_phones")
    key = models.CharField(max_length=40)
    until = models.DateTimeField(default=timezone.now)

    objects = FormerPhoneQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="volunteers_former_phone_once"),
        ]

    def __str__(self):
        return str(self.user)
