import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.models import Area, Building, Entrance
from volunteers.choices import ROUNDS, RosterGroup, SupplyState

from .scope import StaffQuerySet
from .volunteer import Volunteer


class RosterQuerySet(StaffQuerySet):
    def visible_to(self, user):
        mine = Position.objects.filter(volunteer__user=user).values("roster")
        staff = super().visible_to(user)
        return self.filter(Q(pk__in=staff.values("pk")) | Q(pk__in=mine, closed_at=None))

    def open(self):
        """Emergencies that are not over."""
        return self.filter(closed_at=None)


class Roster(models.Model):
    """应急排班: for one estate, while an emergency lasts: who stands for which building, which
    entrance and in which group. At its end `words` say what it took: people, goods."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    title = models.CharField("什么事", max_length=40)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    round = models.PositiveSmallIntegerField("第几轮", default=0)
    closed_at = models.DateTimeField(null=True)
    words = models.CharField("记一句", max_length=200, blank=True, db_default="")

    objects = RosterQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(closed_at=None), name="volunteers_roster_one_open"
            ),
            models.CheckConstraint(
                name="volunteers_roster_three_rounds", condition=Q(round__lte=max(ROUNDS))
            ),
        ]

    def __str__(self):
        return f"{self.area} {self.title}"

    def get_absolute_url(self):
        return f"/rosters/{self.pk}/"


class PositionQuerySet(StaffQuerySet):
    def filled(self):
        """Those at which somebody stands, with an account or by name."""
        return self.exclude(volunteer=None, name="")

    def empty(self):
        """The red gaps."""
        return self.filter(volunteer=None, name="")


class Position(models.Model):
    """一个位置: a building's, an entrance's or a group's, and who stands there.

    A volunteer, or somebody without an account by name (with the phone sealed).
    """

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="positions")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+")
    entrance = models.ForeignKey(Entrance, models.PROTECT, null=True, blank=True, related_name="+")
    group = models.CharField(max_length=14, choices=RosterGroup, blank=True)
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="positions"
    )
    name = models.CharField("姓名", max_length=40, blank=True)
    phone_sealed = models.TextField(blank=True)
    filled_at = models.DateTimeField(null=True)

    objects = PositionQuerySet.as_manager()

    SEALED = {"phone_sealed": "position.phone:{uuid}"}

    class Meta:
        ordering = ["building", "entrance", "group", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "building"],
                condition=Q(entrance=None, group=""),
                name="volunteers_position_one_a_building",
            ),
            models.UniqueConstraint(
                fields=["roster", "entrance"],
                condition=Q(entrance__isnull=False),
                name="volunteers_position_one_an_entrance",
            ),
            models.UniqueConstraint(
                fields=["roster", "group", "volunteer"],
                condition=~Q(group="") & Q(volunteer__isnull=False),
                name="volunteers_position_once_in_a_group",
            ),
        ]

    def __str__(self):
        return str(self.entrance or self.building or self.get_group_display())


class HeadCount(models.Model):
    """清点: how many of a building's people came in a round, as told by its lead. Numbers only."""

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="counts")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    building = models.ForeignKey(Building, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    expected = models.PositiveIntegerField("应到")
    present = models.PositiveIntegerField("实到")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ["building", "round"]
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "building", "round"], name="volunteers_count_once_a_round"
            ),
            models.CheckConstraint(
                name="volunteers_count_in_three_rounds", condition=Q(round__range=(1, 3))
            ),
        ]


class Supply(models.Model):
    """代购: what a home ordered through its building lead in an emergency. Words are sealed."""

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="supplies")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    token = models.UUIDField(unique=True, editable=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="+")
    door = models.CharField("房号", max_length=12)
    words_sealed = models.TextField()
    state = models.CharField(max_length=10, choices=SupplyState, default=SupplyState.ASKED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(null=True)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = StaffQuerySet.as_manager()

    SEALED = {"words_sealed": "supply.words:{uuid}"}

    @property
    def place(self):
        """ "1栋2单元 1502", where it is delivered."""
        return f"{self.building}{'' if '单元' in self.door else ' '}{self.door}"

    class Meta:
        ordering = ["state", "building", "pk"]
