"""Everything that is stored about one contact, to be read and taken along (GDPR, 15 and 20)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Select, or_, select
from sqlmodel import Session, col

from campagne.clock import AMSTERDAM
from campagne.domain.words import word
from campagne.services.managed_log import KINDS
from campagne.services.people import preferences
from campagne.store import queries
from campagne.store.tables import (
    AnswerRow,
    AuditRow,
    BounceRow,
    BroadcastRow,
    CheckRow,
    ContactRow,
    DateProposalRow,
    DeliveryRow,
    ErasureRow,
    HandoverRow,
    MutedRow,
    OrganisationAccountRow,
    PausedAddressRow,
    PreferencesRow,
    ReminderRow,
    RotaStatementRow,
    SecondFactorRow,
    StepStateRow,
    WebSessionRow,
)

Cell = str | int | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of data: a heading in Dutch, and rows whose cells go with the columns.

    A cell is what people read, or a day or an aware instant, which a page writes out.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | date, ...], ...]

    def as_records(self) -> list[dict[str, str]]:
        """Return the rows as a program reads them, days and instants by ISO 8601."""
        return [
            dict(zip(self.columns, (_as_file(cell) for cell in row), strict=True))
            for row in self.rows
        ]


def everything(session: Session, contact: str) -> list[Part]:
    """Return all that is stored about a contact, without the text of mails and without secrets.

    What was said without a key beside the name, by phone or long ago, is nobody's here: two people
    can have one name.

    Args:
        session: any session.
        contact: key of an active contact.

    Raises:
        NotFoundError: when there is no such contact.
    """
    me = preferences.find(session, contact)
    places = {key: one.name for key, one in queries.municipalities(session).items()}
    work = [(word(role), places[place]) for role, place in me.assignments]
    return [
        Part(
            "Wie je bent",
            ("sleutel", "naam", "mailadres", "telefoon"),
            ((me.key, me.name, me.email, me.phone),),
        ),
        Part("Wat je doet", ("rol", "gemeente"), tuple(work)),
        *(
            Part(title, columns, tuple(tuple(_text(cell) for cell in row) for row in found))
            for title, columns, found in _stored(session, contact, me.email)
        ),
    ]


def as_json(parts: Iterable[Part]) -> Mapping[str, list[dict[str, str]]]:
    """Return it by heading, for one file."""
    return {one.title: one.as_records() for one in parts}


_Found = tuple[str, tuple[str, ...], Sequence[Sequence[Cell]]]


def _stored(session: Session, key: str, address: str) -> Iterator[_Found]:
    def rows(query: Select[*tuple[Cell, ...]]) -> Sequence[Sequence[Cell]]:
        return [tuple(row) for row in session.execute(query)]

    wanted, muted, audit = PreferencesRow, MutedRow, AuditRow
    yield (
        "Welke mail je wilt, en je afwezigheid",
        ("ritme", "herinneringen", "regioberichten", "afwezig van", "tot en met", "vervanger"),
        rows(
            select(
                col(wanted.rhythm),
                col(wanted.reminders),
                col(wanted.broadcasts),
                col(wanted.absent_from),
                col(wanted.absent_until),
                col(ContactRow.name),
            )
            .outerjoin(ContactRow, col(ContactRow.key) == col(wanted.deputy_key))
            .where(col(wanted.contact_key) == key)
        ),
    )
    yield (
        "Campagnes waarover je geen herinneringen wilt",
        ("campagne", "rol"),
        rows(
            select(col(muted.campaign_key), col(muted.role))
            .where(col(muted.contact_key) == key)
            .order_by(col(muted.campaign_key), col(muted.role))
        ),
    )
    yield from _mail(session, key, address)
    yield from _done(session, key)
    yield (
        "Waar je bent ingelogd",
        ("apparaat", "sinds", "laatst gezien", "met code"),
        rows(
            select(
                col(WebSessionRow.device),
                col(WebSessionRow.created_at),
                col(WebSessionRow.seen_at),
                col(WebSessionRow.strong),
            ).where(col(WebSessionRow.contact_key) == key)
        ),
    )
    yield (
        "Je app met codes",
        ("ingesteld op",),
        rows(
            select(col(SecondFactorRow.confirmed_at)).where(col(SecondFactorRow.contact_key) == key)
        ),
    )
    yield (
        "Logboek: wat jij wijzigde, en wat er aan jouw gegevens is gewijzigd",
        ("moment", "door", "wat", "soort", "waarvan", "waarom"),
        [
            (at, by, what, KINDS.get(kind, kind), of, why)
            for at, by, what, kind, of, why in session.execute(
                select(
                    col(audit.at),
                    col(audit.by),
                    col(audit.what),
                    col(audit.kind),
                    col(audit.key),
                    col(audit.why),
                )
                .where(
                    or_(
                        col(audit.contact_key) == key,
                        (col(audit.kind) == "contact") & (col(audit.key) == key),
                    )
                )
                .order_by(col(audit.id).desc())
            )
        ],
    )
    yield (
        "Je account bij je organisatie, om mee in te loggen",
        ("dienst", "kenmerk", "sinds"),
        rows(
            select(
                col(OrganisationAccountRow.issuer),
                col(OrganisationAccountRow.subject),
                col(OrganisationAccountRow.created_at),
            ).where(col(OrganisationAccountRow.contact_key) == key)
        ),
    )
    yield (
        "Wanneer we vroegen of je gegevens kloppen, en wat je zei",
        ("gevraagd op", "geantwoord op", "wat er niet klopt"),
        rows(
            select(col(CheckRow.asked_on), col(CheckRow.answered_at), col(CheckRow.remark))
            .where(col(CheckRow.contact_key) == key)
            .order_by(col(CheckRow.due_on).desc())
        ),
    )
    yield (
        "Je verzoek om je gegevens te wissen",
        ("gevraagd op", "uitgevoerd op"),
        rows(
            select(col(ErasureRow.asked_at), col(ErasureRow.done_at)).where(
                col(ErasureRow.contact_key) == key
            )
        ),
    )


def _mail(session: Session, key: str, address: str) -> Iterator[_Found]:
    sent, due = DeliveryRow, ReminderRow
    mine = or_(col(sent.contact_key) == key, col(sent.recipient) == address)
    yield (
        "Mails aan jou (de tekst staat in je eigen mailprogramma)",
        ("onderwerp", "soort", "adres", "stand", "klaargezet", "afgehandeld", "antwoord"),
        session.execute(
            select(
                col(sent.subject),
                col(sent.kind),
                col(sent.recipient),
                col(sent.state),
                col(sent.created_at),
                col(sent.settled_at),
                col(sent.reply),
            )
            .where(mine)
            .order_by(col(sent.id).desc())
        ).all(),
    )
    yield (
        "Mails die terugkwamen",
        ("moment", "adres", "code", "tekst"),
        session.execute(
            select(
                col(BounceRow.at),
                col(BounceRow.recipient),
                col(BounceRow.status),
                col(BounceRow.text),
            )
            .join(sent, col(sent.id) == col(BounceRow.delivery_id))
            .where(mine)
            .order_by(col(BounceRow.id).desc())
        ).all(),
    )
    yield (
        "Je adres krijgt geen mail",
        ("sinds",),
        session.execute(
            select(col(PausedAddressRow.since)).where(
                col(PausedAddressRow.address) == address.lower()
            )
        ).all(),
    )
    yield (
        "Herinneringen aan jou",
        ("editie", "stap", "gemeente", "dag", "stand"),
        session.execute(
            select(
                col(due.edition_key),
                col(due.step_key),
                col(due.municipality_key),
                col(due.due_on),
                col(due.state),
            )
            .where(col(due.contact_key) == key)
            .order_by(col(due.due_on), col(due.id))
        ).all(),
    )


def _done(session: Session, key: str) -> Iterator[_Found]:
    tick, over, said = StepStateRow, HandoverRow, RotaStatementRow
    yield (
        "Wat je afvinkte",
        ("editie", "stap", "gemeente", "stand", "opmerking", "moment"),
        session.execute(
            select(
                col(tick.edition_key),
                col(tick.step_key),
                col(tick.municipality_key),
                col(tick.status),
                col(tick.note),
                col(tick.at),
            )
            .where(col(tick.by_key) == key)
            .order_by(col(tick.at).desc())
        ).all(),
    )
    yield (
        "Stappen die zijn overgedragen, door jou of aan jou",
        ("editie", "stap", "gemeente", "door", "aan", "opmerking", "moment"),
        session.execute(
            select(
                col(over.edition_key),
                col(over.step_key),
                col(over.municipality_key),
                col(over.by_key),
                col(over.contact_key),
                col(over.note),
                col(over.at),
            )
            .where(or_(col(over.by_key) == key, col(over.contact_key) == key))
            .order_by(col(over.at).desc())
        ).all(),
    )
    yield (
        "Antwoorden die je gaf of vastlegde",
        ("editie", "gemeente", "antwoord", "moment"),
        session.execute(
            select(
                col(AnswerRow.edition_key),
                col(AnswerRow.municipality_key),
                col(AnswerRow.answer),
                col(AnswerRow.at),
            )
            .where(col(AnswerRow.by_key) == key)
            .order_by(col(AnswerRow.id).desc())
        ).all(),
    )
    yield (
        "Regioberichten die je verstuurde",
        ("editie", "regio", "onderwerp", "moment"),
        session.execute(
            select(
                col(BroadcastRow.edition_key),
                col(BroadcastRow.region_key),
                col(BroadcastRow.subject),
                col(BroadcastRow.created_at),
            )
            .where(col(BroadcastRow.author_key) == key)
            .order_by(col(BroadcastRow.id).desc())
        ).all(),
    )
    yield (
        "Datums die je voorstelde",
        ("editie", "eerste dag", "laatste dag", "bron", "toelichting", "moment"),
        session.execute(
            select(
                col(DateProposalRow.edition_key),
                col(DateProposalRow.first),
                col(DateProposalRow.last),
                col(DateProposalRow.source),
                col(DateProposalRow.note),
                col(DateProposalRow.found_at),
            )
            .where(col(DateProposalRow.contact_key) == key)
            .order_by(col(DateProposalRow.id).desc())
        ).all(),
    )
    yield (
        "Wat je zei van het rooster",
        ("jaar van het rooster", "gemeente", "antwoord", "opmerking", "moment"),
        session.execute(
            select(
                col(said.entry_key),
                col(said.municipality_key),
                col(said.agreement),
                col(said.note),
                col(said.at),
            )
            .where(col(said.by_key) == key)
            .order_by(col(said.id).desc())
        ).all(),
    )


_RHYTHM = {"at_once": "elke herinnering op haar dag", "weekly": "één mail per week"}


def _as_file(cell: str | date) -> str:
    if isinstance(cell, datetime):
        return cell.astimezone(AMSTERDAM).isoformat(sep=" ", timespec="minutes")
    return str(cell)


def _text(cell: Cell) -> str | date:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, date):
        return cell
    if isinstance(cell, StrEnum):
        try:
            return word(cell)
        except KeyError:
            return _RHYTHM.get(cell.value, cell.value)
    return str(cell)
