"""派单: who is asked, in rounds, until somebody takes it or nobody is left."""

import logging
import unicodedata

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.choices import (
    ASK_AT_ONCE,
    ASK_ROUNDS,
    FITS_MINORS,
    RISKY,
    AskState,
    MemberState,
    OrderEventKind,
    OrderState,
    VolunteerState,
)
from volunteers.messages import orders as messages
from volunteers.models import Ask, Membership, Order
from volunteers.services.beneficiaries import facts_of, phone_index
from volunteers.services.busy import why_busy
from volunteers.services.public_words import check_public
from volunteers.services.suggest import suggest_volunteers

from .chain import (
    answer_until,
    came_in_anew,
    locked,
    log,
    move,
    time_is_over,
    when_of,
)
from .hearing import start_dispatch, wait_for_answers

SPENT = (
    AskState.DECLINED,
    AskState.SILENT,
    AskState.HANDED_OVER,
    AskState.TAKEN_BACK,
    AskState.WITHDRAWN,
)
OTHERWISE = (OrderEventKind.TIME, OrderEventKind.CHANGED)  # from here on it is another order
MOST_AT_ONCE = 10
MOST_BRIEF = 60
BATCH = 100
logger = logging.getLogger(__name__)


# who may be asked


def may_not(order, volunteer):
    """Why this volunteer may not take this order on any hour, in a sentence; "" when they may.

    Risky work only insured (志愿服务条例 第17条), minors only what fits them (第15条), nobody
    their own order.
    """
    day = order.wanted_on or timezone.localdate()
    helped = order.beneficiary
    if volunteer.state != VolunteerState.ACTIVE or not volunteer.user.is_active:
        return f"{volunteer}现在不在队，派不了单。"
    if order.help in RISKY and not volunteer.is_insured(day):
        return f"{volunteer}那天没有保险，“{order.get_help_display()}”这样的活不能派。"
    if order.help not in FITS_MINORS and volunteer.is_minor(day):
        return f"{volunteer}还没满十八岁，“{order.get_help_display()}”不能派。"
    phone = volunteer.user.phone
    if helped.phone_index and phone and phone_index(phone) == helped.phone_index:
        return f"这一单就是{volunteer}自己点的，请派给别人。"
    return ""


def why_not(order, volunteers):
    """Why the first of them who cannot cannot take this order, in a sentence; "" when all can:
    what `may_not` says, and who is elsewhere then. Two queries however many."""
    busy = why_busy([one.pk for one in volunteers], order.wanted_on, order.part, but=order)
    for volunteer in volunteers:
        if sentence := may_not(order, volunteer):
            return sentence
        if volunteer.pk in busy:
            return f"{volunteer}{busy[volunteer.pk]}，两头赶不上，请派给别人。"
    return ""


def outside_team(order, volunteers):
    """The first of them who is not in the order's team, or None: its hours are the team's."""
    if not order.team_id:
        return None
    rows = Membership.objects.filter(
        team=order.team_id, volunteer__in=volunteers, state=MemberState.IN
    )
    inside = set(rows.values_list("volunteer_id", flat=True))
    return next((one for one in volunteers if one.pk not in inside), None)


def needs_price(order):
    """Why nobody can be asked before the price is agreed, in a sentence; "" when somebody can."""
    if order.team and order.team.is_low_price and not order.price_agreed_at:
        return f"{order.team}是低偿服务，先和对方说定价钱，再派单。"
    return ""


def teams_for(order, volunteers):
    """{volunteer: team}: for which team each serves; one that works for nothing, if none is
    named by the order."""
    if order.team_id:
        return {volunteer.pk: order.team for volunteer in volunteers}
    rows = Membership.objects.filter(
        volunteer__in=volunteers,
        state=MemberState.IN,
        team__until=None,
        team__price_fen=None,
    ).select_related("team")
    found = {}
    for row in rows.order_by("pk"):
        known = found.get(row.volunteer_id)
        if known is None or (order.help in row.team.helps and order.help not in known.helps):
            found[row.volunteer_id] = row.team
    return found


# the worker dispatches


