"""Forms of an order for staff and volunteers. Field names are the arguments of the services."""

import re
import unicodedata
import uuid
from datetime import timedelta

from django import forms
from django.utils import timezone

from stations.foundation.fields import Token, Words
from stations.foundation.pages import key_from
from stations.foundation.phones import normalise
from volunteers.choices import HELP_MINUTES, Help, Part
from volunteers.forms.order_places import DoorField
from volunteers.models import Team, Volunteer

MOST_DIGITS = 40
NUMBER = re.compile(r"(?:DD[-－ ]?)?(\d{1,9})", re.IGNORECASE | re.ASCII)
SOON = timedelta(minutes=10)  # done so soon, it is asked whether it is


class TimeFields(forms.Form):
    """When help is wanted, and how long it takes about."""

    wanted_on = forms.DateField(
        label="哪天",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="不选就是时间商量，三个工作日里。",
    )
    part = forms.TypedChoiceField(
        label="什么时候",
        choices=[("", "都行"), *Part.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    minutes = forms.IntegerField(
        label="大约几分钟",
        required=False,
        min_value=5,
        max_value=720,
        error_messages={"min_value": "最短 5 分钟。", "max_value": "最长 720 分钟。"},
        help_text="不填就按平常的算。",
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )


class EnterForm(TimeFields):
    """代下单: for somebody on the phone or at the counter. `beneficiary` is a regular one, who
    is known already; then neither name nor phone is asked."""

    token = Token()
    help = forms.ChoiceField(
        label="要什么帮忙",
        choices=[("", "选一样"), *Help.choices],
        error_messages={"required": "选一样要什么帮忙。"},
    )
    where = DoorField(label="哪一栋", required=False, help_text="写了门牌，就要选哪一栋。")
    door = Words(
        label="门牌",
        max_length=20,
        required=False,
        widget=forms.TextInput({"placeholder": "例如 402"}),
    )
    name = Words(label="怎么称呼", max_length=20, required=False)
    phone = forms.CharField(
        label="电话",
        max_length=MOST_DIGITS,
        required=False,
        widget=forms.TextInput({"type": "tel"}),
    )
    words = Words(
        label="说了什么",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 4, "placeholder": "照他的原话记，接单的人看得到"}),
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label="找哪支队伍",
        required=False,
        empty_label="不指定，谁合适找谁",
        help_text="低偿的队伍要先说定价钱，才能派单。",
    )

    def __init__(self, data=None, *, estate, teams, beneficiary=None, home=None, **more):
        super().__init__(data, initial={"token": uuid.uuid4()}, **more)
        self.beneficiary, self.home, self.estate = beneficiary, home, estate
        self.fields["where"].offer(estate)
        self.fields["team"].queryset = teams
        if home:
            self.initial["where"] = f"e-{home.entrance.code}"
            self.initial["door"] = home.number
        if beneficiary:
            for name in ("where", "door", "name", "phone"):
                del self.fields[name]

    def clean_phone(self):
        typed = self.cleaned_data["phone"]
        return normalise(typed) if typed.strip() else ""

    def clean(self):
        data = super().clean()
        if self.beneficiary:
            data["beneficiary"] = self.beneficiary
        else:
            data |= data.pop("where", None) or {}
            data["home"] = self.home if self.home and self.is_at_home(data) else None
            has_place = self.home or data.get("building") or "where" in self.errors
            if data.get("door") and not has_place:
                self.add_error("where", "选一下是哪一栋，光有门牌找不到人。")
        if not self.errors:
            facts = [data.get(name) for name in ("help", "wanted_on", "part", "words", "phone")]
            data["token"] = uuid.uuid5(data["token"], "\n".join(map(str, facts)))
        return data

    def is_at_home(self, data):
        """Whether it is still for the home it began with: another place or door was not chosen."""
        home = self.home
        elsewhere = data.get("building") and data.get("entrance") != home.entrance
        return not elsewhere and data.get("door", "").rstrip("室号 ") in ("", home.number)

    @property
    def lacks_building(self):
        """Whether a door came along that nobody finds: the page says so before it is sent."""
        value = self["door"].value() if "door" in self.fields else ""
        return bool(value and not self["where"].value())

    @property
    def usual(self):
        """[(label, minutes)]: how long each kind of help usually takes."""
        return [(help.label, minutes) for help, minutes in HELP_MINUTES.items()]


class PickSelect(forms.Select):
    """A list in which those who cannot be sent stand with the reason, and cannot be chosen."""

    closed = frozenset()

    def create_option(self, name, value, *args, **more):
        option = super().create_option(name, value, *args, **more)
        if str(value) in self.closed:
            option["attrs"]["disabled"] = True
        return option


