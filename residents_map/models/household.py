from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from residents_map.choices import MONTHLY, Tenure, Tier
from stations.choices import COMMUNITY_STAFF
from stations.models import Area, Building, Home
from stations.models.area import places_of


class InLedgerQuerySet(models.QuerySet):
    """Rows about people. Who is not posted in the community itself sees none of them."""

    def visible_to(self, user):
        return self.filter(area__in=places_of(user, COMMUNITY_STAFF))


class HouseholdQuerySet(InLedgerQuerySet):
    def current(self):
        """Households that live here now."""
        return self.filter(until=None)

    def in_plan(self):
        """Those that are visited regularly."""
        return self.current().exclude(tier=Tier.NONE)

    def monthly(self):
        """Those somebody has to see every month: weekly and monthly ones."""
        return self.current().filter(tier__in=MONTHLY)

    def awaited(self):
        """Those in which something happened that asks for a visit within a day."""
        return self.current().filter(care_events__visit=None, care_events__isnull=False)

    def due_by(self, day):
        """Those whose next visit is due by that day."""
        return self.in_plan().filter(next_visit_on__lte=day)

    def overdue(self):
        """Those whose visit was due before today."""
        return self.in_plan().filter(next_visit_on__lt=timezone.localdate())


class Household(models.Model):
    """一户人家: the people who live in one home together, from when until when.

    `area` (estate) and `building` repeat the home's, so that plan, lists and scope cost one
    index. `resident_count` is the number of members living here now (services keep it).
    `tier` is how often somebody looks in, since `planned_on`; `next_visit_on` the day by which.
    """

    home = models.ForeignKey(Home, models.PROTECT, related_name="households")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", db_index=False)
    tenure = models.CharField("住房", max_length=8, choices=Tenure, default=Tenure.UNKNOWN)
    resident_count = models.PositiveSmallIntegerField("常住人数", default=0)
    since = models.DateField("入住", null=True, blank=True)
    until = models.DateField("迁出", null=True, blank=True)
    tier = models.CharField("多久看一次", max_length=8, choices=Tier, default=Tier.NONE, blank=True)
    next_visit_on = models.DateField("下次走访", null=True, blank=True)
    planned_on = models.DateField("定走访的日子", null=True, editable=False)
    last_visit_at = models.DateTimeField("上次走访", null=True)
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    paired_with = models.CharField("结对人", max_length=40, blank=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["area", "next_visit_on"],
                name="residents_map_household_due",
                condition=Q(until=None) & ~Q(tier=""),
            ),
            models.Index(
                fields=["building"], name="residents_map_household_here", condition=Q(until=None)
            ),
            models.Index(fields=["area"], name="residents_map_household_area"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["home"],
                condition=Q(until=None),
                name="residents_map_household_one_at_a_time",
            ),
            models.CheckConstraint(
                name="residents_map_household_leaves_after_it_came",
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
            ),
            models.CheckConstraint(
                name="residents_map_household_in_plan_has_a_day",
                condition=Q(tier=Tier.NONE, next_visit_on=None)
                | (~Q(tier=Tier.NONE) & Q(next_visit_on__isnull=False))
                | Q(until__isnull=False),
            ),
        ]

    def __str__(self):
        return str(self.home)

    def get_absolute_url(self):
        return f"/map/homes/{self.home_id}/"

    @property
    def is_overdue(self):
        """Its visit was due before today."""
        return bool(self.tier and self.next_visit_on and self.next_visit_on < timezone.localdate())
