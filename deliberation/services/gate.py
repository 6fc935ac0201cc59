"""The gate before everything that anybody may send: limits, and a proof of work for the odd.

Honest people never meet it. A network that sends a lot has to let its browsers work for a
second; past the hard limit it has to wait. Take from the buckets outside the transaction of the
act (see stations/foundation/limits.py). Keys hold fingerprints, never an address or a number.
"""

from django.db import transaction

from deliberation.models import Issue, UsedToken
from stations.foundation import proof_of_work
from stations.foundation.gate import Held, Limit, insist
from stations.foundation.limits import network, take_in_turn

DIFFICULTY = 500  # half a second on a PC, a few on an old phone

WORK_A_MOMENT = "这会儿报事的人多，请再按一次“报上去”。您写的都还在。"
TOO_MANY = "这个网络短时间里报得太多，请过 {minutes} 分钟再报。着急的话，直接给服务站打电话。"
TOO_MANY_HERE = "小区这会儿报事的人太多，请过 {minutes} 分钟再报。着急的话，直接给服务站打电话。"
TOO_MANY_OF_PHONE = "这个电话今天报得不少了，请过 {minutes} 分钟再报，或者直接给服务站打电话。"
TOO_MANY_TRIES = "试得太多了，请过 {minutes} 分钟再试。号码丢了，可以给服务站打电话。"
TOO_MANY_PRESSES = "按得太多了，请过 {minutes} 分钟再试。"


# Many homes share one address of a mobile network, so the first limit only asks for work.
REPORT_EASY = Limit("report.easy", 12, 60)
REPORT_NETWORK = Limit("report.network", 60, 180)
REPORT_PHONE = Limit("report.phone", 10, 4)
ESTATE_EASY = Limit("report.estate.easy", 80, 120)
ESTATE = Limit("report.estate", 600, 600)
SAME = Limit("same", 90, 3600)
ME_TOO = Limit("me_too", 30, 30)
LOOK_UP = Limit("look_up", 40, 600)
LOOK_UP_ALL = Limit("look_up.all", 3000, 36000)
TAIL = Limit("tail", 6, 6)
TAIL_NETWORK = Limit("tail.network", 30, 60)
REMARK = Limit("remark", 10, 10)


def check_report(*, token, area, address, phone="", is_odd=False, proof=""):
    """Let a report in, or raise `Held`. A report that is in already always passes."""
    if Issue.objects.filter(token=token).exists():
        return
    house = network(address)
    # One network past its own share takes nothing from its neighbours'.
    easy = take_in_turn([REPORT_EASY.bucket(house), ESTATE_EASY.bucket(area.pk)]) == 2
    if (is_odd or not easy) and not proof_of_work.solved(proof, remember=spend):
        challenge = proof_of_work.challenge(difficulty=DIFFICULTY)
        raise Held(WORK_A_MOMENT, challenge=challenge)
    hard = [(REPORT_NETWORK, house, TOO_MANY), (ESTATE, area.pk, TOO_MANY_HERE)]
    if phone:
        hard.append((REPORT_PHONE, phone, TOO_MANY_OF_PHONE))
    taken = take_in_turn([limit.bucket(who) for limit, who, _ in hard])
    if taken < len(hard):
        insist(*hard[taken])  # says how long to wait
        # It filled up this very moment: then the rest as well.
        for limit, who, sentence in hard[taken + 1 :]:
            insist(limit, who, sentence)


def check_look_up(*, address):
    """Somebody asks for an issue by its code: bounded per network, and for all together."""
    insist(LOOK_UP, network(address), TOO_MANY_TRIES)
    insist(LOOK_UP_ALL, "all", TOO_MANY_TRIES)


def check_tail(*, address, issue):
    """Somebody gives the last four digits: ten thousand guesses must not fit in."""
    insist(TAIL_NETWORK, network(address), TOO_MANY_TRIES)
    insist(TAIL, issue.pk, TOO_MANY_TRIES)


def check_me_too(*, address):
    """A cookie is soon thrown away, so one network does not count for a whole estate."""
    insist(ME_TOO, network(address), TOO_MANY_PRESSES)


def check_remark(*, issue):
    """Remarks to one issue, each of which somebody has to read."""
    insist(REMARK, issue.pk, TOO_MANY_PRESSES)


def may_search(*, address):
    """Whether this network may ask for similar reports now; if not, it is shown none."""
    return SAME.take(network(address)).allowed


def spend(token):
    """Note a token as used. False when it was used before, also by one just as quick."""
    return UsedToken.objects.get_or_create(token=token)[1]


def once(*, token, act, **arguments):
    """Call the service `act` unless the same page was sent before; refused, it stays unsent."""
    with transaction.atomic():
        return act(**arguments) if spend(str(token)) else None
