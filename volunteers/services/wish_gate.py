"""The gate before a wish that somebody writes down without an account: limits in plain words."""

from stations.foundation.gate import Limit, insist
from stations.foundation.limits import network
from volunteers.models import Wish

TOO_MANY = "这会儿许愿的太多，请过 {minutes} 分钟再试，或者给服务站打电话。"
TOO_MANY_OF_PHONE = "这个电话今天许过几个愿了，请过 {minutes} 分钟再试，或者给服务站打电话。"

WISH_NETWORK = Limit("wish.network", 10, 20)
WISH_PHONE = Limit("wish.phone", 3, 1)
WISH_ESTATE = Limit("wish.estate", 60, 60)


def check_wish(*, token, area, address, phone=""):
    """Let a wish in, or raise `Held`. One that is in already always passes."""
    if Wish.objects.filter(token=token).exists():
        return
    insist(WISH_NETWORK, network(address), TOO_MANY)
    insist(WISH_ESTATE, area.pk, TOO_MANY)
    if phone:
        insist(WISH_PHONE, phone, TOO_MANY_OF_PHONE)
