"""What is asked about a claim: who, what, and what of it may hang on the wall."""

from django import forms
from django.core.exceptions import ValidationError

from residents_map.choices import PledgeRole
from residents_map.services.pledges import consent_faults
from stations.foundation import phones
from stations.models import Entrance


class PledgeForm(forms.Form):
    """A claim with its consents; every consent starts unticked."""

    role = forms.ChoiceField(
        label="认领什么",
        choices=PledgeRole,
        widget=forms.RadioSelect,
        error_messages={"required": "选楼栋长、单元长，还是认领党员。"},
    )
    entrance = forms.ModelChoiceField(
        None,
        label="哪个单元",
        required=False,
        empty_label="整栋楼",
        help_text="单元长一定要选，楼栋长不用选。",
    )
    name = forms.CharField(
        label="姓名", max_length=40, error_messages={"required": "写上认领人的姓名。"}
    )
    unit = forms.CharField(label="单位或住处", max_length=40, required=False)
    phone = forms.CharField(
        label="电话",
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    duty = forms.CharField(
        label="做什么",
        max_length=60,
        required=False,
        help_text="不填就用常用的一句。",
    )
    promise = forms.CharField(
        label="承诺一句", max_length=40, required=False, help_text="印在公示牌上，越短越好。"
    )
    shows_name = forms.BooleanField(label="本人同意公开姓名", required=False)
    shows_phone = forms.BooleanField(label="本人同意公开电话", required=False)
    shows_unit = forms.BooleanField(label="本人同意公开单位或住处", required=False)
    agreed_on = forms.DateField(
        label="本人哪天同意的",
        required=False,
        help_text="勾了上面任何一项就要填。",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "写成年月日，例如 2026-11-20。"},
    )

    def __init__(self, *args, building, **more):
        super().__init__(*args, **more)
        entrances = Entrance.objects.filter(building=building).select_related("building")
        self.fields["entrance"].queryset = entrances

    def clean_phone(self):
        text = self.cleaned_data["phone"].strip()
        return phones.normalise(text) if text else ""

    def clean(self):
        """Everything that is wrong at once, each at its question."""
        data = super().clean()
        is_entrance = data.get("role") == PledgeRole.ENTRANCE
        if is_entrance and not data.get("entrance") and "entrance" not in self.errors:
            self.add_error("entrance", "单元长请选是哪个单元。")
        faults = consent_faults(
            data.get("shows_name"),
            data.get("shows_phone"),
            data.get("shows_unit"),
            data.get("agreed_on"),
            has_phone=self.has_phone(data),
            has_unit=bool(data.get("unit", "").strip()),
        )
        for name, sentence in faults.items():
            if name not in self.errors:
                self.add_error(name, ValidationError(sentence))
        return data

    def has_phone(self, data):
        """Whether a phone is known once this is written; a wrong one has its own sentence."""
        return bool(data.get("phone")) or "phone" in self.errors


class PledgeChangeForm(PledgeForm):
    """A claim's words and consents. Who claimed what stays: that would be another claim."""

    role, entrance = None, None
    phone = forms.CharField(
        label="换一个电话",
        max_length=40,
        required=False,
        help_text="不换就空着。",
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args, pledge, **more):
        forms.Form.__init__(self, *args, **more)
        self.pledge = pledge

    def clean_phone(self):
        return super().clean_phone() or None

    def has_phone(self, data):
        return bool(self.pledge.phone_sealed) or super().has_phone(data)
