"""自己挑一位: everybody who could be picked by hand for an order, told apart by whether it would do."""

from dataclasses import dataclass

from volunteers.choices import WEEKDAYS
from volunteers.services.busy import why_busy
from volunteers.services.suggest import has_time

from .dispatching import may_not


@dataclass(frozen=True)
class Pick:
    """Somebody for the list, and in a few words what stands against them; "" for nothing."""

    volunteer: object
    words: str = ""


@dataclass(frozen=True)
class Picks:
    """Who suits, who has not said that they do such work, who usually has no time then (each can
    be sent after a telephone call), and who cannot be sent at all."""

    fit: list
    unskilled: list
    no_time: list
    cannot: list


def picks_of(order, volunteers):
    """`Picks` of these volunteers (with their accounts), in two queries however many. What stands
    under `cannot` is what dispatching refuses."""
    found = Picks([], [], [], [])
    busy = why_busy([one.pk for one in volunteers], order.wanted_on, order.part, but=order)
    for one in volunteers:
        if sentence := may_not(order, one) or busy.get(one.pk, ""):
            found.cannot.append(Pick(one, sentence.removeprefix(str(one))))
        elif not has_time(one, order.wanted_on, order.part):
            found.no_time.append(Pick(one, f"{said_when(order)}没空"))
        elif order.help not in one.helps:
            found.unskilled.append(Pick(one, "没写会这样"))
        else:
            found.fit.append(Pick(one))
    return found


def said_when(order):
    """ "周二上午": the part of the week an order is wanted in."""
    part = "" if order.part is None else order.get_part_display()
    return f"{WEEKDAYS[order.wanted_on.weekday()]}{part}"
