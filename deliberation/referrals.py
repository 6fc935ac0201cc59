"""What can be raised here out of another app's page, what others take over from an issue, where
things raised out of one came from, and what of ours concerns a home."""

from django.db.models import Exists, OuterRef, Q

from deliberation.access import ENTER_ISSUE, REVEAL_PHONE, TRIAGE_ISSUE, VIEW_ISSUES
from deliberation.choices import Category, Channel
from deliberation.models import Issue
from deliberation.services.intake import submit_issue
from deliberation.services.reading import told_to
from deliberation.services.triage import note_passed_on, reveal_phone
from stations.access import can
from stations.foundation.redaction import redact
from stations.models import Home, Referral
from stations.registries import (
    HandOver,
    Outcome,
    around_home,
    handovers,
    origins,
    referrals,
)

MANY_HOUSEHOLDS = 10  # so many met it: it concerns the whole estate
MOST_AROUND = 5
WHY = "转成别的单子"  # the reason the log keeps with the look at the phone
# How it reached the station, by the type of the thing it was raised out of.
CHANNELS = {"volunteers.order": Channel.ORDER}


def begin_issue(*, area, home, building, entrance, text, by, token, from_type=""):
    """Take an issue in that staff came upon, or that an order really was; it has no reporter of
    its own, so nobody's name or phone."""
    issue, _ = submit_issue(
        token=token,
        area=area,
        category=Category.OTHER,
        text=text,
        building=building,
        entrance=entrance,
        channel=CHANNELS.get(from_type, Channel.PATROL),
        by=by,
    )
    return issue


def outcome_of(issue):
    """How an issue stands, in the words of its own list."""
    return Outcome(
        title=issue.title,
        url=issue.get_absolute_url(),
        state=issue.get_state_display(),
        is_done=not issue.is_open,
        since=issue.created_at,
    )


def outcomes(ids):
    """{issue id: Outcome} in one query."""
    return {issue.pk: outcome_of(issue) for issue in Issue.objects.unindexed().filter(pk__in=ids)}


referrals.declare(
    "deliberation.issue",
    label="转成诉求",
    icon="message-report",
    permission=ENTER_ISSUE,
    on_type="deliberation.issue",
    begin=begin_issue,
    outcomes=outcomes,
    order=10,
)


def give(pk, user, who):
    """What an issue says, for whoever handles it. `passed` refuses once it is solved."""
    issue = Issue.objects.visible_to(user).for_page().filter(pk=pk).first()
    if issue is None or not can(user, TRIAGE_ISSUE, at=issue.area):
        return None
    return HandOver(
        source=issue,
        title=issue.title,
        url=issue.get_absolute_url(),
        area=issue.area,
        home=home_of(issue),
        building=issue.building,
        entrance=issue.entrance,
        text=redact(issue.text, names=[issue.reporter.name]),
        contact=lambda: contact_of(issue, user),
    )


def home_of(issue):
    """The home of whoever reported it, where entrance and door name exactly one."""
    door = issue.reporter.door.strip()
    if not (door and issue.entrance_id):
        return None
    rows = Home.objects.filter(entrance_id=issue.entrance_id, number=door)
    return rows.select_related("entrance__building__area").first()


def contact_of(issue, user):
    """Who reported it, as the issue's own page tells this person; the phone number is a look that
    is recorded."""
    told, phone = told_to(user, issue), ""
    if issue.reporter.phone_sealed and can(user, REVEAL_PHONE, at=issue.area):
        phone = reveal_phone(issue=issue, by=user, reason=WHY)
    name = told.name if issue.reporter.name else ""
    return {"name": name, "phone": phone, "door": told.door}


def passed(source, *, kind, by):
    """Something was raised out of the issue: its own way says so."""
    note_passed_on(issue=source, kind=kind, by=by)


handovers.declare(
    "deliberation.issue",
    label="诉求",
    icon="message-report",
    give=give,
    passed=passed,
    order=10,
)


@origins.register("deliberation.issue", label="诉求")
def issues_behind(ids, user):
    """{issue id: Outcome}: for whom may not see the issue, that it was one and no more."""
    seen = Issue.objects.visible_to(user).unindexed().in_bulk(ids)
    return {
        pk: Outcome(
            title=seen[pk].title if pk in seen else "诉求",
            url=seen[pk].get_absolute_url() if pk in seen else "",
            state="来自诉求",
            is_done=True,
            since=seen[pk].created_at if pk in seen else None,
        )
        for pk in ids
    }


@around_home.register("deliberation.issues", label="本单元和小区的事")
def issues_around(home, user):
    """[Outcome] of what is open at this home's entrance or building, or troubles the estate.

    What was raised out of a visit to another home is that household's: it is left out here.
    """
    entrance = home.entrance
    building = entrance.building
    if not can(user, VIEW_ISSUES, at=building.area):
        return []
    here = Q(entrance=entrance) | Q(building=building, entrance=None)
    # the household that reported counts as one, beside those that met it too
    everywhere = Q(me_too_count__gte=MANY_HOUSEHOLDS - 1)
    of_others = Referral.objects.filter(to_type="deliberation.issue", to_id=OuterRef("pk"))
    of_others = of_others.exclude(home=None).exclude(home=home)
    rows = Issue.objects.unindexed().open().filter(here | everywhere, area=building.area)
    rows = rows.filter(~Exists(of_others))
    return [outcome_of(issue) for issue in rows.order_by("created_at")[:MOST_AROUND]]
