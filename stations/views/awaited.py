"""Whoever is not let in yet, and opens a page for those who are: on to where they are awaited."""

from django.shortcuts import redirect

from stations.access import can
from stations.choices import Role
from stations.registries import welcome

ALONE = frozenset({Role.VOLUNTEER})


class AwaitedMiddleware:
    """Between signing up and the first yes there is no posting, and every page that asks for one
    would say 403 in words meant for staff. Whom nobody awaits is refused as before."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        permission = getattr(view, "requires", None)
        if permission is None or not request.user.is_authenticated:
            return None
        url = awaited(request.user, permission)
        return redirect(url) if url else None


def awaited(user, permission):
    """Where somebody is awaited who may not use what asks for this permission, or "".

    Staff who ask to join as well have postings: they are sent on from volunteers' pages only.
    """
    if can(user, permission) or (user.current_postings() and permission.roles != ALONE):
        return ""
    return next((url for part in welcome if (url := part.run(user))), "")
