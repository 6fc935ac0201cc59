from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from stations.models import Area
from volunteers.choices import SEATED, EventKind, EventState, Help, SignUpState

from .scope import OwnQuerySet, SharedQuerySet
from .team import Team
from .volunteer import Volunteer


class EventQuerySet(SharedQuerySet):
    def open(self):
        """Those that people can sign up for."""
        return self.filter(state=EventState.OPEN)


class Event(models.Model):
    """活动: something of a team that people sign up for, in one or more slots.

    Risky work asks for insurance, `fits_minors` says whether somebody under 18 may come.
    `risks` is what people must know before they sign up (志愿服务条例 第12条).
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="events")
    post = models.ForeignKey("Post", models.PROTECT, null=True, blank=True, related_name="events")
    kind = models.CharField("类别", max_length=10, choices=EventKind, default=EventKind.SERVICE)
    help = models.CharField("做什么", max_length=12, choices=Help, default=Help.OTHER)
    title = models.CharField("名称", max_length=60)
    words = models.CharField("说明", max_length=600, blank=True)
    risks = models.CharField("要注意什么", max_length=200, blank=True)
    place = models.CharField("地点", max_length=60)
    is_risky = models.BooleanField("有风险，要先上保险", default=False)
    fits_minors = models.BooleanField("未成年人可以参加", default=False)
    state = models.CharField(max_length=10, choices=EventState, default=EventState.DRAFT)
    cancelled_why = models.CharField(max_length=100, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"/events/{self.pk}/"


class SlotQuerySet(SharedQuerySet):
    def standing(self):
        """Those that were not called off alone; their event may have been."""
        return self.filter(cancelled_at=None)


class Slot(models.Model):
    """时段: when an event takes place, and how many can come. `code` is in the check-in QR.

    One of several can be called off alone (`cancelled_at`, `cancelled_why`); the others stand.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="slots")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField("开始", db_index=True)
    ends_at = models.DateTimeField("结束")
    seats = models.PositiveSmallIntegerField("几个人")
    code = models.SlugField(max_length=20, unique=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_why = models.CharField(max_length=100, blank=True, db_default="")

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["area", "starts_at"], name="volunteers_slot_place")]
        constraints = [
            models.CheckConstraint(
                name="volunteers_slot_runs_forward", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="volunteers_slot_has_seats", condition=Q(seats__gt=0)),
        ]

    def __str__(self):
        return f"{self.event} {timezone.localtime(self.starts_at):%-m月%-d日 %H:%M}"


class Times(Func):
    """From when until when, as a range of Postgres."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class OnePerson(Func):
    """A key as a range of one number: ranges need no extension to be compared in GiST."""

    template = "int8range(%(expressions)s, '[]')"


class SignUpQuerySet(OwnQuerySet):
    def own(self, user):
        """One's own, and those of events of a team one leads."""
        return (
            Q(volunteer__user=user),
            Q(slot__event__team__leader__user=user),
            Q(slot__event__team__deputy__user=user),
        )

    def seated(self):
        """Those who have a seat, or have been offered one."""
        return self.filter(state__in=SEATED)

    def waiting(self):
        """Those in the line for a seat."""
        return self.filter(state=SignUpState.WAITING)


class SignUp(models.Model):
    """报名: a volunteer comes to a slot, or waits for a seat.

    `starts_at` and `ends_at` repeat the slot's: the database refuses two places at once.
    """

    slot = models.ForeignKey(Slot, models.PROTECT, related_name="sign_ups")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="sign_ups")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SignUpState)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    asked_at = models.DateTimeField(default=timezone.now)
    offered_until = models.DateTimeField(null=True)
    present_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects = SignUpQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(
                fields=["offered_until"],
                name="volunteers_signup_offered",
                condition=Q(state=SignUpState.OFFERED),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "volunteer"],
                condition=Q(
                    state__in=[
                        SignUpState.IN,
                        SignUpState.WAITING,
                        SignUpState.OFFERED,
                        SignUpState.PRESENT,
                        SignUpState.LEFT,
                    ]
                ),
                name="volunteers_signup_once",
            ),
            ExclusionConstraint(
                name="volunteers_signup_one_place_at_a_time",
                expressions=[
                    (OnePerson("volunteer", "volunteer"), RangeOperators.OVERLAPS),
                    (Times("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=[SignUpState.IN, SignUpState.PRESENT]),
            ),
        ]

    def __str__(self):
        return f"{self.slot} · {self.volunteer}"
