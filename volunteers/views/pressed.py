"""A button that does one act, and what is said after it."""

from django.contrib import messages

from stations.foundation.http import carry_out
from volunteers.forms.events import NothingAsked


def press(request, service, said, **facts):
    """Do it and say so, or say why not. Returns what the act gave, or None."""
    form = NothingAsked(request.POST)
    done = carry_out(form, service, by=request.user, **facts)
    if done is None:
        messages.error(request, " ".join(form.non_field_errors()))
    elif said:
        messages.success(request, said)
    return done
