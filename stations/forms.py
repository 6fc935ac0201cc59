"""Input of the ground floor's pages, and of what every app's pages pass on."""

import uuid

from django import forms
from django.utils import timezone

from stations.access import MAKE_REPORTS
from stations.foundation.fields import Token
from stations.foundation.periods import DAY
from stations.foundation.redaction import find_personal
from stations.models import Area
from stations.services.reports import REPORTED

MONTHS = 13  # this month and the year before it
MOST_WORDS = 1000
GRAVE = ("name", "id_number", "mobile", "landline", "bank_card", "wechat", "qq")


class NothingAsked(forms.Form):
    """An act that asks nothing: its button is pressed, and a refusal has somewhere to stand."""


class ReportForm(forms.Form):
    """Which report somebody wants: of a community or street they work at, and a month."""

    area = forms.ModelChoiceField(
        Area.objects.none(),
        label="哪里的",
        empty_label=None,
        error_messages={"invalid_choice": "选一个您管的社区或街道。", "required": "选哪里的。"},
    )
    month = forms.DateField(
        label="哪个月",
        widget=forms.Select,
        error_messages={"invalid": "选一个月份。", "required": "选一个月份。"},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.visible_to(user, MAKE_REPORTS.roles).filter(
            level__in=REPORTED
        )
        self.months = last_months(timezone.localdate())
        self.fields["month"].widget.choices = [
            (first.isoformat(), f"{first.year}年{first.month}月" + ("（到今天）" if not at else ""))
            for at, first in enumerate(self.months)
        ]
        self.fields["month"].initial = self.months[1].isoformat()

    def clean_month(self):
        month = self.cleaned_data["month"]
        if month not in self.months:
            raise forms.ValidationError("只能做近一年的月报，选一个列出来的月份。")
        return month


def last_months(today):
    """First days of this month and of the months before it, newest first."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - DAY).replace(day=1))
    return months


class ReferForm(forms.Form):
    """转办: what is passed on from one page to another app, in staff's own words, which others
    will read. `names` are those of the people it is about."""

    token = Token()
    kind = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="要办的是什么事",
        max_length=MOST_WORDS,
        widget=forms.Textarea({"rows": 4}),
        help_text="这段话办事的人都看得到，不写姓名、电话、病情。",
        error_messages={"required": "写一句要办的是什么事。"},
    )

    def __init__(self, *args, names=(), **more):
        super().__init__(*args, **more)
        self.names = [name for name in names if name]

    def clean_text(self):
        """Nobody leaves with the words: no name, number or phone of those it is about."""
        text = self.cleaned_data["text"]
        found = [one for one in find_personal(text, names=self.names) if one.kind in GRAVE]
        if found:
            what = "、".join(dict.fromkeys(f"{one.label}“{one.text}”" for one in found))
            raise forms.ValidationError(f"这段话里有{what}，办事的人都会看到，请去掉。")
        return text

    def clean(self):
        data = super().clean()
        if not self.errors:
            # Sent twice it is one thing; other words written into the same page are another.
            token = data.get("token") or uuid.uuid4()
            data["token"] = uuid.uuid5(token, f"{data['kind']}\n{data['text']}")
        return data
