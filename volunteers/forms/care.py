"""What is asked about people who are looked after: who, how often, which visits."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from stations.foundation.fields import DayField, Token, Words
from stations.foundation.resident_fields import PhoneField
from stations.models import Area, Building
from volunteers.choices import FIRST_HELPS, WEEKDAYS, CallResult, Help, Part
from volunteers.models import Team

RHYTHMS = [
    ("", "不打"),
    (1, "每天"),
    (2, "两天一次"),
    (3, "三天一次"),
    (7, "每周"),
    (14, "两周一次"),
    (30, "每月"),
]
CARD_HELPS = (*FIRST_HELPS, Help.OTHER)


def number_or_none(value):
    """The number of a field that may be empty."""
    return int(value) if value not in ("", None) else None


class PersonForm(forms.Form):
    """Who it is and how often they are rung up."""

    name = Words(
        label="怎么称呼",
        max_length=20,
        help_text="例如：王奶奶、李建国",
        error_messages={"required": "写上怎么称呼，打电话时要用。"},
    )
    phone = PhoneField(
        label="电话",
        required=False,
        autocomplete="off",
        help_text="加密保存，平时只显示后四位。",
    )
    door = Words(label="房号", max_length=20, required=False, help_text="例如：402")
    words = Words(
        label="志愿者要知道的",
        max_length=200,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="例如：耳背，敲门要重；不写病名。接了单的志愿者看得到。",
    )
    call_every_days = forms.TypedChoiceField(
        label="问候电话",
        choices=RHYTHMS,
        coerce=number_or_none,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class NewPersonForm(PersonForm):
    """Somebody new; where they live is asked only when no home is known."""

    where = forms.ChoiceField(label="住哪里", error_messages={"required": "选小区和楼栋。"})
    field_order = ["where"]

    def __init__(self, *args, user, home=None, **more):
        super().__init__(*args, **more)
        self.home = home
        if home:
            del self.fields["where"]
            self.fields["door"].initial = home.number
            return
        self.estates = {area.pk: area for area in Area.objects.visible_to(user).estates()[:300]}
        rows = Building.objects.filter(area__in=self.estates).order_by("area", "number")
        self.buildings = {row.pk: row for row in rows[:3000]}
        groups = {pk: [(f"a{pk}", f"{area}（不清楚哪栋）")] for pk, area in self.estates.items()}
        for row in self.buildings.values():
            groups[row.area_id].append((f"b{row.pk}", f"{self.estates[row.area_id]} {row}"))
        chosen = [(str(area), groups[pk]) for pk, area in self.estates.items()]
        self.fields["where"].choices = [("", "选一选"), *chosen]

    def clean(self):
        data = super().clean()
        if self.home:
            return data | {"home": self.home}
        where = data.pop("where", "")
        if where.startswith("b"):
            building = self.buildings[int(where[1:])]
            data |= {"area": self.estates[building.area_id], "building": building}
        elif where:
            data["area"] = self.estates[int(where[1:])]
        return data


class ChangePersonForm(PersonForm):
    """What is left empty stays as it is: the page never shows what is known."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        for name in ("name", "phone", "door", "words"):
            self.fields[name].required = False
            self.fields[name].help_text = "不改就空着。"


class PackageForm(forms.Form):
    """A package: what, how often, when, by whom."""

    name = Words(
        label="名称",
        max_length=40,
        help_text="例如：每月两次上门照看",
        error_messages={"required": "起个名字，例如：每月两次上门照看。"},
    )
    helps = forms.MultipleChoiceField(
        label="做什么",
        choices=Help.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="选了几样，就一次一样轮着来。",
        error_messages={"required": "选一样要做的事。"},
    )
    per_month = forms.TypedChoiceField(
        label="每月几次", choices=[(n, f"{n} 次") for n in range(1, 9)], coerce=int, initial=2
    )
    weekday = forms.TypedChoiceField(
        label="通常周几",
        choices=[("", "工作日都行"), *enumerate(WEEKDAYS)],
        coerce=number_or_none,
        empty_value=None,
        required=False,
    )
    part = forms.TypedChoiceField(
        label="通常什么时候", choices=Part.choices, coerce=int, initial=Part.MORNING
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label="哪支队伍", required=False, empty_label="不固定，每次派单"
    )

    def __init__(self, *args, area, **more):
        super().__init__(*args, **more)
        places = [area.pk, area.parent_id]
        self.fields["team"].queryset = Team.objects.current().filter(area__in=places)


class VisitAgainForm(forms.Form):
    """补一次: which help, which day."""

    help = forms.ChoiceField(label="做什么", choices=Help.choices)
    wanted_on = DayField(label="哪天")
    part = forms.TypedChoiceField(label="什么时候", choices=Part.choices, coerce=int)

    def __init__(self, *args, package, **more):
        super().__init__(*args, **more)
        self.fields["help"].choices = [(key, Help(key).label) for key in package.helps]
        self.fields["part"].initial = package.part

    def clean_wanted_on(self):
        day = self.cleaned_data["wanted_on"]
        if day < timezone.localdate():
            raise ValidationError("选今天或者以后的一天。")
        return day


class CallForm(forms.Form):
    """One tap: how they were."""

    token = Token()
    result = forms.ChoiceField(
        choices=CallResult.choices, error_messages={"required": "点一个：都好、要帮忙、没人接。"}
    )


class CardForm(forms.Form):
    """One tap on a card's page. The second box is for machines: people never see it."""

    token = Token()
    help = forms.ChoiceField(choices=[(help.value, help.label) for help in CARD_HELPS])
    website = forms.CharField(required=False)

    def clean(self):
        data = super().clean()
        if data.pop("website", ""):
            raise ValidationError("请再按一次。")
        return data
