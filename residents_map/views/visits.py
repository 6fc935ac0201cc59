"""走访: the round, the form of a minute, what comes of it."""

import uuid

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from residents_map.access import PLAN_VISITS, VISIT
from residents_map.choices import EVENT_HOURS, VisitState
from residents_map.forms.visits import CareForm, PlanForm, VisitForm
from residents_map.models import CareEvent, Household, Kind, Visit
from residents_map.services.care import report_care
from residents_map.services.reveals import open_household
from residents_map.services.visit_duties import with_heads
from residents_map.services.visit_round import (
    estates_of,
    households_for,
    next_stop,
    round_of,
)
from residents_map.services.visits import plan_visits, record_visit, words_of
from stations.access import requires
from stations.foundation.http import carry_out, show
from stations.foundation.pages import key_from
from stations.models import Building, Home
from stations.services.referring import outcomes_from
from stations.views.passing import offers_of, raise_out

NEW = "residents_map/visit_new.html"
DONE = "residents_map/visit_done.html"
FROM_VISIT = "residents_map.visit"
WHO = {"mine": "我的", "all": "大家的"}


@requires(VISIT)
def visits(request):
    """走访: the doors of today and of this week, in the order one walks."""
    estates = list(estates_of(request.user))
    kinds = list(Kind.objects.visible_to(request.user).current().filter(needs_care=True))
    chosen = chosen_of(request, estates, kinds)
    rows = households_for(request.user, **chosen)
    context = {
        "round": round_of(rows, request.user),
        "estates": estates,
        "kinds": kinds,
        "who": WHO,
        "chosen": chosen,
        "query": request.GET,
        "form": VisitForm(auto_id="quick_%s"),
        "today": timezone.localdate(),
    }
    return show(request, "residents_map/visits.html", context)


def chosen_of(request, estates, kinds):
    """What the address narrows the round to; strange values narrow nothing."""
    area = key_from(request.GET.get("area", ""))
    building = key_from(request.GET.get("building", ""))
    who = request.GET.get("who", "")
    return {
        "who": who if who in WHO else "mine",
        "area": next((estate for estate in estates if estate.pk == area), None),
        "building": Building.objects.visible_to(request.user).filter(pk=building).first()
        if building
        else None,
        "kind": next((kind for kind in kinds if kind.key == request.GET.get("kind")), None),
    }


@requires(VISIT, on=Household)
def visit_of(request, household):
    """From a duty to the form of its household."""
    return redirect("residents_map:visit_new", pk=household.home_id)


def posted(request):
    """What was sent, also when it was nothing at all; None where the form is only looked at."""
    return request.POST if request.method == "POST" else None


def household_at(request, home):
    """Who lives there now; a home nobody is entered for has no visits."""
    rows = with_heads(Household.objects.visible_to(request.user).current().filter(home=home))
    household = rows.select_related("area", "home__entrance__building", "visitor").first()
    if household is None:
        raise Http404
    if request.method == "GET":
        open_household(household=household, by=request.user)
    return household


@requires(VISIT, on=Home)
def visit_new(request, home):
    """记走访: done in a minute; a phone without signal keeps it and sends it later."""
    household = household_at(request, home)
    fresh = {"token": uuid.uuid4(), "state": request.GET.get("state", "")}
    form = VisitForm(posted(request), initial=fresh)
    if request.method == "POST":
        done = carry_out(form, record_visit, household=household, by=request.user)
        if request.headers.get("X-Outbox"):
            return to_phone(form, done)
        if done:
            return redirect("residents_map:visit", pk=done.pk)
    return show(request, NEW, {"form": form, **told(household)})


def to_phone(form, done):
    """The answer to a form that waited on a phone: done, or why not."""
    if done:
        return JsonResponse({"url": f"/map/visits/{done.pk}/"}, status=201)
    sentences = [str(error) for errors in form.errors.values() for error in errors]
    return JsonResponse({"errors": sentences}, status=422)


def told(household):
    """What one should know at the door: whom one asks for, and what was said last time."""
    last = Visit.objects.filter(household=household).select_related("by").first()
    return {
        "household": household,
        "home": household.home,
        "person": next(iter(household.heads), None),
        "last": last,
        "last_words": words_of(last) if last else "",
        "event": CareEvent.objects.filter(household=household, visit=None).first(),
        "event_hours": EVENT_HOURS,
    }


@requires(VISIT, on=Visit)
def visit(request, visit):
    """记下了: what was written, when it is due again, and what can be passed on."""
    open_household(household=visit.household, by=request.user)
    return show_visit(request, visit)


def show_visit(request, visit, refused=None):
    household = get_object_or_404(
        with_heads(Household.objects.visible_to(request.user)), pk=visit.household_id
    )
    words = words_of(visit)
    context = {
        "visit": visit,
        "household": household,
        "home": household.home,
        "person": next(iter(household.heads), None),
        "words": words,
        "offers": offers_of(request.user, visit, text=words, refused=refused),
        "refused": refused,
        "referred": outcomes_from(FROM_VISIT, [visit.pk]).get(visit.pk, []),
        "asks_help": visit.state == VisitState.HELP,
        "next_stop": next_stop(request.user, household),
        "is_mine": visit.by_id == request.user.pk,
    }
    return show(request, DONE, context, status=422 if refused else None)


@requires(VISIT, on=Visit)
def visit_refer(request, visit):
    """转办: raise a thing out of a visit; the words are staff's own."""
    if request.method != "POST":
        return redirect("residents_map:visit", pk=visit.pk)
    names = [person.name for person in visit.household.people.filter(name_sealed="")]
    kind, form, done = raise_out(request, visit, names=names, home=visit.household.home)
    if kind is None:
        messages.error(request, "这件事在这里转不了，刷新页面再看。")
        return redirect("residents_map:visit", pk=visit.pk)
    if done is None:
        return show_visit(request, visit, refused=form)
    messages.success(request, f"转好了：{kind.label}。")
    return redirect("residents_map:visit", pk=visit.pk)


@requires(VISIT, on=Home)
def care_new(request, home):
    """记急事: after a hospital stay or a fall somebody looks in within 24 hours."""
    household = household_at(request, home)
    form = CareForm(posted(request))
    if request.method == "POST" and carry_out(
        form, report_care, household=household, by=request.user
    ):
        messages.success(request, f"记下了，{EVENT_HOURS} 小时内去看一次。")
        return redirect(household.get_absolute_url())
    return show(request, "residents_map/care_new.html", {"form": form, **told(household)})


@requires(PLAN_VISITS, on=Home)
def visit_plan(request, home):
    """定走访: how often, who, and the next day."""
    household = household_at(request, home)
    now = {
        "tier": household.tier,
        "visitor": household.visitor or request.user,
        "next_visit_on": household.next_visit_on
        and max(household.next_visit_on, timezone.localdate()),
        "paired_with": household.paired_with,
    }
    form = PlanForm(posted(request), initial=now, area=household.area)
    if request.method == "POST" and (
        planned := carry_out(form, plan_visits, household=household, by=request.user)
    ):
        day = planned.next_visit_on
        messages.success(
            request, f"定好了，下次{day:%-m月%-d日}前去。" if day else "定好了，不再定期走访。"
        )
        return redirect(household.get_absolute_url())
    return show(request, "residents_map/visit_plan.html", {"form": form, **told(household)})
