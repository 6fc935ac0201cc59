"""The estate of a public address."""

from django.shortcuts import get_object_or_404
from django.utils.functional import SimpleLazyObject

from stations.choices import Level
from stations.models import Area


def estate_or_404(code):
    """The estate of a public address, with the places above it on `.parents` (highest first),
    read when a page shows them."""
    estate = get_object_or_404(Area, code=code, level=Level.ESTATE)
    estate.parents = SimpleLazyObject(lambda: list(estate.lineage())[:-1])
    return estate
