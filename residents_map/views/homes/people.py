"""登记人: adding, changing, leaving; taking it back a moment later."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from residents_map.access import KEEP_LEDGER
from residents_map.choices import Kinship
from residents_map.forms.people import LeftForm, PersonForm
from residents_map.foundation.marks import token_of
from residents_map.models import Change, Household, Mark, Person
from residents_map.services import people
from residents_map.services.reveals import open_household
from residents_map.views.homes.facts import title_of
from stations.access import requires
from stations.foundation.http import carry_out, show


@require_http_methods(["GET", "POST"])
@requires(KEEP_LEDGER, on=Household)
def person_new(request, household):
    """加一个人."""
    heads = Person.objects.current().filter(household=household, kinship=Kinship.HEAD)
    form = PersonForm(
        request.POST or None, area=household.area, user=request.user, has_head=heads.exists()
    )
    if request.method == "POST":
        person = carry_out(form, people.add_person, household=household, by=request.user)
        if person:
            messages.success(request, f"{person.masked_name}登记好了。")
            if "another" in request.POST:
                return redirect(request.path)
            return redirect(household.get_absolute_url())
    return show_form(request, household, form)


@require_http_methods(["GET", "POST"])
@requires(KEEP_LEDGER, on=Person)
def person_edit(request, person):
    """改一个人: what is protected is written anew or left, never shown.

    A grown-up's name and birthday are shown, so opening the form is a look at the household.
    """
    household = current(person).household
    if request.method == "GET":
        open_household(household=household, by=request.user)
    form = PersonForm(
        request.POST or None,
        area=household.area,
        user=request.user,
        person=person,
        initial=known_of(person),
    )
    form.initial["kinds"] = marked(person, form.offered)
    if request.method == "POST":
        changed = carry_out(form, people.change_person, person=person, by=request.user)
        if changed:
            say_done(request, f"{changed.masked_name}改好了。", changed.change)
            return redirect(household.get_absolute_url())
    return show_form(request, household, form, person=person)


def current(person):
    """Who has left is not changed any more, nor looked up."""
    if person.left_on:
        raise Http404
    return person


def known_of(person):
    """What the form may show: a child's name and birthday it may not."""
    known = {
        "kinship": person.kinship,
        "sex": person.sex,
        "lives_here": "1" if person.lives_here else "0",
        "where": person.where,
    }
    if not person.is_child:
        known |= {"name": person.name, "birth_on": person.birth_on}
    return known


def marked(person, offered):
    """Keys of the kinds that are ticked."""
    tokens = set(Mark.objects.current().filter(person=person).values_list("token", flat=True))
    return [kind.pk for kind in offered if token_of(kind.key) in tokens]


def show_form(request, household, form, person=None):
    chosen = {str(pk) for pk in (form["kinds"].value() or ())}
    context = {
        "form": form,
        "person": person,
        "household": household,
        "home": household.home,
        "title": title_of(household.home),
        "kinds": [(kind, str(kind.pk) in chosen) for kind in form.offered],
        "computed": [kind for kind in form.known if kind.is_computed],
        "drops": [form[name] for name in form.fields if name.startswith("drop_")],
    }
    return show(request, "residents_map/person_form.html", context)


@require_http_methods(["GET", "POST"])
@requires(KEEP_LEDGER, on=Person)
def person_left(request, person):
    """登记离开: moved away, died, or entered by mistake."""
    household = current(person).household
    form = LeftForm(request.POST or None)
    if request.method == "POST":
        left = carry_out(form, people.person_left, person=person, by=request.user)
        if left:
            say_done(request, f"{person.masked_name}登记离开了。", left.change)
            return redirect(household.get_absolute_url())
    context = {
        "form": form,
        "heading": f"{person.masked_name}不住这里了",
        "lead": "资料从民情图上拿下，按规定再留一年，到期自动删掉。",
        "submit": "登记离开",
        "home": household.home,
        "title": title_of(household.home),
    }
    return show(request, "residents_map/home_edit.html", context)


@require_POST
@requires(KEEP_LEDGER, on=Change)
def undo_change(request, change):
    """撤销 one's own last change of a household."""
    from django.core.exceptions import ValidationError

    household = change.household
    try:
        people.undo_change(change=change, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "撤回来了，和原来一样。")
    return redirect(household.get_absolute_url())


def say_done(request, words, change):
    """Say what was done, with 撤销 where there is something to take back."""
    tags = f"undo:{reverse('residents_map:undo_change', args=[change.pk])}" if change else ""
    messages.success(request, words, extra_tags=tags)
