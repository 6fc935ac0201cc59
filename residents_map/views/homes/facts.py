"""What a page says of a household: people with their masked fields, visits, links, history."""

from dataclasses import dataclass, field

from django.db.models import Case, When
from django.utils import timezone

from residents_map import access
from residents_map.choices import CareKind, Field, Kinship
from residents_map.foundation.words import day_of, han
from residents_map.models import CareEvent, ChildLook, Household, Kind, Person, Visit
from residents_map.services.kind_counts import kinds_of_people
from residents_map.services.reveals import looked_lately
from residents_map.services.visits import words_of
from stations.access import can
from stations.models import Referral
from stations.registries import around_home, referrals

VISITS = 5
CHANGES = 8
LINKS = 20
LINES = {
    Field.NAME: "姓名",
    Field.PHONE: "电话",
    Field.IDENTITY: "身份证",
    Field.POLITICAL: "政治",
    Field.HEALTH: "身体",
}


@dataclass
class Line:
    """One protected field of one person, as a row that can be asked for."""

    person: Person
    field: Field
    masked: str
    clear: str = ""
    can_see: bool = True

    @property
    def id(self):
        return f"field-{self.person.pk}-{self.field}"

    @property
    def label(self):
        return LINES[self.field]

    @property
    def is_hidden(self):
        """Nothing of it is shown, not even its shape."""
        return self.field in (Field.POLITICAL, Field.HEALTH)


@dataclass
class Member:
    """A person of the household with what the page shows of them."""

    person: Person
    kinds: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    may_see: bool = True  # a child's data: only after approval
    is_asked: bool = False
    until: object = None

    @property
    def name(self):
        return self.person.masked_name if self.person.is_child else self.person.name

    @property
    def about(self):
        """女，82岁; of a child no age until somebody agreed."""
        person = self.person
        age = f"{person.age}岁" if person.age is not None else ""
        if person.is_child and not self.may_see:
            age = "不满14岁"
        return "，".join(filter(None, (person.get_sex_display(), age)))


def household_of(home):
    """Who lives in the home now, or None."""
    rows = Household.objects.current().filter(home=home)
    return rows.select_related("area", "building", "home__entrance__building").first()


def members_of(household, user):
    """The members of a household, the head first, then those outside; four queries."""
    head_first = Case(When(kinship=Kinship.HEAD, then=0), default=1)
    people = list(
        Person.objects.current()
        .filter(household=household)
        .select_related("household")
        .order_by("-lives_here", head_first, "pk")
    )
    kinds = Kind.objects.at(household.area).visible_to(user).select_related("part_of")
    of = kinds_of_people(people, kinds)
    looks = ChildLook.objects.filter(person__household=household, asked_by=user).order_by("pk")
    agreed, asked = {}, set()
    now = timezone.now()
    for look in looks:
        if look.answered_at is None:
            asked.add(look.person_id)
        elif look.is_agreed and look.until > now:
            agreed[look.person_id] = look.until
    may_reveal = can(user, access.REVEAL_FIELD, at=household.area)
    return [member(one, shown(of[one.pk]), may_reveal, agreed, asked) for one in people]


def shown(kinds):
    """The kinds that stand for themselves; a part is said in the words of its whole."""
    whole = [kind for kind in kinds if kind.part_of_id is None]
    parts = {kind.part_of_id: kind.name for kind in kinds if kind.part_of_id}
    for kind in whole:
        kind.words = parts.get(kind.pk, kind.name)
    return whole


def member(person, kinds, may_reveal, agreed, asked):
    may_see = not person.is_child or person.pk in agreed
    lines = [
        Line(person=person, field=one, masked=person.masked(one), can_see=may_reveal)
        for one in LINES
        if may_see and person.has(one)
    ]
    return Member(
        person=person,
        kinds=kinds,
        lines=lines,
        may_see=may_see,
        is_asked=person.pk in asked,
        until=agreed.get(person.pk),
    )


def title_of(home):
    """二单元 1203."""
    return f"{han(home.entrance.number)}单元 {home.number}"


