"""The mails of a broadcast: who asks, which gemeenten are asked, and what each of them reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from campagne.clock import local_day
from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.delivery import Message, MessageKind
from campagne.domain.playbook import Role
from campagne.domain.preferences import EVERYTHING, MailList
from campagne.domain.regions import Municipality, Region
from campagne.domain.rota import Edition, EditionStatus
from campagne.errors import InvalidInputError, NotFoundError
from campagne.mail_contexts import BroadcastContext, on_or_from
from campagne.messages import Mails
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.mail_words import mail_templates
from campagne.services.outbox import delivery
from campagne.services.readers import Reader, deputies
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
    return mail_templates.in_use(session, mails).draft("regiobericht-tekst", values)


@dataclass(frozen=True, slots=True)
class Mailed:
    """One mail of a broadcast; a copy goes to the deputy of `contact`, with the mail itself."""

    contact: Contact
    message: Message
    copy: tuple[Contact, Message] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A gemeente that is asked, with its mails; `unwilling` want no broadcasts."""

    municipality: Municipality
    mails: tuple[Mailed, ...]
    unwilling: tuple[Contact, ...]


def compose(
    session: Session, row: BroadcastRow, links: Links, mails: Mails, at: datetime
) -> list[Asked]:
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
    wanted = queries.preferences(session)
    mails = mail_templates.in_use(session, mails)
    stand_ins = deputies(session, MailList.BROADCASTS, local_day(at))

    def mail(reader: Reader, municipality: Municipality) -> Message:
        context = BroadcastContext(
            name=reader.contact.name,
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
            copy_note=reader.copy_note,
            preferences_url=links.preferences(reader.contact.key, MailList.BROADCASTS),
        )
        return mails.compose(
            "regiobericht",
            context,
            kind=MessageKind.BROADCAST,
            key=reader.key(f"regiobericht:{row.id}:{municipality.key}:{reader.of.key}"),
            recipient=reader.contact.email,
            recipient_name=reader.contact.name,
            date=at,
            reply_to=author.email,
            unsubscribe_url=context.preferences_url,
        )

    composed = []
    for municipality in lookup.asked(session, edition, region):
        officers = lookup.officers(contacts, municipality.key)
        willing = [one for one in officers if wanted.get(one.key, EVERYTHING).broadcasts]
        made = []
        for contact in willing:
            deputy = stand_ins.get(contact.key)
            copy = None
            if deputy is not None and deputy.contact not in willing:
                copy = (deputy.contact, mail(deputy, municipality))
            made.append(Mailed(contact, mail(Reader(contact, contact), municipality), copy))
        unwilling = tuple(one for one in officers if one not in willing)
        composed.append(Asked(municipality, tuple(made), unwilling))
    return composed


def enqueue(
    session: Session, row: BroadcastRow, edition: Edition, asked: Sequence[Asked], *, now: datetime
) -> None:
    """Put the mails of a broadcast in the outbox, each copy with the mail that it is a copy of.

    They make sense until the day before the edition starts.
    """

    def put(place: str, to: Contact, message: Message, copy_of: int | None = None) -> int | None:
        return delivery.enqueue(
            session,
            message,
            now=now,
            contact_key=to.key,
            municipality_key=place,
            broadcast_id=row.id,
            edition=edition,
            valid_until=edition.span.first - timedelta(days=1),
            copy_of=copy_of,
        )

    for one in asked:
        for mail in one.mails:
            original = put(one.municipality.key, mail.contact, mail.message)
            if mail.copy is not None:
                put(one.municipality.key, *mail.copy, original)
