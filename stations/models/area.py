from django.db import models
from django.db.models import Q
from django.utils import timezone

from stations.choices import Level


def posted_now(prefix=""):
    """A posting counts from its first day until the day it was ended."""
    now = timezone.now()
    return Q(**{f"{prefix}since__lte": now}) & (
        Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gt": now})
    )


class AreaQuerySet(models.QuerySet):
    def under(self, area):
        """The area itself and everything below it."""
        return self.filter(path__startswith=area.path)

    def estates(self):
        return self.filter(level=Level.ESTATE)

    def visible_to(self, user, roles=None):
        """Where the user is posted now (in one of these roles), and everything below.

        The postings are read once a request, so the paths are constants to the
        database and each is one index range.
        """
        if not user.is_authenticated:
            return self.none()
        paths = {
            posting.area.path
            for posting in user.current_postings()
            if roles is None or posting.role in roles
        }
        if not paths:
            return self.none()
        anywhere = Q()
        for path in sorted(paths):
            anywhere |= Q(path__startswith=path)
        return self.filter(anywhere)


def places_of(user, roles=None):
    """The areas of `Area.objects.visible_to`, for `area__in=`: one meaning, quicker asked.

    Up to a street they stand in a query as keys, so that the database knows how few they are. Whoever sees a district gets a subquery.
    """
    if not user.is_authenticated:
        return []
    known = known_places(user, roles)
    if known is None:
        return Area.objects.visible_to(user, roles).order_by().values("pk")
    return [area.pk for area in known]


def known_places(user, roles=None):
    """The rows of `Area.objects.visible_to` in the order of the tree, read once per loaded user;
    None for whoever sees a district: those may be thousands."""
    postings = [p for p in user.current_postings() if roles is None or p.role in roles]
    if any(posting.area.level < Level.STREET for posting in postings):
        return None
    paths = frozenset(posting.area.path for posting in postings)
    known = vars(user).setdefault("_places", {})
    if paths not in known:
        known[paths] = list(Area.objects.visible_to(user, roles)) if paths else []
    return known[paths]


class Area(models.Model):
    """A node of the tree of places: city > district > street > community > estate.

    `path` is the chain of keys from the root, "1/7/42/": everything below an area
    begins with its path, so a whole city is one index range.
    """

    level = models.PositiveSmallIntegerField("级别", choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField("名称", max_length=60)
    path = models.CharField(max_length=200, unique=True, editable=False)
    code = models.SlugField("公开代码", max_length=20, unique=True)
    home_count = models.PositiveIntegerField("户数", default=0)

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        indexes = [
            models.Index(
                fields=["path"], name="stations_area_path_prefix", opclasses=["text_pattern_ops"]
            ),
            models.Index(fields=["parent"], name="stations_area_parent"),
        ]
        constraints = [
            models.CheckConstraint(
                name="stations_area_only_the_city_has_no_parent",
                condition=Q(parent=None, level=Level.CITY)
                | Q(parent__isnull=False, level__gt=Level.CITY),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def area(self):
        """Every object with a place has `.area`; an area is its own."""
        return self

    def lineage_paths(self):
        """The paths of the area itself and of everything above it, no query."""
        ends = [at + 1 for at, character in enumerate(self.path) if character == "/"]
        return [self.path[:end] for end in ends]

    def lineage(self):
        """The area itself and everything above it, highest first."""
        return Area.objects.filter(path__in=self.lineage_paths()).order_by("level")

    def save(self, *args, **kwargs):
        """The path needs the key, so a new row is written twice."""
        creating = self._state.adding and not self.path
        if creating:
            self.path = f"new/{id(self)}/"
        super().save(*args, **kwargs)
        if creating:
            above = self.parent.path if self.parent_id else ""
            self.path = f"{above}{self.pk}/"
            Area.objects.filter(pk=self.pk).update(path=self.path)
