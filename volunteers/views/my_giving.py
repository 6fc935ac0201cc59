"""What volunteers and partners give, for themselves: wishes taken on, things offered, answers."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import can, requires, signed_in
from stations.foundation.http import carry_out, show
from stations.models import Station
from volunteers.access import SERVE
from volunteers.choices import MatchState, WishKind, WishState
from volunteers.forms.lists import OfferForm, RateForm
from volunteers.forms.wishes import HandInForm
from volunteers.foundation.money import yuan
from volunteers.models import Match, Partner, Resource, Wish
from volunteers.services import lists, matches, wishes
from volunteers.views.own import own

MOST = 30
PAGE = "volunteers/my_wish.html"


def with_worth(rows):
    """The rows, each with its worth in words."""
    rows = list(rows)
    for row in rows:
        row.worth = yuan(row.worth_fen)
    return rows


def open_near(area):
    """Wishes nobody took on yet, in this community, the latest first."""
    rows = Wish.objects.filter(state=WishState.OPEN, area__path__startswith=area.path)
    return with_worth(rows.select_related("area")[:MOST])


@requires(SERVE)
@require_GET
def my_wishes(request):
    """The wishes I took on, and those that wait for somebody."""
    me = own(request)
    mine = me.wishes.exclude(state=WishState.CANCELLED).select_related("area")
    context = {
        "mine": with_worth(mine.order_by("-claimed_at")[:MOST]),
        "waiting": open_near(me.area),
        "today": timezone.localdate(),
        "tab": "mine",
    }
    return show(request, "volunteers/my_wishes.html", context)


@requires(SERVE, on=Wish)
@require_GET
def my_wish(request, wish):
    """One wish I took on: what to do with it, until when, and giving it back."""
    return show(request, PAGE, mine(wish))


def mine(wish, **more):
    """What the page of one's own wish says."""
    wish.worth = yuan(wish.worth_fen)
    has_thing = wish.state == WishState.CLAIMED and wish.kind == WishKind.THING
    return {
        "wish": wish,
        "is_own": True,
        "station": Station.objects.nearest_to(wish.area),
        "next": HandInForm() if has_thing else None,
        "today": timezone.localdate(),
        "tab": "mine",
    } | more


@requires(SERVE)
@require_POST
def my_wish_claim(request, pk):
    """我来圆这个心愿."""
    me, wish = own(request), get_object_or_404(Wish.objects.on_board(), pk=pk)
    try:
        wishes.claim_wish(wish=wish, by=request.user, volunteer=me)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("volunteers:my_wishes")
    messages.success(request, "认领好了，谢谢您。")
    return redirect("volunteers:my_wish", pk=pk)


def only_mine(wish, user):
    """Staff see this wish too; here only who took it on acts."""
    if not (wish.volunteer_id and wish.volunteer.user_id == user.pk):
        raise ValidationError("这个心愿不是您认领的。")


