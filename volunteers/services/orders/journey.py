"""An order's way as people see it: steps, headings and lines, for residents and for staff."""

from django.utils import timezone

from volunteers.choices import ORDER_SERVED, OrderEventKind, OrderState

from .chain import DISPATCH_DUTY, when_of
from .promises import until_of, until_words

# (state that ends the step, label, sign on the rings)
STEPS = (
    (OrderState.ORDERED, "下单", "单"),
    (OrderState.DISPATCHED, "派单", "派"),
    (OrderState.ACCEPTED, "接单", "接"),
    (OrderState.ON_WAY, "出发", "来"),
    (OrderState.DONE, "做完", "做"),
    (OrderState.CONFIRMED, "确认", "认"),
    (OrderState.RATED, "评价", "评"),
)
# The same steps for whoever ordered: 说 找 定 来 做 好 评.
FOR_RESIDENTS = (
    ("说要帮忙", "说"),
    ("找人", "找"),
    ("定了人", "定"),
    ("来了", "来"),
    ("做完", "做"),
    ("做好了", "好"),
    ("评一评", "评"),
)
LINES = {
    OrderEventKind.ORDERED: "说要帮忙",
    OrderEventKind.DISPATCHED: "找人",
    OrderEventKind.ACCEPTED: "有人接了",
    OrderEventKind.CONFIRMED: "做好了",
    OrderEventKind.CANCELLED: "不用了",
}
PLACE = {state: number for number, (state, _, _) in enumerate(STEPS)}
FOR_THEM = (OrderState.DONE, OrderState.CONFIRMED)  # waits for the person who ordered
ENDS = {
    OrderState.ORDERED: OrderEventKind.ORDERED,
    OrderState.DISPATCHED: OrderEventKind.DISPATCHED,
    OrderState.ACCEPTED: OrderEventKind.ACCEPTED,
    OrderState.ON_WAY: OrderEventKind.ON_WAY,
    OrderState.DONE: OrderEventKind.DONE,
    OrderState.CONFIRMED: OrderEventKind.CONFIRMED,
    OrderState.RATED: OrderEventKind.RATED,
}
NEXT = {
    OrderState.DISPATCHED: "社区来派",
    OrderState.ACCEPTED: "等人接",
    OrderState.ON_WAY: "志愿者按出发",
    OrderState.DONE: "志愿者按做完",
    OrderState.CONFIRMED: "服务对象或站里",
    OrderState.RATED: "服务对象来评",
}


def reached(order):
    """How many steps are behind; of a cancelled order only that it was ordered."""
    return PLACE.get(order.state, 0) + 1


def rings_of(order):
    """The rings of `drawing.ripple`: green what is done, red what waits for the resident."""
    done, over = reached(order), order.state == OrderState.CANCELLED
    waits = "now" if order.state in FOR_THEM else "wait"
    return [
        {
            "sign": sign,
            "label": label,
            "state": "done" if at < done else waits if at == done and not over else "later",
        }
        for at, (label, sign) in enumerate(FOR_RESIDENTS)
    ]


def lines_of(order):
    """The lines of its way for whoever ordered, the latest first: `label` in their words, and
    what more is to be said, in `more`."""
    lines = list(order.events.public())[::-1]
    for line in lines:
        line.label = LINES.get(line.kind) or line.get_kind_display()
        said_twice = line.public_words.strip("您。") == line.label
        line.more = "" if said_twice else line.public_words
    return lines


def said_of(rings):
    """The rings in words, for who cannot see them."""
    done = sum(ring["state"] == "done" for ring in rings)
    now = next((ring["label"] for ring in rings if ring["state"] in ("now", "wait")), "")
    return f"{len(rings)} 步走了 {done} 步" + (f"，现在等{now}" if now else "")


def heading_of(order):
    """Two short lines that say where it stands."""
    if order.call_since and order.state in ORDER_SERVED:
        return ("社区会打", "电话问您")
    if order.state == OrderState.ORDERED and order.round:
        return ("还在", "帮您找人")
    if order.state == OrderState.ON_WAY and order.begun_at:
        return ("志愿者到了，", "正在做")
    return {
        OrderState.ORDERED: ("收到了，", "社区在安排"),
        OrderState.DISPATCHED: ("正在帮您", "问志愿者"),
        OrderState.ACCEPTED: ("有人接了，", "会来帮您"),
        OrderState.ON_WAY: ("志愿者", "出发了"),
        OrderState.DONE: ("做完了，", "请您确认"),
        OrderState.CONFIRMED: ("谢谢确认，", "等您评一评"),
        OrderState.RATED: ("评过了，", "谢谢您"),
        OrderState.CANCELLED: ("不用了，", "取消了"),
    }[order.state]


def chain_of(order, events):
    """The steps across staff's page, with what happened and what comes: see `chain`."""
    at = {event.kind: event for event in events}  # the latest of each kind
    done, over = reached(order), order.state == OrderState.CANCELLED
    steps = []
    for number, (state, label, _) in enumerate(STEPS):
        event = at.get(ENDS[state]) if number < done else None
        if number < done:
            note = order.get_channel_display() if number == 0 else event.actor if event else ""
            step = {"state": "done", "when": moment(event), "note": note}
        elif over:
            step = {"state": "skip", "when": "", "note": ""}
        elif number == done:
            state = "now late" if order.is_late else "now"
            step = {"state": state, "when": NEXT[STEPS[number][0]], "note": due_words(order)}
        else:
            step = {"state": "later", "when": "", "note": ""}
        steps.append({"label": label} | step)
    if over:
        steps[1] = {
            "label": order.get_state_display(),
            "state": "done",
            "when": moment(at.get(OrderEventKind.CANCELLED)),
            "note": "",
        }
    return steps


def due_words(order):
    """Until when, for the step that is open."""
    if not order.is_open:
        return ""
    until = until_of(DISPATCH_DUTY, order) if order.state == OrderState.ORDERED else None
    if until:  # what comes next is the desk's: its own day, not that of the service
        return until_words(until)
    due = timezone.localtime(order.due_at)
    return f"约好{when_of(order)}" if order.wanted_on else f"{due:%-m月%-d日}前"


def moment(event):
    return f"{timezone.localtime(event.at):%-m月%-d日 %-H:%M}" if event else ""
