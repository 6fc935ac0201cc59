"""posts: its share of the tests that walk the whole portal."""

from datetime import date, timedelta

from django.utils import timezone

from stations.models import Duty, Message
from tests.volunteers.rows import volunteer_in
from volunteers.choices import EventKind
from volunteers.models import Claim, Event, Post, Volunteer
from volunteers.services import cleanups, posts

CORNERS = "100 100\n400 120\n380 460\n"


def of_post(world):
    return {"pk": world.post.pk}


def of_claim(world):
    return {"pk": world.claim.pk}


WALK = {
    **dict.fromkeys(["posts", "post_new", "posts_sheet", "my_posts"], lambda world: {}),
    **dict.fromkeys(["post", "post_change", "post_zone", "post_end", "my_post"], of_post),
    **dict.fromkeys(
        ["claim", "claim_renew", "claim_end", "my_claim_renew", "my_claim_end", "my_claim_resume"],
        of_claim,
    ),
}


def zone_in(area, by, **facts):
    """A zone with two seats."""
    defaults = {"kind": "zone", "title": "3栋花坛", "words": "每周看一次，捡一捡。", "seats": 2}
    return posts.add_post(area=area, by=by, **defaults | facts)


def build(world, cast):
    """A zone that the volunteer of the cast looks after."""
    world.post = zone_in(world.area, cast("worker"))
    world.claim = posts.claim_post(
        post=world.post, volunteer=world.volunteer, by=world.volunteer.user
    )


class Stage:
    """Posts and claims in the states from which an act is possible."""

    def po_volunteer(self):
        user = self.cast("volunteer")
        known = Volunteer.objects.filter(user=user).first()
        return known or volunteer_in(self.estate.parent, user=user)

    def po_post(self):
        self.po_volunteer()
        return zone_in(self.estate, self.worker)

    def po_claim(self):
        volunteer = self.po_volunteer()
        claim = posts.claim_post(post=self.po_post(), volunteer=volunteer, by=volunteer.user)
        soon = timezone.localdate() + timedelta(days=5)
        Claim.objects.filter(pk=claim.pk).update(until=soon)
        return claim

    def po_given_back(self):
        claim = self.po_claim()
        return posts.end_claim(claim=claim, by=claim.volunteer.user)


def facts(stage, found):
    return {
        "area": stage.estate.pk,
        "kind": "virtue",
        "title": "楼道巡查岗",
        "words": "每周三晚上走一遍楼道。",
        "seats": "2",
    }


def nothing(stage, found):
    return {}


def of_stage(name):
    return lambda stage: getattr(stage, name)()


ACTS = {
    "post_new": ("worker", of_stage("po_post"), facts, ["add_post"]),
    "post_change": ("worker", of_stage("po_post"), facts, ["change_post"]),
    "post_zone": (
        "worker",
        of_stage("po_post"),
        lambda stage, found: {"corners": CORNERS},
        ["draw_zone"],
    ),
    "post_end": ("worker", of_stage("po_post"), nothing, ["end_post"]),
    "claim_renew": ("worker", of_stage("po_claim"), nothing, ["renew_claim"]),
    "claim_end": ("worker", of_stage("po_claim"), nothing, ["end_claim"]),
    "my_post": (
        "volunteer",
        of_stage("po_post"),
        lambda stage, found: {"promise": "每天看一眼"},
        ["claim_post"],
    ),
    "my_claim_renew": ("volunteer", of_stage("po_claim"), nothing, ["renew_claim"]),
    "my_claim_end": ("volunteer", of_stage("po_claim"), nothing, ["end_claim"]),
    "my_claim_resume": ("volunteer", of_stage("po_given_back"), nothing, ["claim_post"]),
}
READ = {"posts", "post", "claim", "posts_sheet", "my_posts"}
PROMISED = {"volunteers.claim_ends": 7}


# later work


def ending(cast, estate):
    """A claim that ends next week, and one whose last day has passed."""
    post = zone_in(estate, cast("worker"), seats=3)
    today = timezone.localdate()
    for days in (6, -1):
        volunteer = volunteer_in(estate.parent)
        claim = posts.claim_post(post=post, volunteer=volunteer, by=volunteer.user)
        Claim.objects.filter(pk=claim.pk).update(until=today + timedelta(days=days))
    return {}, lambda: (
        Duty.objects.open().filter(kind=posts.CLAIM_ENDS).count(),
        Claim.objects.current().count(),
        Message.objects.count(),
    )


def cleanup_ahead(cast, estate):
    """A post with a monthly clean-up day, whatever the day of the month it is."""
    zone_in(estate, cast("worker"), has_cleanup=True)
    today = timezone.localdate()
    first = date(today.year, today.month, 1)
    following = posts.months_later(first, 1)
    day = min(
        cleanups.day_of(month) for month in (first, following) if cleanups.day_of(month) > today
    )
    if day > today + cleanups.AHEAD:  # too far for today's turn: made by a turn of that week
        cleanups.make_cleanups(day - timedelta(days=7))
    return {}, lambda: (
        Post.objects.count(),
        Event.objects.filter(kind=EventKind.CLEANUP).count(),
    )


CASES = {"volunteers.keep_claims": ending, "volunteers.make_cleanups": cleanup_ahead}
