"""The gate before what anybody may send about help: limits in plain words.

Honest people never meet it. Keys hold fingerprints, never an address or a number.
"""

from stations.foundation.gate import Limit, insist
from stations.foundation.limits import network
from volunteers.models import Order

TOO_MANY = "这个网络短时间里找得太多，请过 {minutes} 分钟再试。着急的话，直接给服务站打电话。"
TOO_MANY_OF_PHONE = "这个电话今天找过几次了，请过 {minutes} 分钟再试，或者直接给服务站打电话。"
TOO_MANY_HERE = "小区这会儿找人帮忙的太多，请过 {minutes} 分钟再试。着急的话，直接给服务站打电话。"
TOO_MANY_CHANGES = "时间换得太多了，请过 {minutes} 分钟再换，或者直接给服务站打电话。"
TOO_MANY_TRIES = "试得太多了，请过 {minutes} 分钟再试。号码丢了，可以给服务站打电话。"

# Many homes share one address of a mobile network.
HELP_NETWORK = Limit("help.network", 30, 60)
HELP_PHONE = Limit("help.phone", 6, 3)
HELP_ESTATE = Limit("help.estate", 300, 300)
LOOK_UP = Limit("help.look_up", 40, 600)
LOOK_UP_ALL = Limit("help.look_up.all", 3000, 36000)
TAIL = Limit("help.tail", 6, 6)
TAIL_NETWORK = Limit("help.tail.network", 30, 60)
CHANGE = Limit("help.change", 6, 6)


def check_help(*, token, area, address, phone=""):
    """Let an order in, or raise `Held`. One that is in already always passes."""
    if Order.objects.filter(token=token).exists():
        return
    insist(HELP_NETWORK, network(address), TOO_MANY)
    insist(HELP_ESTATE, area.pk, TOO_MANY_HERE)
    if phone:
        insist(HELP_PHONE, phone, TOO_MANY_OF_PHONE)


def check_look_up(*, address):
    """Somebody asks for an order by its code."""
    insist(LOOK_UP, network(address), TOO_MANY_TRIES)
    insist(LOOK_UP_ALL, "all", TOO_MANY_TRIES)


def check_tail(*, address, order):
    """Somebody gives the last four digits: ten thousand guesses must not fit in."""
    insist(TAIL_NETWORK, network(address), TOO_MANY_TRIES)
    insist(TAIL, order.pk, TOO_MANY_TRIES)


def check_time(*, order):
    """Another time, of which everybody who was asked hears."""
    insist(CHANGE, order.pk, TOO_MANY_CHANGES)
