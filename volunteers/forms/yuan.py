"""Money is typed in yuan and kept in fen."""

from decimal import Decimal

from django import forms


class YuanField(forms.DecimalField):
    """An amount typed in yuan; gives whole fen, or None."""

    def __init__(self, *, most_yuan, **more):
        control = forms.NumberInput({"inputmode": "decimal", "step": "any", "min": "0"})
        more.setdefault("widget", control)
        super().__init__(
            min_value=Decimal(0),
            max_value=Decimal(most_yuan),
            max_digits=12,
            decimal_places=2,
            **more,
        )
        self.error_messages |= {
            "invalid": "写数字，例如 120 或 49.5。",
            "max_value": f"最多 {most_yuan} 元。",
            "min_value": "不能是负数。",
            "max_decimal_places": "最多写到分。",
        }

    def clean(self, value):
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)

    def prepare_value(self, value):
        if isinstance(value, int):
            return f"{Decimal(value) / 100:f}".removesuffix(".00")
        return value
