"""Find things by the key a person gives, and the people of a gemeente.

Who gives a key that does not exist hears what was probably meant.
"""

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from sqlmodel import Session, col, select

from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.regions import Municipality, Region, members
from campagne.domain.rota import Edition, concerns
from campagne.errors import NotFoundError
from campagne.store import queries
from campagne.store.tables import EditionRow

T = TypeVar("T")


def one(what: str, key: str, known: Mapping[str, T]) -> T:
    """Return the thing of a key.

    Args:
        what: Dutch word for such a thing, as it follows "De".
        key: as a person gave it.
        known: all of them by key.

    Raises:
        NotFoundError: when there is none of this key; the sentence names near ones.
    """
    try:
        return known[key]
    except KeyError:
        raise NotFoundError(_unknown(what, key, known)) from None


def edition(session: Session, key: str) -> Edition:
    """Return an edition.

    Raises:
        NotFoundError: when there is none of this key.
    """
    # A zero character, which an address can have, is an error to PostgreSQL.
    found = queries.editions(session, keys=[key]) if key.isprintable() else []
    if not found:
        known = session.exec(select(col(EditionRow.key))).all()
        raise NotFoundError(_unknown("editie", key, known))
    return found[0]


def municipality(session: Session, key: str) -> Municipality:
    """Return a gemeente.

    Raises:
        NotFoundError: when there is none of this key.
    """
    found = queries.municipality(session, key) if key.isprintable() else None
    return found or one("gemeente", key, queries.municipalities(session))


def contact(session: Session, key: str) -> Contact:
    """Return an active contact.

    Raises:
        NotFoundError: when there is none of this key.
    """
    return one("contactpersoon", key, {found.key: found for found in queries.contacts(session)})


def region(session: Session, key: str) -> Region:
    """Return a region.

    Raises:
        NotFoundError: when there is none of this key.
    """
    return one("regio", key, queries.regions(session))


def asked(
    session: Session, about: Edition, region: str, centre: str, chosen: Collection[str] = ()
) -> list[Municipality]:
    """Return the gemeenten of a region that are asked about an edition, by name.

    Those that exist when it starts and that the campaign concerns.

    Args:
        session: any session.
        about: the edition.
        region: key of the region.
        centre: key of the gemeente that asks, and is not asked itself.
        chosen: keys of the only ones that are asked; empty for all.
    """
    regions = queries.regions(session)
    campaign = queries.campaigns(session)[about.campaign]
    places = queries.municipalities(session).values()
    return [
        place
        for place in members(region, places, regions, about.span.first)
        if place.key != centre
        and concerns(campaign, place, regions)
        and (not chosen or place.key in chosen)
    ]


def officers(
    contacts: Iterable[Contact],
    municipality_key: str,
    roles: Collection[Role] = (Role.POLICY, Role.COMMUNICATION),
) -> list[Contact]:
    """Return the contacts who do policy or communication for a gemeente and can be mailed.

    Args:
        contacts: all of them.
        municipality_key: of the gemeente.
        roles: only those with one of these.
    """
    return officers_by_place(contacts, roles).get(municipality_key, [])


def officers_by_place(
    contacts: Iterable[Contact], roles: Collection[Role] = (Role.POLICY, Role.COMMUNICATION)
) -> dict[str, list[Contact]]:
    """Return the `officers` of every gemeente that has some, by its key."""
    found: dict[str, list[Contact]] = {}
    for one in contacts:
        if not one.paused:
            for place in dict.fromkeys(at for role, at in one.assignments if role in roles):
                found.setdefault(place, []).append(one)
    return found


def _unknown(what: str, key: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(key.lower(), known, n=3, cutoff=0.6)
    advice = f"Bedoel je {dutch.join(near, 'of')}?" if near else "Kijk de schrijfwijze na."
    return f"De {what} '{key}' bestaat niet. {advice}"
