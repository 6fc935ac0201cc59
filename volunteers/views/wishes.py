"""微心愿, for the staff: the list, one wish with what comes next, and its photo for everybody."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import public, requires
from stations.forms import NothingAsked
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import capped_counts, page
from stations.foundation.pages import day_from
from stations.models import Area, Station
from stations.models.area import places_of
from stations.services.referring import came_from
from volunteers.access import KEEP_WISHES, REVEAL
from volunteers.choices import WishState
from volunteers.forms.wishes import (
    ClaimForm,
    FulfilForm,
    PublishForm,
    ThankForm,
    WishForm,
)
from volunteers.foundation.money import yuan
from volunteers.models import Wish
from volunteers.services import wishes as services
from volunteers.services.brands import first_moment
from volunteers.views.order_list import place_of

PAGE = "volunteers/wish.html"
FIVE_MINUTES = 300
OVER = (WishState.FULFILLED, WishState.THANKED)
SHOWN = {
    "draft": ("待上墙", Q(state=WishState.DRAFT)),
    "open": ("等人认领", Q(state=WishState.OPEN)),
    "claimed": ("有人认领", Q(state=WishState.CLAIMED)),
    "late": ("到期没圆", None),
    "handed": ("等转交", Q(state=WishState.HANDED_IN)),
    "done": ("圆了", Q(state__in=OVER)),
    "all": ("全部", Q()),
}


def asked_for(view):
    """The condition of a tab; what is late depends on today."""
    if view == "late":
        return Q(state=WishState.CLAIMED, claimed_until__lt=timezone.localdate())
    return SHOWN[view][1]


@requires(KEEP_WISHES)
@require_GET
def wishes(request):
    """All wishes of one's places, by how they stand; of those fulfilled also by the day."""
    estates = list(Area.objects.visible_to(request.user, KEEP_WISHES.roles).estates())
    area = place_of(request.GET, estates)
    rows = Wish.objects.filter(area__in=places_of(request.user, KEEP_WISHES.roles))
    rows = rows.filter(area__path__startswith=area.path) if area else rows
    view = request.GET.get("view")
    view = view if view in SHOWN else "all"
    first, last = (day_from(request.GET.get(key, "")) for key in ("first", "last"))
    listed = rows.filter(asked_for(view))
    if view == "done" and first and last:
        listed = listed.filter(
            fulfilled_at__gte=first_moment(first),
            fulfilled_at__lt=first_moment(last) + timedelta(days=1),
        )
    load = Wish.objects.select_related("area", "volunteer__user", "partner")
    shown = page(listed, request.GET, by="-pk", load=load)
    for wish in shown.rows:
        wish.worth = yuan(wish.worth_fen)
    context = {
        "estates": estates,
        "area": area,
        "tabs": tabs(rows, view, area),
        "view": view,
        "first": first,
        "last": last,
        "rows": shown.rows,
        "today": timezone.localdate(),
        "links": shown.links(request.GET),
    }
    return show(request, "volunteers/wishes.html", context)


def tabs(rows, view, area):
    """[(key, label, number, address, is on)], all numbers in one query."""
    counts = capped_counts([rows.filter(asked_for(key)) for key in SHOWN])
    keep = f"&area={area.pk}" if area else ""
    return [
        (key, label, f"{number}+" if more else number, f"?view={key}{keep}", key == view)
        for (key, (label, _)), (number, more) in zip(SHOWN.items(), counts, strict=True)
    ]


@requires(KEEP_WISHES)
@require_http_methods(["GET", "POST"])
def wish_new(request):
    """登记一个微心愿."""
    estates = Area.objects.visible_to(request.user, KEEP_WISHES.roles).estates()
    form = WishForm(request.POST or None, estates=estates)
    if request.method == "POST":
        wish = carry_out(form, services.add_wish, by=request.user)
        if wish:
            messages.success(request, "记下了。再看一遍，就可以上墙。")
            return redirect("volunteers:wish", pk=wish.pk)
    return show(request, "volunteers/wish_new.html", {"form": form})


@requires(KEEP_WISHES, on=Wish)
@require_GET
def wish(request, wish):
    """One wish: what stands on the board, who took it on, what comes next."""
    return show(request, PAGE, facts_of(request, wish))


