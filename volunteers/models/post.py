from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.models import Area, Building
from volunteers.choices import PostKind

from .scope import OwnQuerySet, SharedQuerySet
from .volunteer import Volunteer


class PostQuerySet(SharedQuerySet):
    def current(self):
        """Posts that are kept."""
        return self.filter(until=None)


class Post(models.Model):
    """岗位和责任区: what can be claimed, with its duties. A zone has an `outline` on the plan."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    kind = models.CharField("类别", max_length=10, choices=PostKind)
    title = models.CharField("岗名", max_length=40)
    words = models.CharField("做什么", max_length=300)
    seats = models.PositiveSmallIntegerField("几个人", default=1)
    building = models.ForeignKey(Building, models.PROTECT, null=True, blank=True, related_name="+")
    outline = models.JSONField("范围", default=list, blank=True)  # as Building.outline
    has_cleanup = models.BooleanField("每月一次清洁日", default=False)
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"/posts/{self.pk}/"


class ClaimQuerySet(OwnQuerySet):
    def current(self):
        """Claims that nobody has given back and that have not run out."""
        return self.filter(ended_at=None)


class Claim(models.Model):
    """认领: a volunteer holds a post until a day, then says again or gives it back."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="claims")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="claims")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    promise = models.CharField("承诺", max_length=60, blank=True)
    since = models.DateField(default=timezone.localdate)
    until = models.DateField("到哪天")
    ended_at = models.DateTimeField(null=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["until", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "volunteer"],
                condition=Q(ended_at=None),
                name="volunteers_claim_once",
            ),
        ]

    def __str__(self):
        return f"{self.post} · {self.volunteer}"