@transaction.atomic
def agree_price(*, order, by, team, price_fen=None, words=""):
    """公益+低偿: tell the person what the team takes and agree on it, before anybody is asked.

    Price in fen, the team's own unless another was agreed.
    """
    order = locked(order)
    if order.state != OrderState.ORDERED:
        refuse("已经派出去了，价钱要在派单以前说定。")
    if not team.is_low_price:
        refuse(f"{team}不收钱，不用说价钱。")
    order.team = team
    order.price_fen = team.price_fen if price_fen is None else price_fen
    order.price_words = (words.strip() or team.price_words)[:100]
    order.price_agreed_at = timezone.now()
    order.save()
    told = f"{order.price_fen / 100:g}元（{order.price_words}）"
    log(order, OrderEventKind.PRICE, by=by, words=f"{team}：{told}", public=f"价钱说定了：{told}。")
    record("volunteers.agree_price", on=order, by=by, team=team.pk, fen=order.price_fen)
    return order


@transaction.atomic
def dispatch(*, order, by, volunteers, brief=None):
    """Ask these volunteers at once: [(Volunteer, why)]. Who says yes first has the order.

    `brief` is what they read about it before they say yes, in the worker's own words; None leaves
    it as it is. Refuses a brief with somebody's name, phone or door, whoever may not do such work,
    even when picked by hand, whoever went before and was said not to have come, and a team that
    takes money before the price is agreed, and a time that is over. While others are still thinking, more can be asked.
    """
    order = locked(order)
    if order.state not in (OrderState.ORDERED, OrderState.DISPATCHED):
        refuse(f"这一单已经是“{order.get_state_display()}”，不用再派。")
    if time_is_over(order):
        refuse("约好的时间过了。先和对方说好新的时间，改了时间再派单。")
    waiting = set(order.asks.waiting().values_list("volunteer_id", flat=True))
    chosen = {one.pk: (one, why) for one, why in volunteers if one.pk not in waiting}
    if not chosen:
        refuse("选一位还没问过的志愿者。" if waiting else "至少选一位志愿者。")
    if len(chosen) > MOST_AT_ONCE:
        refuse(f"一次最多问{MOST_AT_ONCE}位。")
    street = street_path(order.area)
    for volunteer, _ in chosen.values():
        if not volunteer.area.path.startswith(street):
            refuse(f"{volunteer}不是本街道的志愿者。")
    people = [volunteer for volunteer, _ in chosen.values()]
    if stranger := outside_team(order, people):
        refuse(f"{stranger}不在{order.team}，这一单是队里的，请派给队里的人。")
    if sentence := went_before(order, people) or why_not(order, people):
        refuse(sentence)
    if brief is not None:
        order.brief = checked_brief(order, brief)
    _ask(order, list(chosen.values()), by=by)
    record("volunteers.dispatch_order", on=order, by=by, asked=len(chosen), round=order.round)
    return order


def went_before(order, volunteers):
    """Who of them went already, in a sentence, or "": one order gives nobody a second hour."""
    rows = order.hours.filter(volunteer__in=volunteers).select_related("volunteer__user")
    hour = rows.first()
    return f"{hour.volunteer}上次去过，对方说没人来，或者没做好，请派给别人。" if hour else ""


def checked_brief(order, brief):
    """The brief on one line. Refuses what tells who is helped, or behind which door."""
    brief, facts = " ".join(brief.split())[:MOST_BRIEF], facts_of(order.beneficiary)
    check_public(brief, names=[facts["name"]], where="问到的人都看得到，“要做什么”里")
    door = facts["door"].rstrip("室号 ")
    if len(door) > 1 and door in unicodedata.normalize("NFKC", brief):
        refuse(f"问到的人都看得到，“要做什么”里有门牌“{door}”，请去掉再发。")
    return brief


def street_path(area):
    """The path of the street an estate stands in: nobody comes from further away."""
    return area.lineage_paths()[-3:][0]


def _ask(order, chosen, *, by):
    """One more round: the asks, their messages, the line of the way."""
    if sentence := needs_price(order):
        refuse(sentence)
    now = timezone.now()
    order.round += 1
    if order.state == OrderState.ORDERED:
        move(order, OrderState.DISPATCHED)
    order.save()
    teams = teams_for(order, [volunteer for volunteer, _ in chosen])
    asks = Ask.objects.bulk_create(
        Ask(
            order=order,
            volunteer=volunteer,
            team=teams.get(volunteer.pk),
            area=order.area,
            round=order.round,
            why=why[:120],
            asked_at=now,
            until=answer_until(now, order.due_at),
        )
        for volunteer, why in chosen
    )
    for ask in asks:
        messages.asked(ask=ask, recipient_id=ask.volunteer.user_id, when=when_of(order))
    wait_for_answers(order, first=order.round == 1)
    came_in_anew(order)
    names = "、".join(str(volunteer) for volunteer, _ in chosen)
    public = "正在帮您找人。" if order.round == 1 else "正在帮您问别的志愿者。"
    log(order, OrderEventKind.DISPATCHED, by=by, words=f"问了{names}", public=public)


