"""What can be raised here out of another app's page, and what of ours concerns a home."""

from django.db.models import Exists, OuterRef, Q

from deliberation.access import ENTER_ISSUE, VIEW_ISSUES
from deliberation.choices import Category, Channel
from deliberation.models import Issue
from deliberation.services.intake import submit_issue
from stations.access import can
from stations.models import Referral
from stations.registries import Outcome, around_home, referrals

MANY_HOUSEHOLDS = 10  # so many met it: it concerns the whole estate
MOST_AROUND = 5


def begin_issue(*, area, home, building, entrance, text, by, token):
    """Take an issue in that staff came upon; it has no reporter, so nobody's name or phone."""
    issue, _ = submit_issue(
        token=token,
        area=area,
        category=Category.OTHER,
        text=text,
        building=building,
        entrance=entrance,
        channel=Channel.PATROL,
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


@around_home.register("deliberation.issues", label="附近的诉求")
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
