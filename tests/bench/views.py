"""Bare Django: as little as a page can do and still be one."""

import io
import uuid
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from PIL import Image

from deliberation.models import Issue, UsedToken
from residents_map.models import Person
from stations.foundation.photos import remake
from volunteers.models import Order


@login_not_required
def bare_list(request, area):
    """25 rows by one indexed SELECT, in a plain table."""
    rows = Issue.objects.filter(area=area).order_by("-pk")[:25]
    return render(request, "bare_list.html", {"rows": rows})


@login_not_required
def bare_orders(request, area):
    """25 orders by one indexed SELECT, in a plain table."""
    rows = Order.objects.filter(area=area).order_by("-pk")[:25]
    return render(request, "bare_orders.html", {"rows": rows})


@login_not_required
def bare_insert(request):
    """One INSERT from a form that was posted, and a word of thanks."""
    if request.method == "POST" and request.POST["text"]:
        row = UsedToken.objects.create(token=f"bench{uuid.uuid4().hex}")
        return HttpResponse(f"thanks {row.pk}")
    return render(request, "bare_form.html")


@cache
def photo():
    """A phone's photo: twelve megapixels with some life in it."""
    rough = Image.effect_noise((500, 375), 60).convert("RGB").resize((4000, 3000))
    out = io.BytesIO()
    rough.save(out, "JPEG", quality=85)
    return out.getvalue()


@login_not_required
def bare_photo(request):
    """Gives the photo to post, or draws it anew as a report does, and nothing else."""
    if request.method == "POST":
        remade = remake(SimpleUploadedFile("IMG_1.jpg", photo()))
        return HttpResponse(f"{remade.width} x {remade.height}")
    return HttpResponse(photo(), content_type="image/jpeg")


@login_not_required
def bare_people(request):
    """The one indexed query of a search, with the doors, in a plain table."""
    areas = [int(pk) for pk in request.POST["areas"].split(",")]
    column, value = request.POST["column"], request.POST["value"]
    way = column if column == "phone_tail" else f"{column}__startswith"
    rows = Person.objects.filter(left_on=None, area__in=areas, **{way: value})
    if column != "name":
        rows = rows.exclude(**{column: ""})
    rows = rows.select_related("area", "household__home__entrance__building")
    order = ("area_id", column, "pk") if column != "phone_tail" else ("pk",)
    return render(request, "bare_people.html", {"rows": rows.order_by(*order)[:31]})
