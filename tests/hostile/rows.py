"""Every address that takes a POST: who sends it, what stands on the form, where words are kept.

A new form without a row here fails test_every_form_has_its_row.
"""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from deliberation.choices import Party
from deliberation.models import AgendaItem, Task
from deliberation.services import closing, meetings, tasks, triage
from stations.forms import last_months
from tests.architecture.test_walk import World
from tests.factories import meeting_at, report


class Stage:
    """One estate with what a form needs before it can be sent."""

    def __init__(self, estate, cast):
        self.estate, self.cast = estate, cast
        self.worker, self.colleague = cast("worker"), cast("colleague")
        self.secretary, self.officer = cast("secretary"), cast("officer")
        self.entrance = None

    @property
    def soon(self):
        return timezone.now() + timedelta(days=5)

    @property
    def day(self):
        return f"{timezone.localdate() + timedelta(days=5)}"

    def world(self):
        return World(self.estate, self.worker, self.colleague)

    def received(self, **more):
        return report(self.estate, **more)

    def accepted(self, **more):
        return triage.accept_issue(issue=self.received(**more), by=self.worker)

    def waiting(self):
        return triage.put_before_parties(issue=self.accepted(), by=self.worker)

    def handling(self, **more):
        facts = {"title": "换灯", "responsible": "property", "due_at": self.soon}
        return triage.route_directly(issue=self.accepted(**more), by=self.worker, **facts)

    def task(self, finished=False):
        task = Task.objects.get(issue=self.handling())
        if finished:
            tasks.finish_task(task=task, by=self.worker, words="好了")
        return task

    def street(self):
        return triage.pass_to_street(issue=self.accepted(), by=self.worker, reason="要供电局")

    def done(self, **more):
        issue = self.handling(**more)
        task = issue.tasks.get()
        tasks.finish_task(task=task, by=self.worker, words="好了")
        tasks.verify_task(task=task, by=self.colleague)
        issue.refresh_from_db()
        return issue

    def noticed(self):
        issue = self.done()
        closing.publish_notice(issue=issue, by=self.worker, title="修好了", body="换了新的。")
        issue.refresh_from_db()
        return issue

    def notice(self):
        return self.noticed().notices.get()

    def rated(self, level=5):
        issue = self.noticed()
        closing.rate_issue(issue=issue, level=level)
        return issue

    def closed(self):
        return closing.close_issue(issue=self.rated(), by=self.secretary)

    def meeting(self):
        return meeting_at(self.estate, self.worker)

    def planned_item(self):
        issue, meeting = self.accepted(), self.meeting()
        triage.put_before_parties(issue=issue, by=self.worker, meeting=meeting)
        return AgendaItem.objects.get(issue=issue)

    def open_item(self, ready=False):
        item = self.planned_item()
        meetings.start_meeting(meeting=item.meeting, by=self.worker)
        for party in Party:
            facts = {"by": self.worker, "party": party}
            meetings.mark_attendance(meeting=item.meeting, name=f"代表{party}", **facts)
            if ready:
                meetings.state_position(item=item, stance="agree", **facts)
        if ready:
            facts = {"title": "换灯", "responsible": "property", "due_at": self.soon}
            meetings.plan_task(item=item, by=self.worker, **facts)
        item.refresh_from_db()
        return item


@dataclass(frozen=True)
class Row:
    """A form: `ready(stage)` gives the object or the kwargs, `data` a filled-in form.

    `words` are the fields that take words: where they are kept, as "Model.lookup", or ""
    where they are not kept. `resident`: control signs are taken out before words are kept.
    """

    who: str
    ready: object
    data: dict
    words: dict = field(default_factory=dict)
    prefix: str = ""
    resident: bool = False
    lines: bool = False  # CR LF is kept as one sign
    photos: bool = False
    said: tuple = (302,)  # the answers when it was done
    keeps: bool = True  # whether a refused form shows what was typed

    def url(self, name, target):
        kwargs = target if isinstance(target, dict) else {"pk": target.pk}
        return reverse(name, kwargs=kwargs)

    def filled(self, stage):
        data = {key: value(stage) if callable(value) else value for key, value in self.data.items()}
        return {f"{self.prefix}{key}": value for key, value in data.items()}

    def words_of(self):
        return {f"{self.prefix}{key}": where for key, where in self.words.items()}


