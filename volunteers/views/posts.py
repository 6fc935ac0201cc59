"""岗位和责任区 for the station: what there is, who looks after it until when, where it lies."""

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stations.access import can, requires
from stations.choices import Level
from stations.foundation.http import carry_out, show
from stations.foundation.keyset import page
from stations.foundation.pages import key_from
from stations.models import Area, Building
from volunteers.access import KEEP_POSTS, VIEW, VIEW_VOLUNTEERS
from volunteers.choices import PostKind
from volunteers.forms.posts import PostForm, ZoneForm, corners_of
from volunteers.models import Claim, Post
from volunteers.services import posts as services
from volunteers.services.posts import NEAR, RENEW_WITHIN
from volunteers.services.zones import MOST as MOST_CORNERS
from volunteers.services.zones import sheet_of
from volunteers.views.pressed import press

ON_A_SHEET = 60


def places(user, permission):
    """Communities and estates where this person may do something."""
    found = Area.objects.visible_to(user, permission.roles)
    return list(found.filter(level__gte=Level.COMMUNITY)[:300])


def with_holders(rows):
    """Posts with `holders` (claims of now) and how many seats are `held`."""
    claims = Claim.objects.current().select_related("volunteer__user").order_by("since", "pk")
    rows = rows.annotate(held=Count("claims", filter=Q(claims__ended_at=None)))
    return rows.prefetch_related(Prefetch("claims", claims, to_attr="holders"))


def building_asked(request, area):
    """The building of the filter, where the plan of an estate leads, or None."""
    key = key_from(request.GET.get("building"))
    return Building.objects.filter(pk=key, area=area).first() if key and area else None


@requires(VIEW)
@require_GET
def posts(request):
    """The posts by kind, who holds them, and which are free."""
    areas = places(request.user, VIEW)
    area = next((one for one in areas if one.pk == key_from(request.GET.get("area"))), None)
    kind = request.GET.get("kind")
    kind = kind if kind in PostKind.values else ""
    rows = Post.objects.current().visible_to(request.user)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(area=area) if area else rows
    building = building_asked(request, area)
    rows = rows.filter(building=building) if building else rows
    shown = page(
        rows, request.GET, by="-pk", load=with_holders(Post.objects.select_related("area"))
    )
    for one in shown.rows:
        one.free = max(0, one.seats - one.held)
        # Whoever works here may be a volunteer next door: names are for the staff of the post.
        one.may_name = can(request.user, VIEW_VOLUNTEERS, at=one.area)
    keep = f"&area={area.pk}" if area else ""
    tabs = [("", "全部"), *PostKind.choices]
    context = {
        "tabs": [(key, label, f"?kind={key}{keep}", key == kind) for key, label in tabs],
        "kind": kind,
        "areas": areas,
        "area": area,
        "building": building,
        "rows": shown.rows,
        "links": shown.links(request.GET),
        "soon": timezone.localdate() + NEAR,
        "may_keep": can(request.user, KEEP_POSTS),
    }
    return show(request, "volunteers/posts.html", context)


@requires(KEEP_POSTS)
@require_http_methods(["GET", "POST"])
def post_new(request):
    """设岗."""
    form = PostForm(request.POST or None, areas=places(request.user, KEEP_POSTS))
    if post := carry_out(form, services.add_post, by=request.user):
        messages.success(request, "岗设好了，志愿者可以认领了。")
        is_zone = post.kind == PostKind.ZONE
        return redirect("volunteers:post_zone" if is_zone else "volunteers:post", post.pk)
    return show(request, "volunteers/post_form.html", {"form": form, "post": None})


@requires(VIEW, on=Post)
@require_GET
def post(request, post):
    """One post: its duties, who holds it until when, and the zone on the plan."""
    may_name = can(request.user, VIEW_VOLUNTEERS, at=post.area)
    claims = post.claims.select_related("volunteer__user").order_by("ended_at", "until", "pk")
    claims = list(claims[:100]) if may_name else []
    today = timezone.localdate()
    context = {
        "post": post,
        "claims": [one for one in claims if not one.ended_at],
        "former": [one for one in claims if one.ended_at][:20],
        "held": services.held(post),
        "soon": today + NEAR,
        "renewable": today + RENEW_WITHIN,
        "sheet": sheet_of(post.area) if post.kind == PostKind.ZONE else None,
        "events": post.events.order_by("-pk")[:6],
        "may_keep": can(request.user, KEEP_POSTS, at=post.area) and not post.until,
        "may_name": may_name,
    }
    context["free"] = max(0, post.seats - context["held"])
    return show(request, "volunteers/post.html", context)


@requires(KEEP_POSTS, on=Post)
@require_http_methods(["GET", "POST"])
def post_change(request, post):
    """改岗位."""
    names = ("title", "words", "seats", "has_cleanup")
    initial = {name: getattr(post, name) for name in names}
    initial["building"] = post.building and post.building.number
    form = PostForm(request.POST or None, area=post.area, initial=initial)
    if carry_out(form, services.change_post, post=post, by=request.user):
        messages.success(request, "改好了。")
        return redirect(post)
    return show(request, "volunteers/post_form.html", {"form": form, "post": post})


@requires(KEEP_POSTS, on=Post)
@require_http_methods(["GET", "POST"])
def post_zone(request, post):
    """画责任区: corners by clicking on the plan, or as numbers."""
    form = ZoneForm(request.POST or None, initial={"corners": corners_of(post.outline)})
    if carry_out(form, services.draw_zone, post=post, by=request.user):
        messages.success(request, "画好了。")
        return redirect(post)
    context = {
        "form": form,
        "post": post,
        "sheet": sheet_of(post.area),
        "most": MOST_CORNERS,
    }
    return show(request, "volunteers/post_zone.html", context)


@requires(KEEP_POSTS, on=Post)
@require_POST
def post_end(request, post):
    """撤岗."""
    press(request, services.end_post, "撤了，认领的人会收到消息。", post=post)
    return redirect("volunteers:posts")


@requires(KEEP_POSTS, on=Claim)
@require_GET
def claim(request, claim):
    """Where the duty of a claim leads: to its post."""
    return redirect("volunteers:post", claim.post_id)


@requires(KEEP_POSTS, on=Claim)
@require_POST
def claim_renew(request, claim):
    """代续认, after asking."""
    press(request, services.renew_claim, "续上了半年。", claim=claim)
    return redirect("volunteers:post", claim.post_id)


@requires(KEEP_POSTS, on=Claim)
@require_POST
def claim_end(request, claim):
    """代交回."""
    press(request, services.end_claim, "交回了，位子空出来了。", claim=claim)
    return redirect("volunteers:post", claim.post_id)


@requires(VIEW)
@require_GET
def posts_sheet(request):
    """公示栏: the posts of a place and their duties on a sheet of A4. No names."""
    areas = places(request.user, VIEW)
    area = next((one for one in areas if one.pk == key_from(request.GET.get("area"))), None)
    rows = Post.objects.current().visible_to(request.user)
    rows = rows.filter(area=area) if area else rows
    rows = rows.annotate(held=Count("claims", filter=Q(claims__ended_at=None)))
    rows = list(rows.select_related("area").order_by("kind", "area", "pk")[:ON_A_SHEET])
    for one in rows:
        one.free = max(0, one.seats - one.held)
    groups = [(label, [one for one in rows if one.kind == key]) for key, label in PostKind.choices]
    context = {
        "area": area,
        "place": area or (areas[0] if areas else ""),
        "groups": [(label, found) for label, found in groups if found],
        "today": timezone.localdate(),
    }
    return show(request, "volunteers/posts_sheet.html", context)
