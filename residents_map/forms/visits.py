"""What is asked about visits: as little as possible, so that it is done in a minute."""

import uuid

from django import forms

from residents_map.choices import CareKind, Missed, Tier, VisitState, VisitWay
from residents_map.services.visits import visitors_for

MOST_WORDS = 1000


class VisitForm(forms.Form):
    """A visit: how, what was found, and words if there are any. No photo, no position."""

    token = forms.UUIDField(widget=forms.HiddenInput({"autocomplete": "off"}), required=False)
    way = forms.ChoiceField(
        label="怎么去的", choices=VisitWay, initial=VisitWay.DOOR, widget=forms.RadioSelect
    )
    state = forms.ChoiceField(
        label="怎么样",
        choices=VisitState,
        widget=forms.RadioSelect,
        error_messages={"required": "点一下：都好、有变化、要帮忙，还是没见到。"},
    )
    missed = forms.ChoiceField(
        label="为什么没见到",
        choices=Missed,
        required=False,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="记两句",
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea({"rows": 3, "placeholder": "可以不写。按键盘上的话筒，说也行。"}),
    )
    at = forms.DateTimeField(
        label="什么时候去的",
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="不填就是刚才。可以补记 30 天以内的。",
        error_messages={"invalid": "写成年月日和几点几分，例如 2026-11-20 09:30。"},
    )

    def clean_token(self):
        return self.cleaned_data["token"] or uuid.uuid4()

    def clean(self):
        data = super().clean()
        if data.get("state") and data["state"] != VisitState.MISSED:
            data["missed"] = ""  # chosen before, and hidden since
        elif data.get("state") and not data.get("missed") and "missed" not in self.errors:
            self.add_error("missed", "没见到人，点一个原因。")
        return data


class CareForm(forms.Form):
    """An event that asks for a visit within 24 hours."""

    kind = forms.ChoiceField(
        label="出了什么事",
        choices=CareKind,
        widget=forms.RadioSelect,
        error_messages={"required": "点一下出了什么事。"},
    )
    at = forms.DateTimeField(
        label="什么时候的事",
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="不填就是刚才。24 小时从这个时候算起，夜里和周末也算。",
        error_messages={"invalid": "写成年月日和几点几分，例如 2026-11-20 09:30。"},
    )


class PlanForm(forms.Form):
    """How often somebody looks in, who, and who is paired with the household."""

    tier = forms.ChoiceField(
        label="多久看一次", choices=Tier, required=False, widget=forms.RadioSelect
    )
    visitor = forms.ModelChoiceField(
        None,
        label="谁去看",
        required=False,
        empty_label="社区里谁方便谁去",
        error_messages={"invalid_choice": "请选这个社区的工作人员。"},
    )
    next_visit_on = forms.DateField(
        label="下次哪天前去",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="不填就从上次走访算起；从没去过的，一周内先去一次。",
        error_messages={"invalid": "写成年月日，例如 2026-11-20。"},
    )
    paired_with = forms.CharField(
        label="结对人",
        max_length=40,
        required=False,
        help_text="和这一户结对的党员、邻居或志愿者，可以不填。",
    )

    def __init__(self, *args, area, **more):
        super().__init__(*args, **more)
        self.fields["visitor"].queryset = visitors_for(area)
