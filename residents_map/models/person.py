import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from residents_map.choices import ADULT_NAME_FROM, Field, KindRule, Kinship, Sex
from residents_map.foundation.ages import age_on, born_before
from residents_map.foundation.marks import token_of
from stations.foundation.phones import mask as mask_phone
from stations.foundation.sealed import unseal
from stations.models import Area, Building

from .household import Household, InLedgerQuerySet


class PersonQuerySet(InLedgerQuerySet):
    def current(self):
        """People in the ledger now: members and the contacts outside."""
        return self.filter(left_on=None)

    def residents(self):
        """Those who live here."""
        return self.current().filter(lives_here=True)

    def of_kind(self, kind, today=None):
        """Residents of a kind, entered or computed."""
        if kind.rule == KindRule.SAID:
            marked = Mark.objects.current().filter(
                token=token_of(kind.key), person=models.OuterRef("pk")
            )
            return self.residents().filter(models.Exists(marked))
        return self.residents().filter(rule_of(kind, today))


def rule_of(kind, today=None):
    """The condition on a person that a computed kind stands for."""
    today = today or timezone.localdate()
    rule = Q(birth_on__isnull=False)
    if kind.min_age is not None:
        rule &= Q(birth_on__lte=born_before(kind.min_age, today))
    if kind.max_age is not None:
        rule &= Q(birth_on__gt=born_before(kind.max_age, today))
    if kind.rule == KindRule.ALONE:
        rule &= Q(household__resident_count=1)
    return rule


class Person(models.Model):
    """居民: one person of a household, or (`lives_here` false) a relative to call.

    Phone, ID number, political status and health are sealed at rest and bound to `uuid`; the
    indexes find equal values and nothing else. Of children under 14 the name is sealed too:
    `name` then holds only the family name and stars, `initials` nothing.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="people")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField("姓名", max_length=40)
    name_sealed = models.TextField(blank=True)
    initials = models.CharField("拼音首字母", max_length=40, blank=True)
    sex = models.CharField("性别", max_length=1, choices=Sex, blank=True)
    birth_on = models.DateField("出生日期", null=True, blank=True)
    kinship = models.CharField("与户主关系", max_length=12, choices=Kinship, default=Kinship.OTHER)
    lives_here = models.BooleanField("常住这里", default=True)
    where = models.CharField("人在哪里", max_length=40, blank=True)
    phone_sealed = models.TextField(blank=True)
    phone_index = models.CharField(max_length=32, blank=True)
    phone_tail = models.CharField(max_length=32, blank=True)
    identity_sealed = models.TextField(blank=True)
    identity_index = models.CharField(max_length=32, blank=True)
    political_sealed = models.TextField(blank=True)
    health_sealed = models.TextField(blank=True)
    left_on = models.DateField("离开", null=True, blank=True)
    erased_at = models.DateTimeField(null=True)

    objects = PersonQuerySet.as_manager()

    # What is sealed, and what each text is bound to (stations/services/keys.py).
    SEALED = {f"{field}_sealed": f"person.{field}:{{uuid}}" for field in Field}

    class Meta:
        ordering = ["household", "pk"]
        indexes = [
            models.Index(
                fields=["area", "name"],
                name="residents_map_person_name",
                opclasses=["int8_ops", "text_pattern_ops"],
                condition=Q(left_on=None),
            ),
            models.Index(
                fields=["area", "initials"],
                name="residents_map_person_initials",
                opclasses=["int8_ops", "text_pattern_ops"],
                condition=Q(left_on=None) & ~Q(initials=""),
            ),
            models.Index(
                fields=["phone_index"],
                name="residents_map_person_phone",
                condition=~Q(phone_index=""),
            ),
            models.Index(
                fields=["area", "phone_tail"],
                name="residents_map_person_tail",
                condition=Q(left_on=None) & ~Q(phone_tail=""),
            ),
            models.Index(
                fields=["identity_index"],
                name="residents_map_person_id",
                condition=~Q(identity_index=""),
            ),
            models.Index(
                fields=["building", "birth_on"],
                name="residents_map_person_age",
                condition=Q(left_on=None, lives_here=True),
            ),
        ]
        constraints = [
            # The same ID number lives in one place; elsewhere it is a conflict to be settled.
            models.UniqueConstraint(
                fields=["area", "identity_index"],
                condition=Q(left_on=None) & ~Q(identity_index="") & Q(lives_here=True),
                name="residents_map_person_once_per_estate",
            ),
        ]

    def __str__(self):
        return self.masked_name

    @property
    def age(self):
        """Completed years today, or None."""
        return age_on(self.birth_on, timezone.localdate()) if self.birth_on else None

    @property
    def is_child(self):
        """Under 14: everything about the person is sensitive (个人信息保护法 第28条)."""
        return self.age is not None and self.age < ADULT_NAME_FROM

    @property
    def masked_name(self):
        """刘*芳, 刘*, 刘**: for lists and the map."""
        name = self.name
        if len(name) < 2:
            return name
        return f"{name[0]}*" if len(name) == 2 else f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"

    def has(self, field):
        """Whether anything is known in a protected field."""
        return bool(getattr(self, f"{field}_sealed"))

    def clear(self, field):
        """The clear text of a protected field; only services that record the look call this."""
        sealed = getattr(self, f"{field}_sealed")
        return unseal(sealed, bound_to=self.bound_to(field)) if sealed else ""

    def bound_to(self, field):
        """What a sealed field is bound to: this person's, nobody else's."""
        return f"person.{Field(field)}:{self.uuid}"

    def masked(self, field):
        """The field as it is shown without a reason: enough to recognise, not to use."""
        if not self.has(field):
            return ""
        if field == Field.PHONE:
            return mask_phone(self.clear(field))
        if field == Field.IDENTITY:
            text = self.clear(field)
            return (
                f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
                if len(text) > 7
                else "*" * len(text)
            )
        return self.masked_name if field == Field.NAME else "不直接显示"


class MarkQuerySet(InLedgerQuerySet):
    def current(self):
        """Marks that count now."""
        return self.filter(until=None)


class Mark(models.Model):
    """标记: a person is of a kind, from when until when.

    Which kind is not written in clear, because some of them (party membership, hardship,
    disability) are protected: `token` is the kind's keyed number (foundation/marks.py). It can
    be counted and compared, but a stolen table does not say what it counts.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="marks")
    token = models.BigIntegerField()
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", db_index=False)
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["area", "token", "building"],
                name="residents_map_mark_area",
                condition=Q(until=None),
            ),
            models.Index(
                fields=["building", "token"],
                name="residents_map_mark_here",
                condition=Q(until=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "token"],
                condition=Q(until=None),
                name="residents_map_mark_once",
            ),
            models.CheckConstraint(
                name="residents_map_mark_ends_after_it_began",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
        ]


class Ownership(models.Model):
    """产权: somebody owns a home. `owner_index` is the keyed fingerprint of the owner.

    Owners' votes need only: this home, this floor area, this head. Whoever owns several homes
    has the same fingerprint at each and counts as one head (民法典 第278条).
    """

    home = models.ForeignKey("stations.Home", models.PROTECT, related_name="+")
    owner_index = models.CharField(max_length=32)
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["home"], condition=Q(until=None), name="residents_map_ownership_one"
            ),
        ]
