"""What an example of a mail is about: an edition, seen from a gemeente."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from campagne.domain.playbook import Anchor, LeadTime, Role, Scope, Step, Unit
from campagne.domain.regions import Municipality, ancestry, centre_of
from campagne.domain.rota import Campaign, Edition, EditionStatus
from campagne.errors import NotFoundError
from campagne.services import lookup
from campagne.services.publishing.calendar_book import Choice
from campagne.store import queries

_STEPS = 2
_ANY_STEP = Step(
    key="voorbeeld",
    title="Een stap",
    what="Hier staat wat je precies doet.",
    role=Role.POLICY,
    lead=LeadTime(2, Unit.WEEKS, Anchor.BEFORE_START),
)


@dataclass(frozen=True, slots=True)
class About:
    """What the examples are about: an edition, seen from a gemeente.

    Attributes:
        base_url: of the service.
        steps: at least one.
        draft: subject and first text of a broadcast, for the mail around it; None for any.
    """

    edition: Edition
    campaign: Campaign
    municipality: Municipality
    centre: str
    region: str
    steps: Sequence[Step]
    base_url: str
    today: date
    draft: tuple[str, str] | None = None

    def url(self, path: str) -> str:
        """Return an address that looks like one of the service and leads nowhere."""
        return f"{self.base_url}/voorbeeld/{path}"

    @property
    def reader(self) -> str:
        """Who an example is to: nobody in particular."""
        return f"collega van {self.municipality.name}"

    @property
    def provisional(self) -> bool:
        """True when the dates are not sure."""
        return self.edition.status is EditionStatus.PROVISIONAL


def find(session: Session, *, edition: str, municipality: str, base_url: str, today: date) -> About:
    """Return what examples are about.

    Args:
        session: any session.
        edition: key; empty for the first that has not ended.
        municipality: key; empty for the first one.
        base_url: of the service.
        today: the day.

    Raises:
        NotFoundError: for an unknown edition or gemeente, or where there are none yet.
    """
    places, regions = queries.municipalities(session), queries.regions(session)
    editions = queries.editions(session)
    if not editions or not places:
        raise NotFoundError("Er is nog geen campagne of gemeente om een voorbeeld van te maken.")
    first = next((one for one in editions if one.span.last >= today), editions[-1])
    chosen = lookup.edition(session, edition or first.key)
    place = lookup.one("gemeente", municipality or next(iter(places)), places)
    centre = centre_of(place.region, regions)
    asking = (one for one in ancestry(place.region, regions) if regions[one].centre == centre)
    full = [one for one in queries.steps(session) if one.scope is Scope.FULL]
    return About(
        edition=chosen,
        campaign=queries.campaigns(session)[chosen.campaign],
        municipality=place,
        centre=places[centre].name if centre else place.name,
        region=regions[next(asking, place.region)].name,
        steps=full[:_STEPS] or [_ANY_STEP],
        base_url=base_url,
        today=today,
    )


def choices(session: Session, today: date) -> tuple[list[Choice], list[Choice]]:
    """Return the editions that have not ended and the gemeenten, to choose an example from."""
    campaigns = queries.campaigns(session)
    editions = [
        Choice(one.key, f"{campaigns[one.campaign].name} {one.year}")
        for one in queries.editions(session)
        if one.span.last >= today
    ]
    places = [Choice(one.key, one.name) for one in queries.municipalities(session).values()]
    return editions, places
