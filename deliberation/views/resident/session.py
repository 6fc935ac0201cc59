"""The issues a resident follows in this browser: 查进度 by the code, 评议, 补充, 撤回."""

from django.utils import timezone

from deliberation.choices import State
from deliberation.forms.resident import PhotosForm
from deliberation.forms.track import RateForm, RemarkForm, WithdrawForm
from deliberation.models import Issue
from deliberation.services import gate, intake, journey
from stations.registries import tracked
from stations.views.followed import Followed


class FollowedIssues(Followed):
    model, name = Issue, "issue"
    way = ("area", "reporter", "entrance__building", "building")
    key, receipt_key = "issues", "receipt"
    gate = gate
    track, page = "deliberation:track", "deliberation:track_issue"
    track_template = "deliberation/resident_track.html"
    template = "deliberation/resident_issue.html"
    title, label = "查进度", "查进度的号码"
    wrong_tail = "和报事时留的电话对不上，请再看一眼。"

    def has_phone(self, issue):
        return bool(issue.reporter.phone_sealed)

    def tail_matches(self, issue, tail):
        return intake.tail_matches(issue.reporter, tail)

    def elsewhere(self, digest):
        """People hold one kind of slip only."""
        return next(filter(None, (part.run(digest) for part in tracked)), "")

    def acts(self, issue):
        is_noticed = issue.state == State.NOTICED
        return {"rate": is_noticed, "remark": issue.is_open, "withdraw": issue.is_early}

    def facts(self, issue, *, full):
        target = journey.final_target(issue)
        merged = target.pk != issue.pk
        steps = journey.steps_of(target)
        return {
            "target": target,
            "is_merged": merged,
            "steps": steps,
            "said": journey.said_of_steps(steps),
            "heading": journey.heading_of(target, of_neighbour=merged),
            "promise": ""
            if merged and target.state == State.NOTICED
            else journey.promise_of(target),
            "ease": journey.ease_of(target),
            "lines": journey.timeline(issue, full=full),
            "rate_form": RateForm(),
            "remark_form": RemarkForm(),
            "pictures": PhotosForm(),
            "withdraw_form": WithdrawForm(),
            "now": timezone.now(),
        }


issues = FollowedIssues()