# the portal asks on by itself


def rounds_asked(order):
    """How many rounds were asked since a person last put it out, somebody handed it over, or the
    time was changed."""
    anew = Q(kind=OrderEventKind.DISPATCHED, by__isnull=False) | Q(
        kind__in=(OrderEventKind.HANDED_OVER, *OTHERWISE)
    )
    last = order.events.filter(anew).order_by("pk").last()
    rows = order.events.filter(kind=OrderEventKind.DISPATCHED)
    return rows.filter(pk__gte=last.pk).count() if last else rows.count()


def asks_for_this_time(order):
    """Who was asked, or let go, for the time as it is now: whoever said no to another day may well
    have time on this one. Whoever took it and did not come is not asked again."""
    change = order.events.filter(kind__in=OTHERWISE).order_by("pk").last()
    if change is None:
        return order.asks.all()
    return order.asks.exclude(~Q(state=AskState.TAKEN_BACK), answered_at__lt=change.at)


def ask_next(order, *, by=None):
    """Ask the next best ones, or say that nobody could. The order is locked; nobody is waited
    for. `by` is whose answer made it necessary, or nobody's. A team that takes money by now is
    asked by the worker, once the price is agreed."""
    asks = asks_for_this_time(order).filter(state__in=SPENT)
    asked = set(asks.values_list("volunteer_id", flat=True))
    if sentence := needs_price(order):
        return _nobody(order, by=by, asked=len(asked), price_first=sentence)
    found = []
    if not time_is_over(order) and rounds_asked(order) < ASK_ROUNDS:
        found = suggest_volunteers(
            area=order.area,
            building=order.building,
            help=order.help,
            wanted_on=order.wanted_on,
            part=order.part,
            team=order.team,
            without=asked,
            limit=2 * ASK_AT_ONCE,
        )
    fit = [(one.volunteer, one.why) for one in found if not may_not(order, one.volunteer)]
    if not fit:
        return _nobody(order, by=by, asked=len(asked))
    _ask(order, fit[:ASK_AT_ONCE], by=None)
    record("volunteers.ask_again", on=order, by=by, round=order.round)
    return order


def _nobody(order, *, by, asked, price_first=""):
    """Nobody could, or a price has to be agreed first: back to the worker, whose duty starts
    anew."""
    if order.state == OrderState.DISPATCHED:
        move(order, OrderState.ORDERED)
    order.save()
    line = log(
        order,
        OrderEventKind.NOBODY,
        words=price_first or (f"问了{asked}位，都没接上" if asked else "没有合适的志愿者可问"),
        public="要先和您说定价钱，社区会给您打电话。"
        if price_first
        else "暂时没人来得了，社区再想办法，会给您回话。",
    )
    start_dispatch(
        order,
        title=f"{'先说定价钱' if price_first else '没人能接，请另想办法'}：{order.title}"[:120],
        subtitle=f"{order.area} · {when_of(order)} · 问过{asked}位",
    )
    last = order.events.filter(kind=OrderEventKind.DISPATCHED, by__isnull=False).last()
    if last:
        facts = {"asked": asked, "why": price_first, "line": line.pk}
        messages.nobody(order=order, recipient_id=last.by_id, **facts)
    record("volunteers.order_unanswered", on=order, by=by, asked=asked)
    return order


@transaction.atomic
def ask_again(*, order, now=None):
    """Whoever did not answer in time is silent; when nobody is left to wait for, ask on."""
    order, now = locked(order), now or timezone.now()
    if order.state != OrderState.DISPATCHED:
        return order
    late = order.asks.waiting().filter(until__lte=now)
    late.update(state=AskState.SILENT, answered_at=now)
    if not order.asks.waiting().exists():
        ask_next(order)
    return order


def ask_late_orders_again():
    """Every order somebody has not answered in time, one batch. Returns how many it were. What is
    refused for one of them is logged, and holds up none of the others."""
    late = Ask.objects.waiting().filter(until__lte=timezone.now())
    keys = list(late.order_by("until").values_list("order_id", flat=True)[:BATCH])
    for order in Order.objects.filter(pk__in=keys).order_by("pk"):
        try:
            ask_again(order=order)
        except ValidationError:
            logger.exception("order %s is not asked on", order.pk)
    return len(keys)
