"""走访: how often somebody looks in, what was found, and when it is due again."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from residents_map.choices import (
    MISSES_TOLD,
    RETRY_DAYS,
    TIER_DAYS,
    VISIT_BACK_DAYS,
    Tier,
    VisitState,
)
from residents_map.messages import missed_again
from residents_map.models import CareEvent, Household, Visit
from residents_map.services.visit_duties import CARE_DUTY, VISIT_DUTY, keep_visit_duty
from stations.choices import COMMUNITY_STAFF
from stations.foundation.refusal import refuse
from stations.foundation.sealed import seal, unseal
from stations.models import Posting, User
from stations.services.acts import record
from stations.services.duties import end_duty
from stations.services.figures import mark_stale

CLOCK_SKEW = timedelta(minutes=10)  # a phone's clock may be ahead of ours
FIRST_WITHIN = 7  # who was never seen is seen within a week


def locked(household):
    """The household as it is now, held until the act is done."""
    rows = Household.objects.select_for_update(of=("self",))
    return rows.select_related("area", "home__entrance__building", "visitor").get(pk=household.pk)


def visitors_for(area):
    """Who can be asked to visit here: the staff of this community."""
    posted = Posting.objects.current().at_or_above(area).filter(role__in=COMMUNITY_STAFF)
    rows = User.objects.filter(is_active=True, pk__in=posted.values("user"))
    return rows.order_by("name", "username")


def first_day(household, tier):
    """The day by which a household newly in the plan is seen: from its last visit on."""
    today = timezone.localdate()
    if household.last_visit_at is None:
        return today + timedelta(days=min(TIER_DAYS[tier], FIRST_WITHIN))
    last = timezone.localdate(household.last_visit_at)
    return max(last + timedelta(days=TIER_DAYS[tier]), today)


@transaction.atomic
def plan_visits(*, household, by, tier, visitor=None, paired_with="", next_visit_on=None):
    """Say how often somebody looks in, and who. Without a day: by the last visit."""
    from residents_map.services.people import note_change

    household = locked(household)
    if household.until:
        refuse("这一户已经迁出，不用再定走访。")
    today = timezone.localdate()
    if tier == Tier.NONE:
        visitor, next_visit_on = None, None
    else:
        if visitor and not visitors_for(household.area).filter(pk=visitor.pk).exists():
            refuse(f"{visitor}不在这个社区，请换一位。")
        next_visit_on = next_visit_on or first_day(household, tier)
        last = today + timedelta(days=TIER_DAYS[tier])
        if not today <= next_visit_on <= last:
            refuse(f"下次走访请选今天到{last:%-m月%-d日}之间的一天。")
        if not household.tier or not household.planned_on:
            household.planned_on = today
    if tier == Tier.NONE:
        household.planned_on = None
    household.tier, household.next_visit_on = tier, next_visit_on
    household.visitor, household.paired_with = visitor, paired_with.strip()
    household.save(update_fields=["tier", "next_visit_on", "visitor", "paired_with", "planned_on"])
    keep_visit_duty(household)
    note_change(household, f"走访：{Tier(tier).label}", by=by)
    record("residents_map.plan_visits", on=household, by=by)
    mark_stale(area=household.area, day=today.replace(day=1))
    return household


def record_visit(*, household, by, token, way, state, missed="", words="", at=None):
    """Write a visit down. `token` comes with the form: sent ten times, it is one visit."""
    facts = {"way": way, "state": state, "missed": missed, "words": words.strip()}
    at = moment_of(at)
    try:
        with transaction.atomic():
            if Visit.objects.filter(token=token).exists():
                return same_visit(token, household, by, facts)
            return _write_visit(household=household, by=by, token=token, at=at, **facts)
    except IntegrityError:
        # The same form twice at once: the database keeps them one.
        return same_visit(token, household, by, facts)


def moment_of(at):
    """When it was: now, or earlier; a little ahead is a phone's clock and counts as now."""
    now = timezone.now()
    if at is None:
        return now
    if at > now + CLOCK_SKEW:
        refuse("走访的时间还没到，请改成已经去过的时间。")
    if at < now - timedelta(days=VISIT_BACK_DAYS):
        refuse(f"只能补记 {VISIT_BACK_DAYS} 天以内的走访。")
    return min(at, now)


