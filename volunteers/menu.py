"""What voluntary service puts into the staff frame."""

from django.urls import reverse

from stations.registries import home_doors, menu, tracked, welcome
from volunteers.access import DISPATCH, KEEP_PACKAGES, VIEW
from volunteers.models import Order, Volunteer

menu.declare(
    "volunteers",
    label="志愿服务",
    icon="heart-handshake",
    url_name="volunteers:home",
    permission=VIEW,
    covers=(
        "/orders/",
        "/brands/",
        "/teams/",
        "/partners/",
        "/hours/",
        "/papers/",
        "/gifts/",
        "/events/",
        "/posts/",
        "/wishes/",
        "/lists/",
        "/donations/",
        "/packages/",
        "/beneficiaries/",
        "/calls/",
        "/rosters/",
        "/identities/",
    ),
    tab=True,
    order=35,
)


@welcome.register("volunteers.standing", label="报名当志愿者")
def standing(user):
    """Whoever asked to join, was refused or left: their own page says how they stand."""
    known = Volunteer.objects.filter(user=user).exists()
    return reverse("volunteers:standing") if known else ""


home_doors.declare(
    "volunteers.order",
    label="代下点单",
    icon="hand-click",
    permission=DISPATCH,
    url=lambda home: f"{reverse('volunteers:order_new')}?home={home.pk}",
    order=10,
)
home_doors.declare(
    "volunteers.beneficiary",
    label="登记服务对象",
    icon="heart-handshake",
    permission=KEEP_PACKAGES,
    url=lambda home: f"{reverse('volunteers:beneficiary_new')}?home={home.pk}",
    order=20,
)


@tracked.register("volunteers.order", label="点单")
def followed(digest):
    """Where an order is followed, when this is the digest of its code."""
    known = Order.objects.filter(code_digest=digest).exists()
    return reverse("volunteers:help_track") if known else ""
