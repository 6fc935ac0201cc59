from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from residents_map.choices import InspectionState, Listing
from stations.models import Area, Building, Home

from .household import InLedgerQuerySet


class RentalQuerySet(InLedgerQuerySet):
    def current(self):
        """Houses let now."""
        return self.filter(until=None)


class Rental(models.Model):
    """出租屋: a home that is let. The list is of houses, never of named people.

    `stars` and `listing` come from its last inspection; both are seen by the association's
    members and staff only. Visited twice a month (`next_visit_on`).
    """

    home = models.ForeignKey(Home, models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(editable=False, unique=True)
    landlord_sealed = models.TextField(blank=True)  # name and phone, sealed JSON
    is_member = models.BooleanField("加入房东协会", default=False)
    stars = models.PositiveSmallIntegerField("星级", null=True, blank=True)
    listing = models.CharField(
        "榜", max_length=6, choices=Listing, default=Listing.NONE, blank=True
    )
    next_visit_on = models.DateField("下次走访", null=True)
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True)

    objects = RentalQuerySet.as_manager()

    SEALED = {"landlord_sealed": "rental.landlord:{uuid}"}

    class Meta:
        ordering = ["building", "home"]
        indexes = [
            models.Index(
                fields=["area", "building"],
                name="residents_map_rental_here",
                condition=Q(until=None),
            ),
            models.Index(
                fields=["next_visit_on"], name="residents_map_rental_due", condition=Q(until=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["home"], condition=Q(until=None), name="residents_map_rental_once"
            ),
            models.CheckConstraint(
                name="residents_map_rental_stars_one_to_five",
                condition=Q(stars=None) | Q(stars__range=(1, 5)),
            ),
        ]

    def __str__(self):
        return str(self.home)


class Inspection(models.Model):
    """出租屋检查: a house against the criteria; fewer than three stars has to be put right.

    `answers` is {criterion key: True/False}. The landlord may object; a colleague decides.
    Never deleted: a re-inspection is a new row that names the one before.
    """

    rental = models.ForeignKey(Rental, models.PROTECT, related_name="inspections")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    stars = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=InspectionState)
    fix_by = models.DateField("整改期限", null=True, blank=True)
    words = models.CharField("说明", max_length=200, blank=True)
    before = models.ForeignKey("self", models.PROTECT, null=True, related_name="again")
    appeal = models.CharField("异议", max_length=200, blank=True)
    appealed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decision = models.CharField("异议处理", max_length=200, blank=True)

    objects = InLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="residents_map_inspection_stars_one_to_five",
                condition=Q(stars__range=(1, 5)),
            ),
            models.CheckConstraint(
                name="residents_map_inspection_not_judged_by_oneself",
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("by")),
            ),
        ]
