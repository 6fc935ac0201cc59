"""What is asked in an emergency: where, who stands there, how many came, what to buy."""

import re

from django import forms
from django.core.exceptions import ValidationError

from stations.foundation.fields import Token, Words
from stations.foundation.phones import normalise
from stations.models import Building, Entrance
from volunteers.choices import RosterGroup, SupplyState
from volunteers.models import Supply
from volunteers.services.roster_people import options_for, words_about
from volunteers.services.rosters import NAME_MOST

NUMBER = re.compile(r"\S+$")
DOOR_MOST = Supply._meta.get_field("door").max_length


class OpenForm(forms.Form):
    """Which estate, and what happened."""

    area = forms.ModelChoiceField(
        label="哪个小区",
        queryset=None,
        empty_label=None,
        error_messages={"invalid_choice": "请选一个小区。"},
    )
    title = Words(
        label="什么事",
        max_length=40,
        help_text="例如：全员采样、停水停电、防汛。",
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "写几个字，大家好知道是什么事。"},
    )

    def __init__(self, *args, estates, **more):
        super().__init__(*args, **more)
        self.fields["area"].queryset = estates


class PersonChoice(forms.ChoiceField):
    """A few people to choose from; anybody known is taken, for the few change while one looks."""

    known = frozenset()

    def valid_value(self, value):
        return value in self.known


class WhoFields:
    """The three questions of a position: a volunteer from the list, or a name and a phone."""

    def add_who(self, position, people, proposal, *, tag, nobody="空着"):
        """Ask who stands at this position: the few to choose from first, or a
        name with its number."""
        few = options_for(position, people, proposal)
        proposed = proposal.get(position.pk)
        who = PersonChoice(
            label=str(position),
            required=False,
            initial=proposed.pk if proposed else "",
            choices=[("", nobody)] + [(one.pk, words_about(one, position)) for one in few],
        )
        who.known = {str(one.pk) for one in people}
        self.fields[f"who{tag}"] = who
        self.fields[f"name{tag}"] = forms.CharField(
            label=f"{position}：别的人",
            required=False,
            max_length=NAME_MOST,
            widget=forms.TextInput(
                {"list": "people", "autocomplete": "off", "placeholder": "姓名"}
            ),
        )
        self.fields[f"phone{tag}"] = forms.CharField(
            label=f"{position}：电话",
            required=False,
            max_length=40,
            widget=forms.TextInput(
                {"type": "tel", "inputmode": "tel", "autocomplete": "off", "placeholder": "电话"}
            ),
        )

    def who(self, data, people, *, tag):
        """A volunteer's pk, (name, phone), or None. A name typed with its number is a volunteer."""
        name = (data.get(f"name{tag}") or "").strip()
        if not name:
            return int(data[f"who{tag}"]) if data.get(f"who{tag}") else None
        number = NUMBER.search(name)
        for one in people:
            if number and number[0] == one.number:
                return one.pk
        phone = data.get(f"phone{tag}") or ""
        try:
            if not phone.strip():
                raise ValidationError(f"给{name}留个电话，要紧的时候找得到人。")
            return name, normalise(phone)
        except ValidationError as refusal:
            self.add_error(f"phone{tag}", refusal)
            return None


class FillForm(WhoFields, forms.Form):
    """Every empty position with the proposed person already chosen."""

    def __init__(self, *args, positions, people, proposal, **more):
        super().__init__(*args, **more)
        self.positions, self.people = positions, people
        for position in positions:
            self.add_who(position, people, proposal, tag=f"-{position.pk}")

    def clean(self):
        data = super().clean()
        choices = {
            position.pk: self.who(data, self.people, tag=f"-{position.pk}")
            for position in self.positions
        }
        return {"choices": choices}

    def row(self, position):
        """(position, who, name, phone) with their fields, for the page."""
        return (position, *(self[f"{part}-{position.pk}"] for part in ("who", "name", "phone")))


class PositionForm(WhoFields, forms.Form):
    """Who stands at one position instead."""

    def __init__(self, *args, position, people, **more):
        super().__init__(*args, **more)
        self.people = people
        self.add_who(position, people, {}, tag="", nobody="不在这里面")
        self.fields["who"].label = "换成谁"
        self.fields["name"].label, self.fields["phone"].label = "别的人：姓名", "别的人：电话"

    def clean(self):
        who = self.who(super().clean(), self.people, tag="")
        if not who and not self.errors:
            raise ValidationError("选一个人，或者写下姓名和电话。")
        return {"who": who}


