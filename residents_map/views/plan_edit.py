"""改平面图: what the houses are drawn on, and where they stand."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from residents_map.access import DRAW_PLAN
from residents_map.forms.plan import OutlinesForm, PictureForm
from residents_map.services.plans import (
    box_of,
    drop_picture,
    mark_of,
    put_picture,
    save_outlines,
    sheet_of,
)
from stations.access import requires
from stations.choices import Level
from stations.foundation.http import carry_out, show
from stations.models import Area

PAGE = "residents_map/plan_edit.html"


@requires(DRAW_PLAN, on=Area)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request, area):
    """The editor; its form also works with numbers alone."""
    sheet = sheet_or_404(area)
    buildings = [one.building for one in sheet.placed]
    first = {"seen": mark_of(sheet.plan), **numbers(sheet)}
    form = OutlinesForm(request.POST or None, initial=first, buildings=buildings)
    if request.method == "POST" and carry_out(
        form, save_outlines, area=area, by=request.user, size=size_of(sheet)
    ):
        messages.success(request, "平面图存好了。")
        return redirect("residents_map:plan", pk=area.pk)
    return show(request, PAGE, edit_context(area, sheet, form, PictureForm()))


@requires(DRAW_PLAN, on=Area)
@require_POST
def put(request, area):
    """Draw on this picture from now on."""
    sheet = sheet_or_404(area)
    form = PictureForm(request.POST, request.FILES)
    if carry_out(form, put_picture, area=area, by=request.user):
        messages.success(request, "图换好了，把楼一栋一栋画上去吧。")
        return redirect("residents_map:plan_edit", pk=area.pk)
    buildings = [one.building for one in sheet.placed]
    first = {"seen": mark_of(sheet.plan), **numbers(sheet)}
    outlines = OutlinesForm(initial=first, buildings=buildings)
    context = edit_context(area, sheet, outlines, form)
    return show(request, PAGE, context | {"form": form})


@requires(DRAW_PLAN, on=Area)
@require_POST
def drop(request, area):
    """Back to the plan that draws itself."""
    sheet_or_404(area)
    drop_picture(area=area, by=request.user)
    messages.success(request, "换回了自动画的图。")
    return redirect("residents_map:plan_edit", pk=area.pk)


def sheet_or_404(area):
    """The plan of an estate; other places have none."""
    if area.level != Level.ESTATE:
        raise Http404
    return sheet_of(area)


def size_of(sheet):
    """The units somebody draws in: the picture's own, or those of the drawn plan."""
    if sheet.has_picture:
        return sheet.plan.width, sheet.plan.height
    return sheet.width, sheet.height


def outlines_of(sheet):
    """{building id: points} somebody has drawn, in the units of the editor."""
    scale = 1
    if sheet.plan and not sheet.has_picture:
        scale = sheet.width / sheet.plan.width
    return {
        one.pk: [[round(x * scale), round(y * scale)] for x, y in one.building.outline]
        for one in sheet.placed
        if one.building.outline
    }


def numbers(sheet):
    """The same as four numbers for each building."""
    first = {}
    for key, points in outlines_of(sheet).items():
        for side, value in zip("xywh", box_of(points), strict=True):
            first[f"{side}_{key}"] = round(value)
    return first


def edit_context(area, sheet, outlines, picture):
    """What the editor shows, and what plan_edit.js draws from."""
    width, height = size_of(sheet)
    drawn = outlines_of(sheet)
    return {
        "area": area,
        "sheet": sheet,
        "form": outlines,
        "outlines": outlines,
        "picture": picture,
        "data": {
            "width": width,
            "height": height,
            "houses": [
                {
                    "key": one.pk,
                    "name": f"{one.number} 栋",
                    "points": drawn.get(one.pk),
                    "own": None if sheet.has_picture else [round(side) for side in one.box],
                }
                for one in sheet.placed
            ],
        },
    }
