"""The rolled-up numbers of people by kind, as everybody above the community may see them."""

from residents_map.choices import SMALLEST_CELL
from residents_map.foundation.marks import token_of
from stations.services.figures import MOMENT, read

PEOPLE = "residents_map.people"


def split_of(kind):
    """Under which word the roll-up holds a kind."""
    return f"kind-{kind.pk}" if kind.is_computed else str(token_of(kind.key))


def figures_of(areas, kinds):
    """{(area id, kind key): number} from the roll-up: one query, as many for a city."""
    found = read([area.pk for area in areas], [PEOPLE], MOMENT, MOMENT)
    return {
        (area.pk, kind.key): found.get((area.pk, PEOPLE, split_of(kind)), 0)
        for area in areas
        for kind in kinds
    }


def hidden(number):
    """What is shown of a number of people to who may not see them: none, or "少于5"."""
    return f"少于{SMALLEST_CELL}" if 0 < number < SMALLEST_CELL else number
