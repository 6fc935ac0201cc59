"""What is asked when a meeting is convened, held and written down."""

from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from deliberation.choices import Forum, Party, Presence, Responsible, Stance
from deliberation.models import Issue
from stations.foundation.calendar import CLOSES

FARTHEST_DAYS = 180


def near_day(day):
    """A day that somebody meant: not years away. Far dates break every clock."""
    today = timezone.localdate()
    if day < today:
        raise ValidationError("这一天已经过去了。")
    if day > today + timedelta(days=FARTHEST_DAYS):
        raise ValidationError("太远了，请选半年以内的日子。")
    return day


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **more):
        super().__init__(format="%Y-%m-%d", **more)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **more):
        super().__init__(format="%H:%M", **more)


class WhenAndWhereForm(forms.Form):
    """When and where a meeting sits, and who leads it."""

    day = forms.DateField(label="哪一天", widget=DayInput())
    hour = forms.TimeField(label="几点", widget=TimeInput())
    place = forms.CharField(
        label="在哪里",
        max_length=40,
        help_text="室内室外都行：服务站二楼、听雨亭、3 栋楼下。",
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
    )
    chair = forms.CharField(
        label="谁主持",
        max_length=20,
        widget=forms.TextInput(attrs={"list": "chairs", "autocomplete": "off"}),
    )

    def clean_day(self):
        return near_day(self.cleaned_data["day"])

    def clean(self):
        data = super().clean()
        if not self.errors:
            data["starts_at"] = timezone.make_aware(
                datetime.combine(data.pop("day"), data.pop("hour"))
            )
        return data


class ConveneForm(WhenAndWhereForm):
    """召集: when, where, which forum, which of the estate's waiting issues."""

    forum = forms.ChoiceField(
        label="什么会", choices=Forum, initial=Forum.FOUR, widget=forms.RadioSelect
    )
    issues = forms.ModelMultipleChoiceField(
        label="议哪些事",
        queryset=Issue.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("forum", "day", "hour", "place", "chair", "issues")

    def __init__(self, *args, waiting, **more):
        super().__init__(*args, **more)
        self.fields["issues"].queryset = waiting


class ReasonForm(forms.Form):
    """One sentence of why; people read it."""

    reason = forms.CharField(
        label="为什么", max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class ItemForm(forms.Form):
    """A place on the agenda: a waiting issue, or a matter of its own."""

    issue = forms.ModelChoiceField(queryset=Issue.objects.none(), required=False)
    title = forms.CharField(label="议什么", max_length=60, required=False)

    def __init__(self, *args, waiting, **more):
        super().__init__(*args, **more)
        self.fields["issue"].queryset = waiting


class AttendanceForm(forms.Form):
    """A person of a party who is here."""

    party = forms.ChoiceField(label="哪一方", choices=Party)
    name = forms.CharField(label="姓名", max_length=20)
    title = forms.CharField(label="身份", max_length=20, required=False)
    presence = forms.ChoiceField(label="怎么到会", choices=Presence, initial=Presence.ROOM)


class PositionForm(forms.Form):
    """What one party says to the item on the table."""

    party = forms.ChoiceField(choices=Party)
    stance = forms.ChoiceField(
        label="态度", choices=Stance, error_messages={"required": "先选一个态度。"}
    )
    words = forms.CharField(
        label="怎么说的", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DraftForm(forms.Form):
    """The resolution as it stands on the screen, and the version it grew from."""

    text = forms.CharField(label="决议", max_length=2000, required=False, widget=forms.Textarea)
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    mine = forms.BooleanField(required=False)  # "use what I wrote" after a clash

    def clean(self):
        data = super().clean()
        if data.pop("mine", False):
            data["seen"] = None
        return data


class PlanTaskForm(forms.Form):
    """A task the resolution will hand out."""

    title = forms.CharField(label="做什么", max_length=60)
    responsible = forms.ChoiceField(label="谁负责", choices=Responsible)
    person = forms.CharField(
        label="联系人",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
    )
    due_at = forms.DateField(label="哪天前办好", widget=DayInput())

    def clean_due_at(self):
        day = near_day(self.cleaned_data["due_at"])
        return timezone.make_aware(datetime.combine(day, CLOSES))


class MinutesForm(forms.Form):
    """Who listened, and the words of the minutes."""

    listeners = forms.CharField(
        label="谁来旁听",
        max_length=200,
        required=False,
        help_text="例如：居民 6 位，社区民警黄伟。",
    )
    words = forms.CharField(
        label="还要记下什么",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="决议和各方的话已经记好了，这里写别的：谁提醒了什么，下次再看什么。",
    )
