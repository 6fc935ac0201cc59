"""导出: which columns, whom, and for what."""

from django import forms

from residents_map.choices import Column, Purpose
from residents_map.models import Kind
from residents_map.services.exports import exported_kinds
from stations.models import Building

USUAL = [Column.DOOR, Column.NAME, Column.SEX, Column.AGE, Column.KINDS, Column.PHONE]


class ExportForm(forms.Form):
    """Fields are the arguments of `export_ledger`."""

    purpose = forms.ChoiceField(
        label="拿去做什么",
        choices=Purpose.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选一个用途，再导出。"},
    )
    building = forms.ModelChoiceField(
        Building.objects.none(), label="哪一栋", required=False, empty_label="整个小区"
    )
    kind = forms.ModelChoiceField(
        Kind.objects.none(), label="哪些人", required=False, empty_label="所有常住的人"
    )
    columns = forms.MultipleChoiceField(
        label="要哪些栏",
        choices=Column.choices,
        initial=USUAL,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一栏。"},
    )

    def __init__(self, *args, area, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["building"].queryset = Building.objects.filter(area=area)
        self.fields["kind"].queryset = exported_kinds(area, user)

    def clean_columns(self):
        """In the order of the form, whatever order they were sent in."""
        chosen = self.cleaned_data["columns"]
        return [column for column in Column if column in chosen]
