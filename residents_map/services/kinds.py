"""人群: a street adds a kind of its own, with its ground in law, and ends it again."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from residents_map.choices import Basis, KindRule
from residents_map.models import Kind
from stations.foundation.refusal import refuse
from stations.models import Area
from stations.services.acts import record

# Shapes that a street's own kinds may have; the first seven kinds keep theirs.
SHAPES = {
    "k-drop": "水滴",
    "k-triangle": "三角",
    "k-square": "方块",
    "k-diamond": "菱形",
    "k-plus": "十字",
    "k-moon": "月牙",
    "k-flag": "小旗",
    "k-flower": "花",
    "k-bell": "铃铛",
    "k-book": "书",
}
# Colours of tokens.css; each is also a class `c-<colour>`.
COLOURS = {
    "kind-elder": "石青",
    "kind-child": "青绿",
    "kind-united": "赭黄",
    "kind-hardship": "紫",
    "kind-disabled": "橄榄",
    "plum": "梅",
    "zhuqing": "竹青",
    "dai": "黛",
}
MOST_OWN = 20
MOST_DAYS = 3650


@dataclass(frozen=True)
class Marked:
    """What the act log is written on: a kind at its street."""

    kind: Kind
    area: Area

    @property
    def pk(self):
        return self.kind.pk

    @property
    def _meta(self):
        return self.kind._meta

    def __str__(self):
        return self.kind.name


def used_at(street):
    """The kinds used at a street now: everybody's and its own."""
    return Kind.objects.at(street)


@transaction.atomic
def add_kind(
    *,
    street,
    by,
    name,
    icon,
    colour,
    rule,
    basis,
    basis_words,
    retention_days,
    seen_by,
    min_age=None,
    max_age=None,
    needs_care=False,
):
    """A street adds a kind. Same name or same shape as one in use: refused."""
    street = Area.objects.select_for_update(of=("self",)).get(pk=street.pk)
    name = name.strip()
    known = list(used_at(street))
    if any(kind.name == name for kind in known):
        refuse(f"已经有“{name}”了，不用再加。")
    if twin := next((kind for kind in known if kind.icon == icon), None):
        refuse(f"“{twin}”已经用了这个图形，请换一个，色弱的同事靠图形分。")
    if sum(kind.area_id == street.pk for kind in known) >= MOST_OWN:
        refuse(f"自己加的人群已经有{MOST_OWN}种，先停用一种。")
    min_age, max_age = ages_for(rule, min_age, max_age)
    if not basis_words.strip():
        refuse("请写明依据哪一条，没有依据的不能记。")
    if not 0 < retention_days <= MOST_DAYS:
        refuse(f"留存天数请填1到{MOST_DAYS}之间。")
    kind = Kind.objects.create(
        key=f"own-{uuid.uuid4().hex[:12]}",
        area=street,
        name=name,
        icon=icon,
        colour=colour,
        rule=rule,
        min_age=min_age,
        max_age=max_age,
        basis=Basis(basis),
        basis_words=basis_words.strip(),
        retention_days=retention_days,
        seen_by=seen_by,
        needs_care=needs_care,
    )
    record("residents_map.add_kind", on=Marked(kind, street), by=by)
    return kind


def ages_for(rule, min_age, max_age):
    """The ages of a computed kind; an entered one has none."""
    if rule == KindRule.SAID:
        return None, None
    if min_age is None and max_age is None:
        refuse("按年龄算的，请填满几岁，或不满几岁。")
    if min_age is not None and max_age is not None and min_age >= max_age:
        refuse("“满几岁”要小于“不满几岁”。")
    return min_age, max_age


@transaction.atomic
def end_kind(*, kind, by):
    """A street's own kind is not used any more. Who was marked stays in the record until erased."""
    kind = Kind.objects.select_for_update(of=("self",)).select_related("area").get(pk=kind.pk)
    if kind.area_id is None:
        refuse("这是各处都用的人群，不能停用。")
    if kind.ended_at:
        refuse("这种人群已经停用了。")
    kind.ended_at = timezone.now()
    kind.save(update_fields=["ended_at"])
    record("residents_map.end_kind", on=Marked(kind, kind.area), by=by)
    return kind
