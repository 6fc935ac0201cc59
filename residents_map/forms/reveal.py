"""看资料: why somebody must see it."""

from django import forms

from residents_map.choices import Reason
from residents_map.services.reveals import MOST_WHY


class ReasonForm(forms.Form):
    """One reason, none of them chosen for people; 别的 says in a few words what it is."""

    reason = forms.ChoiceField(
        label="为什么要看",
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选一个理由，再看。", "invalid_choice": "选一个理由，再看。"},
    )
    words = forms.CharField(
        label="选“别的”，写几个字为什么",
        max_length=MOST_WHY,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"max_length": f"最多写{MOST_WHY}个字。"},
    )


class AnswerForm(forms.Form):
    """同意, or not."""

    is_agreed = forms.TypedChoiceField(
        label="同意吗",
        choices=[("yes", "同意"), ("no", "不同意")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "选同意，或者不同意。"},
    )
