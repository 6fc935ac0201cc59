"""What the search box finds on the ground floor: places, and pages of the menu."""

from django.urls import reverse

from stations.access import FIND, VIEW_FIGURES, can
from stations.models import Area
from stations.registries import Found, finders, menu


@finders.register(
    "stations.places", label="地方", icon="map-pin-2", permission=VIEW_FIGURES, order=4
)
def places(user, sought, most):
    """Estates, communities and streets by name, with how they stand."""
    rows = Area.objects.visible_to(user, VIEW_FIGURES.roles).filter(sought.held_by("name"))
    return [
        Found(
            title=area.name,
            text=" · ".join(filter(None, (above(area), area.get_level_display(), "看板"))),
            url=reverse("stations:area_dashboard", args=[area.pk]),
        )
        for area in rows.select_related("parent").order_by("level", "path")[:most]
    ]


def above(area):
    """The place above, by which two of one name are told apart."""
    return area.parent.name if area.parent else ""


@finders.register("stations.pages", label="栏目", icon="menu-2", permission=FIND, order=2)
def pages(user, sought, most):
    """Entries of the menu that this person has: whoever types 月报 wants to go there."""
    if not sought.parts:
        return []
    return [
        Found(title=entry.label, url=reverse(entry.url_name), icon=entry.icon)
        for entry in menu
        if sought.text in entry.label and can(user, entry.permission)
    ][:most]
