import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.models import Area, Building
from volunteers.choices import ANY_TIME, Help, MemberState, Reach, VolunteerState

from .scope import OwnQuerySet


class VolunteerQuerySet(OwnQuerySet):
    def own(self, user):
        """Themselves, and who is in a team they lead or asks to join it."""
        held = Q(memberships__state__in=[MemberState.APPLIED, MemberState.IN])
        return (
            Q(user=user),
            held & Q(memberships__team__leader__user=user),
            held & Q(memberships__team__deputy__user=user),
        )

    def serving(self):
        """Those who are in, neither resting nor gone."""
        return self.filter(state=VolunteerState.ACTIVE)

    def active(self):
        """Those of them who may be asked: their account is in use."""
        return self.serving().filter(user__is_active=True)


class Volunteer(models.Model):
    """志愿者: somebody who helps. Leaving and coming back keeps number and record.

    `area` is the community where they joined, `estate` and `building` where they live (for
    "near"). `free` is a bit for each weekday and part of the day (see `free_bit`). `open_count`
    and `served_count` (last 30 days) are kept by services: the least burdened is asked first.
    Of minors alone the birthday is known, with the guardian's sealed name and phone, and the
    moment of consent (志愿服务条例 第15条).
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="volunteer")
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    number = models.CharField("志愿者编号", max_length=20, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    estate = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=VolunteerState, default=VolunteerState.APPLIED)
    helps = ArrayField(
        models.CharField(max_length=12, choices=Help), verbose_name="能帮什么", default=list
    )
    free = models.PositiveIntegerField("什么时候有空", default=ANY_TIME)
    reach = models.PositiveSmallIntegerField("走多远", choices=Reach, default=Reach.ESTATE)
    is_party_member = models.BooleanField("党员", default=False)
    minor_until = models.DateField("满十八岁的日子", null=True, blank=True)
    guardian_sealed = models.TextField(blank=True)  # name and phone, sealed JSON
    guardian_agreed_at = models.DateTimeField(null=True, blank=True)
    insured_until = models.DateField("保险到", null=True, blank=True)
    open_count = models.PositiveSmallIntegerField(default=0)
    served_count = models.PositiveSmallIntegerField(default=0)
    since = models.DateField("加入", default=timezone.localdate)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = VolunteerQuerySet.as_manager()

    SEALED = {"guardian_sealed": "volunteer.guardian:{uuid}"}

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["area", "open_count", "served_count"],
                name="volunteers_volunteer_free",
                condition=Q(state=VolunteerState.ACTIVE),
            ),
            GinIndex(fields=["helps"], name="volunteers_volunteer_helps"),
        ]
        constraints = [
            models.CheckConstraint(
                name="volunteers_volunteer_free_is_a_week",
                condition=Q(free__lte=ANY_TIME),
            ),
            models.CheckConstraint(
                name="volunteers_minor_with_consent",
                condition=Q(minor_until=None)
                | ~Q(state=VolunteerState.ACTIVE)
                | Q(guardian_agreed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return str(self.user)

    def get_absolute_url(self):
        return f"/volunteers/people/{self.pk}/"

    def is_minor(self, day=None):
        """Under eighteen on that day (today)."""
        return bool(self.minor_until and self.minor_until > (day or timezone.localdate()))

    def is_insured(self, day=None):
        """Insured on that day (today): risky work asks for it (志愿服务条例 第17条)."""
        return bool(self.insured_until and self.insured_until >= (day or timezone.localdate()))
