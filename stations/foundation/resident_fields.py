"""What the forms of residents without an account have in common: a telephone, the code and the
digits by which something is followed, five faces, large buttons to pick from."""

from django import forms

from stations.foundation.fields import Words
from stations.foundation.phones import normalise

MOST_DIGITS = 40  # of a phone as people type it, with everything in between
TAIL_LENGTH = 4
MOODS = {1: "low", 2: "low", 3: "mid"}


class PhoneField(forms.CharField):
    """A telephone as people type it; digits only when cleaned, "" when none was left.

    `autocomplete` is off where it is somebody else's.
    """

    def __init__(self, *, autocomplete="tel", **more):
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": autocomplete}
        super().__init__(widget=forms.TextInput(attrs | {"maxlength": MOST_DIGITS}), **more)

    def clean(self, value):
        typed = super().clean(value)[:MOST_DIGITS]
        return normalise(typed) if typed.strip() else ""


class TailField(forms.CharField):
    """The last four digits of the phone that was left, full-width ones made plain."""

    def __init__(self, **more):
        attrs = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}
        super().__init__(label="电话后四位", widget=forms.TextInput(attrs), **more)

    def clean(self, value):
        digits = "".join(str(int(c)) for c in super().clean(value)[:20] if c.isdecimal())
        if digits or self.required:
            return four(digits)
        return ""


def four(digits):
    """Four digits; refuses fewer and more."""
    if len(digits) != TAIL_LENGTH:
        raise forms.ValidationError("要填四位数字。")
    return digits


class CodeForm(forms.Form):
    """The code as it was written down, and perhaps the last digits of the phone."""

    code = forms.CharField(
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "data-track-code": "",
                "data-no-draft": "",
            }
        )
    )
    tail = TailField(required=False)

    def __init__(self, data=None, *, label):
        super().__init__(data)
        self.fields["code"].label = label
        self.fields["code"].error_messages["required"] = f"请填上{label}。"


class TailForm(forms.Form):
    """The last four digits of the phone that was left."""

    tail = TailField(error_messages={"required": "请填电话的最后四位数字。"})


class FacesField(forms.TypedChoiceField):
    """How it was, by five faces from 1 to 5."""

    def __init__(self, **more):
        first = dict.fromkeys(("required", "invalid_choice"), "先点一个表情。")
        super().__init__(coerce=int, error_messages=first, **more)


class FacesForm(forms.Form):
    """Five faces and two lines. The faces' own field is named by the service that takes it."""

    face = ""
    words = Words(
        label="想说两句",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2, "placeholder": "想说两句就写这里"}),
    )

    @property
    def faces(self):
        """Five faces: level, label, mood for the colour, whether chosen."""
        chosen = str(self[self.face].value() or "")
        return [
            {"level": n, "label": label, "mood": MOODS.get(n, ""), "on": chosen == str(n)}
            for n, label in self.fields[self.face].choices
        ]


def picks(bound, members, *, icons, tones, labels=()):
    """Large buttons of these choices of a field: value, label, icon, tone, whether chosen.

    `labels` has other words for some of them.
    """
    labels = dict(labels)
    chosen = bound.value()
    return [
        {
            "value": one.value,
            "label": labels.get(one) or one.label,
            "icon": icons[one],
            "tone": tones[one],
            "on": one.value == chosen,
        }
        for one in members
    ]
