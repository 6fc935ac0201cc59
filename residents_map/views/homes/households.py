"""登记户: moving in, moving out, what is known of the household itself."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from residents_map.access import KEEP_LEDGER
from residents_map.forms.people import HouseholdForm, MoveInForm, MoveOutForm
from residents_map.models import Household
from residents_map.services import people
from residents_map.views.homes.facts import title_of
from residents_map.views.homes.people import say_done
from stations.access import requires
from stations.foundation.http import carry_out, show
from stations.models import Home


@require_http_methods(["GET", "POST"])
@requires(KEEP_LEDGER, on=Home)
def move_in(request, home):
    """登记入住: a household comes to live in an empty home."""
    form = MoveInForm(request.POST or None)
    if request.method == "POST":
        household = carry_out(form, people.move_in, home=home, by=request.user)
        if household:
            messages.success(request, "入住登记好了，再把人登记上。")
            return redirect("residents_map:person_new", household.pk)
    lead = "先登记这一户，下一步再登记人。"
    return show_form(request, home, form, "登记入住", lead, "登记入住")


@require_http_methods(["GET", "POST"])
@requires(KEEP_LEDGER, on=Household)
def household_edit(request, household):
    """改这一户: how the home is held, since when, who is paired with them."""
    known = {key: getattr(household, key) for key in ("tenure", "since", "paired_with")}
    form = HouseholdForm(request.POST or None, initial=known)
    if request.method == "POST" and carry_out(
        form, people.change_household, household=household, by=request.user
    ):
        messages.success(request, "这一户改好了。")
        return redirect(household.get_absolute_url())
    return show_form(request, household.home, form, "改这一户", "", "存好")


@require_http_methods(["GET", "POST"])
@requires(KEEP_LEDGER, on=Household)
def move_out(request, household):
    """迁出: the whole household moved away."""
    form = MoveOutForm(request.POST or None)
    if request.method == "POST":
        gone = carry_out(form, people.move_out, household=household, by=request.user)
        if gone:
            say_done(request, f"{gone}迁出了。", gone.change)
            return redirect(household.get_absolute_url())
    lead = (
        f"这一户常住的{household.resident_count}人都从民情图上拿下，走访也停了。"
        "资料按规定再留一年，到期自动删掉。点错了，十分钟内能撤销。"
    )
    return show_form(request, household.home, form, "这一户搬走了", lead, "登记迁出")


def show_form(request, home, form, heading, lead, submit):
    context = {
        "form": form,
        "heading": heading,
        "lead": lead,
        "submit": submit,
        "home": home,
        "title": title_of(home),
    }
    return show(request, "residents_map/home_edit.html", context)
