"""The gate before a form of the public: let in or not, and the page that says so."""

from django.shortcuts import render
from django.utils.cache import patch_cache_control

from stations.foundation.gate import Held


def let_in(form, check, *, field=None, **facts):
    """Whether the gate's `check` lets it in. If not, the form says why, and `fresh` how long."""
    try:
        check(**facts)
    except Held as held:
        form.add_error(field, str(held))
        form.held = held
        return False
    return True


def fresh(request, template, context, *forms):
    """A page no browser keeps (phones are lent), with the status its forms give it: 422 refused,
    429 held at the gate and for how long."""
    held = next((form.held for form in forms if hasattr(form, "held")), None)
    refused = 422 if any(form.errors for form in forms) else 200
    response = render(request, template, context, status=held.status if held else refused)
    if held and held.retry_after:
        response["Retry-After"] = held.retry_after
    patch_cache_control(response, no_store=True)
    return response
