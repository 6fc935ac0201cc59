"""What is asked about a rental house: the landlord, the ten questions, an appeal."""

from django import forms

from residents_map.forms.reveal import ReasonForm
from residents_map.foundation.house_rules import CRITERIA


class LandlordForm(forms.Form):
    """Who lets the home, and whether they joined the association."""

    landlord_name = forms.CharField(label="房东姓名", max_length=40, required=False)
    landlord_phone = forms.CharField(
        label="房东电话",
        max_length=40,
        required=False,
        help_text="加密保存，平时只显示后四位。",
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    is_member = forms.BooleanField(label="加入了房东协会", required=False)


class InspectionForm(forms.Form):
    """Ten questions, yes or no, none of them answered beforehand."""

    words = forms.CharField(
        label="要改的、要记的",
        max_length=200,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="只写房子，不写人。",
    )
    fix_by = forms.DateField(
        label="哪天前整改好",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="两星和以下才用填；不填就是7天。",
        error_messages={"invalid": "写成年月日，例如 2026-11-20。"},
    )

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        for criterion in CRITERIA:
            self.fields[criterion.key] = forms.TypedChoiceField(
                label=criterion.label,
                choices=[("yes", "是"), ("no", "否")],
                coerce=lambda value: value == "yes",
                widget=forms.RadioSelect,
                error_messages={"required": "选“是”或“否”。"},
            )

    def clean(self):
        data = super().clean()
        data["answers"] = {c.key: data.pop(c.key) for c in CRITERIA if c.key in data}
        return data

    @property
    def questions(self):
        """(criterion, its field) in the order of the paper."""
        return [(criterion, self[criterion.key]) for criterion in CRITERIA]


class AppealForm(forms.Form):
    """What the landlord objects to, in words."""

    words = forms.CharField(
        label="房东怎么说",
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "写一句房东不同意哪一条、为什么。"},
    )


class DecisionForm(forms.Form):
    """Whether the appeal is right, and why."""

    is_upheld = forms.TypedChoiceField(
        label="怎么答复",
        choices=[("yes", "异议成立，这次检查不算"), ("no", "异议不成立，按检查的算")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "选成立，还是不成立。"},
    )
    words = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "写一句理由，房东会问。"},
    )


class LandlordReasonForm(ReasonForm):
    """Why the landlord's name and phone must be seen."""
