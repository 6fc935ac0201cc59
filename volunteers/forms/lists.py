"""What is asked about a need, a resource and a match."""

import uuid

from django import forms

from stations.foundation.fields import DayField, Token, Words
from volunteers.choices import Help, NeedSource, Sort
from volunteers.forms.givers import ChoosesGiver
from volunteers.forms.yuan import YuanField
from volunteers.models import Partner, Resource, Volunteer


class ThingForm(forms.Form):
    """What both lists ask with the same words."""

    title = Words(label="什么", max_length=60)
    sort = forms.ChoiceField(label="哪一类", choices=Sort.choices)
    help = forms.ChoiceField(
        label="哪种本领", choices=[("", "不限"), *Help.choices], required=False
    )
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=1_000_000, initial=1)
    unit = Words(
        label="单位",
        max_length=8,
        initial="份",
        help_text="轮椅写“辆”，米写“袋”。",
        error_messages={"required": "写上单位，例如：份。"},
    )
    first_on = DayField(label="从哪天", required=False)
    last_on = DayField(label="到哪天", required=False)
    words = Words(
        label="说明",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="别写人名、电话和门牌，志愿者也看得到。",
    )

    @property
    def when(self):
        """The two days, side by side."""
        return [self["first_on"], self["last_on"]]

    @property
    def how_much(self):
        """Number and unit, which stand in one row."""
        return [self["quantity"], self["unit"]]

    @property
    def kind(self):
        """Sort and skill, which stand in one row."""
        return [self["sort"], self["help"]]


class NeedForm(ThingForm):
    """A need as staff write it down."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        title = self.fields["title"]
        title.label, title.error_messages["required"] = "需要什么", "写一句需要什么。"


class NewNeedForm(NeedForm):
    """A need of one of these places, and where the station heard of it."""

    area = forms.ModelChoiceField(None, label="哪里", empty_label=None)
    source = forms.ChoiceField(
        label="哪里来的", choices=NeedSource.choices, initial=NeedSource.STATION
    )
    token = Token(initial=uuid.uuid4)

    def __init__(self, *args, places, **more):
        super().__init__(*args, **more)
        self.fields["area"].queryset = places


class OfferForm(ThingForm):
    """What a volunteer can give: no giver is asked, it is who is signed in."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        title = self.fields["title"]
        title.label, title.error_messages["required"] = "我能给什么", "写一句能给什么。"


class ResourceForm(ThingForm):
    """A resource as staff write it down."""

    worth_fen = YuanField(label="值多少钱（元）", most_yuan=100_000_000, required=False)

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        title = self.fields["title"]
        title.label, title.error_messages["required"] = "能给什么", "写一句能给什么。"


class NewResourceForm(ChoosesGiver, ResourceForm):
    """A resource that staff write down for whoever gives it."""

    area = forms.ModelChoiceField(None, label="哪里的", empty_label=None)
    giver = forms.ChoiceField(label="谁给的", error_messages={"required": "选一下是谁给的。"})

    def __init__(self, *args, places, **more):
        super().__init__(*args, **more)
        self.fields["area"].queryset = places
        self.offer_givers(
            partners=Partner.objects.current().filter(area__in=places),
            volunteers=Volunteer.objects.active().filter(area__in=places),
        )


class ProposeForm(forms.Form):
    """Which resource, and how much of it; without a number as much as fits."""

    resource = forms.ModelChoiceField(Resource.objects.all(), widget=forms.HiddenInput)
    quantity = forms.IntegerField(label="留出多少", min_value=1, required=False)


class AgreeForm(forms.Form):
    """One side said yes."""

    side = forms.ChoiceField(choices=[("need", "需求方"), ("giver", "资源方")])
    who = Words(label="谁答应的", max_length=40, required=False)
    agreed_on = DayField(label="约在哪天", required=False)


class DeclineForm(forms.Form):
    """Why nothing came of a match; may be left out."""

    why = Words(label="为什么没谈成", max_length=100, required=False)


class DeliverForm(forms.Form):
    """How a thing reached who needed it."""

    words = Words(
        label="怎么送到的",
        max_length=200,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="不写人名。",
    )


class RateForm(forms.Form):
    """One side's rating of a match, and which side it is."""

    side = forms.ChoiceField(choices=[("need", "需求方"), ("giver", "资源方")])
    rating = forms.TypedChoiceField(
        label="打几分",
        choices=[(n, f"{n} 分") for n in (5, 4, 3, 2, 1)],
        coerce=int,
        widget=forms.RadioSelect,
    )
