"""A life written down: the rows of one issue in every table that an act would have touched."""

import hashlib
import uuid
from datetime import UTC, datetime

from faker import Faker

from deliberation.choices import (
    OPEN_STATES,
    Category,
    EventKind,
    Level5,
    Link,
    State,
    TaskState,
)
from deliberation.demo.prefecture import sayings
from deliberation.demo.prefecture.lives import DAY, Life, closing, day_of
from deliberation.demo.prefecture.sheets import NULL, Sheet, day, moment
from deliberation.models import Event, Issue, MeToo, Notice, Rating, Reporter, Task, Waiver
from deliberation.services.chain import DUTY_OF
from deliberation.services.intake import FINISH_DAYS, PHONE_FIELD, RESPOND_DAYS
from stations.choices import DutyStep
from stations.foundation.calendar import share_point
from stations.foundation.codes import code_digest, code_from
from stations.foundation.sealed import blind_index, seal
from stations.models import Act, Duty
from stations.registries import duties

SPAN = 400 * DAY
WAKE, AWAKE = 7 / 24, 15 / 24  # people report from seven in the morning till ten at night
MERGED, MET_TOO = 0.02, 0.2
MERGE_WITHIN = 7 * DAY

# Who acts, and what staff and resident read; every word fixed, so nothing personal is in it.
SAID = {
    EventKind.SUBMITTED: ("resident", "", "您报了这件事。"),
    EventKind.ACCEPTED: ("worker", "已经打电话问过情况。", "社区受理了。"),
    EventKind.RETURNED: ("worker", "归供水公司管", "这件事社区办不了：归供水公司管"),
    EventKind.WITHDRAWN: ("resident", "居民撤回。自己解决了", "您撤回了这件事。"),
    EventKind.MERGED: ("worker", "并入邻居报的那一件", "和邻居报的同一件事并在一起办。"),
    EventKind.TO_STREET: ("worker", "要和供电部门协调", "报街道了，五个工作日内答复。"),
    EventKind.STREET_ANSWER: ("officer", "有关部门到场处理了", "街道答复：有关部门到场处理了"),
    EventKind.ROUTED: ("worker", "提请四方议事", "请四方坐下来商量，十个工作日内上会。"),
    EventKind.RESOLVED: ("worker", "四方同意，派任务", "四方商量好了，照决议去办。"),
    EventKind.TASK: ("worker", "派给物业", "派出去了，物业公司负责。"),
    EventKind.FINISHED: ("worker", "办完了，拍了照片", "说是办完了，等验收。"),
    EventKind.VERIFIED: ("colleague", "看过，办好了", ""),
    EventKind.DONE: ("colleague", "任务都验收了", "办好了，社区看过现场。"),
    EventKind.NOTICED: ("worker", "办理结果公示", "办好了，已经公示。"),
    EventKind.NOT_NOTICED: ("worker", "报事的人没有同意公示", "办好了，只告诉您一个人。"),
    EventKind.RATED: ("resident", "评过了", "您评过了，谢谢。"),
    EventKind.REOPENED: ("system", "评价低，重办", "您不满意，这件事重新办。"),
    EventKind.CALLED_BACK: ("worker", "打过电话，这周重做", "社区给您回了电话。"),
    EventKind.WAIVED: ("secretary", "免“居民评议”：三次电话没有人接", ""),
    EventKind.CLOSED: ("secretary", "各环都齐了", "这件事办完了。一个月后再回头看一看。"),
    EventKind.REINSPECTED: ("worker", "去看过，没有反弹", "回头看过了，没有反弹。"),
}
ACTORS = {
    "resident": "居民", "system": "系统", "worker": "社区工作者", "colleague": "社区工作者",
    "secretary": "书记", "officer": "街道干部",
}  # fmt: skip


