"""Whose page it is: the volunteer who is signed in."""

from django.core.exceptions import PermissionDenied

from volunteers.models import Volunteer


def own(request):
    """The signed-in volunteer, with user and places; whoever is none is refused."""
    rows = Volunteer.objects.select_related("user", "area__parent", "estate", "building")
    volunteer = rows.filter(user=request.user).first()
    if volunteer is None:
        raise PermissionDenied
    return volunteer
