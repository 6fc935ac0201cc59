"""转出去: what an issue's page offers others to help with, and what became of it."""

from deliberation.access import TRIAGE_ISSUE
from deliberation.choices import UNSOLVED_STATES, Channel
from stations.access import can
from stations.foundation.redaction import redact
from stations.services.referring import outcomes_from
from stations.views.passing import offers_of

FROM_ISSUE = "deliberation.issue"


def passing(user, issue, origins, *, refused=None):
    """{offers, referred, ask_origin}: what can be raised out of the issue now, and how what was
    stands. `ask_origin`: whoever wants an answer is known only where it was raised from."""
    offers, is_open = [], issue.state in UNSOLVED_STATES
    if (is_open or refused) and can(user, TRIAGE_ISSUE, at=issue.area):
        words = redact(issue.text, names=[issue.reporter.name])
        offers = offers_of(user, issue, text=words, refused=refused)
        # Solved while somebody was writing: they read why it was refused, and nothing new is begun.
        offers = [one for one in offers if is_open or one.form is refused]
    from_order = issue.channel == Channel.ORDER and any(origin.url for origin in origins)
    return {
        "offers": offers,
        "referred": outcomes_from(FROM_ISSUE, [issue.pk]).get(issue.pk, []),
        "ask_origin": from_order,
    }
