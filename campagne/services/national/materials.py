"""What pages and mails show of the national material of an edition."""

from dataclasses import dataclass
from datetime import date

from campagne.domain.national import MaterialState, NationalMaterial
from campagne.domain.rota import Campaign, Edition
from campagne.domain.texts import TextKind


@dataclass(frozen=True, slots=True)
class MaterialView:
    """The national material of an edition on one day."""

    material: NationalMaterial
    state: MaterialState

    @property
    def is_offered(self) -> bool:
        """True when it goes before our own texts: it is there and may be used."""
        return self.state is MaterialState.THERE

    def has(self, kind: TextKind) -> bool:
        """Say whether a kind of text is to be taken from it."""
        return self.is_offered and kind in self.material.kinds


def look(edition: Edition, today: date) -> MaterialView | None:
    """Return the material of an edition as it stands on a day; None where nothing is known."""
    if edition.material is None:
        return None
    return MaterialView(edition.material, edition.material.state(today))


def address(edition: Edition, campaign: Campaign) -> str:
    """Return where the material for an edition is; empty where nobody knows."""
    return edition.material.url if edition.material else campaign.material_url or ""
