"""Bare Django: as little as a page can do and still be one."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render

from deliberation.models import Issue, UsedToken


@login_not_required
def bare_list(request, area):
    """25 rows by one indexed SELECT, in a plain table."""
    rows = (
        Issue.objects.filter(area=area)
        .order_by("-pk")
        .values("id", "title", "category", "state", "created_at")[:25]
    )
    return render(request, "bare_list.html", {"rows": rows})


@login_not_required
def bare_insert(request):
    """One INSERT from a form that was posted, and a word of thanks."""
    if request.method == "POST":
        row = UsedToken.objects.create(token=f"bench{uuid.uuid4().hex}")
        return HttpResponse(f"thanks {row.pk}")
    return render(request, "bare_form.html")
