"""接单: the volunteer's side, from yes or no to done. Times are the server's own."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.duties import end_duty
from stations.services.figures import mark_stale
from volunteers.choices import (
    ORDER_SERVED,
    ORDER_TAKEN,
    ORDER_WAITING,
    WEEKDAYS,
    AskState,
    HourSource,
    OrderEventKind,
    OrderState,
)
from volunteers.foundation.durations import duration
from volunteers.messages import orders as messages
from volunteers.models import Ask
from volunteers.services.busy import check_free
from volunteers.services.hours import open_hour
from volunteers.services.packages import keep_gap_duty
from volunteers.services.sign_ups import locked_volunteer

from .chain import (
    LATE_DUTY,
    answer_until,
    came_in_anew,
    count_open,
    day_to_come,
    locked,
    log,
    move,
    time_key,
    when_of,
)
from .dispatching import ask_next, may_not, needs_price, outside_team
from .hearing import end_word, wait_for_answers
from .promises import SPEAKS_FIRST

BACK_WITHIN = timedelta(minutes=10)  # so long 出发 can be taken back
TOO_LATE = "刚刚有邻居先接了，谢谢您愿意来。"
LEAST, MOST = 5, 12 * 60  # minutes that a volunteer may tell
ANSWERABLE = (AskState.ASKED, AskState.SILENT)  # late is better than never


def asked_now(ask, by):
    """(order, ask) as they are now, both held; only whoever was asked may answer. Who was asked
    again answers the last time, though an older page stands open."""
    order = locked(ask.order)
    rows = Ask.objects.select_for_update(of=("self",)).select_related("volunteer__user", "team")
    ask = rows.filter(order=order, volunteer=ask.volunteer_id).latest("pk")
    if ask.volunteer.user_id != by.pk:
        refuse("这一单没有问您。")
    return order, ask


@transaction.atomic
def accept(*, ask, by, seen=""):
    """接单. The order is locked: of several who press at once one has it, the others hear so.

    So is the volunteer: signing up for an event, a rest or leaving at the same moment waits.
    Refused: who has a seat at an event in that part of the day, or another order in hand then;
    and whose page still showed (`seen`, see `time_key`) a time that has been changed since.
    """
    order, ask = asked_now(ask, by)
    if ask.state == AskState.ACCEPTED:
        return order  # pressed twice
    if order.state in ORDER_TAKEN or ask.state == AskState.TAKEN:
        refuse(TOO_LATE)
    if order.state != OrderState.DISPATCHED or ask.state not in ANSWERABLE:
        refuse("这一单不用再接了，谢谢您愿意来。")
    if seen and seen != time_key(order):
        refuse(f"时间刚改成{when_of(order)}，大约{duration(order.minutes)}。去得了再点一次“我去”。")
    volunteer = locked_volunteer(ask.volunteer)
    if sentence := may_not(order, volunteer):
        refuse(sentence)
    if outside_team(order, [volunteer]):
        refuse(f"这一单是{order.team}的，您现在不在队里。谢谢您愿意来。")
    check_free(order, volunteer)
    now = timezone.now()
    move(order, OrderState.ACCEPTED)
    order.volunteer, order.accepted_at = ask.volunteer, now
    if not outside_team(ask, [volunteer]):
        order.team = order.team or ask.team
    order.save()
    ask.state, ask.answered_at = AskState.ACCEPTED, now
    ask.save(update_fields=["state", "answered_at"])
    end_word(order)
    count_open(ask.volunteer_id, 1)
    came_in_anew(order)
    log(order, OrderEventKind.ACCEPTED, by=by, public=_accepted(order))
    others = order.asks.filter(state__in=ANSWERABLE).exclude(volunteer=ask.volunteer_id)
    waiting = list(others.filter(state=AskState.ASKED).select_related("volunteer"))
    others.update(state=AskState.TAKEN, answered_at=now)
    for other in waiting:
        messages.taken_by_another(ask=other, recipient_id=other.volunteer.user_id)
    record("volunteers.accept_order", on=order, by=by)
    return order


def _accepted(order):
    return SPEAKS_FIRST if order.wanted_on is None else "有志愿者接了，会照您说的时间来。"


@transaction.atomic
def decline(*, ask, by, words=""):
    """去不了. When nobody of the round is left to wait for, the next ones are asked at once."""
    order, ask = asked_now(ask, by)
    if ask.state == AskState.DECLINED:
        return order
    if ask.state not in ANSWERABLE:
        refuse("这一单不用再回话了，谢谢您。")
    ask.state, ask.answered_at = AskState.DECLINED, timezone.now()
    ask.words = words.strip()[:100]
    ask.save(update_fields=["state", "answered_at", "words"])
    log(order, OrderEventKind.DECLINED, by=by, words=ask.words)
    record("volunteers.decline_order", on=order, by=by)
    if order.state == OrderState.DISPATCHED and not order.asks.waiting().exists():
        ask_next(order, by=by)
    return order


@transaction.atomic
def answer_again(*, ask, by):
    """又能去了, or 去不了 was pressed by mistake: asked again, as long as nobody has taken it. So is
    whoever answers only when it has gone back to the worker."""
    order, ask = asked_now(ask, by)
    if ask.state == AskState.ASKED:
        return order  # pressed twice
    if order.state in ORDER_TAKEN:
        refuse("已经有人去了，谢谢您。")
    if not may_answer_again(order, ask):
        refuse("这一单不用再回话了，谢谢您。")
    if sentence := may_not(order, ask.volunteer) or needs_price(order):
        refuse(sentence)
    now = timezone.now()
    if order.state == OrderState.ORDERED:  # it had gone back to the worker
        move(order, OrderState.DISPATCHED)
        order.save()
        wait_for_answers(order)
    ask.state, ask.answered_at, ask.words = AskState.ASKED, None, ""
    ask.until = answer_until(now, order.due_at)
    ask.save(update_fields=["state", "answered_at", "words", "until"])
    log(order, OrderEventKind.BACK, by=by, words="等他再回话")
    record("volunteers.answer_again", on=order, by=by)
    return order


def may_answer_again(order, ask):
    """Whether somebody who said no, or nothing until it was too late, can be asked once more."""
    if ask.state == AskState.SILENT:
        return order.state == OrderState.ORDERED  # while others are asked, they just say yes
    return ask.state == AskState.DECLINED and order.state in ORDER_WAITING


def in_hand(order, by):
    """The order, held; only whoever took it goes on with it."""
    order = locked(order)
    if order.volunteer is None or order.volunteer.user_id != by.pk:
        refuse("这一单不在您手上。")
    return order


@transaction.atomic
def set_out(*, order, by, agreed=False):
    """出发. Before the wanted day only when the person has `agreed` to it."""
    order = in_hand(order, by)
    if order.state == OrderState.ON_WAY:
        return order
    _on_way(order, by, agreed)
    order.save()
    record("volunteers.set_out", on=order, by=by)
    return order


def _on_way(order, by, agreed):
    move(order, OrderState.ON_WAY)
    is_early = day_to_come(order)
    if is_early and not agreed:
        day = f"{order.wanted_on:%-m月%-d日}（{WEEKDAYS[order.wanted_on.weekday()]}）"
        refuse(f"约的是{day}，还没到。要提前去，先打电话和对方说好。")
    words = "对方同意提前" if is_early else ""
    log(order, OrderEventKind.ON_WAY, by=by, words=words, public="志愿者出发了。")


@transaction.atomic
def undo_set_out(*, order, by):
    """出发 was pressed by mistake: taken back within ten minutes, as long as nothing has begun."""
    order = in_hand(order, by)
    if order.state == OrderState.ACCEPTED:
        return order  # pressed twice
    if order.begun_at or not can_undo_set_out(order):
        refuse("现在撤不了了。去不了，就转给别人。")
    move(order, OrderState.ACCEPTED)
    order.save()
    words, public = "出发按错了", "志愿者还没出发，刚才按错了。"
    log(order, OrderEventKind.ACCEPTED, by=by, words=words, public=public)
    record("volunteers.undo_set_out", on=order, by=by)
    return order


def can_undo_set_out(order):
    """Whether 出发 was pressed so lately that it can be taken back."""
    is_lately = order.state_since > timezone.now() - BACK_WITHIN
    return order.state == OrderState.ON_WAY and not order.begun_at and is_lately


@transaction.atomic
def begin_service(*, order, by, agreed=False):
    """到了，开始: from now on the time counts. Whoever forgot to say 出发 sets out with it, and
    before the wanted day only when the person has `agreed`."""
    order = in_hand(order, by)
    if order.begun_at:
        return order
    if order.state == OrderState.ACCEPTED:
        _on_way(order, by, agreed)
    if order.state != OrderState.ON_WAY:
        refuse(f"这一单已经是“{order.get_state_display()}”，不用再按开始。")
    order.begun_at = timezone.now()
    order.save()
    log(order, OrderEventKind.BEGUN, by=by, public="志愿者到了，开始做。")
    record("volunteers.begin_service", on=order, by=by)
    return order


@transaction.atomic
def hand_over(*, order, by, words):
    """转给别人: it goes back and others are asked at once, never the same person again."""
    order = in_hand(order, by)
    move(order, OrderState.ORDERED)
    words = words.strip()[:100]
    order.asks.filter(state=AskState.ACCEPTED).update(
        state=AskState.HANDED_OVER, words=words, answered_at=timezone.now()
    )
    out_of_hands(order)
    order.save()
    log(
        order, OrderEventKind.HANDED_OVER, by=by, words=words, public="原来那位来不了，正在另找人。"
    )
    record("volunteers.hand_over_order", on=order, by=by)
    return ask_next(order, by=by)


def out_of_hands(order):
    """Nobody has it any more; the caller saves the order."""
    count_open(order.volunteer_id, -1)
    leave(order)
    end_duty(LATE_DUTY, on=order)


def leave(order):
    """Whoever had it has it no more, nor is it done by them; the caller saves the order."""
    came_in_anew(order)
    order.volunteer = order.accepted_at = order.begun_at = order.done_at = None
    order.team = _team_without(order)


def _team_without(order):
    """Whose order it is once the volunteer who brought their team is gone: the team a price was
    agreed with, or the package's; else everybody may be asked."""
    if order.price_agreed_at:
        return order.team
    return order.package.team if order.package else None


