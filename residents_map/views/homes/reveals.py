"""看资料: one protected field for a reason; a child's data after somebody agreed."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from residents_map.access import APPROVE_CHILD_LOOK, REVEAL_FIELD
from residents_map.choices import MASK_AFTER_MINUTES, Field
from residents_map.forms.reveal import AnswerForm, ReasonForm
from residents_map.models import ChildLook, Person
from residents_map.services import reveals
from residents_map.views.homes.facts import Line, title_of
from residents_map.views.homes.people import current
from stations.access import requires
from stations.foundation.http import carry_out, show, wants_part


@require_http_methods(["GET", "POST"])
@requires(REVEAL_FIELD, on=Person)
def reveal(request, person):
    """查看: ask for the reason, then show the one field in this one answer only.

    Which field is a word of the form, never the value: no address ever holds what is protected.
    """
    person = current(person)
    line = line_of(person, request.POST.get("field") or request.GET.get("field"), request.user)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        shown = carry_out(
            form, reveals.reveal_field, person=person, field=line.field, by=request.user
        )
        line.clear = shown or ""
    context = {
        "line": line,
        "form": form,
        "is_asking": not line.clear and "masked" not in request.GET,
        "minutes": MASK_AFTER_MINUTES,
        "home": person.household.home,
        "title": title_of(person.household.home),
    }
    response = show(request, "residents_map/reveal.html", context, part="field")
    if line.clear and not wants_part(request):  # without JavaScript the page itself goes away
        seconds = MASK_AFTER_MINUTES * 60
        response["Refresh"] = f"{seconds}; url={person.household.get_absolute_url()}"
    return response


def line_of(person, name, user):
    """The row of a field, masked. A field nobody knows is a broken request; one that is not
    entered, or of a child nobody agreed to yet, is not there."""
    if name not in Field.values:
        raise BadRequest("no such field")
    if not person.has(name):
        raise Http404
    if person.is_child and not reveals.may_see_child(person, user):
        raise Http404
    return Line(person=person, field=Field(name), masked=person.masked(name))


@require_http_methods(["GET", "POST"])
@requires(REVEAL_FIELD, on=Person)
def child_look_ask(request, person):
    """申请看孩子资料."""
    person = current(person)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        asked = carry_out(form, reveals.ask_child_look, person=person, by=request.user)
        if asked:
            messages.success(request, "申请发出去了，书记答复了会告诉您。")
            return redirect(person.household.get_absolute_url())
    context = {
        "form": form,
        "person": person,
        "home": person.household.home,
        "title": title_of(person.household.home),
    }
    return show(request, "residents_map/child_look_ask.html", context)


@require_http_methods(["GET", "POST"])
@requires(APPROVE_CHILD_LOOK, on=ChildLook)
def child_look(request, look):
    """答复: a named person agrees that somebody sees a child's data, or not."""
    form = AnswerForm(request.POST if request.method == "POST" else None)
    household = look.person.household
    if request.method == "POST":
        answered = carry_out(form, reveals.answer_child_look, look=look, by=request.user)
        if answered:
            words = "同意了，24小时内能看。" if answered.is_agreed else "没有同意，已经告诉他。"
            messages.success(request, words)
            return redirect("stations:desk")
    context = {
        "form": form,
        "look": look,
        "words": reveals.words_of(look),
        "is_own": look.asked_by_id == request.user.pk,
        "household": household,
        "home": household.home,
        "title": title_of(household.home),
    }
    return show(request, "residents_map/child_look.html", context)