def same_visit(token, household, by, facts):
    """The visit of a form that came before. Other words on the same form are not dropped."""
    visit = Visit.objects.select_related("household").get(token=token)
    kept = {name: str(getattr(visit, name)) for name in ("way", "state", "missed")}
    kept["words"] = words_of(visit)
    same = {name: str(value) for name, value in facts.items()} == kept
    if visit.household_id != household.pk or visit.by_id != by.pk or not same:
        refuse("这张表已经记过一次走访了。还要再记，请从这一户重新打开一张。")
    return visit


def _write_visit(*, household, by, token, at, way, state, missed, words):
    household = locked(household)
    if household.until:
        refuse("这一户已经迁出了，不能再记走访。")
    if (state == VisitState.MISSED) != bool(missed):
        refuse("没见到人，请选一个原因。" if not missed else "见到了人，就不用选没见到的原因。")
    visit = Visit.objects.create(
        household=household,
        area_id=household.area_id,
        token=token,
        by=by,
        at=at,
        way=way,
        state=state,
        missed=missed,
        words_sealed=seal(words, bound_to=bound_to(token)) if words else "",
    )
    if state == VisitState.MISSED:
        after_missing(household, visit)
    else:
        after_meeting(household, visit)
    record("residents_map.record_visit", on=household, by=by, visit=visit.pk)
    mark_stale(area=household.area, day=timezone.localdate(at).replace(day=1))
    return visit


def after_meeting(household, visit):
    """Somebody was met: the next day moves on, an urgent call is answered."""
    CareEvent.objects.filter(household=household, visit=None, at__lte=visit.at).update(visit=visit)
    if not CareEvent.objects.filter(household=household, visit=None).exists():
        end_duty(CARE_DUTY, on=household)
    if household.last_visit_at and household.last_visit_at > visit.at:
        return  # written down late, and seen again since
    household.last_visit_at = visit.at
    if household.tier:
        seen = timezone.localdate(visit.at)
        household.next_visit_on = seen + timedelta(days=TIER_DAYS[household.tier])
    household.save(update_fields=["last_visit_at", "next_visit_on"])
    end_duty(VISIT_DUTY, on=household)
    keep_visit_duty(household)


def after_missing(household, visit):
    """Nobody was met. It does not count as a visit: another try is due two days later, or on
    the planned day if that is later; the third miss in a row is told to the secretary."""
    since = household.last_visit_at
    if since and since > visit.at:
        return
    if household.tier:
        retry = timezone.localdate(visit.at) + timedelta(days=RETRY_DAYS)
        household.next_visit_on = max(household.next_visit_on, retry)
        household.save(update_fields=["next_visit_on"])
        keep_visit_duty(household)
    times = misses_in_a_row(household)
    if times and times % MISSES_TOLD == 0:
        secretaries = Posting.objects.secretaries_of(household.area)
        for secretary in secretaries.values_list("user_id", flat=True):
            missed_again(household=household, times=times, visit=visit, recipient_id=secretary)


def misses_in_a_row(household):
    """How often nobody was met since somebody was."""
    rows = Visit.objects.filter(household=household)
    if household.last_visit_at:
        rows = rows.filter(at__gt=household.last_visit_at)
    return rows.filter(state=VisitState.MISSED).count()


def bound_to(token):
    """What the sealed words of a visit are bound to: this visit and no other."""
    return f"visit:{token}"


def words_of(visit):
    """What was said at a visit, in clear, for who may open the household."""
    return unseal(visit.words_sealed, bound_to=bound_to(visit.token)) if visit.words_sealed else ""


def stop_duties(household):
    """Nobody has to look in any more: the household moved away or left the plan."""
    for kind in (VISIT_DUTY, CARE_DUTY):
        end_duty(kind, on=household)
    mark_stale(area=household.area, day=timezone.localdate().replace(day=1))
