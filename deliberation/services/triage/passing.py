"""转出去: others help with a part of it. The issue stays in its own chain and is not closed by it."""

from django.db import transaction

from deliberation.choices import UNSOLVED_STATES, EventKind
from deliberation.services.chain import locked, log, refuse


@transaction.atomic
def note_passed_on(*, issue, kind, by):
    """Write on the issue's way that something was raised out of it: `kind` is a ReferralKind,
    whose public words the resident reads. Refuses once the issue is solved or has ended."""
    issue = locked(issue)
    if issue.state not in UNSOLVED_STATES:
        refuse(f"这件事现在是“{issue.get_state_display()}”，不用再转了。")
    return log(issue, EventKind.REFERRED, by=by, words=kind.label, public=kind.told)
