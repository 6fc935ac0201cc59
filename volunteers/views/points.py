"""积分: the volunteer's account and what it buys; the gifts staff keep and hand over."""

import uuid

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import requires
from stations.choices import COMMUNITY_STAFF
from stations.forms import NothingAsked
from stations.foundation.http import carry_out, show
from stations.foundation.pages import key_from, page, page_urls
from stations.models.area import places_of
from volunteers.access import KEEP_GIFTS, SERVE
from volunteers.forms.hours import ChangeGiftForm, CodeForm, NewGiftForm, RedeemForm
from volunteers.models import Gift, Point, Redemption
from volunteers.services import gifts as gift_services
from volunteers.services import points as services
from volunteers.views.own import own
from volunteers.views.pressed import press

MOST = 60


@requires(SERVE)
@require_GET
def my_points(request):
    """我的积分."""
    return points_page(request, own(request))


def points_page(request, volunteer, form=None):
    """The account, what it buys near by, and what was chosen already."""
    rows = Point.objects.filter(volunteer=volunteer).select_related("hour", "redemption__gift")
    before = key_from(request.GET.get("after"))
    rows = rows.order_by("-pk")
    found, older = page(rows.filter(pk__lt=before) if before else rows)
    back, onward = page_urls(request, before=before, older=older)
    gifts = Gift.objects.current().visible_to(request.user).filter(left__gt=0)
    context = {
        "balance": services.balance_of(volunteer),
        "lines": found,
        "newer": back,
        "older": onward,
        "gifts": gifts.select_related("partner").order_by("points", "pk")[:MOST],
        "chosen": Redemption.objects.filter(
            volunteer=volunteer, handed_over_at=None, cancelled_at=None
        ).select_related("gift__partner")[:MOST],
        "token": uuid.uuid4(),
        "form": form or NothingAsked(),
        "tab": "hours",
    }
    return show(request, "volunteers/my_points.html", context)


@requires(SERVE, on=Gift)
@require_POST
def my_redeem(request, gift):
    """换这个."""
    volunteer = own(request)
    form = RedeemForm(request.POST)
    made = carry_out(form, services.redeem, volunteer=volunteer, gift=gift, by=request.user)
    if made is None:
        return points_page(request, volunteer, form)
    messages.success(request, f"换好了，领取码 {made.code.upper()}，到服务站报给工作人员。")
    return redirect("volunteers:my_points")


@requires(SERVE, on=Redemption)
@require_POST
def my_redemption_cancel(request, redemption):
    """不要了."""
    form = NothingAsked(request.POST)
    if carry_out(form, services.cancel_redemption, redemption=redemption, by=request.user):
        messages.success(request, "退了，积分回到账上。")
        return redirect("volunteers:my_points")
    return points_page(request, own(request), form)


@requires(KEEP_GIFTS)
@require_GET
def gifts(request):
    """What can be had for points, and what waits to be fetched."""
    return gifts_page(request)


def gifts_page(request, form=None):
    """The gifts of one's places and what waits to be handed over; `form` is one that was
    refused."""
    places = places_of(request.user, COMMUNITY_STAFF)
    rows = Gift.objects.filter(area__in=places).select_related("partner", "area").order_by("-pk")
    before = key_from(request.GET.get("after"))
    found, older = page(rows.filter(pk__lt=before) if before else rows)
    back, onward = page_urls(request, before=before, older=older)
    waiting = Redemption.objects.filter(
        area__in=places, handed_over_at=None, cancelled_at=None
    ).select_related("gift", "volunteer__user")
    context = {
        "rows": found,
        "newer": back,
        "older": onward,
        "waiting": waiting[:MOST],
        "form": form or CodeForm(),
    }
    return show(request, "volunteers/gifts.html", context)


@requires(KEEP_GIFTS)
@require_http_methods(["GET", "POST"])
def gift_new(request):
    """登记可换的东西."""
    places = places_of(request.user, COMMUNITY_STAFF)
    form = NewGiftForm(request.POST or None, area_ids=places)
    if form.is_valid():
        area = form.cleaned_data["partner"].area
        if carry_out(form, gift_services.add_gift, area=area, by=request.user):
            messages.success(request, "登记好了，志愿者现在就能换。")
            return redirect("volunteers:gifts")
    has_partners = form.fields["partner"].queryset.exists()
    context = {"form": form, "has_partners": has_partners}
    return show(request, "volunteers/gift_form.html", context)


@requires(KEEP_GIFTS, on=Gift)
@require_http_methods(["GET", "POST"])
def gift(request, gift):
    """改可换的东西."""
    fields = ("name", "points", "left", "until", "words")
    initial = {field: getattr(gift, field) for field in fields} | {"seen": gift.left}
    form = ChangeGiftForm(request.POST or None, initial=initial)
    if carry_out(form, gift_services.change_gift, gift=gift, by=request.user):
        messages.success(request, "改好了。")
        return redirect("volunteers:gifts")
    return show(request, "volunteers/gift_form.html", {"form": form, "gift": gift})


@requires(KEEP_GIFTS, on=Gift)
@require_POST
def gift_end(request, gift):
    """收起来."""
    form = NothingAsked(request.POST)
    if carry_out(form, gift_services.end_gift, gift=gift, by=request.user):
        messages.success(request, "收起来了。已经换的照样能领。")
        return redirect("volunteers:gifts")
    return show(request, "volunteers/gift_form.html", {"form": form, "gift": gift, "ended": True})


@requires(KEEP_GIFTS)
@require_POST
def gift_hand_over(request):
    """核销: against the code."""
    form = CodeForm(request.POST)
    places = places_of(request.user, COMMUNITY_STAFF)
    done = carry_out(form, services.hand_over_by_code, area_ids=places, by=request.user)
    if done is None:
        return gifts_page(request, form)
    messages.success(request, f"领走了：{done.gift}，{done.volunteer}。")
    return redirect("volunteers:gifts")


@requires(KEEP_GIFTS, on=Redemption)
@require_POST
def redemption_cancel(request, redemption):
    """Staff give the points back."""
    said = "退了，积分回到志愿者账上。"
    press(request, services.cancel_redemption, said, redemption=redemption)
    return redirect("volunteers:gifts")
