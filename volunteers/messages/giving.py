"""What voluntary service says to people: wishes, and what somebody is asked to give."""

from stations.messages import tell

MINE, ASKED = "/mine/wishes/", "/mine/asked/"


def place_of(wish):
    """A volunteer's wishes stand on their page, a partner's on its own."""
    return MINE if wish.volunteer_id else ASKED


def wish_late(*, wish, recipient):
    """The day is over and nothing was brought yet: kindly, and how to give it back."""
    tell(
        recipient_id=recipient.pk,
        key=f"wish:{wish.pk}:late:{wish.claimed_until}",
        title=f"您认领的心愿到日子了：{wish.title}",
        body="东西备好了就送到服务站；实在不方便，点“放回去”，别人会接上。",
        url=place_of(wish),
    )


def wish_released(*, wish, recipient, since):
    """It went back on the board, so nobody buys it twice."""
    tell(
        recipient_id=recipient.pk,
        key=f"wish:{wish.pk}:released:{since:%Y%m%d%H%M%S}",
        title=f"心愿放回墙上了：{wish.title}",
        body="还没买就不用买了。已经买好了，给服务站打个电话。",
        url=MINE,
    )


def wish_cancelled(*, wish, recipient):
    """It is not wished for any more."""
    tell(
        recipient_id=recipient.pk,
        key=f"wish:{wish.pk}:cancelled",
        title=f"这个心愿不用圆了：{wish.title}",
        body="已经买好了，给服务站打个电话，我们来想办法。谢谢您。",
        url=place_of(wish),
    )


def wish_thanked(*, wish, recipient):
    """What the person said who was helped."""
    tell(
        recipient_id=recipient.pk,
        key=f"wish:{wish.pk}:thanked",
        title=f"{wish.first_name}谢谢您：{wish.title}",
        body=f"“{wish.thanks}”",
        url=place_of(wish),
    )


def match_asked(*, match, recipient):
    """Somebody asks whether what was offered can be had."""
    tell(
        recipient_id=recipient.pk,
        key=f"match:{match.pk}:asked",
        title=f"有人要用您给的：{match.resource.title}",
        body=f"{match.need.area}需要：{match.need.title}，"
        f"{match.quantity}{match.resource.unit}。请回个话，行不行都好。",
        url=ASKED,
    )


def match_agreed(*, match, recipient):
    """Both said yes."""
    day = f"，约在{match.agreed_on:%-m月%-d日}" if match.agreed_on else ""
    tell(
        recipient_id=recipient.pk,
        key=f"match:{match.pk}:agreed",
        title=f"说好了：{match.resource.title}",
        body=f"给{match.need.area}的“{match.need.title}”，"
        f"{match.quantity}{match.resource.unit}{day}。",
        url=ASKED,
    )


def match_declined(*, match, recipient):
    """Nothing came of it; what was set aside is free again."""
    tell(
        recipient_id=recipient.pk,
        key=f"match:{match.pk}:declined",
        title=f"这次没用上：{match.resource.title}",
        body=f"留出来的 {match.quantity}{match.resource.unit}退回给您了，谢谢。",
        url=ASKED,
    )
