"""The firms and units that bring something, with whom to ring: sealed."""

import json

from stations.foundation.sealed import seal
from volunteers.choices import PartnerKind
from volunteers.demo import texts
from volunteers.demo.truth import ALLIANCE, HOME, PARTNERS
from volunteers.models import Partner


def add_partners(crew):
    """The firms and units of 锦绣社区, and the alliance of 袁家湾."""
    home, alliance = crew.areas[HOME], crew.areas[ALLIANCE]
    rows = [partner(crew, home, name, PartnerKind.FIRM, what) for name, what, *_ in texts.DONATIONS]
    rows += [partner(crew, home, *one) for one in texts.PARTNERS]
    rows += [partner(crew, alliance, *one) for one in texts.ORGANISATIONS]
    shops = [(a, trade) for trade in texts.TRADES for a in texts.SURNAMES_OF_SHOPS]
    for name, (trade, words) in crew.chance.sample(shops, PARTNERS - len(texts.ORGANISATIONS)):
        rows.append(partner(crew, alliance, f"{name}{trade}", PartnerKind.SHOP, words))
    Partner.objects.bulk_create(rows)
    for row in rows:
        crew.partners.setdefault(row.area_id, {})[row.name] = row


def partner(crew, area, name, kind, words):
    row = Partner(
        area=area,
        uuid=crew.uuid(),
        name=name,
        kind=kind,
        words=words,
        since=crew.days_ago(120, 900),
    )
    facts = {"name": crew.name(), "phone": crew.phone()}
    row.contact_sealed = seal(
        json.dumps(facts, ensure_ascii=False), bound_to=f"partner.contact:{row.uuid}"
    )
    return row