@transaction.atomic
def finish(*, order, by, minutes=None, words="", forgot=False):
    """做完了. Opens the hour: by the clock when 开始 was pressed, else as many minutes as told.

    Of a clock's minutes fewer may be told, never more. Whoever `forgot` to press 开始 in time
    tells them all: then it is no clock's hour, and more than the clock saw is odd (see
    `oddities.beyond`). Refuses told minutes under 5 or over 720, and a clock that ran longer than
    twelve hours.
    """
    order = in_hand(order, by)
    if order.state in ORDER_SERVED:
        return order  # pressed twice
    now = timezone.now()
    begun, minutes, source = _times(order, now, minutes, forgot)
    move(order, OrderState.DONE, sorry="还没按“出发”，先按一下再说做完。")
    order.done_at = now
    order.save()
    count_open(order.volunteer_id, -1)
    end_duty(LATE_DUTY, on=order)
    log(order, OrderEventKind.DONE, by=by, words=words.strip(), public="做完了，请您确认。")
    _open_hour(order, begun, now, minutes, source)
    if order.package_id:
        keep_gap_duty(order.package)
    mark_stale(area=order.area, day=timezone.localdate(now))
    told = minutes if source == HourSource.SAID else 0
    record("volunteers.finish_order", on=order, by=by, minutes=told)
    return order