def code(stage):
    return {"code": stage.estate.code}


def nothing(stage):
    return {}


def me_too(stage):
    return {"code": stage.estate.code, "pk": stage.received().pk}


def token(stage):
    return f"{uuid.uuid4()}"


def estate_pk(stage):
    return stage.estate.pk


TASK = {
    "title": "换灯",
    "responsible": "property",
    "person": "徐工",
    "user": "",
    "due_at": lambda s: s.day,
}
TASK_WORDS = {"title": "Task.title", "person": "Task.person"}
EVENT, PUBLIC = "Event.words__endswith", "Event.public_words__endswith"
REPORTED = {
    "text": "Issue.text",
    "spot": "Issue.spot",
    "name": "Reporter.name",
    "door": "Reporter.door",
}

ROWS = {
    # Residents
    "deliberation:report": Row(
        "anonymous", code,
        {"category": "light", "text": "灯坏了", "where": "", "spot": "东头", "name": "周", "phone": "13900006021",
         "door": "3栋", "consent_public": "on", "token": token, "website": "", "altcha": ""},
        REPORTED, resident=True, photos=True),
    "deliberation:same": Row("anonymous", code, {"category": "light", "text": "灯坏了"}, {"text": ""},
                             said=(200,), keeps=False),
    "deliberation:me_too": Row("anonymous", me_too, {"where": ""}, {"where": ""}),
    "deliberation:track": Row("anonymous", nothing, {"code": "ABCDEFGH23456789", "tail": "6021"},
                              {"code": "", "tail": ""}, said=(422,)),
    "deliberation:track_open": Row("resident", Stage.received, {"tail": "6021"}, {"tail": ""}),
    "deliberation:track_rate": Row("resident", Stage.noticed, {"level": "5", "words": "好"},
                                   {"words": "Rating.words"}, resident=True),
    "deliberation:track_remark": Row("resident", Stage.received, {"words": "还坏", "token": token},
                                     {"words": "Event.words"}, resident=True, photos=True),
    "deliberation:track_withdraw": Row("resident", Stage.received, {"why": "好了"},
                                       {"why": EVENT}, resident=True),
    "deliberation:track_forget": Row("resident", Stage.received, {}),
    # Issues
    "deliberation:issue_new": Row(
        "worker", nothing,
        {"area": estate_pk, "token": token, "channel": "counter", "text": "灯坏了", "category": "light",
         "where": "", "spot": "东头", "name": "周", "phone": "", "door": "3栋"},
        REPORTED, photos=True, said=(200,)),
    "deliberation:issues_merge": Row(
        "worker", nothing, {"pick": lambda s: [s.received().pk for _ in range(2)], "target": ""}, said=(422,)),
    "deliberation:issue_accept": Row("worker", Stage.received, {"reply": "来看"}, {"reply": PUBLIC}),
    "deliberation:issue_ask": Row("worker", Stage.received, {"question": "哪排"}, {"question": EVENT}),
    "deliberation:issue_refer": Row(
        "worker", Stage.received, {"token": token, "kind": "volunteers.need", "text": "老人要个轮椅"},
        {"text": ""},
    ),
    "deliberation:issue_return": Row("worker", Stage.received, {"reason": "归电网"}, {"reason": EVENT}),
    "deliberation:issue_correct": Row(
        "worker", Stage.received, {"title": "灯", "category": "light", "where": "", "spot": "东"},
        {"title": "Issue.title", "spot": "Issue.spot"}),
    "deliberation:issue_merge": Row(
        "worker", Stage.received, {"others": [], "number": lambda s: f"SQ-{s.received().pk}"}, {"number": ""}),
    "deliberation:issue_direct": Row("worker", Stage.accepted, TASK, TASK_WORDS),
    "deliberation:issue_parties": Row(
        "worker", Stage.accepted, {"meeting": lambda s: s.meeting().pk, "question": "怎么办"},
        {"question": "AgendaItem.title"}),
    "deliberation:issue_street": Row("worker", Stage.accepted, {"reason": "要电网"}, {"reason": EVENT}),
    "deliberation:issue_answer": Row("officer", Stage.street, {"words": "办了", "is_solved": "yes"},
                                     {"words": EVENT}),
    "deliberation:issue_send_back": Row("officer", Stage.street, {"reason": "先摸底"}, {"reason": EVENT}),
    "deliberation:issue_agenda": Row("worker", Stage.waiting, {"meeting": lambda s: s.meeting().pk}),
    "deliberation:issue_task": Row("worker", Stage.handling, TASK, TASK_WORDS),
    "deliberation:issue_note": Row("worker", Stage.received, {"words": "打过电话", "is_public": ""},
                                   {"words": "Event.words"}, photos=True),
    "deliberation:issue_undo": Row("worker", Stage.accepted, {}),
    "deliberation:issue_reveal": Row("worker", Stage.received, {"reason": "回访"}, said=(200,)),
    "deliberation:publish": Row(
        "worker", Stage.done,
        {"title": "修好了", "body": "换了新的", "days": "15", "before": "", "after": "", "publish": "1"},
        {"title": "Notice.title", "body": "Notice.body"}),
    "deliberation:issue_skip_notice": Row("worker", lambda s: s.done(consent_public=False), {}),
    "deliberation:issue_call_back": Row("worker", lambda s: s.rated(1), {"words": "说清了"}, {"words": EVENT}),
    "deliberation:issue_waive": Row("secretary", Stage.noticed, {"link": "rating", "reason": "搬走了"},
                                    {"reason": "Waiver.reason"}),
    "deliberation:issue_close": Row("secretary", Stage.rated, {"words": "齐了"}, {"words": EVENT}),
    "deliberation:issue_reinspect": Row("worker", Stage.closed, {"held": "yes", "words": "看过"},
                                        {"words": EVENT}, photos=True),
    "deliberation:notice_take_down": Row("worker", Stage.notice, {"why": "拍到人"},
                                         {"why": "Notice.taken_down_why"}),
    # Tasks
    "deliberation:report_progress": Row(
        "worker", Stage.task, {"words": "拆了", "stage": "progress", "is_public": "on"}, {"words": EVENT},
        prefix="progress-", photos=True),
    "deliberation:finish_task": Row("worker", Stage.task, {"words": "好了"}, {"words": EVENT},
                                    prefix="finish-", photos=True),
    "deliberation:verify_task": Row("colleague", lambda s: s.task(True), {"words": "看过"}, {"words": EVENT},
                                    prefix="verify-"),
    "deliberation:refuse_task": Row("colleague", lambda s: s.task(True), {"words": "还漏"}, {"words": EVENT},
                                    prefix="refuse-"),
    "deliberation:cancel_task": Row("worker", Stage.task, {"words": "并了"}, {"words": EVENT},
                                    prefix="cancel-", said=(302, 422)),
    "deliberation:planned_task_drop": Row(
        "worker", lambda s: s.open_item(True).resolution.tasks.get(), {}),
    # Meetings
    "deliberation:meeting_new": Row(
        "worker", nothing, {"forum": "four", "day": lambda s: s.day, "hour": "19:30", "place": "二楼",
                            "chair": "李", "issues": []},
        {"place": "Meeting.place", "chair": "Meeting.chair"}),
    "deliberation:meeting_change": Row(
        "worker", Stage.meeting, {"day": lambda s: s.day, "hour": "19:30", "place": "二楼", "chair": "李"},
        {"place": "Meeting.place", "chair": "Meeting.chair"}),
    "deliberation:meeting_cancel": Row("worker", Stage.meeting, {"reason": "停电"}, {"reason": "Meeting.words"}),
    "deliberation:meeting_start": Row("worker", Stage.meeting, {}),
    "deliberation:meeting_end": Row(
        "worker", lambda s: s.open_item().meeting, {"listeners": "六位", "words": "下次再看"},
        {"listeners": "Meeting.listeners", "words": "Meeting.words"}),
    "deliberation:item_add": Row("worker", Stage.meeting, {"issue": "", "title": "花坛"},
                                 {"title": "AgendaItem.title"}),
    "deliberation:attendance_add": Row(
        "worker", lambda s: s.open_item().meeting,
        {"party": "owners", "name": "何平", "title": "主任", "presence": "room", "item": ""},
        {"name": "Attendance.name", "title": "Attendance.title"}),
    "deliberation:attendance_remove": Row(
        "worker", lambda s: s.open_item().meeting.attendances.first(), {"item": ""}),
    "deliberation:item_move": Row("worker", Stage.planned_item, {"way": "down"}),
    "deliberation:item_take_off": Row("worker", Stage.planned_item, {"reason": "缺人"},
                                      {"reason": "AgendaItem.reason"}),
    "deliberation:item_open": Row("worker", Stage.planned_item, {}, said=(422,)),
    "deliberation:item_position": Row(
        "worker", Stage.open_item, {"party": "owners", "stance": "if", "words": "先公示"},
        {"words": "Position.words"}),
    "deliberation:item_draft": Row("worker", Stage.open_item, {"text": "照办", "seen": "", "insert": ""},
                                   {"text": "Resolution.text"}, lines=True),
    "deliberation:item_pass": Row("worker", lambda s: s.open_item(True), {"text": "照办", "seen": ""},
                                  {"text": "Event.words"}, lines=True),
    "deliberation:item_postpone": Row("worker", Stage.open_item, {"reason": "再听听"},
                                      {"reason": "AgendaItem.reason"}),
    "deliberation:item_escalate": Row("worker", Stage.open_item, {"reason": "谈不拢"},
                                      {"reason": "AgendaItem.reason"}),
    "deliberation:item_task": Row(
        "worker", Stage.open_item,
        {"title": "换灯", "responsible": "property", "person": "徐工", "due_at": lambda s: s.day}, TASK_WORDS),
    # The office
    "stations:reports": Row(
        "worker", nothing,
        {"area": lambda s: s.estate.parent_id, "month": lambda s: f"{last_months(timezone.localdate())[1]}"}),
    "stations:report_again": Row("worker", lambda s: s.world().report, {}),
    "stations:read_messages": Row("worker", nothing, {}),
    "stations:find": Row("worker", nothing, {"q": "井盖"}, {"q": ""}, said=(200, 302), keeps=False),
    "stations:revive_work": Row("admin", lambda s: s.world().work, {}),
    # The way in
    "account_login": Row("anonymous", nothing, {"login": "nobody", "password": "wrong", "next": "/desk/"},
                         {"login": "", "password": ""}, said=(200, 429), keeps=False),
    "account_logout": Row("worker", nothing, {"next": "/"}),
    "account_change_password": Row(
        "worker", nothing, {"oldpassword": "a", "password1": "b", "password2": "c"},
        {"oldpassword": "", "password1": "", "password2": ""}, said=(200, 302, 429), keeps=False),
    "account_reauthenticate": Row("worker", nothing, {"password": "a", "next": "/"}, {"password": ""},
                                  said=(200, 302, 429), keeps=False),
    "mfa_authenticate": Row("worker", nothing, {"code": "123456"}, {"code": ""}, said=(200, 302, 429), keeps=False),
    "mfa_reauthenticate": Row("worker", nothing, {"code": "123456"}, {"code": ""}, said=(200, 302, 403, 429), keeps=False),
    "mfa_activate_totp": Row("worker", nothing, {"code": "123456"}, {"code": ""}, said=(200, 302, 429), keeps=False),
    "mfa_deactivate_totp": Row("worker", nothing, {}, said=(200, 302, 403, 404, 429)),
    "mfa_generate_recovery_codes": Row("worker", nothing, {}, said=(200, 302, 403, 404, 429)),
}  # fmt: skip