@requires(SERVE, on=Wish)
@require_POST
def my_wish_release(request, wish):
    """放回去."""
    try:
        only_mine(wish, request.user)
        wishes.release_wish(wish=wish, by=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        undo = f"undo:{reverse('volunteers:my_wish_claim', args=[wish.pk])}"
        messages.success(request, "放回墙上了，别人会接上。谢谢您。", extra_tags=undo)
    return redirect("volunteers:my_wishes")


@requires(SERVE, on=Wish)
@require_POST
def my_wish_hand_in(request, wish):
    """送到服务站了, said by who took it on; a photo of the thing or none."""
    form = HandInForm(request.POST, request.FILES)
    if carry_out(form, hand_in_mine, wish=wish, by=request.user):
        messages.success(request, "谢谢您！服务站转交以后，这个心愿就圆了。")
        return redirect("volunteers:my_wishes")
    return show(request, PAGE, mine(wish, form=form, next=form))


def hand_in_mine(*, wish, by, photo=None):
    """The same act, only for one's own."""
    only_mine(wish, by)
    return wishes.hand_in_wish(wish=wish, by=by, photo=photo)


# what I can give


@requires(SERVE)
@require_http_methods(["GET", "POST"])
def my_resources(request):
    """What I offered, how much is left, and a short form for more."""
    me = own(request)
    form = OfferForm(request.POST or None)
    if request.method == "POST":
        resource = carry_out(form, lists.add_resource, area=me.area, by=request.user, volunteer=me)
        if resource:
            messages.success(request, "记下了。有人要用，会先问您。")
            return redirect("volunteers:my_resources")
    context = {"form": form, "rows": me.resources.all()[:MOST], "tab": "mine"}
    context["asked"] = asked_of(request.user).filter(state=MatchState.PROPOSED).count()
    return show(request, "volunteers/my_resources.html", context)


@requires(SERVE, on=Resource)
@require_POST
def my_resource_end(request, resource):
    """不再提供."""
    if not (resource.volunteer_id and resource.volunteer.user_id == request.user.pk):
        messages.warning(request, "这不是您提供的。")
        return redirect("volunteers:my_resources")
    try:
        lists.end_resource(resource=resource, by=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.success(request, "好的，不再有人来问。说好了的还请送到。")
    return redirect("volunteers:my_resources")


# what I am asked for


def asked_of(user):
    """Matches of what this person, or the partner they sign in for, gives."""
    return Match.objects.filter(Q(resource__partner__user=user) | Q(resource__volunteer__user=user))


def partner_of(user):
    """The partner this account signs in for, or None."""
    return Partner.objects.current().filter(user=user).select_related("area").first()


@signed_in("合伙人和志愿者看别人要用自己提供的什么，只看得到自己的")
@require_GET
def asked(request):
    """Who asks for what I give; a partner's wishes stand here too."""
    partner = partner_of(request.user)
    rows = asked_of(request.user).select_related("need__area", "resource", "area")
    context = {
        "partner": partner,
        "asked": list(rows.filter(state=MatchState.PROPOSED, giver_agreed_at=None)[:MOST]),
        "others": list(
            rows.exclude(state=MatchState.PROPOSED, giver_agreed_at=None).exclude(
                state=MatchState.DECLINED
            )[:MOST]
        ),
        "mine": with_worth(
            partner.wishes.exclude(state=WishState.CANCELLED)[:MOST] if partner else []
        ),
        "waiting": open_near(partner.area) if partner else [],
        "is_volunteer": can(request.user, SERVE),
        "tab": "mine",
    }
    return show(request, "volunteers/asked.html", context)


@signed_in("合伙人和志愿者回话，只回自己的")
@require_POST
def asked_answer(request, pk):
    """行, or 这次不行."""
    match = asked_of(request.user).select_related("resource__partner").filter(pk=pk).first()
    is_yes = request.POST.get("answer") == "yes"
    try:
        if match is None or request.POST.get("answer") not in ("yes", "no"):
            raise ValidationError("请选“可以”或者“这次不行”。")
        if is_yes:
            who = str(match.resource.partner or request.user)
            matches.agree_match(match=match, by=request.user, side="giver", who=who)
        else:
            matches.decline_match(match=match, by=request.user, why="资源方这次不行")
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.success(request, "好的，社区会和您约时间。" if is_yes else "知道了，谢谢您回话。")
    return redirect("volunteers:asked")


@signed_in("合伙人和志愿者评自己的对接")
@require_POST
def asked_rate(request, pk):
    """The giver's rating of what took place."""
    match = asked_of(request.user).filter(pk=pk).first()
    form = RateForm({**request.POST.dict(), "side": "giver"})
    if match and carry_out(form, matches.rate_match, match=match, by=request.user):
        messages.success(request, "谢谢您的评价。")
    else:
        said = [error for errors in form.errors.values() for error in errors]
        messages.warning(request, said[0] if match and said else "没有这一条。")
    return redirect("volunteers:asked")


@signed_in("合伙人用自己的账号认领心愿")
@require_POST
def asked_wish_claim(request, pk):
    """A partner takes a wish on."""
    partner = partner_of(request.user)
    wish = Wish.objects.on_board().filter(pk=pk).first()
    try:
        if partner is None or wish is None:
            raise ValidationError("只有合伙人自己的账号可以这样认领。")
        wishes.claim_wish(wish=wish, by=request.user, partner=partner)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.success(request, "认领好了，谢谢。备好了送到服务站。")
    return redirect("volunteers:asked")
