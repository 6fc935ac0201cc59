"""What voluntary service says to people: claimed posts and zones."""

from stations.messages import tell, tell_each

from .events import when_of


def claims_end_soon(claims):
    """These claims end within two weeks: say again or give it back."""
    said = "想接着做点“续认”，做不了就交回，都行。"
    tell_each(
        _of_claim(
            claim,
            f"ends:{claim.until:%Y%m%d}",
            f"您认领的“{claim.post}”{claim.until:%-m月%-d日}到期",
            said,
        )
        for claim in claims
    )


def claims_over(claims):
    """Their last day has passed and nobody said anything."""
    said = "谢谢您这段时间照看。还想做的话，随时可以再认领。"
    tell_each(_of_claim(claim, "over", f"“{claim.post}”的认领到期了", said) for claim in claims)


def post_ended(*, claim):
    """The station does not keep this post any more."""
    said = "谢谢您一直照看，别的岗也等着人。"
    return tell(**_of_claim(claim, "post_ended", f"“{claim.post}”这个岗不再设了", said))


def _of_claim(claim, key, title, body):
    return {
        "recipient_id": claim.volunteer.user_id,
        "key": f"claim:{claim.pk}:{key}",
        "title": title,
        "body": body,
        "url": "/mine/posts/",
    }


def cleanup_planned(*, claim, event, slot):
    """The monthly clean-up day of a claimed zone has its date."""
    return tell(
        recipient_id=claim.volunteer.user_id,
        key=f"cleanup:{event.pk}",
        title=f"{event}",
        body=f"{when_of(slot)}，{event.place}。您认领了这一片，来的话请报个名。",
        url=f"/mine/events/{event.pk}/",
    )
