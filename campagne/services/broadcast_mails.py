"""The mails of a broadcast: who asks, which gemeenten are asked, and what each of them reads."""

from datetime import date, datetime

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.delivery import Message, MessageKind
from campagne.domain.playbook import Role
from campagne.domain.regions import Municipality, Region
from campagne.domain.rota import Edition, EditionStatus
from campagne.errors import InvalidInputError, NotFoundError
from campagne.messages import BroadcastContext, Mails, on_or_from
from campagne.services import lookup
from campagne.services.access import Links
from campagne.store import queries
from campagne.store.tables import BroadcastRow


def number(row: BroadcastRow) -> int:
    """Return the id of a stored broadcast."""
    if row.id is None:
        raise ValueError(row)
    return row.id


def find_author(session: Session, region: Region, key: str | None) -> Contact:
    """Return the centrum contact who asks.

    Args:
        session: any session.
        region: the region that is asked.
        key: the contact; None where there is only one.

    Raises:
        InvalidInputError: when the region has no centrumgemeente, or it is not clear who asks.
        NotFoundError: when this is no centrum contact of the centrumgemeente.
    """
    if region.centre is None:
        centres = [one.key for one in queries.regions(session).values() if one.centre]
        raise InvalidInputError(
            f"{region.name} heeft geen centrumgemeente. Kies {dutch.join(centres, 'of')}."
        )
    centre = queries.municipalities(session)[region.centre].name
    allowed = [
        one for one in queries.contacts(session) if (Role.CENTRE, region.centre) in one.assignments
    ]
    if not allowed:
        raise InvalidInputError(
            f"{centre} heeft geen contactpersoon met de rol centrum. Voeg die eerst toe."
        )
    listed = ", ".join(one.key for one in allowed)
    if key is None:
        if len(allowed) > 1:
            raise InvalidInputError(f"Namens wie gaat het bericht uit? Kies een van: {listed}.")
        return allowed[0]
    for one in allowed:
        if one.key == key:
            return one
    raise NotFoundError(f"'{key}' is geen contactpersoon centrum van {centre}. Kies uit: {listed}.")


def draft(
    session: Session, edition: Edition, answer_by: date, links: Links, mails: Mails
) -> tuple[str, str]:
    """Return subject and body; they hold nothing of the moment, so that changes can be seen."""
    campaign = queries.campaigns(session)[edition.campaign]
    values = {
        "campaign": campaign.name,
        "short_period": dutch.short_period(edition.span),
        "runs": on_or_from(dutch.period(edition.span)),
        "theme": edition.theme,
        "provisional": edition.status is EditionStatus.PROVISIONAL,
        "summary": campaign.summary,
        "answer_by": dutch.day(answer_by),
        "material_url": campaign.material_url,
        "organiser": campaign.organiser,
        "edition_url": links.edition(edition.key),
    }
    return mails.draft("regiobericht-tekst", values)


def compose(
    session: Session, row: BroadcastRow, links: Links, mails: Mails, at: datetime
) -> list[tuple[Municipality, list[tuple[Contact, Message]]]]:
    """Return per gemeente that is asked the mail to each of its contacts, `at` being their Date.

    Who works for three gemeenten gets three mails: each gemeente has its own answer link.

    Raises:
        InvalidInputError: when the author is no centrum contact any more.
    """
    edition = lookup.edition(session, row.edition_key)
    region = lookup.region(session, row.region_key)
    campaign = queries.campaigns(session)[edition.campaign]
    contacts = queries.contacts(session)
    author = find_author(session, region, row.author_key)
    centre = queries.municipalities(session)[region.centre or ""].name
    composed = []
    for municipality in lookup.asked(session, edition, region):
        made = []
        for contact in lookup.officers(contacts, municipality.key):
            context = BroadcastContext(
                name=contact.name,
                municipality=municipality.name,
                campaign=campaign.name,
                subject=row.subject,
                body=row.body,
                answer_by=dutch.day(row.answer_by),
                answer_url=links.answer(number(row), municipality.key),
                edition_url=links.edition(edition.key, municipality.key),
                author_name=author.name,
                author_municipality=centre,
                author_email=author.email,
                author_phone=author.phone,
                region=region.name,
            )
            message = mails.compose(
                "regiobericht",
                context,
                kind=MessageKind.BROADCAST,
                key=f"regiobericht:{row.id}:{municipality.key}:{contact.key}",
                recipient=contact.email,
                recipient_name=contact.name,
                date=at,
                reply_to=author.email,
            )
            made.append((contact, message))
        composed.append((municipality, made))
    return composed
