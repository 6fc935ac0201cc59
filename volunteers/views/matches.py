"""服务: a match, agreed by both sides, delivered, rated."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from stations.access import can, requires
from stations.foundation.http import carry_out, show
from volunteers.access import KEEP_LISTS, VIEW
from volunteers.choices import MatchState
from volunteers.forms.lists import AgreeForm, DeclineForm, DeliverForm, RateForm
from volunteers.models import Match, Resource
from volunteers.services import matches as services

PAGE = "volunteers/match.html"


@requires(VIEW, on=Match)
@require_GET
def match(request, match):
    """One match: which side said yes, what comes next."""
    return show(request, PAGE, facts_of(request, match))


def facts_of(request, match, **more):
    """What the page of a match says. Who said yes is named to the community's staff only."""
    match = Match.objects.select_related("need__area", "resource__area", "by", "area").get(
        pk=match.pk
    )
    givers = Resource.objects.select_related("partner__user", "volunteer__user")
    resource = givers.get(pk=match.resource_id)
    giver = resource.giver
    may_keep = can(request.user, KEEP_LISTS, at=match.area)
    sides = [
        {
            "key": key,
            "label": label,
            "who": who,
            "at": getattr(match, f"{key}_agreed_at"),
            "by": getattr(match, f"{key}_agreed_by") if may_keep else "",
            "rating": getattr(match, f"{key}_rating"),
            "alone": key == "giver" and bool(services.answers_alone(resource)),
        }
        for key, label, who in (("need", "需求方", match.need.area), ("giver", "资源方", giver))
    ]
    return {
        "match": match,
        "sides": sides,
        "giver": giver,
        "may_keep": may_keep,
        "may_decline": match.state in (MatchState.PROPOSED, MatchState.AGREED),
        "sees_resource": Resource.objects.visible_to(request.user)
        .filter(pk=match.resource_id)
        .exists(),
        "agree": AgreeForm(),
        "decline": DeclineForm(),
        "deliver": DeliverForm(),
        "rate": RateForm(),
    } | more


def done(request, match, name, form, service, said):
    """Carry the act out and come back; a refused form keeps what was typed."""
    if carry_out(form, service, match=match, by=request.user):
        messages.success(request, said)
        return redirect("volunteers:match", pk=match.pk)
    return show(request, PAGE, facts_of(request, match, form=form, **{name: form}))


@requires(KEEP_LISTS, on=Match)
@require_POST
def match_agree(request, match):
    """One side said yes, to us."""
    form = AgreeForm(request.POST)
    return done(request, match, "agree", form, services.agree_match, "记下了。")


@requires(KEEP_LISTS, on=Match)
@require_POST
def match_decline(request, match):
    """没谈成."""
    form = DeclineForm(request.POST)
    said = "记下了，留出来的退回去了。"
    return done(request, match, "decline", form, services.decline_match, said)


@requires(KEEP_LISTS, on=Match)
@require_POST
def match_deliver(request, match):
    """送到了."""
    form = DeliverForm(request.POST)
    said = "送到了。再问问两边好不好。"
    return done(request, match, "deliver", form, services.deliver_match, said)


@requires(KEEP_LISTS, on=Match)
@require_POST
def match_rate(request, match):
    """评价, as one side said it to us."""
    form = RateForm(request.POST)
    return done(request, match, "rate", form, services.rate_match, "记下了。")
