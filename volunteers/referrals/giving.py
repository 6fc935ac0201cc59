"""A wish or a need raised out of a visit or an issue. Words are taken along without telephones and
doors; a worker reads them once more before anybody else does."""

from stations.foundation.redaction import redact
from stations.registries import Outcome, referrals
from volunteers.access import KEEP_LISTS, KEEP_WISHES
from volunteers.choices import NeedSource, NeedState, Sort, WishState
from volunteers.models import Need, Wish
from volunteers.services.lists import add_need
from volunteers.services.wishes import REFERRED, UNTOLD, add_wish

NEW_NEED = "转来的需求"


def begin_wish(*, area, home, building, entrance, text, by, token):
    """A wish to be put up later: nobody's name, the words without telephones and doors."""
    return add_wish(
        token=token,
        area=area,
        home=home,
        first_name=UNTOLD,
        title=REFERRED,
        words=redact(text)[:120],
        by=by,
    )


def wish_outcomes(ids):
    """{wish id: Outcome}, one query."""
    over = (WishState.FULFILLED, WishState.THANKED, WishState.CANCELLED)
    return {
        wish.pk: Outcome(
            title=f"微心愿：{wish.title}",
            url=wish.get_absolute_url(),
            state=wish.get_state_display(),
            is_done=wish.state in over,
            since=wish.created_at,
        )
        for wish in Wish.objects.filter(pk__in=ids)
    }


def begin_need(*, area, home, building, entrance, text, by, token):
    """A need to be sorted later; from a home it is a visit's, else an issue's."""
    return add_need(
        token=token,
        area=area,
        home=home,
        source=NeedSource.VISIT if home else NeedSource.ISSUE,
        title=NEW_NEED,
        words=redact(text)[:300],
        sort=Sort.PEOPLE,
        by=by,
    )


def need_outcomes(ids):
    """{need id: Outcome}, one query."""
    return {
        need.pk: Outcome(
            title=f"需求：{need.title}",
            url=need.get_absolute_url(),
            state=need.get_state_display(),
            is_done=need.state in (NeedState.MET, NeedState.CLOSED),
            since=need.created_at,
        )
        for need in Need.objects.filter(pk__in=ids)
    }


referrals.declare(
    "volunteers.wish",
    label="记成微心愿",
    icon="gift",
    permission=KEEP_WISHES,
    on_type="volunteers.wish",
    begin=begin_wish,
    outcomes=wish_outcomes,
    order=50,
)
referrals.declare(
    "volunteers.need",
    label="记进需求清单",
    icon="list-details",
    permission=KEEP_LISTS,
    on_type="volunteers.need",
    begin=begin_need,
    outcomes=need_outcomes,
    order=51,
)
