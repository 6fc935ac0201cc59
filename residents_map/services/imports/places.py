"""The homes of an estate, found by what a ledger calls them."""

from collections import defaultdict

from residents_map.foundation.sheets.addresses import room_of
from stations.models import Home


class Places:
    """Every home of one estate by building, entrance and room; addresses are never invented."""

    def __init__(self, area):
        self.homes, self.in_building, self.entrances = {}, defaultdict(list), set()
        self.buildings = {}
        rows = Home.objects.filter(entrance__building__area=area).values_list(
            "pk", "number", "entrance__number", "entrance__building__number", "entrance__building"
        )
        for pk, room, entrance, building, building_id in rows.order_by().iterator():
            room = room_of(room) or room
            self.homes[building, entrance, room] = pk
            self.in_building[building, room].append((entrance, pk))
            self.entrances.add((building, entrance))
            self.buildings[building] = building_id

    def find(self, at):
        """((building, entrance, room), home key, building key) or a sentence."""
        building, entrance, room = at
        if building not in self.buildings:
            return f"小区里没有{building}栋，请看看地址。"
        if entrance is None:
            found = self.in_building.get((building, room), [])
            if len(found) > 1:
                return f"{building}栋有几个单元都有{room}，请写明单元。"
            if not found:
                return f"{building}栋没有{room}，请看看门牌。"
            entrance, pk = found[0]
            return (building, entrance, room), pk, self.buildings[building]
        if (building, entrance) not in self.entrances:
            return f"{building}栋没有{entrance}单元，请看看地址。"
        pk = self.homes.get((building, entrance, room))
        if pk is None:
            return f"{building}栋{entrance}单元没有{room}，请看看门牌。"
        return at, pk, self.buildings[building]
