"""What voluntary service says to people: hours, papers, points."""

from django.utils import timezone

from stations.messages import settled, tell
from volunteers.foundation.durations import duration

MINE, CONFIRM = "/mine/hours/", "/mine/confirm/"


def to_confirm(*, hour, recipient_id):
    """A leader hears that somebody of the team served."""
    return tell(
        recipient_id=recipient_id,
        key=asked_key(hour),
        title=f"等您确认：{hour.volunteer}，{hour}，{duration(hour.minutes)}",
        body="去没去、做多久，您核对一下。",
        url=CONFIRM,
    )


def asked_key(hour):
    """The key under which a leader is asked to confirm this hour, so that it can be taken back."""
    return f"volunteers.to_confirm:{hour.pk}"


def no_more_to_confirm(*, hour):
    """The team has answered, or a secretary looks first: the list has no such entry any more."""
    team = hour.team
    leaders = [one.user_id for one in (team.leader, team.deputy) if one] if team else []
    if leaders:
        settled(key=asked_key(hour), recipient_ids=leaders)


def shown(*, hour):
    """Both sides confirmed: three days on show."""
    until = timezone.localtime(hour.shown_until)
    said = f"在队里公示到{until:%-m月%-d日 %H:%M}，没有异议就计入。"
    return _to_whose_it_is(hour, f"shown:{hour.pk}:{until:%m%d}", "两边都确认了", said)


def held(*, hour):
    """The volunteer hears why a secretary looks first."""
    key = f"held:{hour.pk}:{int(bool(hour.objection))}"
    why = "队里有人说不太对" if hour.objection else hour.odd
    said = f"{why}。书记看过以后告诉您，三个工作日内。"
    return _to_whose_it_is(hour, key, "请书记看一看", said)


def refused(*, hour):
    """Not counted, and why."""
    said = f"书记的说明：{hour.decision}。有话请到服务站说。"
    return _to_whose_it_is(hour, f"refused:{hour.pk}", "没有计入", said)


def reversed_(*, hour, back):
    """Counted hours were taken back, and why."""
    said = f"书记的说明：{back.decision}。得的积分也一起退回。有话请到服务站说。"
    return _to_whose_it_is(hour, f"reversed:{hour.pk}", "冲销了", said)


def _to_whose_it_is(hour, key, title, body):
    return tell(
        recipient_id=hour.volunteer.user_id,
        key=f"volunteers.hours_{key}",
        title=f"{title}：{hour}，{duration(hour.minutes)}",
        body=body,
        url=MINE,
    )


def attempt(*, hour, by, recipient_id, day):
    """One person tried to be two. Once a day, hour and person."""
    who = by or "服务对象的电话"
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.hours_attempt:{hour.pk}:{by.pk if by else 0}:{day}",
        title=f"时数确认被拦下：{who}",
        body=f"{hour}这条，同一个人想确认两次或者确认自己的，没有通过。也许是不小心，请问一声。",
        url=f"/hours/{hour.pk}/",
    )


def paper_revoked(*, paper):
    """A sheet no longer holds."""
    return tell(
        recipient_id=paper.volunteer.user_id,
        key=f"volunteers.paper_revoked:{paper.pk}",
        title=f"{paper}作废了",
        body=f"{paper.revoked_why}。可以重新出一份。",
        url=MINE,
    )