class CloseForm(forms.Form):
    """The end, with a sentence for the record."""

    words = Words(
        label="写一句",
        required=False,
        max_length=200,
        help_text="用了多少人、送了什么，写进记录。不写姓名。",
        widget=forms.Textarea({"rows": 2, "placeholder": "例如：42人在岗两天，送水60箱。"}),
    )


class GroupForm(forms.Form):
    """In which group one more place is needed."""

    group = forms.ChoiceField(label="哪个组", choices=RosterGroup)


def ask_building(field, roster, buildings):
    """Every building of the estate, or only some; of one alone nobody is asked."""
    rows = Building.objects.filter(area=roster.area_id).order_by("number")
    if buildings is not None:
        rows = rows.filter(pk__in=[one.pk for one in buildings])
    field.queryset = rows
    if buildings is not None and len(buildings) == 1:
        field.widget = forms.HiddenInput()


class CountForm(forms.Form):
    """How many of how many came."""

    building = forms.ModelChoiceField(label="哪栋楼", queryset=None, empty_label=None)
    round = forms.TypedChoiceField(label="第几轮", coerce=int)
    present = forms.IntegerField(
        label="实到",
        min_value=0,
        max_value=99999,
        widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "写一下来了多少人。"},
    )
    expected = forms.IntegerField(
        label="应到",
        min_value=0,
        max_value=99999,
        widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "写一下应该来多少人。"},
    )

    def __init__(self, *args, roster, buildings=None, **more):
        super().__init__(*args, **more)
        ask_building(self.fields["building"], roster, buildings)
        rounds = [(n, f"第{'一二三'[n - 1]}轮") for n in range(1, roster.round + 1)]
        self.fields["round"].choices = rounds
        self.fields["round"].initial = roster.round


class SupplyForm(forms.Form):
    """What a home needs."""

    token = Token()
    building = forms.ModelChoiceField(label="哪栋楼", queryset=None, empty_label=None)
    entrance = forms.TypedChoiceField(
        label="几单元", coerce=int, empty_value=None, required=False, choices=()
    )
    door = Words(
        label="房号",
        max_length=DOOR_MOST,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
        help_text="只写房号，例如 1502。",
        error_messages={"required": "写一下房号，才送得到。"},
    )
    words = Words(
        label="要买什么",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="例如：米10斤、鸡蛋一板、白菜两棵。",
        error_messages={"required": "写一下要买什么。"},
    )

    def __init__(self, *args, roster, buildings=None, **more):
        super().__init__(*args, **more)
        ask_building(self.fields["building"], roster, buildings)
        rows = Entrance.objects.filter(building__in=self.fields["building"].queryset)
        self.doors = {}
        for building, number in rows.order_by("number").values_list("building", "number"):
            self.doors.setdefault(building, []).append(number)
        most = max(map(len, self.doors.values()), default=0)
        if most > 1:
            numbers = sorted({number for found in self.doors.values() for number in found})
            self.fields["entrance"].choices = [
                ("", "选一个"),
                *((number, f"{number}单元") for number in numbers),
            ]
        else:
            del self.fields["entrance"]

    def clean(self):
        """The door as it is found: with its 单元 where the building has several."""
        data = super().clean()
        building, number = data.get("building"), data.pop("entrance", None)
        known = self.doors.get(building.pk, []) if building else []
        if len(known) < 2 or not data.get("door"):
            return data
        if not number and "entrance" not in self.errors:
            self.add_error("entrance", "选一下是几单元，才送得到。")
        elif number and number not in known:
            self.add_error("entrance", f"{building}没有{number}单元，请重新选。")
        elif number:
            data["door"] = f"{number}单元 {data['door']}"
            if len(data["door"]) > DOOR_MOST:
                self.add_error("door", "只写房号就行，例如 1502。")
        return data


class MoveForm(forms.Form):
    """What became of an order of supplies."""

    state = forms.ChoiceField(choices=SupplyState)


class MoveOneForm(MoveForm):
    """The same on a phone page, which has many of them."""

    supply = forms.IntegerField()
