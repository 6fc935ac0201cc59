"""A wish is written down, put on the board and, when it is none any more, taken off."""

import uuid

from django.db import transaction

from stations.foundation.refusal import refuse
from stations.services.acts import RESIDENT, record
from stations.services.duties import end_duty, start_duty
from volunteers.choices import WishKind, WishState
from volunteers.messages import giving as say
from volunteers.models import Wish
from volunteers.models.wish import MOST_FEN

from .people import check_words, put_who, who_of
from .wish import LATE, PASS_ON, PUBLISH, claimer_of, locked

UNTOLD = "一位居民"  # how somebody is called whose name nobody wrote down
REFERRED = "转来的心愿"


@transaction.atomic
def add_wish(
    *,
    token,
    area,
    first_name,
    title,
    by,
    words="",
    kind=WishKind.THING,
    worth_fen=None,
    name="",
    phone="",
    home=None,
):
    """Write a wish down; it goes on the board when somebody has read it once more.

    `by` None: a resident wrote it. `worth_fen` at most 500 yuan. Sent twice (`token`) it is one
    wish. Name and phone are sealed.
    """
    if worth_fen is not None and worth_fen > MOST_FEN:
        refuse("微心愿不超过 500 元，再大的请写进需求清单。")
    wish = Wish(
        token=token,
        uuid=uuid.uuid4(),
        area=area,
        home=home,
        first_name=first_name.strip(),
        title=title.strip(),
        words=words.strip(),
        kind=kind,
        worth_fen=worth_fen,
        by=by,
    )
    put_who(wish, name, phone)
    facts = {field.attname: getattr(wish, field.attname) for field in Wish._meta.concrete_fields}
    for key in ("id", "token"):
        facts.pop(key)
    wish, is_new = Wish.objects.get_or_create(token=token, defaults=facts)
    if is_new:
        start_duty(
            PUBLISH, on=wish, title=f"微心愿：{wish.title}", subtitle=str(wish.area), fresh=True
        )
        record("volunteers.add_wish", on=wish, by=by, actor="" if by else RESIDENT)
    return wish


@transaction.atomic
def publish_wish(*, wish, by, first_name=None, title=None, words=None, kind=None):
    """上墙: read once more, mended, and free of anybody's phone, door or whole name."""
    wish = locked(wish)
    if wish.state != WishState.DRAFT:
        refuse("这个心愿已经上墙了。")
    wish.first_name = wish.first_name if first_name is None else first_name.strip()
    wish.title = wish.title if title is None else title.strip()
    wish.words = wish.words if words is None else words.strip()
    wish.kind = kind or wish.kind
    if wish.title == REFERRED:
        refuse("请写清楚是什么心愿，大家才好认领。")
    check_words(wish.first_name, wish.title, wish.words, who_of(wish)["name"])
    wish.state = WishState.OPEN
    wish.save(update_fields=["first_name", "title", "words", "kind", "state"])
    end_duty(PUBLISH, on=wish)
    record("volunteers.publish_wish", on=wish, by=by)
    return wish


@transaction.atomic
def cancel_wish(*, wish, by):
    """撤下: it is not wished for any more. A fulfilled one stays."""
    wish = locked(wish)
    if wish.state in (WishState.FULFILLED, WishState.THANKED, WishState.CANCELLED):
        refuse("圆了的、已经撤下的心愿不能再撤。")
    claimer = claimer_of(wish)
    wish.state = WishState.CANCELLED
    wish.save(update_fields=["state"])
    for kind in (PUBLISH, LATE, PASS_ON):
        end_duty(kind, on=wish)
    record("volunteers.cancel_wish", on=wish, by=by)
    if claimer and claimer != by:
        say.wish_cancelled(wish=wish, recipient=claimer)
    return wish
