"""看资料: whoever looks at people's protected data says why, and it is written down first.

Each act here writes its line of the act log in the transaction that gives the data: where the
log cannot be written, nothing is shown.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from residents_map import messages
from residents_map.choices import Field, Reason
from residents_map.models import ChildLook, Person
from stations.foundation.redaction import find_personal
from stations.foundation.refusal import refuse
from stations.models import Act, Posting
from stations.registries import verbs
from stations.services.acts import record
from stations.services.duties import end_duty, start_duty

OPENED = "residents_map.view_household"
REVEALED = "residents_map.reveal_"
CHILD_LOOK = "residents_map.child_look"
OPENED_AGAIN_AFTER = timedelta(hours=1)
MOST_AN_HOUR = 30
CHILD_LOOK_HOURS = 24
LOOKED_BACK = timedelta(days=30)
MOST_WHY = 40
KEPT_OUT = ("name", "id_number", "mobile", "landline", "bank_card", "wechat", "qq", "email")


@transaction.atomic
def open_household(*, household, by):
    """Somebody opened a household's page or panel: a line in the log of who looked.

    At most once per person, household and hour, so that the log stays readable: going to and
    fro between the plan and a home is one look. Two pages opened at the same moment may leave
    two lines, which is no harm.
    """
    since = timezone.now() - OPENED_AGAIN_AFTER
    lately = acts_on(household).filter(by=by, verb=OPENED, at__gte=since)
    if not lately.exists():
        record(OPENED, on=household, by=by)
    return household


def acts_on(household):
    """The act log of a household, by its index."""
    return Act.objects.filter(on_type=household._meta.label_lower, on_id=household.pk)


def looks_at(household):
    """Who looked at this household, when, what and why, newest first."""
    looks = [verb.key for verb in verbs if verb.is_look]
    return acts_on(household).filter(verb__in=looks).select_related("by").order_by("-pk")


def looked_lately(household):
    """How many people looked at this household in the last thirty days."""
    since = timezone.now() - LOOKED_BACK
    told = looks_at(household).order_by().filter(at__gte=since)
    return told.aggregate(n=Count("by", distinct=True))["n"]


def may_see_child(person, user):
    """Whether a named person agreed that this user sees this child's data now."""
    return ChildLook.objects.open_for(user).filter(person=person).exists()


def why(reason, words, *, names=()):
    """What the log keeps of a reason: its word, and for 别的 the few words that say what it is.

    The log is read by others than the ledger is, so the words hold nobody's name or number.
    """
    told = {"reason": str(Reason(reason).label), "why": str(reason)}
    if reason != Reason.OTHER:
        return told
    words = " ".join((words or "").split())
    if not words:
        refuse("选了“别的”，请写几个字为什么要看。")
    if len(words) > MOST_WHY:
        refuse(f"理由最多写{MOST_WHY}个字。")
    found = [one for one in find_personal(words, names=names) if one.kind in KEPT_OUT]
    if found:
        labels = "、".join(dict.fromkeys(one.label for one in found))
        refuse(f"理由里有{labels}，请去掉，只写是什么事。")
    return told | {"words": words}


@transaction.atomic
def reveal_field(*, person, field, by, reason, words=""):
    """One protected field of one person in clear, for a reason that stays in the act log.

    A child's data needs the agreement of a named person first. The secretary is told once a
    day who looked, and at once when somebody looks at more than thirty fields within an hour.
    """
    if not person.has(field):
        refuse("这一项还没登记，没有可看的。")
    if person.is_child and not may_see_child(person, by):
        refuse("孩子的资料要书记同意才能看，先申请。")
    record(
        f"{REVEALED}{Field(field)}",
        on=person.household,
        by=by,
        person=person.pk,
        **why(reason, words, names=[person.name, person.clear(Field.NAME)]),
    )
    for secretary in nearest_secretaries(person.area, besides=by):
        messages.somebody_looked(recipient_id=secretary, by=by, household=person.household)
    alarm_when_many(person.area, by)
    return person.clear(field)


