"""A wish or a need raised out of a visit or an issue. Words are taken along without telephones and
doors; a worker reads them once more before anybody else does."""

from stations.access import can
from stations.foundation.redaction import redact
from stations.registries import HandOver, Outcome, doors, handovers, origins, referrals
from volunteers.access import KEEP_LISTS, KEEP_WISHES
from volunteers.choices import NeedSource, NeedState, Sort, WishState
from volunteers.models import Need, Wish
from volunteers.services.lists import REFERRED as NEW_NEED
from volunteers.services.lists import add_need
from volunteers.services.need_orders import check_passed_on, wish_of
from volunteers.services.wishes import REFERRED, UNTOLD, add_wish

# Who spoke of it, by the type of the thing it was raised out of.
SOURCES = {
    "residents_map.visit": NeedSource.VISIT,
    "deliberation.issue": NeedSource.ISSUE,
    "volunteers.order": NeedSource.RESIDENT,
}


def begin_wish(*, area, home, building, entrance, text, by, token, from_type=""):
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


def begin_need(*, area, home, building, entrance, text, by, token, from_type=""):
    """A need to be sorted later. Where no page says of what type it is, a home means a visit."""
    return add_need(
        token=token,
        area=area,
        home=home,
        source=SOURCES.get(from_type, NeedSource.VISIT if home else NeedSource.ISSUE),
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


@origins.register("volunteers.need", label="需求")
def needs_behind(ids, user):
    """{need id: Outcome}: for whom may not see the need, that it was one and no more."""
    seen = Need.objects.visible_to(user).in_bulk(ids)
    return {
        pk: Outcome(
            title=seen[pk].title if pk in seen else "需求",
            url=seen[pk].get_absolute_url() if pk in seen else "",
            state="来自需求清单",
            is_done=True,
            since=seen[pk].created_at if pk in seen else None,
        )
        for pk in ids
    }


def give_need(pk, user, who):
    """What a need says, for whoever settles it. It names nobody."""
    rows = Need.objects.visible_to(user).select_related("area", "home__entrance__building__area")
    need = rows.filter(pk=pk).first()
    if need is None or not can(user, KEEP_LISTS, at=need.area):
        return None
    wish, entrance = wish_of(need), need.home.entrance if need.home else None
    return HandOver(
        source=need,
        title=f"{need.title}，{need.quantity} {need.unit}",
        url=need.get_absolute_url(),
        area=need.area,
        home=need.home,
        building=entrance.building if entrance else None,
        entrance=entrance,
        text=wish.pop("words"),
        more=wish,
    )


def need_passed(source, *, kind, by):
    """An order is raised out of it: not once it is settled, nor for things."""
    check_passed_on(need=source)


handovers.declare(
    "volunteers.need", label="需求", icon="list-details", give=give_need, passed=need_passed
)
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


def wish_url(estate, at):
    """Where a resident writes a wish down; whose door it is, the station asks."""
    return f"/e/{estate.code}/wishes/new/"


doors.declare(
    "volunteers.wish",
    label="许个愿",
    words="有个小心愿：",
    icon="sparkles",
    tone="plum",
    url=wish_url,
    order=20,
)
