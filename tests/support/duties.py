"""What must hold of the duties after every act."""

from stations.models import Duty
from stations.registries import duties


def assert_duties_are_true():
    """Open duties say exactly what the objects say."""
    for kind in duties:
        told = set(Duty.objects.open().filter(kind=kind.key).values_list("object_id", flat=True))
        assert told == set(kind.truth()), kind.key
