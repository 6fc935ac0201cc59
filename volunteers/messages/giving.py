"""What voluntary service says to people: wishes, and what somebody is asked to give."""

from stations.messages import tell

MINE, ASKED = "/mine/wishes/", "/mine/asked/"


def place_of(wish):
    """A volunteer's wishes stand on their page, a partner's on its own."""
    return MINE if wish.volunteer_id else ASKED


def wish_late(*, wish, recipient):
    """The day is over and nothing was brought yet: kindly, and how to give it back."""
    title = f"您认领的心愿到日子了：{wish.title}"
    said = "东西备好了就送到服务站；实在不方便，点“放回去”，别人会接上。"
    _say(recipient, f"wish:{wish.pk}:late:{wish.claimed_until}", title, said, place_of(wish))


def wish_released(*, wish, recipient, since):
    """It went back on the board, so nobody buys it twice."""
    said = "还没买就不用买了。已经买好了，给服务站打个电话。"
    key = f"wish:{wish.pk}:released:{since:%Y%m%d%H%M%S}"
    _say(recipient, key, f"心愿放回墙上了：{wish.title}", said, MINE)


def wish_cancelled(*, wish, recipient):
    """It is not wished for any more."""
    said = "已经买好了，给服务站打个电话，我们来想办法。谢谢您。"
    title = f"这个心愿不用圆了：{wish.title}"
    _say(recipient, f"wish:{wish.pk}:cancelled", title, said, place_of(wish))


def wish_returned(*, wish, recipient, at):
    """The station says that nothing came, or something else: it is in their hands again."""
    said = (
        f"服务站还没收到，或者和心愿对不上。{wish.claimed_until:%-m月%-d日}前送来就行，有事打电话。"
    )
    key = f"wish:{wish.pk}:returned:{at:%Y%m%d%H%M%S}"
    _say(recipient, key, f"这个心愿还没圆：{wish.title}", said, place_of(wish))


def wish_thanked(*, wish, recipient):
    """What the person said who was helped."""
    title, said = f"{wish.first_name}谢谢您：{wish.title}", f"“{wish.thanks}”"
    _say(recipient, f"wish:{wish.pk}:thanked", title, said, place_of(wish))


def match_asked(*, match, recipient):
    """Somebody asks whether what was offered can be had."""
    said = f"{match.need.area}需要：{match.need.title}，{much(match)}。请回个话，行不行都好。"
    _say(recipient, f"match:{match.pk}:asked", f"有人要用您给的：{match.resource.title}", said)


def match_agreed(*, match, recipient):
    """Both said yes."""
    day = f"，约在{match.agreed_on:%-m月%-d日}" if match.agreed_on else ""
    said = f"给{match.need.area}的“{match.need.title}”，{much(match)}{day}。"
    _say(recipient, f"match:{match.pk}:agreed", f"说好了：{match.resource.title}", said)


def match_declined(*, match, recipient):
    """Nothing came of it; what was set aside is free again."""
    said = f"留出来的 {much(match)}退回给您了，谢谢。"
    _say(recipient, f"match:{match.pk}:declined", f"这次没用上：{match.resource.title}", said)


def much(match):
    """How much of it, with its unit."""
    return f"{match.quantity}{match.resource.unit}"


def _say(recipient, key, title, body, url=ASKED):
    tell(recipient_id=recipient.pk, key=key, title=title, body=body, url=url)
