"""What voluntary service says to people: events."""

from django.utils import timezone

from stations.messages import settled, tell


def when_of(slot):
    """11月28日 09:00–11:00."""
    begins, ends = timezone.localtime(slot.starts_at), timezone.localtime(slot.ends_at)
    return f"{begins:%-m月%-d日 %H:%M}–{ends:%H:%M}"


def seat_key(sign_up):
    """One message for each seat that is offered: offered again, it is told again."""
    until = timezone.localtime(sign_up.offered_until)
    return f"seat:{sign_up.pk}:{until:%m%d%H%M}"


def seat_answered(*, sign_up):
    """Taken, given on, or too late: the offer is no news any more."""
    settled(key=seat_key(sign_up), recipient_ids=[sign_up.volunteer.user_id])


def seat_offered(*, sign_up, event):
    """A seat became free for whoever waits first; it is kept until a moment."""
    until = timezone.localtime(sign_up.offered_until)
    return tell(
        recipient_id=sign_up.volunteer.user_id,
        key=seat_key(sign_up),
        title=f"“{event}”有空位了",
        body=f"{when_of(sign_up)}，{event.place}。{until:%-m月%-d日 %H:%M}前点“我去”，过了就让给下一位。",
        url=f"/mine/events/{event.pk}/",
    )


def event_cancelled(*, event, user_id, when):
    """Something somebody signed up for does not take place."""
    return tell(
        recipient_id=user_id,
        key=f"event:{event.pk}:cancelled",
        title=f"“{event}”取消了",
        body=f"{when}不用来了。{event.cancelled_why}",
        url=f"/mine/events/{event.pk}/",
    )


def slot_cancelled(*, event, slot, user_id, when):
    """One time of an event does not take place; the others do."""
    return tell(
        recipient_id=user_id,
        key=f"slot:{slot.pk}:cancelled",
        title=f"“{event}”取消了一场",
        body=f"{when}这一场不用来了，别的时间照常。{slot.cancelled_why}",
        url=f"/mine/events/{event.pk}/",
    )


def slot_tomorrow(*, sign_up, event):
    """The day before."""
    return tell(
        recipient_id=sign_up.volunteer.user_id,
        key=day_key(sign_up.pk),
        title=f"明天：{event}"
        if timezone.localdate(sign_up.starts_at) > timezone.localdate()
        else f"今天：{event}",
        body=f"{when_of(sign_up)}，{event.place}。去不了请早点说，让给候补的人。",
        url=f"/mine/events/{event.pk}/",
    )


def slot_soon(*, sign_up, event):
    """Two hours before."""
    begins = timezone.localtime(sign_up.starts_at)
    return tell(
        recipient_id=sign_up.volunteer.user_id,
        key=soon_key(sign_up.pk),
        title=f"{begins:%H:%M}开始：{event}",
        body=f"在{event.place}。到了扫现场的码签到。",
        url=f"/mine/events/{event.pk}/",
    )


DAY_KEY, SOON_KEY = "sign_up:{}:day", "sign_up:{}:soon"


def day_key(pk):
    """The key of the reminder on the day before; `pk` is the sign-up's."""
    return DAY_KEY.format(pk)


def soon_key(pk):
    """The key of the reminder shortly before; `pk` is the sign-up's."""
    return SOON_KEY.format(pk)
