"""Volunteers, teams, brands, partners."""

from django.db.models import Q

from stations.registries import Found, finders
from volunteers.access import VIEW, VIEW_VOLUNTEERS
from volunteers.models import Brand, Partner, Team, Volunteer

from .titled import by_title, ended, facts, here


@finders.register(
    "volunteers.volunteers",
    label="志愿者",
    icon="user-check",
    permission=VIEW_VOLUNTEERS,
    hint="名字、编号，或者整个电话",
    whole=lambda sought: sought.in_list("volunteers:volunteers"),
    order=34,
)
def volunteers(user, sought, most):
    """By a part of the name, by the number, or by the whole telephone they sign in with."""
    wanted = sought.held_by("user__name") | Q(number__iexact=sought.text)
    if sought.phone:
        wanted = Q(user__phone=sought.phone)
    rows = here(Volunteer.objects.filter(wanted), user, VIEW_VOLUNTEERS)
    return [
        Found(
            title=str(one),
            text=facts(one.number, one.estate or one.area, one.get_state_display()),
            url=one.get_absolute_url(),
            exact=one.number == sought.text.upper(),
        )
        for one in rows.select_related("user", "area", "estate").order_by("-pk")[:most]
    ]


by_title(
    "volunteers.teams",
    Team,
    "name",
    label="队伍",
    icon="users-group",
    permission=VIEW,
    load=("brand",),
    text=lambda team: facts(team.brand, team.area, ended(team)),
    order=36,
)
by_title(
    "volunteers.brands",
    Brand,
    "name",
    "motto",
    label="品牌",
    icon="award",
    permission=VIEW,
    icon_of=lambda brand: brand.icon,
    text=lambda brand: facts(brand.motto, ended(brand)),
    order=38,
)
by_title(
    "volunteers.partners",
    Partner,
    "name",
    label="合伙人",
    icon="building-community",
    permission=VIEW,
    text=lambda one: facts(one.get_kind_display(), one.area, ended(one)),
    order=40,
)
