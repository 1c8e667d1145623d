"""What pages and mails show of the national material of an edition."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from campagne.domain.national import MaterialState, NationalMaterial
from campagne.domain.rota import Campaign, Edition
from campagne.domain.texts import TextKind
from campagne.services.national import watching
from campagne.store.tables import MaterialLinkRow


@dataclass(frozen=True, slots=True)
class MaterialView:
    """The national material of an edition on one day.

    Attributes:
        dead_since: the day on which its page was found gone; None while it is there.
        fault: why it was not there the last time, or why we could not tell, in Dutch; empty when
            it was.
        unknown: True when we could not tell.
        checked_at: when it was last asked for, aware UTC; None when it never was.
        seen_on: the day on which a person last saw the page that we could not see; else None.
    """

    material: NationalMaterial
    state: MaterialState
    dead_since: date | None = None
    fault: str = ""
    checked_at: datetime | None = None
    unknown: bool = False
    seen_on: date | None = None

    @property
    def is_offered(self) -> bool:
        """True when it goes before our own texts: it is there and may be used."""
        return self.state is MaterialState.THERE and self.dead_since is None

    @property
    def is_gone(self) -> bool:
        """True when its page is dead or it may not be used any more."""
        return self.state is MaterialState.EXPIRED or self.dead_since is not None

    def has(self, kind: TextKind) -> bool:
        """Say whether a kind of text is to be taken from it."""
        return self.is_offered and kind in self.material.kinds


def look(session: Session, edition: Edition, today: date) -> MaterialView | None:
    """Return the material of an edition as it stands on a day; None where nothing is known."""
    if edition.material is None:
        return None
    material, link = edition.material, session.get(MaterialLinkRow, edition.key)
    if link is None or link.url != material.url:
        return MaterialView(material, material.state(today))
    known = watching.state_of(link)
    return MaterialView(
        material,
        material.state(today),
        known.dead_since,
        known.fault,
        link.checked_at,
        unknown=known.is_unknown,
        seen_on=known.seen_on,
    )


def address(session: Session, edition: Edition, campaign: Campaign, today: date) -> str:
    """Return where the material for an edition is to be had on a day.

    That of the edition while it is offered; else the page of the campaign, where what is still to
    come will be too. Empty where nobody knows.
    """
    found = look(session, edition, today)
    if found is not None and found.is_offered:
        return found.material.url
    return campaign.material_url or ""


def stands_in(edition: Edition, text: str) -> tuple[str, ...]:
    """Return the address of the material of an edition when a text has it; else nothing."""
    # In Markdown a backslash may stand before a mark, also in an address.
    url = edition.material.url if edition.material else ""
    return (url,) if url and url in text.replace("\\", "") else ()
