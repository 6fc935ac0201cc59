from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from residents_map.choices import Reason
from stations.models import Area

from .household import InLedgerQuerySet
from .person import Person


class ChildLookQuerySet(InLedgerQuerySet):
    def waiting(self):
        """Asked and not answered."""
        return self.filter(answered_at=None)

    def open_for(self, user):
        """Agreed for this person and not yet run out."""
        return self.filter(asked_by=user, is_agreed=True, until__gt=timezone.now())


class ChildLook(models.Model):
    """看孩子资料: somebody asks to see a child's data; a named person agrees or not.

    Staff access to minors' data needs a responsible person's approval, is recorded and as
    small as possible (未成年人网络保护条例 第36条). An approval lasts 24 hours.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="child_looks")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField("为什么", max_length=10, choices=Reason)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    is_agreed = models.BooleanField(default=False)
    until = models.DateTimeField(null=True)

    objects = ChildLookQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "asked_by"],
                condition=Q(answered_at=None),
                name="residents_map_childlook_asked_once",
            ),
            models.CheckConstraint(
                name="residents_map_childlook_not_by_oneself",
                condition=Q(answered_by=None) | ~Q(answered_by=models.F("asked_by")),
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.get_reason_display()}"
