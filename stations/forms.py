"""Input of the ground floor's pages."""

from django import forms
from django.utils import timezone

from stations.access import MAKE_REPORTS
from stations.foundation.periods import DAY
from stations.models import Area
from stations.services.reports import REPORTED

MONTHS = 13  # this month and the year before it


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