def alarm_when_many(area, by):
    """Tell the secretaries when one person looks at very many fields; once an hour is enough."""
    now = timezone.now()
    latest = Act.objects.filter(by=by, verb__startswith=REVEALED).order_by("-pk")
    before = latest.values_list("at", flat=True)[MOST_AN_HOUR : MOST_AN_HOUR + 1]
    if before and before[0] > now - timedelta(hours=1):
        for secretary in nearest_secretaries(area, besides=None):
            messages.very_many_looks(recipient_id=secretary, by=by, most=MOST_AN_HOUR, now=now)


def nearest_secretaries(area, *, besides):
    """Keys of the accounts of a place's secretaries, at the nearest level that has any but this
    account (None: leave nobody out)."""
    rows = (
        Posting.objects.secretaries_of(area)
        .exclude(user=besides)
        .values("user_id")
        .annotate(level=Max("area__level"))
        .values_list("user_id", "level")
    )
    people = list(rows)
    nearest = max((level for _, level in people), default=None)
    return [user for user, level in people if level == nearest]


@transaction.atomic
def ask_child_look(*, person, by, reason, words=""):
    """Ask to see a child's data: a named person agrees or not (未成年人网络保护条例 第36条)."""
    if not person.is_child:
        refuse("这不是不满14岁的孩子，写明理由就能看。")
    if not nearest_secretaries(person.area, besides=by):
        refuse(
            "这里只有您一位书记，自己不能同意自己。"
            "请社区工作者来申请、您来同意，或请街道再派一位书记。"
        )
    if may_see_child(person, by):
        refuse("已经同意您看了，直接看就行。")
    if ChildLook.objects.waiting().filter(person=person, asked_by=by).exists():
        refuse("已经申请过了，正等书记答复。")
    told = why(reason, words, names=[person.name, person.clear(Field.NAME)])
    look = ChildLook.objects.create(person=person, area=person.area, asked_by=by, reason=reason)
    start_duty(
        CHILD_LOOK,
        on=look,
        title=f"{by}想看{person.household}一个孩子的资料",
        subtitle="：".join(filter(None, (f"为了{told['reason']}", told.get("words")))),
        fresh=True,
    )
    record("residents_map.ask_child_look", on=person.household, by=by, person=person.pk, **told)
    return look


def words_of(look):
    """The few words with which somebody asked to see a child's data, or nothing."""
    if look.reason != Reason.OTHER:
        return ""
    asked = acts_on(look.person.household).filter(
        verb="residents_map.ask_child_look", by=look.asked_by, detail__person=look.person_id
    )
    latest = asked.filter(at__gte=look.asked_at - timedelta(minutes=1)).order_by("pk").first()
    return latest.detail.get("words", "") if latest else ""


@transaction.atomic
def answer_child_look(*, look, by, is_agreed):
    """Agree, for 24 hours and this one person, or not. Nobody answers their own."""
    look = ChildLook.objects.select_for_update(of=("self",)).get(pk=look.pk)
    if look.answered_at:
        refuse("这个申请已经答复过了。")
    if look.asked_by_id == by.pk:
        refuse("自己申请的，要请另一位书记来答复。")
    look.answered_by, look.answered_at = by, timezone.now()
    look.is_agreed = is_agreed
    look.until = look.answered_at + timedelta(hours=CHILD_LOOK_HOURS) if is_agreed else None
    look.save()
    end_duty(CHILD_LOOK, on=look)
    person = Person.objects.select_related("household__home__entrance__building").get(
        pk=look.person_id
    )
    record(
        "residents_map.answer_child_look",
        on=person.household,
        by=by,
        person=person.pk,
        agreed=is_agreed,
    )
    messages.child_look_answered(look=look, household=person.household)
    return look
