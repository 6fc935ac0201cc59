"""品牌 for everybody: an estate's brands, one brand with its story, its sign."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from stations.access import public
from stations.models import Station
from volunteers.forms.people import estate_of
from volunteers.models import Brand
from volunteers.services import brands as services

AN_HOUR = 3600


def estate_or_404(code):
    """The estate of a public address."""
    estate = estate_of(code)
    if estate is None:
        raise Http404
    return estate


@public("谁都能看小区有哪些志愿服务品牌")
@require_GET
def public_brands(request, code):
    """The brands that serve an estate."""
    estate = estate_or_404(code)
    context = {
        "estate": estate,
        "brands": services.brands_for(estate),
        "station": Station.objects.nearest_to(estate),
    }
    return render(request, "volunteers/public_brands.html", context)


@public("谁都能看一个品牌的故事和队伍")
@require_GET
def public_brand(request, code):
    """One brand: story, teams, what they do and for how much, what they did by month. No person."""
    brand = get_object_or_404(Brand.objects.current().select_related("area"), code=code)
    months = services.months_of(team__brand=brand)
    context = {
        "brand": brand,
        "estate": estate_of(request.GET.get("at", "").replace("\x00", "")[:20]),
        "teams": brand.teams.current().oldest().select_related("partner", "area"),
        "months": months,
        "most": max(row["minutes"] for row in months),
        "services": sum(row["services"] for row in months),
        "minutes": sum(row["minutes"] for row in months),
        "station": Station.objects.nearest_to(brand.area),
    }
    return render(request, "volunteers/public_brand.html", context)


@public("品牌的标志谁都能看")
@require_GET
def brand_logo(request, code, small=False):
    """The sign of a brand, or its small copy; drawn anew when it was put in."""
    brand = get_object_or_404(Brand, code=code)
    field = brand.thumb if small else brand.logo
    if not field:
        raise Http404
    try:
        file = field.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="logo.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"public, max-age={AN_HOUR}"
    return response