class Rows:
    """Writes issue after issue, the oldest first, and hands them to the database in between."""

    def __init__(self, chance, estates, issues, now):
        self.chance, self.issues, self.now = chance, issues, now
        self.estates, self.shares = estates, [estate.share for estate in estates]
        self.begin = (day_of(now) - SPAN // DAY) * DAY - 8 * 3600  # midnight in Shanghai
        names = Faker("zh_CN")
        names.seed_instance(issues)
        self.names = [names.name() for _ in range(2000)]
        self.task_id = 0
        self.issue = Sheet(
            Issue, "id", "uuid", "token", "code_digest", "area", "building", "entrance", "place",
            "spot", "category", "title", "text", "channel", "state", "route", "handler",
            "merged_into", "me_too_count", "created_at", "received_on", "due_at", "stage_since",
            "respond_by", "responded_at", "finish_by", "finished_at", "is_solved",
            "solved_at_level", "last_rating", "reopened_count", "call_back_since",
            "called_back_at", "closed_at", "reinspected_at", "search",
        )  # fmt: skip
        self.reporter = Sheet(
            Reporter, "issue", "name", "phone_sealed", "phone_index", "door", "consent_public"
        )
        self.event = Sheet(Event, "issue", "at", "kind", "by", "actor", "words", "public_words")
        self.act = Sheet(Act, "at", "by", "actor", "verb", "on_type", "on_id", "on_label", "area")
        self.task = Sheet(
            Task, "id", "issue", "title", "responsible", "due_at", "state", "created_at",
            "created_by", "finished_at", "finished_by", "verified_at", "verified_by",
        )  # fmt: skip
        self.rating = Sheet(Rating, "issue", "round", "level", "words", "at")
        self.waiver = Sheet(Waiver, "issue", "link", "reason", "by", "at")
        self.notice = Sheet(
            Notice, "issue", "area", "title", "body", "from_day", "until_day", "published_by",
            "published_at",
        )  # fmt: skip
        self.me_too = Sheet(MeToo, "issue", "who", "entrance")
        self.duty = Sheet(
            Duty, "kind", "object_id", "area", "role", "title", "subtitle", "since", "half_at",
            "most_at", "until", "told", "ended_at",
        )  # fmt: skip
        self.sheets = [value for value in vars(self).values() if isinstance(value, Sheet)]

    @property
    def models(self):
        return [sheet.model for sheet in self.sheets]

    def send(self, cursor):
        for sheet in self.sheets:
            sheet.send(cursor)

    def created_at(self, number):
        """The moments rise evenly over the days, and keep to the hours when people are up."""
        days = (SPAN // DAY) * (number - 1 + self.chance.random()) / self.issues
        whole = int(days)
        return self.begin + (whole + WAKE + AWAKE * (days - whole)) * DAY

    def write_issue(self, number):
        chance = self.chance
        estate = chance.choices(self.estates, self.shares)[0]
        created = self.created_at(number)
        known, when = estate.last_open or (0, 0)
        merges = known and created - when < MERGE_WITHIN and chance.random() < MERGED
        life = Life(chance, created, self.now, consents=chance.random() < 0.85, merges=merges)
        if life.state != State.MERGED:
            estate.last_open = (number, created)
        pk = str(number)
        title, subtitle = self.write_case(pk, estate, life, created, known)
        self.write_events(pk, estate, life, title)
        for task in life.tasks:
            self.write_task(pk, estate, life, task, title, subtitle)
        self.write_result(pk, estate, life, title)
        self.write_duties(pk, estate, life, title, subtitle)

    def write_case(self, pk, estate, life, created, known):
        """The issue with its reporter and whoever met it too; gives its title and a subtitle."""
        chance = self.chance
        category, title, said = sayings.said(chance)
        label = Category(category).label
        if chance.random() < 0.8:
            entrance, building, where = chance.choice(estate.doors)
            place, spot = NULL, sayings.spot(chance)
            where = f"{where} {spot}".strip()
        else:
            entrance = building = NULL
            (place, where), spot = chance.choice(estate.spots), ""
        token = uuid.UUID(int=chance.getrandbits(128), version=4)
        row = uuid.UUID(int=chance.getrandbits(128), version=4)
        met = chance.choice((1, 1, 2, 3)) if chance.random() < MET_TOO else 0
        channel = chance.choices(("web", "counter", "phone", "patrol"), (70, 12, 13, 5))[0]
        worker = str(estate.workers[0])
        self.issue.add(
            pk, str(row), str(token), code_digest(code_from(token)), str(estate.area.pk),
            building, entrance, place, spot, category, title, said, channel, life.state,
            life.route, worker if life.responded else NULL,
            str(known) if life.state == State.MERGED else NULL, str(met), moment(created),
            day(day_of(created)), moment(life.due), moment(life.since),
            moment(closing(created, RESPOND_DAYS)), moment(life.responded),
            moment(closing(created, FINISH_DAYS)), moment(life.finished),
            "t" if life.is_solved else "f", life.level,
            str(life.ratings[-1][0]) if life.ratings else NULL, str(life.reopened),
            moment(life.call_back), moment(life.called_back), moment(life.closed),
            moment(life.reinspected),
            sayings.search_text(title, said, where, label, estate.area.name),
        )  # fmt: skip
        self.write_reporter(pk, row, life)
        for _ in range(met):
            who = hashlib.sha256(f"{pk}:{chance.random()}".encode()).hexdigest()
            self.me_too.add(pk, who, chance.choice(estate.doors)[0])
        return title, f"{estate.area.name} · {where} · {label} · SQ-{pk}"

    def write_reporter(self, pk, row, life):
        chance = self.chance
        sealed = index = ""
        if chance.random() < 0.6:
            phone = f"139{chance.randrange(10**8):08d}"
            sealed = seal(phone, bound_to=f"{PHONE_FIELD}:{row}")
            index = blind_index(phone, field=PHONE_FIELD)
        door = f"{chance.randrange(1, 18)}{chance.randrange(1, 5):02d}"
        consents = "t" if life.consents else "f"
        self.reporter.add(pk, chance.choice(self.names), sealed, index, door, consents)

    def person(self, estate, who):
        """The key of whoever acts in that role at this estate."""
        if who in ("resident", "system"):
            return NULL
        if who in ("worker", "colleague"):
            return str(estate.workers[who == "colleague"])
        return str(estate.secretary if who == "secretary" else estate.officer)

    def write_events(self, pk, estate, life, title):
        """The timeline; the act log only of what is open, for the log is no measured page."""
        area, is_open = str(estate.area.pk), life.state in OPEN_STATES
        for kind, at in life.events:
            who, words, public = SAID[kind]
            by, actor, when = self.person(estate, who), ACTORS[who], moment(at)
            self.event.add(pk, when, kind, by, actor, words or title, public)
            if is_open:
                label = f"SQ-{pk} {title}"
                verb = f"deliberation.{kind}"
                self.act.add(when, by, actor, verb, "deliberation.issue", pk, label, area)

    def write_task(self, pk, estate, life, task, title, subtitle):
        self.task_id += 1
        state = task["state"]
        first, second = str(estate.workers[0]), str(estate.workers[1])
        finished, verified = task.get("finished"), task.get("verified")
        self.task.add(
            str(self.task_id), pk, f"去办：{title}"[:60], "property", moment(task["due"]), state,
            moment(task["made"]), first, moment(finished), first if finished else NULL,
            moment(verified), second if verified else NULL,
        )  # fmt: skip
        if life.state == State.HANDLING and task is life.tasks[-1]:
            if state == TaskState.OPEN:
                kind, since, until = "deliberation.do_task", task["made"], task["due"]
            else:
                kind, since, until = "deliberation.verify_task", finished, closing(finished, 2)
            self.write_duty(kind, str(self.task_id), estate, title, subtitle, since, until)

    def write_result(self, pk, estate, life, title):
        """The notice, what the resident said of it, and what the secretary let go."""
        if life.noticed and life.consents:
            first = day_of(life.noticed)
            self.notice.add(
                pk, str(estate.area.pk), f"{title}，办好了"[:40], "照大家商量的办好了，请来看一看。",
                day(first), day(first + 14), str(estate.workers[0]), moment(life.noticed),
            )  # fmt: skip
        for number, (level, at) in enumerate(life.ratings, 1):
            self.rating.add(pk, str(number), str(level), f"{Level5(level).label}。", moment(at))
        if life.is_waived:
            at = moment(life.closed or life.since)
            who = str(estate.secretary)
            self.waiver.add(pk, Link.RATING, "打了三次电话没有人接", who, at)

    def write_duties(self, pk, estate, life, title, subtitle):
        """What is due now, and what was due first: ended duties are the record of delay."""
        kind = DUTY_OF.get(life.state)
        if kind and not life.reinspected:
            self.write_duty(kind, pk, estate, title, subtitle, life.since, life.due)
        if life.call_back and not life.called_back:
            kind, until = "deliberation.call_back", closing(life.call_back, 1)
            self.write_duty(kind, pk, estate, title, subtitle, life.call_back, until)
        if life.state != State.RECEIVED:
            since, ended = life.events[0][1], life.events[1][1]
            until = closing(since, RESPOND_DAYS)
            self.add_duty(
                "deliberation.accept", pk, estate, title, subtitle,
                since, (since + until) / 2, (since + 4 * until) / 5, until, 0, moment(ended),
            )  # fmt: skip

    def write_duty(self, kind, pk, estate, title, subtitle, since, until):
        """An open duty; whoever had to be told of its steps so far was told."""
        until = max(since, until)
        ends = [datetime.fromtimestamp(int(at), UTC) for at in (since, until)]
        half, most = (share_point(*ends, share).timestamp() for share in (0.5, 0.8))
        reached = [
            step for step, at in zip(DutyStep, (half, most, until), strict=True) if at <= self.now
        ]
        told = max(reached, default=0)
        self.add_duty(kind, pk, estate, title, subtitle, since, half, most, until, int(told), NULL)

    def add_duty(self, kind, pk, estate, title, subtitle, since, half, most, until, told, ended):
        clock = [moment(at) for at in (since, half, most, until)]
        area, role = str(estate.area.pk), duties[kind].role
        self.duty.add(kind, pk, area, role, title, subtitle[:160], *clock, str(told), ended)
