"""Forms of 受理与分派. Field names are the arguments of the services."""

from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils import timezone

from deliberation.choices import Category, ItemState, Responsible
from deliberation.forms.issues import (
    ActForm,
    PlaceChoices,
    in_words,
    issue_of_number,
    key_of_place,
)
from deliberation.models import Issue
from deliberation.services.agenda import MOST_ITEMS
from deliberation.services.chain import day
from deliberation.services.meetings import meetings_with_room
from stations.choices import COMMUNITY_STAFF
from stations.foundation.calendar import CLOSES, add_workdays
from stations.models import Posting, User

TASK_DAYS = 5


class AcceptForm(ActForm):
    reply = in_words(
        "回居民一句",
        required=False,
        help_text="居民看得到。写清楚谁来看、什么时候来。",
    )


class AskForm(ActForm):
    question = in_words("想问什么", help_text="居民看得到。等回话时钟先停下，最多五个工作日。")


class ReturnForm(ActForm):
    reason = in_words("为什么办不了", help_text="居民看得到。写明归谁管、电话多少。")


class StreetForm(ActForm):
    reason = in_words("为什么要街道办", help_text="只给街道看。")


class SendBackForm(ActForm):
    reason = in_words("为什么退回", help_text="社区看得到。")


class AnswerForm(ActForm):
    words = in_words("答复", help_text="居民看得到。")
    is_solved = forms.TypedChoiceField(
        label="办好没有",
        choices=[("yes", "街道已经办好"), ("no", "请社区照此去办")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class CorrectForm(ActForm):
    title = forms.CharField(label="事项", max_length=60)
    category = forms.ChoiceField(label="类别", choices=Category.choices)
    where = PlaceChoices(label="在哪里", required=False)
    spot = forms.CharField(label="具体位置", max_length=60, required=False)
    is_urgent = forms.BooleanField(label="急件，有安全隐患", required=False)

    def __init__(self, *args, issue, by, **more):
        more["initial"] = {
            "title": issue.title,
            "category": issue.category,
            "where": key_of_place(issue),
            "spot": issue.spot,
            "is_urgent": issue.is_urgent,
        }
        super().__init__(*args, issue=issue, by=by, **more)
        self.fields["where"].offer(issue.area)

    def clean(self):
        data = super().clean()
        return data | data.pop("where", {})


class MergeForm(ActForm):
    """Others that are the same thing: ticked in the list, or by number."""

    others = forms.ModelMultipleChoiceField(
        Issue.objects.none(), label="并哪几件", required=False, widget=forms.CheckboxSelectMultiple
    )
    number = forms.CharField(
        label="编号", max_length=20, required=False, help_text="把这一件并进来，例如 SQ-108。"
    )

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        same = Issue.objects.visible_to(self.by).filter(area=self.issue.area_id)
        self.fields["others"].queryset = same.exclude(pk=self.issue.pk)

    def clean(self):
        data = super().clean()
        others, number = list(data.get("others") or ()), data.pop("number", "")
        if number:
            key = issue_of_number(number)
            found = self.fields["others"].queryset.filter(pk=key).first() if key else None
            if key == self.issue.pk:
                self.add_error("number", "这就是这一件，请写另一件的编号。")
            elif found is None:
                self.add_error("number", "本小区没有能并进来的这个编号。")
            else:
                others.append(found)
        return {"others": others}


def colleagues(area):
    """People of the community whose desk a task can go to."""
    posted = Posting.objects.current().at_or_above(area).filter(role__in=COMMUNITY_STAFF)
    return User.objects.filter(postings__in=posted, is_active=True).distinct().order_by("pk")


class TaskForm(ActForm):
    """One task: what, who, by when. The day ends when the office closes."""

    title = forms.CharField(label="做什么", max_length=60)
    responsible = forms.ChoiceField(label="谁负责", choices=Responsible.choices)
    person = forms.CharField(label="联系人", max_length=20, required=False)
    user = forms.ModelChoiceField(
        User.objects.none(), label="谁跟进", required=False, empty_label="大家都看得到"
    )
    due_at = forms.DateField(
        label="哪天办好", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, issue, by, **more):
        due = timezone.localdate(add_workdays(timezone.now(), TASK_DAYS))
        more["initial"] = {"title": issue.title, "due_at": due} | (more.get("initial") or {})
        super().__init__(*args, issue=issue, by=by, **more)
        self.fields["user"].queryset = colleagues(issue.area)

    def clean_due_at(self):
        day = self.cleaned_data["due_at"]
        if not timezone.localdate() <= day <= timezone.localdate() + timedelta(days=366):
            raise ValidationError("期限要在今天以后、一年以内。")
        return timezone.make_aware(datetime.combine(day, CLOSES))


def meeting_words(meeting):
    """A meeting as a choice: 11月26日 周四 19:30，服务站二楼，还能加 9 项."""
    start = timezone.localtime(meeting.starts_at)
    room = max(0, MOST_ITEMS - meeting.item_count)
    return f"{day(start)} {start:%H:%M}，{meeting.place}，还能加 {room} 项"


class MeetingChoice(forms.ModelChoiceField):
    def label_from_instance(self, meeting):
        return meeting_words(meeting)


class PartiesForm(ActForm):
    meeting = MeetingChoice(None, label="哪次会", required=False, empty_label="还没定哪次会")
    question = forms.CharField(
        label="请四方商量什么",
        max_length=60,
        required=False,
        widget=forms.TextInput({"placeholder": "不写就用这件事的标题"}),
    )

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        offer_meetings(self)
        self.fields["meeting"].initial = self.fields["meeting"].queryset.first()


class AgendaForm(ActForm):
    meeting = MeetingChoice(None, label="哪次会", empty_label=None)

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        offer_meetings(self)


def offer_meetings(form):
    """The coming meetings of the estate, each with how many items it has."""
    on_agenda = Count("items", filter=~Q(items__state=ItemState.WITHDRAWN))
    coming = meetings_with_room(form.issue.area).annotate(item_count=on_agenda)
    form.fields["meeting"].queryset = coming
