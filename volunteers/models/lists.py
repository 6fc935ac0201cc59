import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from stations.models import Area, Home
from volunteers.choices import Help, MatchState, NeedSource, NeedState, Sort

from .partner import Partner
from .scope import SharedQuerySet
from .volunteer import Volunteer


class NeedQuerySet(SharedQuerySet):
    def open(self):
        """Needs that still lack something."""
        return self.filter(state=NeedState.OPEN)


class Need(models.Model):
    """需求: something a place or a person needs, with how much and from when until when.

    Who it is for stands nowhere here; `home` links back for the staff.
    """

    token = models.UUIDField(unique=True, editable=False, default=uuid.uuid4)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    home = models.ForeignKey(Home, models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField("需要什么", max_length=60)
    words = models.CharField("说明", max_length=300, blank=True)
    sort = models.CharField("哪一类", max_length=8, choices=Sort)
    help = models.CharField("哪种本领", max_length=12, choices=Help, blank=True)
    quantity = models.PositiveIntegerField("要多少", default=1)
    unit = models.CharField("单位", max_length=8, default="份")
    first_on = models.DateField("从哪天", null=True, blank=True)
    last_on = models.DateField("到哪天", null=True, blank=True)
    source = models.CharField(max_length=10, choices=NeedSource, default=NeedSource.STATION)
    state = models.CharField(max_length=8, choices=NeedState, default=NeedState.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["area", "state", "-id"], name="volunteers_need_list"),
            models.Index(
                fields=["sort", "help"],
                name="volunteers_need_open",
                condition=Q(state=NeedState.OPEN),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="volunteers_need_of_something", condition=Q(quantity__gt=0)
            ),
            models.CheckConstraint(
                name="volunteers_need_runs_forward",
                condition=Q(first_on=None) | Q(last_on=None) | Q(last_on__gte=F("first_on")),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"/lists/needs/{self.pk}/"


class ResourceQuerySet(SharedQuerySet):
    def current(self):
        """What can be given now or later: something is left, and its time is not over."""
        today = timezone.localdate()
        return self.filter(Q(last_on=None) | Q(last_on__gte=today), ended_at=None, left__gt=0)


class Resource(models.Model):
    """资源: what a partner or a volunteer can give, how much is `left`, from when until when."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="resources"
    )
    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, null=True, blank=True, related_name="resources"
    )
    title = models.CharField("能给什么", max_length=60)
    words = models.CharField("说明", max_length=300, blank=True)
    sort = models.CharField("哪一类", max_length=8, choices=Sort)
    help = models.CharField("哪种本领", max_length=12, choices=Help, blank=True)
    quantity = models.PositiveIntegerField("有多少", default=1)
    left = models.PositiveIntegerField("还剩多少", default=1)
    unit = models.CharField("单位", max_length=8, default="份")
    worth_fen = models.PositiveBigIntegerField("值多少钱（分）", null=True, blank=True)
    first_on = models.DateField("从哪天", null=True, blank=True)
    last_on = models.DateField("到哪天", null=True, blank=True)
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["area", "-id"], name="volunteers_resource_list"),
            models.Index(
                fields=["sort", "help"],
                name="volunteers_resource_left",
                condition=Q(ended_at=None, left__gt=0),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="volunteers_resource_of_one_giver",
                condition=Q(partner=None, volunteer__isnull=False)
                | Q(partner__isnull=False, volunteer=None),
            ),
            models.CheckConstraint(
                name="volunteers_resource_not_overgiven", condition=Q(left__lte=F("quantity"))
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def giver(self):
        """The partner or the volunteer who gives it."""
        return self.partner or self.volunteer

    def get_absolute_url(self):
        return f"/lists/resources/{self.pk}/"


class MatchQuerySet(SharedQuerySet):
    def running(self):
        """Those that are talked over or agreed, not yet delivered."""
        return self.filter(state__in=[MatchState.PROPOSED, MatchState.AGREED])


class Match(models.Model):
    """服务: a need met by a resource; agreed by both sides, delivered, rated by both.

    What is set aside for it is taken off the resource's `left` at once, and given back when
    nothing comes of it.
    """

    need = models.ForeignKey(Need, models.PROTECT, related_name="matches")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="matches")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField("多少")
    state = models.CharField(max_length=10, choices=MatchState, default=MatchState.PROPOSED)
    why = models.CharField(max_length=160, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    need_agreed_at = models.DateTimeField(null=True)
    need_agreed_by = models.CharField("需求方谁点的头", max_length=40, blank=True)
    giver_agreed_at = models.DateTimeField(null=True)
    giver_agreed_by = models.CharField("资源方谁点的头", max_length=40, blank=True)
    agreed_on = models.DateField("约在哪天", null=True, blank=True)
    delivered_at = models.DateTimeField(null=True)
    delivered_words = models.CharField("怎么送到的", max_length=200, blank=True)
    need_rating = models.PositiveSmallIntegerField(null=True)
    giver_rating = models.PositiveSmallIntegerField(null=True)
    declined_why = models.CharField(max_length=100, blank=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="volunteers_match_agreed_by_both",
                condition=Q(state__in=[MatchState.PROPOSED, MatchState.DECLINED])
                | Q(need_agreed_at__isnull=False, giver_agreed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="volunteers_match_of_something", condition=Q(quantity__gt=0)
            ),
        ]

    def __str__(self):
        return f"{self.need} ← {self.resource}"

    def get_absolute_url(self):
        return f"/lists/matches/{self.pk}/"


class DonationQuerySet(SharedQuerySet):
    def witnessed(self):
        """Those that the second of the two said they saw: these have a receipt and count."""
        return self.exclude(witnessed_at=None)


class Donation(models.Model):
    """捐赠: things a partner gave, taken in by two people, with a numbered receipt. Fen.

    One of the two writes it down; `witnessed_at` is when the witness said so from their own account.
    Before that it has no receipt, is in no figure and on no public page.
    """

    number = models.CharField("收据编号", max_length=24, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="donations")
    what = models.CharField("捐了什么", max_length=60)
    quantity = models.PositiveIntegerField("多少")
    unit = models.CharField("单位", max_length=8, default="份")
    worth_fen = models.PositiveBigIntegerField("值多少钱（分）")
    received_on = models.DateField("哪天收的", default=timezone.localdate)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    witnessed_at = models.DateTimeField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0)
    is_public = models.BooleanField("同意公示", default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = DonationQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="volunteers_donation_not_overused", condition=Q(used__lte=F("quantity"))
            ),
            models.CheckConstraint(
                name="volunteers_donation_taken_by_two",
                condition=~Q(received_by=F("witness")),
            ),
        ]

    def __str__(self):
        return f"{self.partner}：{self.what}"

    def get_absolute_url(self):
        return f"/donations/{self.pk}/"


class DonationUse(models.Model):
    """去了哪里: where a part of a donation went. No person is named."""

    donation = models.ForeignKey(Donation, models.PROTECT, related_name="uses")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField("多少")
    where = models.CharField("给了谁、用在哪里", max_length=80)
    wish = models.ForeignKey(
        "Wish", models.PROTECT, null=True, blank=True, related_name="donations"
    )
    used_on = models.DateField("哪天", default=timezone.localdate)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["used_on", "pk"]
        constraints = [
            models.CheckConstraint(name="volunteers_use_of_something", condition=Q(quantity__gt=0)),
        ]

    def __str__(self):
        return self.where
