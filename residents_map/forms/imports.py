"""台账导入: which file of which estate, and what its columns hold."""

from django import forms

from residents_map.access import IMPORT_LEDGER
from residents_map.foundation.sheets.opening import EXTENSIONS, refuse_at_a_glance
from residents_map.services.imports.mapping import check_mapping, field_choices
from stations.models import Area

NOT_IMPORTED = "不导入"


class ImportForm(forms.Form):
    """A workbook and the estate whose people stand in it."""

    area = forms.ModelChoiceField(
        Area.objects.none(),
        label="哪个小区的",
        empty_label=None,
        error_messages={
            "invalid_choice": "选一个您管的小区。",
            "required": "选一个小区。",
        },
    )
    file = forms.FileField(
        label="台账文件",
        widget=forms.FileInput({"accept": ",".join(EXTENSIONS), "data-ledger": ""}),
        error_messages={
            "required": "还没选文件。",
            "missing": "还没选文件。",
            "empty": "这个文件是空的，请重新选一次。",
        },
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        areas = Area.objects.visible_to(user, IMPORT_LEDGER.roles).estates()
        self.fields["area"].queryset = areas.order_by("path")
        if not self.initial.get("area") and areas.count() > 1:
            # Nobody's people go into the first estate of a list because it stood there.
            self.fields["area"].empty_label = "请选一个小区"

    def clean_file(self):
        refuse_at_a_glance(self.cleaned_data["file"])
        return self.cleaned_data["file"]


class ColumnsForm(forms.Form):
    """What each column of a form holds; becomes {"mapping": …, "is_whole": …}."""

    is_whole = forms.BooleanField(
        required=False,
        label="这张表写全了小区所有人",
        help_text="勾上以后，登记了却不在表里的人会列为“迁出”。没写全就不要勾。",
    )

    def __init__(self, *args, ledger_import, user, samples=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["is_whole"].initial = ledger_import.is_whole
        choices = [("", NOT_IMPORTED), *field_choices(ledger_import.area, user)]
        self.columns = []
        for column, head in enumerate(ledger_import.heads):
            shown = samples[column] if column < len(samples) else []
            if not head and not shown:
                continue
            name = f"column_{column}"
            self.fields[name] = forms.ChoiceField(
                choices=choices,
                required=False,
                label=head.replace("·", " ") or f"第{column + 1}栏（没有栏名）",
                initial=ledger_import.mapping.get(str(column), ""),
                widget=forms.Select({"data-column": ""}),
                error_messages={"invalid_choice": "从列出来的里面选一个。"},
            )
            self.columns.append((name, shown))

    def questions(self):
        """[(field, samples)] in the order of the sheet."""
        return [(self[name], shown) for name, shown in self.columns]

    def clean(self):
        """The mapping as the service takes it; refused when it leads nowhere."""
        mapping = {
            name.removeprefix("column_"): self.cleaned_data[name]
            for name, _ in self.columns
            if self.cleaned_data.get(name)
        }
        if not self.errors:
            check_mapping(mapping)
        return {"mapping": mapping, "is_whole": self.cleaned_data.get("is_whole", False)}
