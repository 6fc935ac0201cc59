"""认领 for volunteers, on a phone: what I look after, and what waits for somebody."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import requires
from stations.foundation.http import carry_out, show
from volunteers.access import SERVE
from volunteers.choices import CLAIM_MONTHS, PostKind
from volunteers.forms.posts import PromiseForm
from volunteers.models import Claim, Post
from volunteers.services import posts as services
from volunteers.services.posts import NEAR, RENEW_WITHIN
from volunteers.services.zones import sheet_of
from volunteers.views.own import own
from volunteers.views.pressed import posted, press

MOST = 60


@requires(SERVE)
@require_GET
def my_posts(request):
    """我认领的岗, and those with a free seat near me."""
    volunteer, today = own(request), timezone.localdate()
    mine = Claim.objects.current().filter(volunteer=volunteer)
    free = Post.objects.current().visible_to(request.user).exclude(claims__in=mine)
    free = free.annotate(held=Count("claims", filter=Q(claims__ended_at=None)))
    free = free.filter(held__lt=F("seats")).select_related("area").order_by("kind", "pk")
    context = {
        "tab": "mine",
        "mine": list(mine.select_related("post__area").order_by("until", "pk")),
        "free": list(free[:MOST]),
        "soon": today + NEAR,
        "renewable": today + RENEW_WITHIN,
    }
    return show(request, "volunteers/my_posts.html", context)


@requires(SERVE, on=Post)
@require_http_methods(["GET", "POST"])
def my_post(request, post):
    """认领: what has to be done, where, and a promise in one's own words."""
    volunteer = own(request)
    form = PromiseForm(posted(request))
    facts = {"post": post, "volunteer": volunteer, "by": request.user}
    if claim := carry_out(form, services.claim_post, **facts):
        words = f"认领了，到{claim.until:%Y年%-m月%-d日}。谢谢您照看这一片。"
        messages.success(request, words)
        return redirect("volunteers:my_posts")
    mine = Claim.objects.current().filter(post=post, volunteer=volunteer).first()
    context = {
        "tab": "mine",
        "post": post,
        "form": form,
        "mine": mine,
        "free": max(0, post.seats - services.held(post)),
        "months": CLAIM_MONTHS,
        "sheet": sheet_of(post.area) if post.kind == PostKind.ZONE and post.outline else None,
    }
    return show(request, "volunteers/my_post.html", context)


def only_own(request, claim):
    """Refuse the claim of somebody else."""
    if own(request).pk != claim.volunteer_id:
        raise PermissionDenied


@requires(SERVE, on=Claim)
@require_POST
def my_claim_renew(request, claim):
    """续认."""
    only_own(request, claim)
    press(request, services.renew_claim, "续上了半年，谢谢您。", claim=claim)
    return redirect("volunteers:my_posts")


@requires(SERVE, on=Claim)
@require_POST
def my_claim_end(request, claim):
    """交回."""
    only_own(request, claim)
    undo = reverse("volunteers:my_claim_resume", args=[claim.pk])
    press(request, services.end_claim, "交回了。谢谢您这段时间照看。", undo=undo, claim=claim)
    return redirect("volunteers:my_posts")


@requires(SERVE, on=Claim)
@require_POST
def my_claim_resume(request, claim):
    """撤销交回."""
    only_own(request, claim)
    press(request, services.resume_claim, "没有交回，还是您照看。", claim=claim)
    return redirect("volunteers:my_posts")
