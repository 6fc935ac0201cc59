"""Wishes, needs, resources; donations by receipt, service records by number."""

from django.db.models import Q
from django.urls import reverse

from stations.registries import Found, finders
from volunteers.access import KEEP_WISHES, MAKE_PAPERS, VIEW
from volunteers.models import Donation, Need, Paper, Resource, Wish

from .titled import by_title, facts, here

by_title(
    "volunteers.wishes",
    Wish,
    "title",
    "first_name",
    label="微心愿",
    icon="heart-plus",
    permission=KEEP_WISHES,
    text=lambda wish: facts(wish.first_name, wish.area, wish.get_state_display()),
    order=60,
)
by_title(
    "volunteers.needs",
    Need,
    "title",
    label="需求",
    icon="list-check",
    permission=VIEW,
    text=lambda need: facts(need.area, f"{need.quantity}{need.unit}", need.get_state_display()),
    order=62,
)
by_title(
    "volunteers.resources",
    Resource,
    "title",
    label="资源",
    icon="package",
    permission=VIEW,
    load=("partner", "volunteer__user"),
    text=lambda one: facts(
        one.giver, one.area, "不再提供" if one.ended_at else f"还剩{one.left}{one.unit}"
    ),
    order=64,
)


@finders.register(
    "volunteers.donations",
    label="捐赠",
    icon="gift",
    permission=VIEW,
    hint="收据编号，捐了什么，谁捐的",
    order=66,
)
def donations(user, sought, most):
    """By the number of the receipt (SJ-2026-0001), by the thing or by who gave it."""
    named = Q(number__iexact=sought.text)
    rows = Donation.objects.filter(named | sought.held_by("what", "partner__name"))
    return [
        Found(
            title=str(donation),
            text=facts(donation.number, donation.area, f"{donation.quantity}{donation.unit}"),
            url=donation.get_absolute_url(),
            exact=donation.number == sought.text.upper(),
        )
        for donation in here(rows, user, VIEW)
        .select_related("area", "partner")
        .order_by("-pk")[:most]
    ]


@finders.register(
    "volunteers.papers",
    label="服务记录",
    icon="certificate",
    permission=MAKE_PAPERS,
    hint="记录编号，或者志愿者的名字",
    whole=lambda sought: sought.in_list("volunteers:paper_list"),
    order=68,
)
def papers(user, sought, most):
    """By its number (JL-2026-000012), or by a part of the volunteer's name."""
    named = Q(number__iexact=sought.text)
    rows = Paper.objects.filter(named | sought.held_by("volunteer__user__name")).defer("lines")
    return [
        Found(
            title=str(paper),
            text=facts(paper.volunteer, "作废了" if paper.revoked_at else ""),
            url=reverse("volunteers:paper", args=[paper.pk]),
            exact=paper.number == sought.text.upper(),
        )
        for paper in here(rows, user, MAKE_PAPERS)
        .select_related("volunteer__user")
        .order_by("-pk")[:most]
    ]
