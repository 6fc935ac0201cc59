from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.models import Area
from volunteers.choices import PointKind

from .hour import Hour
from .partner import Partner
from .scope import OwnQuerySet, SharedQuerySet
from .volunteer import Volunteer


class GiftQuerySet(SharedQuerySet):
    def current(self):
        """Gifts that can be had today, if any are left."""
        today = timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=today), ended_at=None)


class Gift(models.Model):
    """可换的东西: what a partner gives for points, how many are left, until when."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="gifts")
    name = models.CharField("换什么", max_length=60)
    words = models.CharField("怎么领", max_length=120, blank=True)
    points = models.PositiveIntegerField("要几分")
    left = models.PositiveIntegerField("还剩几份")
    until = models.DateField("到哪天", null=True, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = GiftQuerySet.as_manager()

    class Meta:
        ordering = ["points", "pk"]
        constraints = [
            models.CheckConstraint(
                name="volunteers_gift_costs_something", condition=Q(points__gt=0)
            ),
        ]

    def __str__(self):
        return self.name


class Redemption(models.Model):
    """换东西: a volunteer gave points for a gift; handed over against the short code."""

    token = models.UUIDField(unique=True, editable=False)
    code = models.SlugField("领取码", max_length=12, unique=True)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="redemptions")
    gift = models.ForeignKey(Gift, models.PROTECT, related_name="redemptions")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    points = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    handed_over_at = models.DateTimeField(null=True)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="volunteers_redemption_one_end",
                condition=Q(handed_over_at=None) | Q(cancelled_at=None),
            ),
        ]

    def __str__(self):
        return str(self.gift)


class Point(models.Model):
    """积分: an account book. Each line follows the one before it and holds the `balance` after it.

    Two lines cannot follow the same one (`seq` is unique for a volunteer), and spending cannot
    lead below zero: the same points are never spent twice, however many press at once. Only
    hours taken back may leave somebody owing.
    """

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="points", db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=PointKind)
    points = models.IntegerField()
    balance = models.IntegerField()
    hour = models.OneToOneField(Hour, models.PROTECT, null=True, related_name="point")
    redemption = models.ForeignKey(Redemption, models.PROTECT, null=True, related_name="entries")
    at = models.DateTimeField(default=timezone.now)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["volunteer", "-seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "seq"], name="volunteers_point_one_after_another"
            ),
            models.UniqueConstraint(
                fields=["redemption", "kind"],
                condition=Q(redemption__isnull=False),
                name="volunteers_point_once_a_redemption",
            ),
            models.CheckConstraint(
                name="volunteers_point_not_overspent",
                condition=Q(balance__gte=0) | Q(kind=PointKind.TAKEN_BACK) | Q(points__gt=0),
            ),
            models.CheckConstraint(
                name="volunteers_point_sign_of_its_kind",
                condition=Q(kind__in=[PointKind.EARNED, PointKind.RETURNED], points__gte=0)
                | Q(kind__in=[PointKind.SPENT, PointKind.TAKEN_BACK], points__lte=0),
            ),
            models.CheckConstraint(
                name="volunteers_point_from_somewhere",
                condition=Q(kind__in=[PointKind.EARNED, PointKind.TAKEN_BACK], hour__isnull=False)
                | Q(kind__in=[PointKind.SPENT, PointKind.RETURNED], redemption__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.points:+d}"
