"""Who may see rows of voluntary service: staff of the place, and people whose own they are."""

from django.db import models
from django.db.models import Q

from stations.choices import COMMUNITY_STAFF, STAFF, Role
from stations.models.area import places_of


def places_above(user, roles=None):
    """The paths at and above which something concerns this person: for rows of a community that
    people of one of its estates may read too."""
    return {
        path
        for posting in user.current_postings()
        if roles is None or posting.role in roles
        for path in posting.area.lineage_paths()
    }


class StaffQuerySet(models.QuerySet):
    """Rows that only the staff of the community may see."""

    def visible_to(self, user):
        return self.filter(area__in=places_of(user, COMMUNITY_STAFF))


class OwnQuerySet(models.QuerySet):
    """Rows for the community's staff, and for the volunteers named by `own(user)`."""

    def own(self, user):
        """The condition under which a row is this volunteer's own."""
        return Q(volunteer__user=user)

    def visible_to(self, user):
        return self.filter(
            Q(area__in=places_of(user, COMMUNITY_STAFF)) | Q(pk__in=self._own_keys(user))
        )

    def _own_keys(self, user):
        """A query of its own: joined to the rows it would double them."""
        return self.model.objects.filter(self.own(user)).order_by().values("pk")


class SharedQuerySet(models.QuerySet):
    """Rows without people in them: for staff and the street, and for volunteers posted there."""

    def visible_to(self, user):
        seen = places_of(user, STAFF | {Role.VOLUNTEER})
        above = places_above(user, {Role.VOLUNTEER} | COMMUNITY_STAFF)
        return self.filter(Q(area__in=seen) | Q(area__path__in=above))
