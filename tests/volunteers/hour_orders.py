"""An order behind an hour, as a row."""

import uuid

from django.utils import timezone

from volunteers.choices import Help, OrderState
from volunteers.models import Order
from volunteers.services.beneficiaries import new_beneficiary


def order_of(area, volunteer, *, phone="13911112222"):
    """Done by this volunteer for somebody of this telephone."""
    return Order.objects.create(
        token=uuid.uuid4(),
        code_digest=uuid.uuid4().hex,
        area=area,
        beneficiary=new_beneficiary(area=area, name="王奶奶", phone=phone),
        help=Help.ERRAND,
        state=OrderState.DONE,
        due_at=timezone.now(),
        volunteer=volunteer,
    )
