"""What is asked about hours, papers, points and gifts."""

import uuid
from datetime import date, datetime, timedelta

from django import forms
from django.utils import timezone

from stations.choices import Level
from stations.foundation.fields import Token, Words
from stations.models import Area
from volunteers.choices import Help, MemberState
from volunteers.models import Partner, Team
from volunteers.services.hours.opening import BACK_DAYS
from volunteers.services.papers import code_of, is_number

DAY = {"invalid": "写成年月日，例如 2026-11-20。", "required": "选是哪天。"}
TIME = {"invalid": "写成几点几分，例如 09:30。", "required": "写几点开始的。"}
NO_CODE = "这一串不是12个字母和数字，请对着纸再看一遍。"
LENGTHS = [
    (n * 30, f"{n // 2}小时{'30分' if n % 2 else ''}" if n > 1 else "30分钟") for n in range(1, 25)
]


class ReportForm(forms.Form):
    """What a volunteer did by themselves: what, where, when, how long."""

    help = forms.ChoiceField(
        label="做了什么",
        choices=[("", "选一样"), *Help.choices],
        error_messages={"required": "选做了什么。"},
    )
    words = Words(
        label="说一句",
        max_length=100,
        help_text="比如：和小周一起清了3栋楼道。不写居民的姓名和门牌。",
        error_messages={"required": "写一句做了什么，队长和服务站才好确认。"},
    )
    day = forms.DateField(
        label="哪天",
        error_messages=DAY,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    began = forms.TimeField(
        label="几点开始",
        error_messages=TIME,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )
    minutes = forms.TypedChoiceField(label="多久", choices=LENGTHS, coerce=int, initial=60)
    team = forms.ModelChoiceField(
        label="和哪个队一起", queryset=Team.objects.none(), required=False, empty_label="自己做的"
    )
    area = forms.ModelChoiceField(
        label="在哪个小区", queryset=Area.objects.none(), empty_label=None
    )

    def __init__(self, *args, volunteer, **more):
        super().__init__(*args, **more)
        today = timezone.localdate()
        day = self.fields["day"].widget.attrs
        day["max"], day["min"] = str(today), str(today - timedelta(days=BACK_DAYS))
        self.fields["day"].initial = today
        teams = Team.objects.current().filter(
            memberships__volunteer=volunteer, memberships__state=MemberState.IN
        )
        self.fields["team"].queryset = teams
        self.fields["team"].initial = teams.first()
        places = Area.objects.under(volunteer.area).filter(level=Level.ESTATE)
        self.fields["area"].queryset = (
            places if places.exists() else Area.objects.filter(pk=volunteer.area_id)
        )
        self.fields["area"].initial = volunteer.estate_id

    def clean(self):
        data = super().clean()
        if data.get("day") and data.get("began"):
            data["began_at"] = timezone.make_aware(datetime.combine(data["day"], data["began"]))
        data.pop("day", None), data.pop("began", None)
        return data


class WhyForm(forms.Form):
    """One sentence."""

    why = Words(
        label="为什么",
        max_length=100,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "写一句为什么。"},
    )


class ObjectionForm(forms.Form):
    """What is not right about hours on show."""

    words = Words(
        label="哪里不对",
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
        help_text="书记会看，不告诉队里是谁提的。",
        error_messages={"required": "写一句哪里不对。"},
    )


class DecisionForm(forms.Form):
    """Whether odd hours are right after all, and why."""

    counts = forms.TypedChoiceField(
        label="怎么定",
        choices=[("yes", "是真的，公示三天再计入"), ("no", "不算")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "选一个。"},
    )
    words = Words(
        label="说明",
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "写一句为什么这样定，本人和队里都看得到。"},
    )


class CheckForm(forms.Form):
    """The code below the QR code of a sheet, typed."""

    code = forms.CharField(
        label="二维码下面那一串",
        max_length=200,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
        help_text="12个字母和数字，大小写、空格都不要紧。",
        error_messages={
            "required": "填纸上二维码下面那一串。",
            "max_length": "太长了，只填纸上二维码下面那一串。",
            "null_characters_not_allowed": NO_CODE,
        },
    )

    def clean_code(self):
        typed = self.cleaned_data["code"]
        if is_number(typed):
            raise forms.ValidationError("这是编号。请用纸上二维码下面那一串，光凭编号查不到。")
        if code := code_of(typed):
            return code
        raise forms.ValidationError(NO_CODE)


class PaperForm(forms.Form):
    """From when until when."""

    token = Token(initial=uuid.uuid4)
    first_on = forms.DateField(
        label="从哪天",
        error_messages=DAY,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    last_on = forms.DateField(
        label="到哪天",
        error_messages=DAY,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, **more):
        today = timezone.localdate()
        more.setdefault("initial", {"first_on": date(today.year, 1, 1), "last_on": today})
        super().__init__(*args, **more)


class RedeemForm(forms.Form):
    """Pressed once, however often it is sent, for the price that stood on the button."""

    token = Token()
    points = forms.IntegerField(required=False, min_value=1, max_value=9999)


class CodeForm(forms.Form):
    """The code somebody shows at the counter."""

    code = forms.CharField(
        label="领取码",
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off"}),
        error_messages={"required": "填领取码。"},
    )


class GiftForm(forms.Form):
    """What a partner gives for points."""

    name = Words(label="换什么", max_length=60, error_messages={"required": "写换什么。"})
    points = forms.IntegerField(label="要几分", min_value=1, max_value=9999)
    left = forms.IntegerField(label="还剩几份", min_value=0, max_value=9999)
    until = forms.DateField(
        label="到哪天",
        required=False,
        error_messages=DAY,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    words = Words(label="怎么领", max_length=120, required=False)


class ChangeGiftForm(GiftForm):
    """Of one that is there already: with how many were left when the page was opened."""

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class NewGiftForm(GiftForm):
    """A new one: whose it is comes first."""

    partner = forms.ModelChoiceField(
        label="哪家合伙人", queryset=Partner.objects.none(), empty_label=None
    )
    field_order = ["partner"]

    def __init__(self, *args, area_ids, **more):
        super().__init__(*args, **more)
        partners = Partner.objects.current().filter(area__in=area_ids).select_related("area")
        self.fields["partner"].queryset = partners
