"""What is asked about brands, teams and partners."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from stations.choices import Level
from stations.foundation.fields import Words
from stations.foundation.photo_field import PhotosField
from stations.models import Area
from volunteers.choices import Help, PartnerKind
from volunteers.models import Brand, Partner, Volunteer

TONES = [
    ("blue", "石青"), ("green", "竹青"), ("ochre", "赭黄"), ("red", "朱砂"), ("plum", "紫檀"),
    ("ink", "黛色"),
]  # fmt: skip
ICONS = [
    ("heart-handshake", "帮一把"), ("bulb", "出主意"), ("heart", "爱心"), ("book", "学习"),
    ("scale", "调解"), ("messages", "说事"), ("tool", "办事"), ("music", "文艺"),
    ("school", "学校"), ("stethoscope", "健康"), ("walk", "走访"), ("shopping-bag", "跑腿"),
]  # fmt: skip
FEN = 100
MOST_YUAN = Decimal(2000)


def yuan(fen):
    """Fen as people write yuan: 20, 12.50; nothing where there is no price."""
    if fen is None:
        return None
    return str(fen // FEN) if fen % FEN == 0 else f"{fen / FEN:.2f}"


class LogoField(PhotosField):
    """One picture, drawn anew; or none."""

    def __init__(self, **more):
        super().__init__(label="标志", **more)
        self.widget.attrs.pop("multiple", None)
        self.help_text = "方的图、白底最好。"

    def clean(self, value):
        files = [file for file in value or [] if file]
        if len(files) > 1:
            raise ValidationError("标志只要一张图。")
        return next(iter(super().clean(files)), None)


class BrandForm(forms.Form):
    """A brand: what everybody reads about it."""

    name = Words(label="名称", max_length=20, help_text="例如：同心办")
    motto = Words(
        label="一句话", max_length=60, required=False, help_text="例如：跑腿的事，我们来。"
    )
    story = Words(
        label="故事",
        max_length=3000,
        required=False,
        widget=forms.Textarea({"rows": 8}),
        help_text="怎么来的、做些什么。谁都看得到，不写居民的姓名和门牌。",
    )
    colour = forms.ChoiceField(label="颜色", choices=TONES, initial="blue")
    icon = forms.ChoiceField(label="图标", choices=ICONS, help_text="没有标志图时用。")
    logo = LogoField()


class BrandAddForm(BrandForm):
    """A new brand, and of which community."""

    area = forms.ModelChoiceField(Area.objects.none(), label="社区", empty_label=None)
    field_order = ["area"]

    def __init__(self, *args, areas, **more):
        super().__init__(*args, **more)
        self.fields["area"].queryset = areas


class PartnerForm(forms.Form):
    """Somebody who brings something."""

    name = Words(label="名称", max_length=60, error_messages={"required": "写上名称。"})
    kind = forms.ChoiceField(label="类别", choices=PartnerKind.choices)
    words = Words(label="能带来什么", max_length=200, required=False)
    contact_name = Words(label="联系人", max_length=20, required=False)
    contact_phone = forms.CharField(
        label="联系电话",
        max_length=40,
        required=False,
        help_text="加密保存，平时只显示后四位。",
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )


class PartnerAddForm(PartnerForm):
    """A new partner, and of which community."""

    area = forms.ModelChoiceField(Area.objects.none(), label="社区", empty_label=None)
    field_order = ["area"]

    def __init__(self, *args, areas, **more):
        super().__init__(*args, **more)
        self.fields["area"].queryset = areas


class TeamForm(forms.Form):
    """A team: what it does, where, and for how much."""

    name = Words(label="队名", max_length=40)
    words = Words(label="介绍", max_length=300, required=False, widget=forms.Textarea({"rows": 3}))
    helps = forms.MultipleChoiceField(
        label="能帮什么",
        choices=Help.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一样。"},
    )
    partner = forms.ModelChoiceField(
        Partner.objects.none(), label="合伙人的队", required=False, empty_label="不是合伙人的"
    )
    price = forms.DecimalField(
        label="一次收多少元",
        required=False,
        min_value=0,
        max_value=MOST_YUAN,
        decimal_places=2,
        help_text="公益的空着。低偿的写清楚，下单前给居民看。",
        error_messages={"invalid": "写成数字，例如 20 或 12.5。"},
    )
    price_words = Words(
        label="价钱怎么算",
        max_length=100,
        required=False,
        help_text="例如：理发一次10元，收现金或扫码。",
    )
    is_open = forms.BooleanField(
        label="谁都可以报名（还是要队长点头）", required=False, initial=True
    )

    def __init__(self, *args, brand, **more):
        super().__init__(*args, **more)
        self.brand = brand
        partners = Partner.objects.current().filter(area__path__in=brand.area.lineage_paths())
        self.fields["partner"].queryset = partners

    def clean(self):
        """Yuan are typed, fen are stored. No price at all is not a price of nothing."""
        data = super().clean()
        price = data.pop("price", None)
        data["price_fen"] = int(price * FEN) if price else None
        if data["price_fen"] and not data.get("price_words") and "price_words" not in self.errors:
            self.add_error("price_words", "收费的要写清楚价钱怎么算，下单前给居民看。")
        return data


class TeamAddForm(TeamForm):
    """A new team of a brand: the whole community, or one estate."""

    area = forms.ModelChoiceField(Area.objects.none(), label="在哪里服务", empty_label=None)
    field_order = ["name", "area"]

    def __init__(self, *args, brand, **more):
        super().__init__(*args, brand=brand, **more)
        places = Area.objects.under(brand.area).filter(level__gte=Level.COMMUNITY)
        self.fields["area"].queryset = places

    def clean(self):
        return super().clean() | {"brand": self.brand}


class TeamChangeForm(TeamForm):
    """A team as it is, and who leads it."""

    leader = forms.ModelChoiceField(
        Volunteer.objects.none(), label="队长", required=False, empty_label="还没有"
    )
    deputy = forms.ModelChoiceField(
        Volunteer.objects.none(), label="副队长", required=False, empty_label="没有"
    )
    new_code = forms.BooleanField(label="换一个邀请码（以前印的海报就不能用了）", required=False)
    field_order = ["name", "brand", "words", "leader", "deputy"]

    def __init__(self, data=None, *, team):
        initial = {
            "name": team.name, "words": team.words, "helps": team.helps, "partner": team.partner_id,
            "price": yuan(team.price_fen),
            "price_words": team.price_words, "is_open": team.is_open,
            "leader": team.leader_id, "deputy": team.deputy_id, "brand": team.brand_id,
        }  # fmt: skip
        super().__init__(data, brand=team.brand, initial=initial)
        members = Volunteer.objects.filter(memberships__in=team.memberships.current())
        members = members.select_related("user")
        self.fields["leader"].queryset = self.fields["deputy"].queryset = members
        brands = Brand.objects.current().filter(area=team.brand.area_id)
        self.fields["brand"] = forms.ModelChoiceField(brands, label="品牌", empty_label=None)
        self.order_fields(self.field_order)
