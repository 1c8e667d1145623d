"""Who comes back from the log-in of an organisation becomes a contact with a session."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from campagne.errors import LogInRefusedError
from campagne.services.entrance import login
from campagne.store import queries
from campagne.store.tables import OrganisationAccountRow

if TYPE_CHECKING:  # see `web.pages.organisation_login`
    from campagne.openid import Account


def enter(session: Session, account: "Account", *, device: str, now: datetime) -> str:
    """Log in whose account this is; return the key for the cookie.

    The address finds the contact, the account stays with it from the first time on: who gets the
    address of a colleague who left does not get their rights. What asks for a second factor is
    open, since the organisation looks after that.

    Args:
        session: a writing session.
        account: as the organisation says.
        device: what the device calls itself.
        now: instant, aware UTC.

    Raises:
        LogInRefusedError: when no contact, or more than one, has this address, or the contact
            belongs to another account.
    """
    found = [one for one in queries.contacts(session) if one.email.lower() == account.address]
    if not found:
        raise LogInRefusedError(
            f"We kennen het adres {account.address} niet. Vraag de beheerder of je met dit adres in"
            " de lijst met contactpersonen staat."
        )
    if len(found) > 1:
        raise LogInRefusedError(
            f"Bij het adres {account.address} horen meer contactpersonen. Vraag op de pagina"
            " Inloggen een link per mail; dan krijg je er voor elk een."
        )
    contact = found[0]
    known = session.exec(
        select(OrganisationAccountRow).where(
            col(OrganisationAccountRow.issuer) == account.issuer,
            col(OrganisationAccountRow.contact_key) == contact.key,
        )
    ).first()
    if known is None:
        session.add(
            OrganisationAccountRow(
                issuer=account.issuer,
                contact_key=contact.key,
                subject=account.subject,
                created_at=now,
            )
        )
    elif known.subject != account.subject:
        raise LogInRefusedError(
            f"Het adres {account.address} hoort hier bij een ander account van je organisatie."
            " Vraag de beheerder om je opnieuw te laten beginnen."
        )
    return login.open_session(session, contact.key, device=device, strong=True, now=now)
