"""What is asked about a post: what has to be done, by how many, and where a zone lies."""

from django import forms

from stations.foundation.fields import Words
from stations.models import Building
from volunteers.choices import PostKind
from volunteers.services.zones import MOST


class PostForm(forms.Form):
    """设岗定责, new or changed. Where and what kind it is stays as it was set up."""

    area = forms.TypedChoiceField(label="哪里的岗")
    kind = forms.ChoiceField(label="哪一类", choices=PostKind, initial=PostKind.VIRTUE)
    title = Words(
        label="岗名",
        max_length=40,
        widget=forms.TextInput({"maxlength": 40}),
        error_messages={"required": "起个岗名，像“楼道巡查岗”。"},
    )
    words = Words(
        label="做什么",
        max_length=300,
        widget=forms.Textarea({"rows": 4}),
        help_text="一条一行，写得具体：什么时候做、做到什么样。",
        error_messages={"required": "写清楚做什么，认领的人才知道答应了什么。"},
    )
    building = forms.IntegerField(
        label="在几栋",
        min_value=1,
        max_value=9999,
        required=False,
        help_text="写栋号，小区图上就看得到。不是哪一栋的就空着。",
    )
    seats = forms.IntegerField(label="几个人", min_value=1, max_value=50, initial=1)
    has_cleanup = forms.BooleanField(
        label="每月一次清洁日",
        required=False,
        help_text="每月第一个星期六上午9点，提前三周自动发出来，认领的人会收到消息。",
    )

    def __init__(self, *args, areas=None, area=None, **more):
        super().__init__(*args, **more)
        self.area = area
        if areas is None:
            del self.fields["area"], self.fields["kind"]
            return
        places = {str(area.pk): area for area in areas}
        self.fields["area"].choices = [(key, str(area)) for key, area in places.items()]
        self.fields["area"].coerce = places.get

    def clean(self):
        """The building by its number, looked up where the post is."""
        data = super().clean()
        number, area = data.get("building"), self.area or data.get("area")
        if number and area:
            data["building"] = Building.objects.filter(area=area, number=number).first()
            if data["building"] is None:
                self.add_error("building", f"{area}没有{number}栋。")
        return data


class ZoneForm(forms.Form):
    """The corners of a zone, one a line: across and down, as on the plan's edge."""

    corners = Words(
        label="一个角写一行",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "data-corners": ""}),
        help_text="先写横的，再写竖的，中间空一格，像“120 340”。都删掉就是不画。",
    )

    def clean(self):
        data = super().clean()
        lines = [line.strip() for line in data.pop("corners", "").splitlines() if line.strip()]
        if len(lines) > MOST:
            self.add_error("corners", f"最多{MOST}个角。")
        data["points"] = [self.corner(n, line) for n, line in enumerate(lines, 1)]
        return data

    def corner(self, n, line):
        """[x, y] of a typed line, in units of the plan; what
        cannot be read is said with its line."""
        parts = line.replace(",", " ").replace("，", " ").split()
        try:
            x, y = (round(float(part)) for part in parts)
        except (ValueError, OverflowError):
            self.add_error("corners", f"第{n}行没有看懂，要写两个数，像“120 340”。")
            return [0, 0]
        return [x, y]


def corners_of(outline):
    """An outline as the form writes it."""
    return "\n".join(f"{x:g} {y:g}" for x, y in outline)


class PromiseForm(forms.Form):
    """认领: a promise in one's own words; nobody is made to write one."""

    promise = Words(
        label="您的承诺",
        max_length=60,
        required=False,
        widget=forms.TextInput({"maxlength": 60, "placeholder": "比如：每天遛弯时看一眼"}),
        help_text="自己的话，只有社区看得到。",
    )
