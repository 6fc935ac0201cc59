from django.db import models
from django.db.models import Q

from residents_map.choices import Basis, KindRule, SeenBy
from stations.choices import COMMUNITY_STAFF, Role
from stations.models import Area

SEEING = {SeenBy.STAFF: COMMUNITY_STAFF, SeenBy.SECRETARY: frozenset({Role.SECRETARY})}


class KindQuerySet(models.QuerySet):
    def current(self):
        """Kinds still in use."""
        return self.filter(ended_at=None)

    def at(self, area):
        """Kinds used at an area: everybody's, and those its street added."""
        return self.current().filter(Q(area=None) | Q(area__path__in=area.lineage_paths()))

    def visible_to(self, user):
        """The kinds this person may know of: everybody's and those of their own street."""
        roles = {posting.role for posting in user.current_postings()}
        seeing = [key for key, may in SEEING.items() if roles & may]
        paths = {p for posting in user.current_postings() for p in posting.area.lineage_paths()}
        return self.filter(Q(area=None) | Q(area__path__in=paths), seen_by__in=seeing)

    def whole(self):
        """Kinds that stand for themselves on the map, not as a part of another."""
        return self.filter(part_of=None)


class Kind(models.Model):
    """人群: a kind of people on the map, as data: a street can add its own.

    Each has an icon (a shape, so that it is told apart without its colour), the ground in law
    on which it is kept, how long after it ended, and who may see it. `rule` says whether it is
    entered (`SAID`) or computed from age, or from age and living alone; a computed kind is
    never typed and never stale.
    """

    key = models.SlugField("代码", max_length=30, unique=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="kinds")
    name = models.CharField("名称", max_length=12)
    icon = models.CharField("图标", max_length=30)
    colour = models.CharField("颜色", max_length=30)
    rule = models.CharField("怎么知道的", max_length=8, choices=KindRule, default=KindRule.SAID)
    min_age = models.PositiveSmallIntegerField("满几岁", null=True, blank=True)
    max_age = models.PositiveSmallIntegerField("不满几岁", null=True, blank=True)
    basis = models.CharField("法律依据", max_length=8, choices=Basis)
    basis_words = models.CharField("依据的条文", max_length=120)
    retention_days = models.PositiveSmallIntegerField("不再是之后留多少天", default=365)
    seen_by = models.CharField("谁能看", max_length=10, choices=SeenBy, default=SeenBy.STAFF)
    # 支部党员 and 在职党员 are parts of 党员先锋: shown in its words, not as kinds of their own.
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    needs_care = models.BooleanField("要照看", default=False)
    order = models.PositiveSmallIntegerField("先后", default=100)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = KindQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="residents_map_kind_computed_kinds_have_an_age",
                condition=Q(rule=KindRule.SAID, min_age=None, max_age=None)
                | (~Q(rule=KindRule.SAID) & (Q(min_age__isnull=False) | Q(max_age__isnull=False))),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_computed(self):
        return self.rule != KindRule.SAID
