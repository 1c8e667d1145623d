"""For which gemeenten somebody may do something, and which people and mails belong to those."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, or_, select
from sqlmodel import Session, col

from campagne.domain.contacts import Contact
from campagne.domain.delivery import MessageKind
from campagne.domain.regions import Municipality
from campagne.domain.responsibility import administrators, centre_contacts
from campagne.domain.rights import Action, Visitor, may, places_for
from campagne.errors import NotFoundError
from campagne.store import queries
from campagne.store.tables import ContactRoleRow, DeliveryPlaceRow, DeliveryRow


def places(session: Session, visitor: Visitor, action: Action) -> dict[str, Municipality]:
    """Return the gemeenten for which somebody may do something, by key; at least one.

    Raises:
        NotFoundError: when there is none: to this person the page does not exist.
    """
    regions = queries.regions(session)
    found = places_for(visitor, action, queries.municipalities(session), regions)
    if not found:
        advice = (
            "Vul eerst op 'Mijn stappen' de code uit je app in."
            if visitor.must_prove
            else "Moet jij dit kunnen? Vraag het de beheerder van je regio."
        )
        raise NotFoundError(f"Deze pagina is voor beheerders. {advice}")
    return found


def contacts(municipalities: Collection[str]) -> Select[str]:
    """Select the keys of the contacts who do something for one of these gemeenten."""
    return select(col(ContactRoleRow.contact_key)).where(
        col(ContactRoleRow.municipality_key).in_(municipalities)
    )


def managers(session: Session, contact: Contact) -> list[Contact]:
    """Return who may change a contact for one of their gemeenten; never that contact itself.

    Where nobody may, the centrum contacts of the region; else any beheerder there is.
    """
    regions, places_ = queries.regions(session), queries.municipalities(session)
    others = [one for one in queries.contacts(session) if one.key != contact.key and not one.paused]
    mine = [places_[at] for at in sorted({at for _, at in contact.assignments})]
    found = [
        one
        for one in others
        if any(
            may(Visitor(one, strong=True), Action.MANAGE_CONTACTS, place, regions) for place in mine
        )
    ]
    centre = {
        one.key
        for place in mine
        for one in centre_contacts(place.region, contacts=others, regions=regions)
    }
    return found or [one for one in others if one.key in centre] or administrators(others)


def deliveries(municipalities: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a mail is about one of these gemeenten, or for its people."""
    of_them = or_(
        col(DeliveryRow.municipality_key).in_(municipalities),
        col(DeliveryRow.id).in_(
            select(col(DeliveryPlaceRow.delivery_id)).where(
                col(DeliveryPlaceRow.municipality_key).in_(municipalities)
            )
        ),
        col(DeliveryRow.contact_key).in_(contacts(municipalities)),
    )
    # One is never put in the outbox; who could see such a mail could log in as somebody else.
    return of_them & (col(DeliveryRow.kind) != MessageKind.LOGIN)
