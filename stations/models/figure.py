from django.db import models

from .area import Area, places_of


class FigureQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(area__in=places_of(user))


class Figure(models.Model):
    """One rolled-up number: an indicator of one area on one day, split one way.

    Kept for every level, so a city's page reads as many rows as an estate's.
    `split` is empty for the plain number, else a category or a level.
    Numbers of the moment (open, overdue) stand on the day 1970-01-01.
    """

    # The unique index begins with the area; beside one of the area alone it was not chosen.
    area = models.ForeignKey(Area, models.CASCADE, related_name="figures", db_index=False)
    day = models.DateField()
    key = models.CharField(max_length=40)
    split = models.CharField(max_length=20, blank=True)
    number = models.BigIntegerField()

    objects = FigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "day", "key", "split"],
                name="stations_figure_once",
                include=["number"],
            )
        ]


class Stale(models.Model):
    """An estate's day whose figures must be counted again.

    Written by every act, so plain rows without a unique key: two acts on one estate
    never wait for each other. Whoever counts takes the doubles together.
    """

    area = models.ForeignKey(Area, models.CASCADE)
    day = models.DateField()
