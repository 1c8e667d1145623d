"""The mails of a broadcast: which gemeenten are asked, and what each of their contacts reads."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlmodel import Session

from campagne import ical, mail_files
from campagne.clock import local_day
from campagne.domain import dutch, placeholders
from campagne.domain.broadcasts import fingerprint
from campagne.domain.contacts import Contact
from campagne.domain.delivery import Message, MessageKind, Tail
from campagne.domain.playbook import Role
from campagne.domain.preferences import EVERYTHING, MailList
from campagne.domain.regions import Municipality
from campagne.domain.rota import Campaign, Edition, EditionStatus
from campagne.mail_files import Attachment
from campagne.messages import Mails
from campagne.regional_contexts import BroadcastContext, PlaceLinks
from campagne.services import lookup
from campagne.services.access import Links
from campagne.services.mail_words import mail_templates
from campagne.services.national import materials
from campagne.services.outbox import delivery
from campagne.services.publishing import feed_events, feed_stamps
from campagne.services.readers import Reader, deputies
from campagne.services.regional import enclosed, mailed, senders
from campagne.store import queries
from campagne.store.tables import BroadcastRow, EditionRow
from campagne.templating import escaped

# A person reads the text before it is a mail: only what would be Markdown keeps its backslash.
_NEEDLESS = re.compile(r"""\\([.,:;!?'"()/%-])""")


def number(row: BroadcastRow) -> int:
    """Return the id of a stored broadcast."""
    if row.id is None:
        raise ValueError(row)
    return row.id


def trials(broadcast_id: int) -> str:
    """Return what the keys of the mails are like that somebody sent to try a broadcast."""
    return f"proef:%:regiobericht:{broadcast_id}:%"


def draft(
    session: Session,
    edition: Edition,
    answer_by: date,
    links: Links,
    mails: Mails,
    *,
    today: date,
) -> tuple[str, str]:
    """Return subject and body; of the day they hold no more than where the material is."""
    campaign = queries.campaigns(session)[edition.campaign]
    values = {
        "campaign": campaign.name,
        "short_period": dutch.short_period(edition.span),
        "runs": dutch.on_or_from(dutch.period(edition.span)),
        "theme": edition.theme,
        "provisional": edition.status is EditionStatus.PROVISIONAL,
        "summary": campaign.summary,
        "answer_by": dutch.day(answer_by),
        "material_url": materials.address(session, edition, campaign, today),
        "organiser": campaign.organiser,
        "edition_url": links.edition(edition.key),
    }
    subject, body = mail_templates.in_use(session, mails).draft("regiobericht-tekst", values)
    return subject, _NEEDLESS.sub(r"\1", body)


def facts(
    session: Session, edition: Edition, answer_by: date, links: Links, mails: Mails, *, body: str
) -> str:
    """Return the fingerprint of what a broadcast with this body tells of its campaign.

    Of its national material only an address that stands in the body: what comes later keeps no
    message from going.
    """
    bare = replace(edition, material=None)
    # Without material any day gives the same.
    words = draft(session, bare, answer_by, links, mails, today=answer_by)
    return fingerprint(*words, *materials.stands_in(edition, body))


def is_outdated(
    session: Session, row: BroadcastRow, edition: Edition, links: Links, mails: Mails
) -> bool:
    """Say whether what a broadcast tells of its campaign is otherwise by now."""
    return facts(session, edition, row.answer_by, links, mails, body=row.body) != row.facts


@dataclass(frozen=True, slots=True)
class Addressed:
    """Who gets a mail for which gemeenten, with the deputy who gets a copy of it."""

    places: tuple[Municipality, ...]
    contact: Contact
    deputy: Reader | None


@dataclass(frozen=True, slots=True)
class Mailed:
    """One mail of a broadcast; a copy goes to the deputy of `contact`, with the mail itself."""

    places: tuple[Municipality, ...]
    contact: Contact
    message: Message
    copy: tuple[Contact, Message] | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """A gemeente that is asked, with who there gets a mail, and who does without broadcasts."""

    municipality: Municipality
    willing: tuple[Contact, ...]
    unwilling: tuple[Contact, ...]


def audience(session: Session, row: BroadcastRow) -> list[Audience]:
    """Return who a broadcast is for, by gemeente; a follow-up is for who had the first."""
    wanted = queries.preferences(session)
    people = lookup.officers_by_place(queries.contacts(session), [Role(one) for one in row.roles])
    had = None if row.follows_id is None else mailed.who_got_it(session, row.follows_id)
    found = []
    for place in places(session, row):
        officers = [
            one for one in people.get(place.key, ()) if had is None or (one.key, place.key) in had
        ]
        kinds: tuple[list[Contact], list[Contact]] = ([], [])
        for one in officers:
            kinds[wanted.get(one.key, EVERYTHING).broadcasts].append(one)
        unwilling, willing = map(tuple, kinds)
        if officers or had is None:
            found.append(Audience(place, willing, unwilling))
    return found


def places(session: Session, row: BroadcastRow) -> list[Municipality]:
    """Return the gemeenten that a broadcast asks, by name."""
    edition = lookup.edition(session, row.edition_key)
    return lookup.asked(session, edition, row.region_key, row.centre_key, row.places)


class Writer:
    """Writes the mails of one broadcast, read in one transaction.

    Args:
        session: any session.
        row: the broadcast.
        links: makes the addresses in it.
        mails: makes the mails.
        at: the Date of the mails, aware UTC.

    Raises:
        InvalidInputError: when its author is no centrum contact any more.
    """

    def __init__(
        self, session: Session, row: BroadcastRow, links: Links, mails: Mails, at: datetime
    ) -> None:
        self._row, self._links, self._at = row, links, at
        self._mails = mail_templates.in_use(session, mails)
        self._edition = lookup.edition(session, row.edition_key)
        self._campaign: Campaign = queries.campaigns(session)[self._edition.campaign]
        self._author = senders.author_of(session, row)
        self._centre = queries.municipalities(session)[row.centre_key].name
        self._region = lookup.region(session, row.region_key).name
        self._material = materials.address(session, self._edition, self._campaign, local_day(at))
        self._used = placeholders.used(f"{row.subject}\n{row.body}")
        self._files = tuple(self._calendar(session)) if row.with_calendar else ()
        self._session = session
        self._served: dict[str, list[Municipality]] = {}
        for one in audience(session, row):
            for contact in one.willing:
                self._served.setdefault(contact.key, []).append(one.municipality)

    def mail(
        self, reader: Reader, places: Sequence[Municipality], to: Contact | None = None
    ) -> Message:
        """Return the mail to one reader about some gemeenten; with `to` the same, sent there."""
        row, author, first = self._row, self._author, places[0]
        values = self._values(reader.contact, first)
        others = [one for one in self._served.get(reader.of.key, ()) if one not in places]
        asked = [one.key for one in (*places, *others)]
        context = BroadcastContext(
            name=reader.contact.name,
            municipality=dutch.join([one.name for one in places]),
            campaign=self._campaign.name,
            subject=placeholders.fill(row.subject, values),
            body=placeholders.fill(row.body, values, escaped),
            answer_by=dutch.day(row.answer_by),
            answer_url=self._links.answer(number(row), asked[0], asked[1:]),
            links=tuple(self._place(one) for one in places),
            others=dutch.join([one.name for one in others]),
            edition_url=self._links.edition(self._edition.key, first.key),
            texts_url=self._links.texts(self._edition.key, first.key),
            author_name=author.name,
            author_municipality=self._centre,
            author_email=author.email,
            author_phone=author.phone,
            region=self._region,
            texts=row.with_texts,
            calendar=row.with_calendar,
            files=dutch.join([one.said for one in enclosed.of(row)]),
            copy_note=reader.copy_note,
            # Of the day that it was made: what is shown is what is sent, but for the Date.
            preferences_url=self._links.preferences(
                reader.contact.key, MailList.BROADCASTS, local_day(row.created_at)
            ),
        )
        about = "+".join(one.key for one in places)
        key = reader.key(f"regiobericht:{row.id}:{about}:{reader.of.key}")
        if to is not None:
            key = f"proef:{to.key}:{self._at.isoformat()}:{key}"
        goes_to = to or reader.contact
        return self._mails.compose(
            "regiobericht",
            context,
            kind=MessageKind.BROADCAST,
            key=key,
            recipient=goes_to.email,
            recipient_name=goes_to.name,
            date=self._at,
            reply_to=author.email,
            unsubscribe_url=context.preferences_url,
            attachments=self._files,
            tail=self._tail,
        )

    def _place(self, place: Municipality) -> PlaceLinks:
        key = self._edition.key
        return PlaceLinks(
            place.name, self._links.edition(key, place.key), self._links.texts(key, place.key)
        )

    @cached_property
    def _tail(self) -> Tail | None:
        """The files that go along: read when there is a mail, and not to look for faults."""
        files = enclosed.attachments(self._session, self._row)
        return mail_files.bundle(files) if files else None

    def empty(self, reader: Contact, municipality: Municipality) -> list[str]:
        """Return the placeholders that have no value for one reader."""
        values = self._values(reader, municipality)
        return [one for one in self._used if not values.get(one)]

    def _values(self, reader: Contact, municipality: Municipality) -> Mapping[str, str]:
        span = self._edition.span
        return {
            "gemeente": municipality.name,
            "naam": reader.name,
            "campagne": self._campaign.name,
            "periode": dutch.period(span),
            "begin": dutch.day(span.first),
            "einde": dutch.day(span.last),
            "thema": self._edition.theme,
            "antwoorddatum": dutch.day(self._row.answer_by),
            "pagina": self._links.edition(self._edition.key, municipality.key),
            "toolkit": self._links.texts(self._edition.key, municipality.key),
            "materiaal": self._material,
            "lokaal_team": municipality.profile.local_team,
            "website": municipality.profile.website,
            "regio": self._region,
            "centrumgemeente": self._centre,
            "afzender": self._author.name,
            "telefoon": self._author.phone,
        }

    def _calendar(self, session: Session) -> Iterable[Attachment]:
        edition = session.get_one(EditionRow, self._edition.key)
        event = feed_events.of_edition(edition, feed_stamps.read_known(session), self._links)
        content = ical.invitation(
            event, organizer=self._author.email, organizer_name=self._author.name
        )
        yield Attachment("campagne.ics", "text/calendar", content, method="PUBLISH")


def readers_on(
    session: Session,
    row: BroadcastRow,
    day: date,
    had: AbstractSet[tuple[str, str]] = frozenset(),
) -> list[Addressed]:
    """Return who gets a mail on a day, by gemeente, each with the deputy who gets a copy.

    Who works for three gemeenten gets one mail about the three, unless it must be another for each
    (see `are_apart`): then three, and with the link in any of them all three can answer.

    Args:
        session: any session.
        row: the broadcast.
        day: who is absent on it, has a deputy.
        had: contact and gemeente, by key, of the mails that are there already.
    """
    stand_ins = deputies(session, MailList.BROADCASTS, day)
    apart = are_apart(session, row)
    found: dict[tuple[str, ...], Addressed] = {}
    for one in audience(session, row):
        for contact in one.willing:
            if (contact.key, one.municipality.key) in had:
                continue
            deputy = stand_ins.get(contact.key)
            # Who gets the mail as a contact of this gemeente needs no copy of it.
            if deputy is not None and deputy.contact in one.willing:
                deputy = None
            of_place = one.municipality.key if apart else ""
            key = (contact.key, deputy.contact.key if deputy else "", of_place)
            before = found.get(key)
            places = (*before.places, one.municipality) if before else (one.municipality,)
            found[key] = Addressed(places, contact, deputy)
    return [*found.values()]


def are_apart(session: Session, row: BroadcastRow) -> bool:
    """Say whether each gemeente has a mail of its own.

    So when the text is another one for each, or own words around it have a link for only one.
    """
    return placeholders.differs_by_place(f"{row.subject}\n{row.body}") or not mail_templates.knows(
        session, "regiobericht", "links"
    )


def compose(writer: Writer, readers: Iterable[Addressed]) -> Iterator[Mailed]:
    """Yield the mail to each reader, with the copy for the deputy."""
    for one in readers:
        copy = None
        if one.deputy is not None:
            copy = (one.deputy.contact, writer.mail(one.deputy, one.places))
        mail = writer.mail(Reader(one.contact, one.contact), one.places)
        yield Mailed(one.places, one.contact, mail, copy)


def text_faults(writer: Writer, row: BroadcastRow, readers: Iterable[Addressed]) -> list[str]:
    """Return what is wrong with the placeholders of a broadcast, each a Dutch sentence."""
    empty: dict[str, list[str]] = {}
    for one in readers:
        for place in one.places:
            for name in writer.empty(one.contact, place):
                empty.setdefault(name, []).append(place.name)
    return placeholders.faults(f"{row.subject}\n{row.body}", empty)


def enqueue(session: Session, row: BroadcastRow, mails: Iterable[Mailed], *, now: datetime) -> int:
    """Put mails of a broadcast in the outbox, each copy with the mail that it is a copy of.

    They make sense until the day before the edition starts.

    Args:
        session: a writing session.
        row: the broadcast.
        mails: some of its mails.
        now: instant, aware UTC.

    Returns:
        How many mails; whoever has one for any of its gemeenten gets none: another made it first.
    """
    edition, put_in = lookup.edition(session, row.edition_key), 0
    had = mailed.who(session, number(row))

    def put(
        places: Sequence[str], to: Contact, message: Message, copy_of: int | None = None
    ) -> int | None:
        nonlocal put_in
        made = delivery.enqueue(
            session,
            message,
            now=now,
            contact_key=to.key,
            municipality_key=places[0],
            broadcast_id=row.id,
            edition=edition,
            valid_until=edition.span.first - timedelta(days=1),
            copy_of=copy_of,
        )
        if made is not None:
            put_in += 1
            mailed.keep(session, made, places[1:])
        return made

    for one in mails:
        keys = [place.key for place in one.places]
        if not had.isdisjoint((one.contact.key, key) for key in keys):
            continue
        original = put(keys, one.contact, one.message)
        if one.copy is not None and original is not None:
            put(keys, *one.copy, original)
    return put_in
