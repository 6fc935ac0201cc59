"""What is asked about an event: what, where, when, how many, and for whom."""

from datetime import datetime

from django import forms
from django.utils import timezone

from stations.foundation.fields import DayField, Words
from volunteers.choices import EventKind, Help
from volunteers.services.events import MOST_SEATS, weekly

TIME = {"type": "time"}


class WhyForm(forms.Form):
    """为什么不办了."""

    why = Words(
        label="为什么取消",
        max_length=100,
        widget=forms.TextInput({"maxlength": 100}),
        help_text="报名的人会收到这句话。",
        error_messages={"required": "写一句原因，报名的人会问。"},
    )


class SlotWhyForm(WhyForm):
    """为什么这一场不办了: several stand on one page, each for its slot."""

    def __init__(self, *args, slot, **more):
        super().__init__(*args, auto_id=f"why_{slot}_%s", **more)
        self.slot = slot


class SeatsForm(forms.Form):
    """改人数."""

    seats = forms.IntegerField(label="改成几个人", min_value=1, max_value=MOST_SEATS)


class SlotForm(forms.Form):
    """A day, from when until when, how many people, and whether it repeats every week."""

    day = DayField(label="哪天")
    begins = forms.TimeField(
        label="几点开始", widget=forms.TimeInput(TIME), error_messages={"required": "选几点开始。"}
    )
    ends = forms.TimeField(
        label="几点结束", widget=forms.TimeInput(TIME), error_messages={"required": "选几点结束。"}
    )
    seats = forms.IntegerField(label="几个人", min_value=1, max_value=MOST_SEATS, initial=10)
    weeks = forms.IntegerField(
        label="连着几周",
        min_value=1,
        max_value=12,
        initial=1,
        required=False,
        help_text="每周同一天同一时间，写1就只有这一次。",
    )

    def clean(self):
        data = super().clean()
        asked = [data.pop(name, None) for name in ("day", "begins", "ends", "seats", "weeks")]
        day, begins, ends, seats, weeks = asked
        if not (day and begins and ends and seats):
            return data
        if ends <= begins:
            self.add_error("ends", "结束要比开始晚。")
            return data
        zone = timezone.get_current_timezone()
        first, last = (datetime.combine(day, at, tzinfo=zone) for at in (begins, ends))
        data["slots"] = weekly(first, last, seats, weeks or 1)
        return data


class FactsForm(forms.Form):
    """What an event is, without its times."""

    title = Words(
        label="叫什么",
        max_length=60,
        widget=forms.TextInput({"maxlength": 60}),
        error_messages={"required": "起个名字，像“周六陪老人晒太阳”。"},
    )
    kind = forms.ChoiceField(label="哪一类", choices=EventKind, initial=EventKind.SERVICE)
    help = forms.ChoiceField(label="做什么", choices=Help, initial=Help.OTHER)
    place = Words(
        label="在哪里",
        max_length=60,
        widget=forms.TextInput({"maxlength": 60}),
        error_messages={"required": "写清楚在哪里集合。"},
    )
    words = Words(
        label="说几句",
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="做些什么，要带什么。不写任何人的姓名和门牌。",
    )
    is_risky = forms.BooleanField(
        label="有风险，要先上保险",
        required=False,
        help_text="爬高、搬重、巡逻、冰雪天打扫都算。没上保险的人报不了名。",
    )
    risks = Words(
        label="要注意什么",
        max_length=200,
        required=False,
        widget=forms.TextInput({"maxlength": 200}),
        help_text="有风险的一定要写，报名前看得到。",
    )
    fits_minors = forms.BooleanField(label="未成年人可以参加", required=False)


class ChangeForm(FactsForm):
    """改活动."""


class LeaderEventForm(FactsForm, SlotForm):
    """The leader's short form: the team and its place are known."""

    field_order = ("title", "kind", "help", "place", "day", "begins", "ends", "seats", "weeks")

    # The service opens it at once: a leader on the phone wants no second step.
    def clean(self):
        return super().clean() | {"opens": True}


class EventForm(LeaderEventForm):
    """发活动, by the station: also where, and whose."""

    area = forms.TypedChoiceField(label="哪里的活动")
    team = forms.TypedChoiceField(label="哪个队", required=False, empty_value=None)
    opens = forms.BooleanField(label="马上开放报名", required=False, initial=True)

    field_order = ("title", "kind", "help", "area", "team", *LeaderEventForm.field_order[3:])

    def __init__(self, *args, areas, teams, **more):
        super().__init__(*args, **more)
        places, groups = {str(a.pk): a for a in areas}, {str(t.pk): t for t in teams}
        for name, found, first in (("area", places, []), ("team", groups, [("", "社区自己办")])):
            self.fields[name].choices = first + [(key, str(row)) for key, row in found.items()]
            self.fields[name].coerce = found.get

    def clean(self):
        return super().clean() | {"opens": self.cleaned_data.get("opens", False)}
