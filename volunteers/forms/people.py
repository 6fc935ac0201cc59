"""What volunteers are asked: what they do, when, how far, where they live; and their ID number."""

import re

from django import forms

from stations.choices import Level
from stations.foundation.fields import PlaceField
from stations.models import Area, Building
from volunteers.choices import ANY_TIME, HELP_ICONS, WEEKDAYS, Help, Part, Reach
from volunteers.models import Team

_CODE = re.compile(r"[-_a-zA-Z0-9]{1,20}")
BITS = [(str(bit), bit) for bit in range(len(WEEKDAYS) * len(Part))]


class HelpsForm(forms.Form):
    """能帮什么、什么时候有空、走多远、住哪里: on joining, and later under 我的."""

    helps = forms.MultipleChoiceField(
        label="能帮什么",
        choices=Help.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少点一样，会什么点什么。"},
    )
    free = forms.TypedMultipleChoiceField(
        label="什么时候有空",
        choices=BITS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reach = forms.TypedChoiceField(
        label="走多远",
        choices=Reach.choices,
        coerce=int,
        initial=Reach.ESTATE,
        widget=forms.RadioSelect,
        error_messages={"required": "选一个，愿意走多远。"},
    )
    where = PlaceField(
        label="住在哪里",
        required=False,
        error_messages={"invalid_choice": "没有这个地方，请重新选一下。"},
    )

    def __init__(self, *args, area, **more):
        super().__init__(*args, **more)
        self.area, self._found = area, {}
        self.fields["where"].choices = self._places
        self.fields["where"].find = self._find

    def _estates(self):
        return Area.objects.estates().under(self.area)

    def _find(self, value):
        """{"estate", "building"} of the one place that was chosen, or None."""
        kind, _, code = value.partition("-")
        if not _CODE.fullmatch(code):
            return None
        if kind == "b":
            row = Building.objects.select_related("area").filter(code=code).order_by().first()
            found = row and {"estate": row.area, "building": row}
        else:
            row = self._estates().filter(code=code).order_by().first()
            found = row and {"estate": row, "building": None}
        if not found or kind not in ("b", "e"):
            return None
        if not found["estate"].path.startswith(self.area.path):
            return None
        self._found[value] = found
        return found

    def _places(self):
        buildings = {}
        for building in Building.objects.filter(area__in=self._estates()).order_by("number"):
            buildings.setdefault(building.area_id, []).append(building)
        groups = []
        for estate in self._estates():
            rows = [(f"b-{row.code}", f"{estate} {row}") for row in buildings.get(estate.pk, ())]
            groups.append((str(estate), [*rows, (f"e-{estate.code}", f"{estate}，别的楼")]))
        return [("", "不住这里"), *groups]

    @property
    def chips(self):
        """The helps with their icons: value, label, icon, whether chosen."""
        chosen = set(self["helps"].value() or ())
        return [
            {"value": help.value, "label": help.label, "icon": HELP_ICONS[help],
             "on": help.value in chosen}
            for help in Help
        ]  # fmt: skip

    @property
    def week(self):
        """[(weekday, [(bit, part, whether chosen)])]: a row a day, three parts each."""
        chosen = {str(value) for value in self["free"].value() or ()}
        parts = len(Part)
        return [
            (name, [(at * parts + part, part.label, str(at * parts + part) in chosen)
                    for part in Part])
            for at, name in enumerate(WEEKDAYS)
        ]  # fmt: skip

    def clean(self):
        """Leave what the services take: the bits as one number, the place as two."""
        data = super().clean()
        data["free"] = sum(1 << bit for bit in data.get("free") or ())
        chosen = data.pop("where", "")
        place = self._found.get(chosen) or (self._find(chosen) if chosen else None)
        return data | (place or {"estate": None, "building": None})


class ProfileForm(HelpsForm):
    """我的资料."""

    is_party_member = forms.BooleanField(label="我是党员", required=False)

    @classmethod
    def of(cls, volunteer, data=None):
        """The form of this volunteer, filled in as they are."""
        where = ""
        if volunteer.building_id:
            where = f"b-{volunteer.building.code}"
        elif volunteer.estate_id:
            where = f"e-{volunteer.estate.code}"
        initial = {
            "helps": volunteer.helps,
            # Who said nothing has any time: no box is lit, and a tap says something.
            "free": []
            if volunteer.free == ANY_TIME
            else [bit for _, bit in BITS if volunteer.free >> bit & 1],
            "reach": volunteer.reach,
            "where": where,
            "is_party_member": volunteer.is_party_member,
        }
        return cls(data, area=volunteer.area, initial=initial)


class TeamForm(forms.Form):
    """Which team: to ask a further one, or to come back to one."""

    team = forms.ModelChoiceField(
        Team.objects.none(),
        label="加入哪个队",
        error_messages={"required": "选一个队。", "invalid_choice": "没有这个队，请重新选。"},
    )

    def __init__(self, data=None, *, teams, required=True):
        super().__init__(data)
        self.fields["team"].queryset = teams
        self.fields["team"].required = required


class InsuranceForm(forms.Form):
    """Until when somebody is insured."""

    until = forms.DateField(
        label="保险到哪天",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="空着就是没有保险。修理、打扫、陪诊、巡查要有保险才派单。",
        error_messages={"invalid": "写成年月日，例如 2027-06-30。"},
    )


class NumberForm(forms.Form):
    """An ID number. It is never written back into the page."""

    number = forms.CharField(
        label="身份证号",
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "text", "spellcheck": "false"}),
        error_messages={"required": "请输18位身份证号。"},
    )


def estate_of(code):
    """The estate of a public address, with its community; or None."""
    rows = Area.objects.select_related("parent__parent")
    return rows.filter(code=code, level=Level.ESTATE).first()
