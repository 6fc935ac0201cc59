"""人群: the kinds of people on the map, why each is kept, and a street's own."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from residents_map.access import KEEP_KINDS, VIEW_SUMS
from residents_map.forms.kinds import KindForm
from residents_map.models import Kind
from residents_map.services import kinds as services
from stations.access import can, requires
from stations.choices import Level
from stations.forms import NothingAsked
from stations.foundation.http import carry_out, show
from stations.foundation.pages import key_from
from stations.models import Area


def streets_of(user):
    """The streets this person works in: their own, or the one above their community."""
    paths = {path for posting in user.current_postings() for path in posting.area.lineage_paths()}
    return list(Area.objects.filter(path__in=paths, level=Level.STREET).order_by("path"))


@requires(VIEW_SUMS)
@require_GET
def kinds(request):
    """Every kind with its sign, ground in law, retention and who sees it."""
    streets = streets_of(request.user)
    asked = key_from(request.GET.get("street"))
    street = next((one for one in streets if one.pk == asked), streets[0] if streets else None)
    rows = services.used_at(street) if street else Kind.objects.current().filter(area=None)
    whole = list(rows.whole().select_related("area").prefetch_related("parts"))
    context = {
        "streets": streets,
        "street": street,
        "kinds": [kind for kind in whole if kind.area_id is None],
        "own": [kind for kind in whole if kind.area_id],
        "may_keep": bool(street) and can(request.user, KEEP_KINDS, at=street),
    }
    return show(request, "residents_map/kinds.html", context)


@requires(KEEP_KINDS, on=Area)
@require_http_methods(["GET", "POST"])
def kind_new(request, area):
    """加人群: at a street."""
    if area.level != Level.STREET:
        raise Http404
    form = KindForm(request.POST or None)
    if request.method == "POST":
        kind = carry_out(form, services.add_kind, street=area, by=request.user)
        if kind:
            messages.success(request, f"加好了：{kind}。{area}的社区都能用。")
            return redirect(f"{reverse('residents_map:kinds')}?street={area.pk}")
    return show(request, "residents_map/kind_form.html", {"form": form, "street": area})


@requires(KEEP_KINDS, on=Area)
@require_POST
def kind_end(request, area):
    """停用人群: one of this street's own."""
    kind = Kind.objects.filter(area=area, pk=key_from(request.POST.get("kind"))).first()
    if kind and carry_out(
        NothingAsked(request.POST), services.end_kind, kind=kind, by=request.user
    ):
        messages.success(request, f"“{kind}”停用了，记录到期再删。")
    else:
        messages.error(request, "这种人群已经停用了，或者不是这个街道加的。")
    return redirect(f"{reverse('residents_map:kinds')}?street={area.pk}")
