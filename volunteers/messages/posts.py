"""What voluntary service says to people: claimed posts and zones."""

from stations.messages import tell

from .events import when_of


def claim_ends_soon(*, claim):
    """A claim ends within two weeks: say again or give it back."""
    return tell(
        recipient_id=claim.volunteer.user_id,
        key=f"claim:{claim.pk}:ends:{claim.until:%Y%m%d}",
        title=f"您认领的“{claim.post}”{claim.until:%-m月%-d日}到期",
        body="想接着做点“续认”，做不了就交回，都行。",
        url="/mine/posts/",
    )


def claim_over(*, claim):
    """Its last day has passed and nobody said anything."""
    return tell(
        recipient_id=claim.volunteer.user_id,
        key=f"claim:{claim.pk}:over",
        title=f"“{claim.post}”的认领到期了",
        body="谢谢您这段时间照看。还想做的话，随时可以再认领。",
        url="/mine/posts/",
    )


def post_ended(*, claim):
    """The station does not keep this post any more."""
    return tell(
        recipient_id=claim.volunteer.user_id,
        key=f"claim:{claim.pk}:post_ended",
        title=f"“{claim.post}”这个岗不再设了",
        body="谢谢您一直照看，别的岗也等着人。",
        url="/mine/posts/",
    )


def cleanup_planned(*, claim, event, slot):
    """The monthly clean-up day of a claimed zone has its date."""
    return tell(
        recipient_id=claim.volunteer.user_id,
        key=f"cleanup:{event.pk}",
        title=f"{event}",
        body=f"{when_of(slot)}，{event.place}。您认领了这一片，来的话请报个名。",
        url=f"/mine/events/{event.pk}/",
    )
