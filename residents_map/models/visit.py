from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from residents_map.choices import CareKind, Missed, VisitState, VisitWay
from stations.models import Area

from .household import Household, InLedgerQuerySet


class VisitQuerySet(InLedgerQuerySet):
    def met(self):
        """Visits in which somebody was met or spoken to."""
        return self.exclude(state=VisitState.MISSED)


class Visit(models.Model):
    """走访: somebody looked in, or rang, or tried to.

    `token` comes with the form, which a phone may keep for days without a signal: sent ten
    times it is one visit. `at` is when it happened, `created_at` when it arrived. What was
    said may touch health, so `words_sealed` is sealed, bound to the token.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="visits")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    token = models.UUIDField(unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("什么时候", default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)
    way = models.CharField("怎么去的", max_length=10, choices=VisitWay, default=VisitWay.DOOR)
    state = models.CharField("怎么样", max_length=8, choices=VisitState)
    missed = models.CharField("没见到的原因", max_length=10, choices=Missed, blank=True)
    words_sealed = models.TextField(blank=True)

    objects = VisitQuerySet.as_manager()

    SEALED = {"words_sealed": "visit:{token}"}

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["area", "at"], name="residents_map_visit_month"),
            models.Index(fields=["household", "-at"], name="residents_map_visit_of"),
        ]
        constraints = [
            models.CheckConstraint(
                name="residents_map_visit_missed_with_reason",
                condition=(Q(state=VisitState.MISSED) & ~Q(missed=""))
                | (~Q(state=VisitState.MISSED) & Q(missed="")),
            ),
        ]

    def __str__(self):
        return f"{self.get_way_display()} {timezone.localtime(self.at):%-m月%-d日}"


class CareEvent(models.Model):
    """急事: something happened in a household that asks for a visit within 24 hours."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="care_events")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    kind = models.CharField("出了什么事", max_length=10, choices=CareKind)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="answers")

    objects = InLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(visit=None),
                name="residents_map_care_one_open",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()
