"""Who may see rows of voluntary service: staff of the place, and people whose own they are."""

from django.db import models
from django.db.models import Q

from stations.choices import COMMUNITY_STAFF, STAFF, Role
from stations.models import Area
from stations.models.area import known_places, places_of

PLACED = COMMUNITY_STAFF | {Role.VOLUNTEER}  # these read what stands above their place, too


def keys_above(user, roles):
    """The keys of the places where this person has one of these roles, and of all above them: for
    rows of a community that people of one of its estates may read too. No query."""
    return {
        int(key)
        for posting in user.current_postings()
        if posting.role in roles
        for key in posting.area.path.split("/")[:-1]
    }


def keys_of_any(rows, *conditions):
    """The keys of the rows that meet one of these conditions, as a UNION: each part is answered
    by an index of its own, where an OR over several joins reads whole tables."""
    first, *others = (rows.filter(one).order_by().values("pk") for one in conditions)
    return first.union(*others) if others else first


class StaffQuerySet(models.QuerySet):
    """Rows that only the staff of the community may see."""

    def visible_to(self, user):
        return self.filter(area__in=places_of(user, COMMUNITY_STAFF))


class OwnQuerySet(models.QuerySet):
    """Rows for the community's staff, and for the volunteers named by `own(user)`."""

    def own(self, user):
        """The conditions under any of which a row is this volunteer's own."""
        return (Q(volunteer__user=user),)

    def visible_to(self, user):
        return self.filter(
            Q(area__in=places_of(user, COMMUNITY_STAFF)) | Q(pk__in=self.own_keys(user))
        )

    def own_keys(self, user):
        """The keys of what is this volunteer's own. A query of its own: joined to the rows it
        would double them."""
        return keys_of_any(self.model.objects.all(), *self.own(user))


class SharedQuerySet(models.QuerySet):
    """Rows without people in them: for staff and the street, and for volunteers posted there."""

    def visible_to(self, user):
        roles, above = STAFF | {Role.VOLUNTEER}, keys_above(user, PLACED)
        known = known_places(user, roles)
        if known is not None:  # one list of keys, which an index answers; an OR reads the table
            return self.filter(area__in={area.pk for area in known} | above)
        seen = Area.objects.visible_to(user, roles) | Area.objects.filter(pk__in=above)
        return self.filter(area__in=seen.order_by().values("pk"))
