"""What other apps may know of the ledger. Nothing else leaves it."""

import hmac
import secrets
from hashlib import sha256

from residents_map.models import Ownership
from stations.registries import answers


@answers.register("electorate", label="谁有表决权，没有姓名")
def electorate(homes):
    """[(home id, floor area, head)] of these homes: what a vote of owners weighs, no names.

    Equal heads are one owner of several homes, who counts once (民法典 第278条). A home whose
    owner is not known is a head of its own. The head is not the stored fingerprint of the owner:
    with that, two votes could be laid side by side, or a vote beside a copy of the ledger, and
    whoever knows somebody's ID number could ask which homes are theirs. So each answer is keyed
    anew with a key that nobody keeps; a vote asks once, at its begin, and keeps what it got.
    """
    homes = list(homes)
    owners = dict(
        Ownership.objects.filter(home__in=homes, until=None).values_list("home_id", "owner_index")
    )
    key = secrets.token_bytes(32)

    def head(home):
        owner = owners.get(home.pk)
        said = f"owner:{owner}" if owner else f"home:{home.pk}"
        return hmac.new(key, said.encode(), sha256).hexdigest()[:32]

    return [(home.pk, home.floor_area, head(home)) for home in homes]
