"""Events, posts and zones, emergency rosters."""

from volunteers.access import RUN_ROSTER, VIEW
from volunteers.choices import HELP_ICONS
from volunteers.models import Event, Post, Roster

from .titled import by_title, ended, facts

by_title(
    "volunteers.events",
    Event,
    "title",
    "place",
    label="活动",
    icon="calendar-event",
    permission=VIEW,
    icon_of=lambda event: HELP_ICONS[event.help],
    text=lambda event: facts(
        event.area if event.area.name not in event.place else "",  # not twice
        event.place,
        event.get_state_display(),
    ),
    order=50,
)
by_title(
    "volunteers.posts",
    Post,
    "title",
    label="岗位和责任区",
    icon="flag",
    permission=VIEW,
    text=lambda post: facts(post.get_kind_display(), post.area, ended(post)),
    order=52,
)
by_title(
    "volunteers.rosters",
    Roster,
    "title",
    label="应急排班",
    icon="urgent",
    permission=RUN_ROSTER,
    text=lambda roster: "已结束" if roster.closed_at else "正在排",
    order=54,
)
