"""Where the words of a building stand on the sheet."""

from dataclasses import dataclass, replace

DEPTH = 11  # the drawn house leans so far to the right
PER_ROW = 4
LEAST = 44  # so much of a house can always be hit
MOST = 8  # small counts under a house, in fixed places


@dataclass(frozen=True)
class Small:
    """One of the small counts under a house."""

    layer: object
    number: int
    x: float
    y: float


@dataclass(frozen=True)
class OnPage:
    """A house with its numbers, each in its place."""

    one: object
    step: int  # 0 to 4: how strong the wash is
    shown: str
    late: int
    urgent: int
    is_chosen: bool
    plaque: str
    label: tuple
    hit: tuple
    late_at: tuple
    urgent_at: tuple
    ring: str
    small: list

    @property
    def said(self):
        """What a screen reader hears after the number: what burns here."""
        return (f"，{self.urgent} 户有急事" if self.urgent else "") + (
            f"，{self.late} 户走访超期" if self.late else ""
        )


def placed_for_page(sheet, layers, chosen, ramp, building):
    """Every house that has a place, those in the back first."""
    kinds = [layer for layer in layers if layer.is_kind][:MOST]
    visits = next(layer for layer in layers if layer.late or layer.key == "visits")
    seen = [one for one in sheet.placed if one.box]
    seen.sort(key=lambda one: one.box[1] + one.box[3])
    return apart([_on_page(sheet, one, kinds, visits, ramp, building) for one in seen])


def apart(houses):
    """Where two houses can be hit in one place, the one in front is meant."""
    kept = []
    for n, house in enumerate(houses):
        x, y, width, height = house.hit
        tops = [
            front.hit[1]
            for front in houses[n + 1 :]
            if front.hit[0] < x + width and x < front.hit[0] + front.hit[2]
        ]
        inside = [top for top in tops if y + LEAST < top < y + height]
        kept.append(replace(house, hit=(x, y, width, min(inside, default=y + height) - y)))
    return kept


def _on_page(sheet, one, kinds, visits, ramp, building):
    x, y, width, height = one.box
    foot, middle = y + height, x + width / 2
    scale = max(0.72, min(1, height / 40)) if one.drawing else 1
    is_dense = sheet.drawing is not None and sheet.drawing.layout.is_dense
    left = middle - (26 if is_dense else 84)
    deep = DEPTH if one.drawing else 0
    return OnPage(
        one=one,
        step=ramp.classes.get(one.pk, 0),
        shown=ramp.shown.get(one.pk, "0"),
        late=visits.late.get(one.pk, 0),
        urgent=visits.urgent.get(one.pk, 0),
        is_chosen=building is not None and one.pk == building.pk,
        plaque=f"translate({middle:.0f} {y + height / 2 - 1:.0f}) scale({scale:.2f})",
        label=(round(left), round(foot + 25), round(foot + 34)),
        hit=(
            round(min(left - 4, x)),
            round(y - 16),
            round(max(60 if is_dense else 174, width + deep)),
            round(height + (44 if is_dense else 60)),
        ),
        late_at=(round(x + width + deep / 2), round(y - 10)),
        urgent_at=(round(x), round(y - 10)),
        ring=ring_at(middle, y + height / 2, width, height, is_dense=is_dense),
        small=[
            Small(
                layer,
                layer.at(one.pk),
                round(left + 46 + (n % PER_ROW) * 31.5),
                round(foot + 8 + (n // PER_ROW) * 17),
            )
            for n, layer in enumerate(kinds)
        ],
    )


def ring_at(x, y, width, height, *, is_dense=False):
    """How the brush circle (100 each way) lies round a house and its words."""
    return (
        f"translate({x - 4:.1f} {y + 11:.1f}) "
        f"scale({max(width / 2 + (24 if is_dense else 36), 60 if is_dense else 92) / 100:.3f} {(height / 2 + 46) / 100:.3f})"
    )


SIGN = 22  # the height of one sign of the title, written downwards
GATES = ("南门", "正门", "大门")


def names_on(sheet):
    """The words on the drawn plan: the gate, the station, the name and the seal."""
    if sheet.has_picture:
        return {}
    layout = sheet.drawing.layout
    x, y = layout.station
    end = len(sheet.area.name) * SIGN
    return {
        "gate": next((name for name in GATES if name in sheet.places), "大门"),
        "gate_at": (round(layout.road_x), round(layout.wall[3] + 10)),
        "station_at": (round(x + 42), round(y + 20)),
        "north_x": layout.width - 94,
        "title_x": layout.width - 38,
        "seal_y": end + 8,
        "seal_text_y": end + 11.5,
    }