def facts_of(request, wish, **more):
    """What the page of a wish says, and the form of the act that comes next."""
    rows = Wish.objects.select_related("area__parent", "volunteer__user", "partner", "by")
    wish = rows.get(pk=wish.pk)
    wish.worth = yuan(wish.worth_fen)
    forms = {
        WishState.DRAFT: ("publish", lambda: PublishForm.of(wish)),
        WishState.OPEN: ("claim", lambda: ClaimForm(area=wish.area)),
        WishState.CLAIMED: ("fulfil", lambda: FulfilForm(wish=wish)),
        WishState.HANDED_IN: ("fulfil", lambda: FulfilForm(wish=wish)),
        WishState.FULFILLED: ("thank", ThankForm),
    }
    act, form = forms.get(wish.state, ("", None))
    today = timezone.localdate()
    return {
        "wish": wish,
        "act": act,
        "next": form() if form else None,
        "came_from": came_from(wish, request.user),
        "is_late": wish.state == WishState.CLAIMED and wish.claimed_until < today,
        "may_cancel": wish.state not in (*OVER, WishState.CANCELLED),
        "may_return": wish.state in (WishState.HANDED_IN, WishState.FULFILLED),
        "station": Station.objects.nearest_to(wish.area),
    } | more


def done(request, wish, form, service, said):
    """Carry the act out and come back to the wish; a refused form keeps what was typed."""
    if carry_out(form, service, wish=wish, by=request.user):
        messages.success(request, said)
        return redirect("volunteers:wish", pk=wish.pk)
    more = {} if isinstance(form, NothingAsked) else {"next": form}
    return show(request, PAGE, facts_of(request, wish, form=form, **more))


@requires(KEEP_WISHES, on=Wish)
@require_POST
def wish_publish(request, wish):
    """看一遍上墙."""
    form = PublishForm.of(wish, request.POST)
    return done(request, wish, form, services.publish_wish, "上墙了，大家看得到了。")


@requires(KEEP_WISHES, on=Wish)
@require_POST
def wish_claim(request, wish):
    """代记认领: a volunteer or a partner told the station."""
    form = ClaimForm(request.POST, area=wish.area)
    return done(request, wish, form, services.claim_wish, "记下了，等好消息。")


@requires(KEEP_WISHES, on=Wish)
@require_POST
def wish_release(request, wish):
    """放回墙上."""
    form = NothingAsked(request.POST)
    return done(request, wish, form, services.release_wish, "放回墙上了，别人可以认领。")


@requires(KEEP_WISHES, on=Wish)
@require_POST
def wish_fulfil(request, wish):
    """收到了，转交了: from now on it is fulfilled."""
    form = FulfilForm(request.POST, request.FILES, wish=wish)
    return done(request, wish, form, services.fulfil_wish, "圆了一个心愿。")


@requires(KEEP_WISHES, on=Wish)
@require_POST
def wish_return(request, wish):
    """还没圆，退回."""
    form = NothingAsked(request.POST)
    return done(request, wish, form, services.return_wish, "退回了，认领的人会收到消息。")


@requires(KEEP_WISHES, on=Wish)
@require_POST
def wish_photo_remove(request, wish):
    """撤下照片."""
    form = NothingAsked(request.POST)
    return done(request, wish, form, services.remove_wish_photo, "照片撤下了，也删掉了。")


@requires(KEEP_WISHES, on=Wish)
@require_POST
def wish_thank(request, wish):
    """记下道谢."""
    form = ThankForm(request.POST)
    return done(request, wish, form, services.thank_wish, "谢意送到了。")


@requires(KEEP_WISHES, on=Wish)
@require_POST
def wish_cancel(request, wish):
    """撤下."""
    form = NothingAsked(request.POST)
    return done(request, wish, form, services.cancel_wish, "撤下了。")


@requires(REVEAL, on=Wish)
@require_POST
def wish_reveal(request, wish):
    """Who it is, in clear, on this one answer only; the look is recorded."""
    try:
        who = services.reveal_wisher(wish=wish, by=request.user)
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("volunteers:wish", pk=wish.pk)
    response = show(request, PAGE, facts_of(request, wish, who=who))
    response["Cache-Control"] = "no-store"
    return response


@public("圆了的心愿在公开的墙上，东西的照片谁都能看")
@require_GET
def wish_photo(request, pk, small=False):
    """The photo of the thing, or its small copy, once the station let it hang on the board; until
    then for the station, and for whoever sent it."""
    wish = get_object_or_404(Wish, pk=pk)
    if not wish.shown_photo:
        seen = Wish.objects.visible_to(request.user) if request.user.is_authenticated else None
        if seen is None or not seen.filter(pk=pk).exists():
            raise Http404
    file = wish.thumb if small else wish.photo
    try:
        opened = file.open("rb")
    except (ValueError, FileNotFoundError):  # none was taken, or it is gone
        raise Http404 from None
    response = FileResponse(opened, content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="wish.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    scope = f"public, max-age={FIVE_MINUTES}" if wish.shown_photo else "private, no-store"
    response["Cache-Control"] = scope
    return response
