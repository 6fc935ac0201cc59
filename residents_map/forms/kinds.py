"""What is asked about a kind of people: its sign, its ground in law, how long, who sees it."""

from django import forms

from residents_map.choices import Basis, KindRule, SeenBy
from residents_map.services.kinds import COLOURS, SHAPES


class KindForm(forms.Form):
    """A kind of a street's own. Nothing of the ground in law is filled in beforehand."""

    name = forms.CharField(
        label="名称", max_length=12, error_messages={"required": "写上这种人群叫什么。"}
    )
    icon = forms.ChoiceField(
        label="图形",
        choices=SHAPES.items(),
        widget=forms.RadioSelect,
        error_messages={"required": "选一个图形。"},
    )
    colour = forms.ChoiceField(
        label="颜色",
        choices=COLOURS.items(),
        widget=forms.RadioSelect,
        error_messages={"required": "选一种颜色。"},
    )
    rule = forms.ChoiceField(
        label="怎么知道的",
        choices=KindRule,
        initial=KindRule.SAID,
        widget=forms.RadioSelect,
        error_messages={"required": "选登记，还是按年龄算。"},
    )
    min_age = forms.IntegerField(label="满几岁", required=False, min_value=0, max_value=120)
    max_age = forms.IntegerField(label="不满几岁", required=False, min_value=1, max_value=121)
    basis = forms.ChoiceField(
        label="法律依据",
        choices=Basis,
        widget=forms.RadioSelect,
        error_messages={"required": "选依据什么来记。"},
    )
    basis_words = forms.CharField(
        label="依据的条文",
        max_length=120,
        help_text="写法规的名字和哪一条，例如：军人抚恤优待条例 第三条。",
        error_messages={"required": "写明依据哪一条，没有依据的不能记。"},
    )
    retention_days = forms.IntegerField(
        label="不再是之后留多少天",
        initial=365,
        min_value=1,
        max_value=3650,
        error_messages={"required": "填留多少天。"},
    )
    seen_by = forms.ChoiceField(
        label="谁能看", choices=SeenBy, initial=SeenBy.STAFF, widget=forms.RadioSelect
    )
    needs_care = forms.BooleanField(label="要照看（算进民情图的“要照看”）", required=False)
