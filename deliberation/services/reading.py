"""Who reads a report as it was written: the community, and the street what came up to it."""

from dataclasses import dataclass
from functools import cached_property

from deliberation.access import READ_REPORTER
from deliberation.choices import Route, State
from deliberation.models import Issue
from stations.access import can
from stations.foundation.redaction import redact


def is_for_street(issue):
    """Whether it is, or was, the street's to answer."""
    return issue.state == State.STREET or issue.route == Route.STREET


@dataclass(frozen=True)
class Reading:
    """What a resident told, for one reader. Whoever only watches over the community's work
    reads a masked name, no door, and words without personal data."""

    issue: Issue
    in_full: bool

    @cached_property
    def name(self):
        reporter = self.issue.reporter
        return (reporter.name or "匿名") if self.in_full else reporter.masked_name

    @cached_property
    def door(self):
        return self.issue.reporter.door if self.in_full else ""

    @cached_property
    def text(self):
        return self.fit(self.issue.text)

    def fit(self, words):
        """The words as this reader may have them."""
        if self.in_full or not words:
            return words
        return redact(words, names=[self.issue.reporter.name])


def told_to(user, issue):
    """What the resident told of the issue, as this person reads it."""
    in_full = is_for_street(issue) or can(user, READ_REPORTER, at=issue.area)
    return Reading(issue=issue, in_full=in_full)