def about(home, household):
    """7栋12楼，89㎡，自有住房，常住1人."""
    area = f"{home.floor_area:.2f}".rstrip("0").rstrip(".")
    told = [f"{home.entrance.building}{home.floor}楼", f"{area}㎡"]
    if household:
        told += [household.get_tenure_display(), f"常住{household.resident_count}人"]
    return "，".join(told)


def visits_of(household):
    """The last visits in words: when, who and how, what was said."""
    today = timezone.localdate()
    rows = Visit.objects.filter(household=household).select_related("by")[:VISITS]
    return [
        {
            "at": visit.at,
            "day": day_of(timezone.localdate(visit.at), today),
            "who": f"{visit.by}{visit.get_way_display()}",
            "state": visit.get_missed_display() if visit.missed else visit.get_state_display(),
            "is_missed": bool(visit.missed),
            "words": words_of(visit),
            "pk": visit.pk,
        }
        for visit in rows
    ]


def when_due(household):
    """(words, tone) of the next visit: 今天该去, 超 3 天, 11月30日前."""
    if not household.tier or household.next_visit_on is None:
        return "", ""
    days = (household.next_visit_on - timezone.localdate()).days
    if days < 0:
        return f"超 {-days} 天了", "late"
    if days <= 1:
        return ("明天该去" if days else "今天该去"), "warn"
    return f"{day_of(household.next_visit_on, timezone.localdate())}前去", ""


def links_of(home, user):
    """(what was raised out of this home, [(heading, links), …] of what else stands around it), as
    their own apps tell them.

    Each app's heading says whose it is, so that nobody takes a neighbour's trouble for this
    household's. What stands under one heading is not said again under another.
    """
    by_kind = {}
    for row in Referral.objects.visible_to(user).filter(home=home).order_by("-pk")[:LINKS]:
        by_kind.setdefault(row.kind, []).append(row.to_id)
    found = {}
    for key, ids in by_kind.items():
        if key in referrals and can(user, referrals[key].permission, at=home.area):
            for outcome in referrals[key].outcomes(ids).values():
                found[outcome.url] = outcome
    told, around = set(found), []
    for contribution in around_home:
        rows = [one for one in contribution.run(home, user) if one.url not in told]
        told.update(one.url for one in rows)
        if rows:
            around.append((contribution.label, by_whether_done(rows)))
    return by_whether_done(found.values()), around


def by_whether_done(outcomes):
    """What still waits first."""
    return sorted(outcomes, key=lambda one: one.is_done)[:LINKS]


def home_facts(home, household, user):
    """Everything the page of a home shows; the number of queries hangs on nothing."""
    area = home.area
    links, around = links_of(home, user)
    facts = {
        "home": home,
        "building": home.entrance.building,
        "area": area,
        "household": household,
        "title": title_of(home),
        "about": about(home, household),
        "can_keep": can(user, access.KEEP_LEDGER, at=area),
        "can_visit": can(user, access.VISIT, at=area),
        "can_plan": can(user, access.PLAN_VISITS, at=area),
        "links": links,
        "around": around,
    }
    if household is None:
        return facts
    members = members_of(household, user)
    here = [one for one in members if one.person.lives_here]
    kinds = {kind.key: kind for one in here for kind in one.kinds}
    children = [one for one in here if one.person.is_child]
    due, tone = when_due(household)
    care = CareEvent.objects.filter(household=household, visit=None).select_related("by").first()
    return facts | {
        "members": here,
        "contacts": [one for one in members if not one.person.lives_here],
        "kinds": sorted(kinds.values(), key=lambda kind: (kind.order, kind.pk)),
        "needs_guardian": bool(children) and not any(is_guardian(one.person) for one in members),
        "visits": visits_of(household),
        "due": due,
        "due_tone": tone,
        "care": care,
        "care_words": CareKind(care.kind).label if care else "",
        "changes": household.changes.select_related("by")[:CHANGES],
        "lookers": looked_lately(household),
    }


def is_guardian(person):
    """Somebody grown up, as `services.people.members.guardians` counts them."""
    if person.age is None:
        return person.kinship not in (Kinship.SON, Kinship.DAUGHTER, Kinship.GRANDCHILD)
    return person.age >= 18
