"""Volunteers for tests: whoever joins, and what waits for them."""

import uuid
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from volunteers.models import Order
from volunteers.services.beneficiaries import new_beneficiary

BACKEND = "stations.foundation.sign_in.PhoneOrNameBackend"


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def signed_in(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def order_for(volunteer, estate, state="accepted", **more):
    """An order that this volunteer took."""
    return Order.objects.create(
        token=uuid.uuid4(), code_digest=uuid.uuid4().hex, area=estate, help="errand", state=state,
        beneficiary=new_beneficiary(area=estate, name="刘桂芳", phone="13900000002"),
        due_at=timezone.now() + timedelta(days=1), volunteer=volunteer,
        **{"accepted_at": timezone.now()} | more,
    )  # fmt: skip
