"""What voluntary service puts into the staff frame."""

from django.urls import reverse

from stations.access import can
from stations.choices import Role
from stations.registries import Outcome, home_doors, inboxes, menu, tracked, welcome
from volunteers.access import DISPATCH, KEEP_PACKAGES, SERVE, VIEW
from volunteers.models import Beneficiary, Order, Volunteer

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


@inboxes.register("volunteers.phone", label="志愿者手机上的消息")
def inbox(user):
    """A volunteer reads on the phone, with the five tabs; who is staff as well, at the desk."""
    is_staff = any(posting.role != Role.VOLUNTEER for posting in user.current_postings())
    return "volunteers/messages.html" if can(user, SERVE) and not is_staff else ""


home_doors.declare(
    "volunteers.order",
    label="代下点单",
    icon="hand-click",
    permission=DISPATCH,
    url=lambda home: f"{reverse('volunteers:order_new')}?home={home.pk}",
    order=10,
)


def cared_for(home, user):
    """Whoever is looked after in this home already. With several, the list of that home's page is
    no place for names: the first one entered."""
    rows = Beneficiary.objects.visible_to(user).regular().filter(home=home).order_by("pk")
    key = rows.values_list("pk", flat=True).first()
    if key is None:
        return None
    url = reverse("volunteers:beneficiary", args=[key])
    return Outcome(title="已是服务对象", url=url, state="", is_done=True)


home_doors.declare(
    "volunteers.beneficiary",
    label="登记服务对象",
    icon="heart-handshake",
    permission=KEEP_PACKAGES,
    url=lambda home: f"{reverse('volunteers:beneficiary_new')}?home={home.pk}",
    known=cared_for,
    order=20,
)


@tracked.register("volunteers.order", label="点单")
def followed(digest):
    """Where an order is followed, when this is the digest of its code."""
    known = Order.objects.filter(code_digest=digest).exists()
    return reverse("volunteers:help_track") if known else ""
