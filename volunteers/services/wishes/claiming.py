"""认领: who takes a wish on, and how it hangs open again."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from stations.services.duties import end_duty
from volunteers.choices import WISH_DAYS, WISHES_AT_ONCE, VolunteerState, WishState
from volunteers.messages import giving as say
from volunteers.models import Partner, Wish
from volunteers.services.sign_ups import locked_volunteer

from .wish import LATE, claimer_of, locked


@transaction.atomic
def claim_wish(*, wish, by, volunteer=None, partner=None):
    """认领: one volunteer or one partner takes it on until a day. Of two at once one gets it.

    A volunteer's wishes are those of their own street, and three at a time: who has more in hand
    brings none of them. Read and counted with the giver held, so that two claims at once see each
    other, and nobody claims who is just leaving.
    """
    if (volunteer is None) == (partner is None):
        refuse("选一位志愿者，或者一家合伙人来认领。")
    if volunteer:
        _check_claimer(wish, locked_volunteer(volunteer))
    elif Partner.objects.select_for_update(no_key=True).get(pk=partner.pk).until:
        refuse(f"{partner}已经退出，不能认领。")
    wish = locked(wish)
    if wish.state in (WishState.CLAIMED, WishState.HANDED_IN):
        refuse("慢了一步，刚刚有人认领了。谢谢您，看看别的心愿吧。")
    if wish.state != WishState.OPEN:
        refuse("这个心愿现在不用认领了，看看别的心愿吧。")
    wish.state, wish.volunteer, wish.partner = WishState.CLAIMED, volunteer, partner
    wish.claimed_at = timezone.now()
    wish.claimed_until = timezone.localdate() + timedelta(days=WISH_DAYS)
    wish.save()
    record("volunteers.claim_wish", on=wish, by=by)
    return wish


def street_of(community):
    """The path of the street a community belongs to; of a place without one its own."""
    above = community.lineage_paths()
    return above[-2] if len(above) > 1 else above[-1]


def _check_claimer(wish, volunteer):
    if volunteer.state != VolunteerState.ACTIVE:
        refuse("现在还不能认领，等队长同意加入以后再来。")
    if not wish.area.path.startswith(street_of(volunteer.area)):
        refuse("这个心愿在别的街道，请那边的邻居来圆。看看近处的心愿吧。")
    in_hand = Wish.objects.filter(volunteer=volunteer, state=WishState.CLAIMED)
    if in_hand.count() >= WISHES_AT_ONCE:
        refuse(f"您手上已经有{WISHES_AT_ONCE}个心愿了，先圆了再来认领。谢谢您。")


@transaction.atomic
def release_wish(*, wish, by=None):
    """放回: it hangs open on the board again; who had it hears of it when others did it."""
    wish = locked(wish)
    if wish.state != WishState.CLAIMED:
        refuse("这个心愿现在没有人认领，不用放回。")
    claimer, since = claimer_of(wish), wish.claimed_at
    put_back(wish)
    record("volunteers.release_wish", on=wish, by=by)
    if claimer and claimer != by:
        say.wish_released(wish=wish, recipient=claimer, since=since)
    return wish


def put_back(wish):
    """Open again, nobody's."""
    wish.state, wish.volunteer, wish.partner = WishState.OPEN, None, None
    wish.claimed_at = wish.claimed_until = wish.handed_in_at = None
    wish.save()
    end_duty(LATE, on=wish)
