"""Where help is wanted: the entrances and buildings of an estate, as one list."""

import re

from stations.foundation.fields import PlaceField
from stations.models import Building, Entrance

_CODE = re.compile(r"[-_a-zA-Z0-9]{1,20}")


class DoorField(PlaceField):
    """One entrance or building; the cleaned value is {building, entrance}."""

    def offer(self, estate, *, reads=True):
        """The places of this estate; a form that was sent looks up the chosen one alone."""
        self.estate, self.known = estate, {}
        self.find = self.look_up
        self.choices = self.groups if reads else []

    def look_up(self, value):
        """{building, entrance} of this value, or None."""
        if value not in self.known:
            kind, _, code = value.partition("-")
            self.known[value] = self.row_of(kind, code) if _CODE.fullmatch(code) else None
        return self.known[value]

    def row_of(self, kind, code):
        """{building, entrance} of an entrance ("e") or a building ("b") of this estate by its code;
        None when there is none."""
        if kind == "e":
            rows = Entrance.objects.filter(building__area=self.estate, code=code)
            row = rows.select_related("building").order_by().first()
            return row and {"building": row.building, "entrance": row}
        row = Building.objects.filter(area=self.estate, code=code).order_by().first()
        return row and kind == "b" and {"building": row, "entrance": None} or None

    def clean(self, value):
        value = super().clean(value)
        return self.look_up(value) if value else {"building": None, "entrance": None}

    def groups(self):
        """Entrances grouped by building, and each building as a whole."""
        entrances = {}
        rows = Entrance.objects.filter(building__area=self.estate).order_by("number")
        for entrance in rows:
            entrances.setdefault(entrance.building_id, []).append(entrance)
        groups = [("", "哪一栋")]
        for building in Building.objects.filter(area=self.estate).order_by("number"):
            options = []
            for entrance in entrances.get(building.pk, ()):
                entrance.building = building
                options.append((f"e-{entrance.code}", str(entrance)))
            options.append((f"b-{building.code}", f"{building}，不分单元"))
            groups.append((str(building), options))
        return groups

    def at(self, code):
        """The value of the door whose code was scanned, or ""."""
        for kind in ("e", "b"):
            value = f"{kind}-{code}"
            if code and self.look_up(value):
                return value
        return ""
