"""What voluntary service says to people: hours, papers, points."""

from django.utils import timezone

from stations.messages import tell
from volunteers.foundation.durations import duration

MINE, CONFIRM = "/mine/hours/", "/mine/confirm/"


def to_confirm(*, hour, recipient_id):
    """A leader hears that somebody of the team served."""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.to_confirm:{hour.pk}",
        title=f"等您确认：{hour.volunteer}，{hour}，{duration(hour.minutes)}",
        body="点一下就好。要是没有这回事，跟书记说一声。",
        url=CONFIRM,
    )


def shown(*, hour):
    """Both sides confirmed: three days on show."""
    until = timezone.localtime(hour.shown_until)
    return tell(
        recipient_id=hour.volunteer.user_id,
        key=f"volunteers.hours_shown:{hour.pk}:{until:%m%d}",
        title=f"两边都确认了：{hour}，{duration(hour.minutes)}",
        body=f"在队里公示到{until:%-m月%-d日 %H:%M}，没有异议就计入。",
        url=MINE,
    )


def held(*, hour):
    """The volunteer hears why a secretary looks first."""
    why = "队里有人说不太对" if hour.objection else hour.odd
    return tell(
        recipient_id=hour.volunteer.user_id,
        key=f"volunteers.hours_held:{hour.pk}:{int(bool(hour.objection))}",
        title=f"请书记看一看：{hour}，{duration(hour.minutes)}",
        body=f"{why}。书记看过以后告诉您，三个工作日内。",
        url=MINE,
    )


def refused(*, hour):
    """Not counted, and why."""
    return tell(
        recipient_id=hour.volunteer.user_id,
        key=f"volunteers.hours_refused:{hour.pk}",
        title=f"没有计入：{hour}，{duration(hour.minutes)}",
        body=f"书记的说明：{hour.decision}。有话请到服务站说。",
        url=MINE,
    )


def reversed_(*, hour, back):
    """Counted hours were taken back, and why."""
    return tell(
        recipient_id=hour.volunteer.user_id,
        key=f"volunteers.hours_reversed:{hour.pk}",
        title=f"冲销了：{hour}，{duration(hour.minutes)}",
        body=f"书记的说明：{back.decision}。得的积分也一起退回。有话请到服务站说。",
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
