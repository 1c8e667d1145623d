"""What is stored about one contact, kind by kind, as it lies in the tables."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlmodel import Session, col

from campagne.services.managed_log import KINDS, names_of
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
    EvaluationRow,
    HandoverRow,
    MutedRow,
    NewsRow,
    OrganisationAccountRow,
    OwnTextRow,
    ParticipationRow,
    PausedAddressRow,
    PersonalFeedRow,
    PreferencesRow,
    ReminderRow,
    RotaStatementRow,
    SecondFactorRow,
    StepStateRow,
    WebSessionRow,
)

Cell = str | int | bool | date | datetime | None
# A heading in Dutch, the columns, and rows whose cells go with them: keys where the name of a
# column says so.
Found = tuple[str, tuple[str, ...], Sequence[Sequence[Cell]]]


def stored(session: Session, key: str, address: str) -> Iterator[Found]:
    """Yield all that is stored about a contact beside who they are and what they do.

    Args:
        session: any session.
        key: of the contact.
        address: their mail address; mail to it is theirs whatever contact it was for.
    """

    def rows(query: Select[*tuple[Cell, ...]]) -> Sequence[Sequence[Cell]]:
        return [tuple(row) for row in session.execute(query)]

    wanted, muted = PreferencesRow, MutedRow
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
        "Je agendalink, waarvan we het adres niet bewaren",
        ("gemaakt op",),
        rows(
            select(col(PersonalFeedRow.created_at)).where(col(PersonalFeedRow.contact_key) == key)
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
        _log(session, key),
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
        "Klein nieuws dat we je mailen",
        ("waarover", "sinds"),
        rows(
            select(col(NewsRow.kind), col(NewsRow.created_at))
            .where(col(NewsRow.contact_key) == key)
            .order_by(col(NewsRow.id).desc())
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


def _log(session: Session, key: str) -> Sequence[Sequence[Cell]]:
    audit = AuditRow
    found = session.execute(
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
    ).all()
    keys: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for _, _, _, kind, of, _ in found:
        keys[kind].add(of)
    names = names_of(session, keys)
    return [
        (at, by, what, KINDS[kind], names.get((kind, of), of), why)
        for at, by, what, kind, of, why in found
    ]


def _mail(session: Session, key: str, address: str) -> Iterator[Found]:
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


def _done(session: Session, key: str) -> Iterator[Found]:
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
            .where(or_(col(AnswerRow.by_key) == key, col(AnswerRow.noted_by_key) == key))
            .order_by(col(AnswerRow.id).desc())
        ).all(),
    )
    plan = ParticipationRow
    yield (
        "Lokale acties die je opschreef, of waarvan je contactpersoon bent",
        ("editie", "gemeente", "moment"),
        session.execute(
            select(col(plan.edition_key), col(plan.municipality_key), col(plan.at))
            .where(or_(col(plan.by_key) == key, col(plan.contact_key) == key))
            .order_by(col(plan.at).desc())
        ).all(),
    )
    review = EvaluationRow
    yield (
        "Campagnes waarop je terugkeek",
        ("editie", "gemeente", "moment"),
        session.execute(
            select(col(review.edition_key), col(review.municipality_key), col(review.at))
            .where(col(review.by_key) == key)
            .order_by(col(review.at).desc())
        ).all(),
    )
    own = OwnTextRow
    yield (
        "Teksten die je schreef",
        ("campagne", "soort", "waarom", "moment"),
        session.execute(
            select(col(own.campaign_key), col(own.kind), col(own.why), col(own.at))
            .where(col(own.by_key) == key)
            .order_by(col(own.at).desc())
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
