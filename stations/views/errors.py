"""Error pages: a sentence in Chinese, the request's id, and no database.

They are drawn without the request: what surrounds other pages asks who somebody is, and with
the database away that very question would fail.
"""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

# A restart of Postgres takes seconds; so does a lock or a statement that ran into its limit.
RETRY_AFTER_SECONDS = 10


def _page(request, status, template=""):
    context = {"request_id": getattr(request, "id", "")}
    return HttpResponse(render_to_string(template or f"{status}.html", context), status=status)


def bad_request(request, exception=None):
    """Not understood: 400. More words than any form of ours can take: 413."""
    return _page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


@requires_csrf_token
def forged(request, reason=""):
    """The page stood open for too long, or somebody else's page sent the form."""
    return _page(request, 403, "403_csrf.html")


def forbidden(request, exception=None):
    return _page(request, 403)


def not_found(request, exception=None):
    return _page(request, 404)


@requires_csrf_token
def server_error(request):
    """Our mistake: 500. The database away, full or too busy: 503, and when to come back."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return unavailable(request)
    return _page(request, 500)


def unavailable(request):
    """Nothing was lost and nothing is broken: it works again in a moment."""
    response = _page(request, 503)
    response["Retry-After"] = RETRY_AFTER_SECONDS
    response["Cache-Control"] = "no-store"
    return response
