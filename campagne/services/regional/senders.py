"""Who may send a broadcast to a region, and who may approve one that somebody else wrote."""

from collections.abc import Mapping

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.regions import Municipality, Region, ancestry, centres_in
from campagne.domain.rights import Action, Visitor, may, may_somewhere
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import lookup
from campagne.store import queries
from campagne.store.tables import BroadcastRow

_NOBODY = (
    "Dit regiobericht bestaat niet, of het is niet voor jouw regio. Werk je voor een"
    " centrumgemeente? Vul dan eerst op 'Mijn stappen' de code uit je app in."
)


def find_region(session: Session, key: str) -> Region:
    """Return a region that can get a broadcast.

    Raises:
        NotFoundError: when there is none of this key.
        InvalidInputError: when no centrumgemeente sends to it.
    """
    regions = queries.regions(session)
    possible = dutch.join([one for one in regions if centres_in(one, regions)], "of")
    try:
        region = lookup.region(session, key)
    except NotFoundError as error:
        raise NotFoundError(f"{error} Een regiobericht kan naar {possible}.") from None
    if not centres_in(key, regions):
        raise InvalidInputError(f"{region.name} heeft geen centrumgemeente. Kies {possible}.")
    return region


def find_author(session: Session, region: Region, key: str | None) -> tuple[Contact, str]:
    """Return the centrum contact who asks, and the centrumgemeente this is for.

    Args:
        session: any session.
        region: the region that is asked.
        key: the contact; None where there is only one.

    Raises:
        InvalidInputError: when it is not clear who asks, or nobody can.
        NotFoundError: when this is no centrum contact of the centrumgemeente.
    """
    asking = centres_in(region.key, queries.regions(session))
    places = queries.municipalities(session)
    names = dutch.join([places[one].name for one in asking], "of")
    allowed = {
        one.key: (one, centre)
        for centre in reversed(asking)
        for one in queries.contacts(session)
        if (Role.CENTRE, centre) in one.assignments
    }
    if not allowed:
        verb = "heeft" if len(asking) == 1 else "hebben"
        raise InvalidInputError(
            f"{names} {verb} geen contactpersoon met de rol centrum. Voeg die eerst toe."
        )
    listed = ", ".join(sorted(allowed))
    if key is None and len(allowed) > 1:
        raise InvalidInputError(f"Namens wie gaat het bericht uit? Kies een van: {listed}.")
    try:
        return allowed[next(iter(allowed)) if key is None else key]
    except KeyError:
        raise NotFoundError(
            f"'{key}' is geen contactpersoon centrum van {names}. Kies uit: {listed}."
        ) from None


def author_of(session: Session, row: BroadcastRow) -> Contact:
    """Return who sends a broadcast.

    Raises:
        InvalidInputError: when that is no centrum contact of its gemeente any more.
    """
    for one in queries.contacts(session):
        if one.key == row.author_key and (Role.CENTRE, row.centre_key) in one.assignments:
            return one
    place = queries.municipalities(session)[row.centre_key].name
    raise InvalidInputError(
        f"Wie dit regiobericht schreef, is geen contactpersoon centrum van {place} meer. Laat een"
        " collega het openen en opslaan: dan gaat het in die naam uit."
    )


def regions_of(session: Session, visitor: Visitor) -> list[Region]:
    """Return the regions that somebody may send broadcasts to, by name."""
    regions = queries.regions(session)
    mine = {at for role, at in visitor.acting.assignments if role is Role.CENTRE}
    found = [one for one in regions.values() if mine.intersection(centres_in(one.key, regions))]
    return sorted(found, key=lambda one: one.name)


def may_send(session: Session, visitor: Visitor, row: BroadcastRow) -> bool:
    """Say whether somebody may write, send and stop a broadcast."""
    place = queries.municipalities(session)[row.centre_key]
    return may(visitor, Action.SEND_BROADCASTS, place, queries.regions(session))


def may_approve(session: Session, visitor: Visitor, row: BroadcastRow) -> bool:
    """Say whether somebody may look at a broadcast and approve it, but for its author."""
    return _approves(visitor, _places_in(session, row), queries.regions(session))


def approvers(session: Session, row: BroadcastRow) -> list[Contact]:
    """Return who may approve a broadcast and can be mailed, by name."""
    places, regions = _places_in(session, row), queries.regions(session)
    found = [
        one
        for one in queries.contacts(session)
        if one.key != row.author_key
        and not one.paused
        and _approves(Visitor(one, strong=True), places, regions)
    ]
    return sorted(found, key=lambda one: one.name)


def require_reader(session: Session, visitor: Visitor, row: BroadcastRow) -> None:
    """Let only those look who may send or approve a broadcast.

    Raises:
        NotFoundError: for anybody else: to them it does not exist.
    """
    if not may_send(session, visitor, row) and not may_approve(session, visitor, row):
        raise NotFoundError(_NOBODY)


def require_sender(session: Session, visitor: Visitor, row: BroadcastRow) -> None:
    """Let only those on who may send a broadcast.

    Raises:
        NotFoundError: for who may not see it.
        InvalidInputError: for who may see it and no more.
    """
    require_reader(session, visitor, row)
    if not may_send(session, visitor, row):
        place = queries.municipalities(session)[row.centre_key].name
        raise InvalidInputError(f"Dat kan alleen een medewerker van centrumgemeente {place}.")


def _places_in(session: Session, row: BroadcastRow) -> dict[str, Municipality]:
    regions = queries.regions(session)
    return {
        key: place
        for key, place in queries.municipalities(session).items()
        if row.region_key in ancestry(place.region, regions)
    }


def _approves(
    visitor: Visitor, places: Mapping[str, Municipality], regions: Mapping[str, Region]
) -> bool:
    return may_somewhere(visitor, Action.APPROVE_BROADCASTS, places, regions)