def clock_minutes(order, now=None):
    """Minutes since 开始 was pressed, at least one; None where it was not, or more than twelve
    hours ago: that clock was forgotten."""
    passed = (now or timezone.now()) - order.begun_at if order.begun_at else None
    if passed is None or passed > timedelta(minutes=MOST):
        return None
    return max(1, round(passed.total_seconds() / 60))


def _times(order, now, told, forgot):
    """(when it began, minutes, what they are known from)."""
    clock = clock_minutes(order, now)
    if clock and not forgot:
        if told is not None and not 1 <= told <= clock:
            refuse(
                f"从按“开始”到现在是{clock}分钟，最多记{clock}分钟。"
                "更早就开始做了的，在“忘了按开始”里填。"
            )
        return order.begun_at, told or clock, HourSource.CLOCK
    if not told:
        why = "没按过开始，" if not order.begun_at else "从按开始到现在超过12小时了，"
        refuse(f"{'' if clock else why}请填一下做了多少分钟。")
    if not LEAST <= told <= MOST:
        refuse(f"填{LEAST}到{MOST}之间的分钟数。")
    return now - timedelta(minutes=told), told, HourSource.SAID


def _open_hour(order, begun, now, minutes, source):
    open_hour(
        volunteer=order.volunteer,
        area=order.area,
        team=order.team,
        help=order.help,
        began_at=begun,
        ended_at=now,
        minutes=minutes,
        source=source,
        order=order,
    )