class DispatchForm(forms.Form):
    """派单: whom to ask, and what they read before they say yes. Suggested ones come with their
    reason; others can be picked by hand."""

    pick = forms.ModelMultipleChoiceField(
        Volunteer.objects.none(),
        label="问谁",
        required=False,
        error_messages={"invalid_choice": "有一位现在派不了，请重新选。"},
    )
    other = forms.ModelChoiceField(
        Volunteer.objects.none(),
        label="再加一位",
        required=False,
        empty_label="不加",
        widget=PickSelect,
        error_messages={"invalid_choice": "这一位现在派不了，请重新选。"},
    )
    brief = Words(
        label="要做什么",
        max_length=60,
        required=False,
        help_text="志愿者答应以前就看得到：做什么、带什么。不写姓名、电话、门牌。",
        widget=forms.TextInput({"placeholder": "例如 换厨房灯泡，要带梯子", "autocomplete": "off"}),
    )

    def __init__(self, data=None, *, volunteers, picks, suggestions=(), brief=""):
        super().__init__(data, initial={"brief": brief})
        self.reasons = {one.volunteer.pk: one.why for one in suggestions}
        for name in ("pick", "other"):
            self.fields[name].queryset = volunteers
        self.offer(picks)

    def offer(self, picks):
        """再加一位: who suits, then who is to be asked by telephone first, at the end who cannot."""
        groups = (
            ("合适的", picks.fit),
            ("没写会这样的，先问一声", picks.unskilled),
            ("那时没空的，先打个电话", picks.no_time),
            ("不能派的", picks.cannot),
        )
        other = self.fields["other"]
        other.widget.closed = {str(one.volunteer.pk) for one in picks.cannot}
        other.choices = [("", other.empty_label)] + [
            (label, [(one.volunteer.pk, _picked(one)) for one in rows])
            for label, rows in groups
            if rows
        ]

    def clean(self):
        """[(volunteer, why)] as `dispatch` takes it."""
        data = super().clean()
        chosen = list(data.get("pick") or [])
        if data.get("other") and data["other"] not in chosen:
            chosen.append(data["other"])
        people = [(one, self.reasons.get(one.pk, "社区选的")) for one in chosen]
        return {"volunteers": people, "brief": data.get("brief") if "brief" in self.data else None}


def _picked(one):
    """ "何小雨（周二上午没空）": how somebody stands in the list."""
    words = one.words.rstrip("。")
    return f"{one.volunteer}（{words}）" if words else str(one.volunteer)


class PriceForm(forms.Form):
    """说定价钱: which team, how much in yuan, and how it is reckoned."""

    team = forms.ModelChoiceField(
        Team.objects.none(),
        label="哪支队伍",
        error_messages={"required": "选一支低偿队伍。"},
    )
    yuan = forms.DecimalField(
        label="说定多少元",
        required=False,
        min_value=0,
        max_value=2000,
        decimal_places=2,
        help_text="不填就按队伍的价钱。",
    )
    words = Words(label="怎么算的", max_length=100, required=False)

    def __init__(self, data=None, *, teams, initial=None):
        super().__init__(data, initial=initial, auto_id="price_%s")
        self.fields["team"].queryset = teams

    def clean(self):
        data = super().clean()
        yuan = data.pop("yuan", None)
        return data | {"price_fen": None if yuan is None else int(yuan * 100)}


class TimeForm(TimeFields):
    """改时间: another day or part of it, and how long where that changes too."""

    def __init__(self, data=None, *, order):
        now = {name: getattr(order, name) for name in self.base_fields}
        super().__init__(data, initial=now, auto_id="time_%s")
        self.fields["wanted_on"].label = "改到哪天"
        self.fields["wanted_on"].help_text = "不选就是时间商量。"
        self.fields["minutes"].help_text = ""


class WhyForm(forms.Form):
    """Why an order is cancelled: the person who ordered reads it."""

    why = Words(
        label="为什么取消",
        max_length=100,
        error_messages={"required": "写一句为什么取消，下单的人看得到。"},
        help_text="居民看得到，写得客气些。",
    )

    def __init__(self, data=None):
        super().__init__(data, auto_id="cancel_%s")


class FindForm(forms.Form):
    """找单: the number, with or without DD, or the whole telephone that was left."""

    q = forms.CharField(
        label="找单",
        max_length=MOST_DIGITS,
        error_messages={"required": "写编号，或者点单时留的整个电话。"},
        widget=forms.TextInput(
            {"type": "search", "placeholder": "编号，或整个电话", "autocomplete": "off"}
        ),
    )

    def __init__(self, data=None):
        super().__init__(data, auto_id="find_%s")

    def clean_q(self):
        """{"number": key} or {"phone": normalised}."""
        typed = self.cleaned_data["q"].strip()
        found = NUMBER.fullmatch(unicodedata.normalize("NFKC", typed))
        if found and (key := key_from(found[1])) is not None:
            return {"number": key}
        try:
            return {"phone": normalise(typed)}
        except forms.ValidationError:
            raise forms.ValidationError(
                "可以找编号（例如 DD-12），或者点单时留的整个电话。姓名是加密的，找不了。"
            ) from None


class AcceptForm(forms.Form):
    """接: with the time that stood on the page, so that nobody says yes to another one."""

    seen = forms.CharField(required=False, max_length=40)


class AheadForm(forms.Form):
    """出发, 开始: before the wanted day it is asked whether the person has agreed."""

    agreed = forms.BooleanField(label="对方同意提前", required=False)


class DeclineForm(forms.Form):
    """去不了: a reason if one likes."""

    words = Words(label="为什么", max_length=100, required=False)


class HandOverForm(forms.Form):
    """转给别人: why, in a few words."""

    words = Words(
        label="为什么去不了",
        max_length=100,
        error_messages={"required": "写两个字为什么去不了，社区好知道。"},
    )

    def __init__(self, data=None):
        super().__init__(data, auto_id="hand_%s")


class FinishForm(forms.Form):
    """做完了: minutes only where 开始 was never pressed, or (`forgot`) too late. Right after 开始 it
    is asked once more: the two buttons lie on the same spot."""

    minutes = forms.IntegerField(
        label="做了多少分钟",
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages={"invalid": "分钟数填整数，例如 47。"},
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)
    forgot = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, order=None):
        super().__init__(data, auto_id="finish_%s")
        self.order, self.asks_again = order, False

    def clean(self):
        data = super().clean()
        is_sure = data.pop("sure", False) or data.get("forgot")
        begun = self.order and self.order.begun_at
        if begun and not is_sure and (passed := timezone.now() - begun) < SOON:
            self.asks_again = True
            self.add_error(None, f"才开始{passed // timedelta(minutes=1)}分钟，真的做完了吗？")
        return data
