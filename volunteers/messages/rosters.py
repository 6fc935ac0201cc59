"""What voluntary service says to people: rosters."""

from django.utils import timezone

from stations.messages import tell


def position_given(*, position, roster):
    """Somebody stands somewhere now. People without an account are called by the lead."""
    if position.volunteer is None:
        return
    tell(
        recipient_id=position.volunteer.user_id,
        key=f"position:{position.pk}:{position.filled_at.timestamp():.6f}",
        title=f"应急：您负责{position}",
        body=f"{roster.area}，{roster.title}。打开看要做什么、和谁一起。",
        url=f"/mine/roster/{roster.pk}/",
    )


def position_taken(*, position, roster, volunteer):
    """Somebody else stands there now, or nobody."""
    tell(
        recipient_id=volunteer.user_id,
        key=f"position-off:{position.pk}:{volunteer.pk}:{timezone.now().timestamp():.6f}",
        title=f"应急：{position}换人了，您不用去了",
        body=f"{roster.area}，{roster.title}。谢谢您。",
    )


def positions_left(*, roster, positions, volunteer, recipient_id):
    """To the station: somebody does not stand there any more, the gap is red."""
    where = "、".join(str(position) for position in positions)
    tell(
        recipient_id=recipient_id,
        key=f"position-left:{roster.pk}:{volunteer.pk}:{timezone.now().timestamp():.6f}",
        title=f"应急：{where}空出来了"[:120],
        body=f"{roster.area}，{roster.title}。原来的人来不了了，请马上换一位。",
        url=f"/rosters/{roster.pk}/",
    )


def roster_over(*, roster, user_id):
    """The emergency is over."""
    tell(
        recipient_id=user_id,
        key=f"roster-over:{roster.pk}",
        title=f"{roster.area}：{roster.title}，应急结束了",
        body="这些天辛苦了，谢谢您守着大家。",
    )
