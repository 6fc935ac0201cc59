from django.conf import settings
from django.db import models
from django.utils import timezone

from deliberation.choices import Level5, Link

from .issue import Issue


class Rating(models.Model):
    """评议: what the resident says of the result. One per round; staff cannot rate.

    `round` counts from 1; a low rating reopens the issue, whose second result is rated
    once more.
    """

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField("评价", choices=Level5)
    words = models.CharField("说两句", max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "round"], name="deliberation_rating_once_per_round"
            ),
            models.CheckConstraint(
                name="deliberation_rating_five_levels",
                condition=models.Q(level__range=(1, 5)),
            ),
        ]

    @property
    def is_low(self):
        return self.level <= Level5.BAD


class Waiver(models.Model):
    """A named secretary lets an issue close without one link of the chain, with a reason.

    It holds for one round (see Rating): what is opened again needs its links again.
    """

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="waivers")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    link = models.CharField("哪一环", max_length=10, choices=Link)
    reason = models.CharField("缘由", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "round", "link"], name="deliberation_waiver_once_per_link"
            ),
            models.CheckConstraint(
                name="deliberation_waiver_with_reason", condition=~models.Q(reason="")
            ),
        ]
