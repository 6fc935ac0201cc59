"""What a view takes from a form that was sent; a button that does one act, and what is said."""

from django.contrib import messages

from stations.forms import NothingAsked
from stations.foundation.http import carry_out


def posted(request):
    """What was sent; None on a first visit, where a form is then no form that was sent."""
    return request.POST if request.method == "POST" else None


def posted_with_files(request):
    """The same with its files: what a form takes first."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def press(request, service, said, *, form=None, undo="", **facts):
    """Do it and say so, or say why not. `undo` is the address whose POST takes it back at once.
    Returns what the act gave, or None."""
    form = NothingAsked(request.POST) if form is None else form
    done = carry_out(form, service, by=request.user, **facts)
    if done is None:
        problems = [sentence for found in form.errors.values() for sentence in found]
        messages.error(request, " ".join(problems))
    elif said:
        messages.success(request, said, extra_tags=f"undo:{undo}" if undo else "")
    return done