# Pages that only show something: a POST is 405, or answers like a GET.
PAGES = {
    "stations:front": "anonymous",
    "stations:estate": "anonymous",
    "stations:privacy": "anonymous",
    "stations:scanned": "anonymous",
    "stations:posters": "worker",
    "stations:poster_sheet": "worker",
    "stations:home": "worker",
    "stations:desk": "worker",
    "stations:messages": "worker",
    "stations:open_message": "worker",
    "stations:acts": "secretary",
    "stations:components": "admin",
    "stations:work": "admin",
    "stations:dashboard": "worker",
    "stations:area_dashboard": "officer",
    "stations:wall": "officer",
    "stations:report": "worker",
    "stations:report_preview": "worker",
    "stations:report_word": "worker",
    "stations:report_excel": "worker",
    "deliberation:public_notices": "anonymous",
    "deliberation:public_notice": "anonymous",
    "deliberation:received": "anonymous",
    "deliberation:track_issue": "resident",
    "deliberation:photo": "worker",
    "deliberation:photo_small": "worker",
    "deliberation:issues": "worker",
    "deliberation:issue_similar": "worker",
    "deliberation:issues_export": "worker",
    "deliberation:issue": "worker",
    "deliberation:notices": "worker",
    "deliberation:tasks": "worker",
    "deliberation:task": "worker",
    "deliberation:meetings": "worker",
    "deliberation:meeting": "worker",
    "deliberation:meeting_ending": "worker",
    "deliberation:meeting_notice": "worker",
    "deliberation:meeting_sheet": "worker",
    "deliberation:meeting_minutes": "worker",
    "deliberation:resolutions": "worker",
    "account_inactive": "anonymous",
    "mfa_index": "worker",
    "mfa_view_recovery_codes": "worker",
    "mfa_download_recovery_codes": "worker",
}
# What a list is narrowed by, each name tried by itself.
NARROWED = {
    "deliberation:issues": "q area building state category due channel route level fact first "
    "last view order after before",
    "deliberation:issues_export": "q area building state fact first last view order as",
    "deliberation:issue": "log back",
    "deliberation:tasks": "view after",
    "deliberation:task": "done",
    "deliberation:meetings": "after before",
    "deliberation:meeting": "item",
    "deliberation:resolutions": "q estate after before",
    "deliberation:notices": "view after before",
    "deliberation:public_notices": "after",
    "deliberation:issue_similar": "area text category",
    "deliberation:meeting_new": "issue estate",
    "deliberation:issues_merge": "pick target",
    "deliberation:issue_new": "area",
    "deliberation:report": "at",
    "stations:front": "q at",
    "stations:desk": "group part after",
    "stations:find": "q kind",
    "stations:messages": "after",
    "stations:acts": "who verb looks on first last after",
    "stations:work": "after",
    "stations:posters": "estate building per",
    "stations:poster_sheet": "estate building per",
    "stations:area_dashboard": "period sort",
    "stations:reports": "area after",
}
LISTS = {"deliberation:issues", "deliberation:tasks", "deliberation:meetings",
         "deliberation:resolutions", "deliberation:notices", "deliberation:public_notices",
         "stations:desk", "stations:messages", "stations:acts", "stations:work",
         "stations:reports", "stations:posters", "stations:front"}  # fmt: skip


def resident_or_staff(client, who, cast, target):
    """The client as this person; a resident has given the code and the digits."""
    if who == "resident":
        session = client.session
        session["issues"] = [target.pk]
        session.save()
    elif who != "anonymous":
        user = cast(who)
        client.force_login(user, backend="stations.foundation.sign_in.PhoneOrNameBackend")
    return client
