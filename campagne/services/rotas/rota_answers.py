"""What a gemeente answers to a proposal for a year of its rota."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from campagne.domain import agreement as agreements
from campagne.domain.agreement import Statement
from campagne.domain.rota import Agreement, RotaEntry
from campagne.domain.threeway import Item
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import audit, lookup
from campagne.services.audit import Author
from campagne.services.rotas import effects, proposal_news, rota, rota_items, rota_years
from campagne.services.rotas.effects import Effect
from campagne.services.rotas.proposal_mails import Desk
from campagne.services.rotas.rota_years import Room
from campagne.store import queries
from campagne.store.tables import RotaStatementRow

KIND = "rota_entry"
_ALL_AGREE = "alle gemeenten akkoord"
_ANSWERS = {one: word(one) for one in Agreement} | {Agreement.PROPOSED: "nog geen antwoord"}
_WHAT = {
    None: "opmerking gemaakt",
    Agreement.AGREED: "akkoord gegeven",
    Agreement.DIFFERS: "gemeld dat het anders gaat",
    Agreement.PROPOSED: "antwoord ingetrokken",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers.

    Attributes:
        entry: key of the proposal.
        places: keys of the gemeenten that answer.
        said: PROPOSED takes an answer back; None is a remark, which leaves an answer as it is.
        version: of the proposal that was read.
        seen: instant of the last answer that was read; None for who read none on a page.
    """

    entry: str
    places: Collection[str]
    said: Agreement | None
    version: int
    seen: datetime | None = None


def answer(session: Session, region: str, year: int, given: Answer, *, desk: Desk) -> Effect:
    """Store what gemeenten say of a proposal; `desk.why` is what they do instead, or remark.

    What they said already is not stored again.

    Args:
        session: a writing session.
        region: key of the region whose year it is.
        year: the year.
        given: the answer.
        desk: who does it.

    Raises:
        NotFoundError: when there is no such proposal.
        InvalidInputError: when somebody does not answer for one of these gemeenten, a text is
            missing, or the proposal or their answer changed since it was read.
    """
    around = rota_years.room(session, region, year, desk.visitor, desk.today)
    if around.closed:
        raise InvalidInputError(around.closed)
    before = find(around, given.entry)
    require_own(around, given.places)
    if given.version != before.version:
        raise InvalidInputError(
            "Het voorstel is intussen veranderd. Je antwoord is niet opgeslagen. Lees het nieuwe"
            " voorstel en antwoord dan opnieuw."
        )
    if given.said is not None and given.seen is not None:
        _require_newest(session, around, given, given.seen)
    contact = desk.visitor.contact
    return record(
        session,
        around,
        given,
        text=desk.why,
        author=Author(contact.name, contact.key),
        now=desk.now,
        today=desk.today,
    )


def record(
    session: Session,
    around: Room,
    given: Answer,
    *,
    text: str,
    author: Author,
    now: datetime,
    today: date,
    logged_as: Author | None = None,
) -> Effect:
    """Store what gemeenten say of a proposal, whoever wrote it down.

    Args:
        session: a writing session.
        around: the year.
        given: the answer; of gemeenten whose year it is.
        text: what they do instead, or remark.
        author: who says so, or wrote it down.
        now: instant, aware UTC.
        today: the day.
        logged_as: who stands in the log of changes; None for the author.

    Raises:
        NotFoundError: when there is no such proposal.
        InvalidInputError: when a text is missing.
    """
    before, said, places = find(around, given.entry), given.said, given.places
    if not text and said is Agreement.DIFFERS:
        raise InvalidInputError("Schrijf op wat je gemeente anders doet.", "tekst")
    if not text and said is None:
        raise InvalidInputError("Schrijf op wat je wilt zeggen.", "tekst")
    touched = editions_of(session, around.year, {before.campaign})
    start = effects.look(session, touched, said_by(session, around, before, places))
    if said is not None and _is_said(session, before, places, said, text):
        return effects.compare(session, start, start, today=today)
    for place in sorted(places):
        statement = Statement(before.version, place, said, text, author.name, now)
        say(session, before, statement, author)
        if said is not None:
            change: rota_items.Values = {rota_items.AGREEMENT + place: said}
            rota_items.change(session, Item(KIND, before.key), change, now)
    if said is not None:
        rota.follow_up(session, now=now, today=today, editions=touched)
    else:
        queries.raise_data_version(session, now)
    after = stored(session, before.key)
    if said is not None:
        proposal_news.tell_proposer(
            session,
            (before, after),
            [one.key for one in around.members],
            differing=given.places if said is Agreement.DIFFERS else (),
            author=author,
            now=now,
        )
    end = effects.look(session, touched, said_by(session, around, after, places))
    effect = effects.compare(session, start, end, today=today)
    note(session, _WHAT[said], before.key, effect, author=logged_as or author, why=text, now=now)
    return effect


def record_for(
    session: Session,
    entry: str,
    municipality: str,
    said: Agreement,
    *,
    text: str,
    by: str,
    now: datetime,
    today: date,
) -> Effect:
    """Store what a gemeente said by phone or in a meeting; as `record`, by keys.

    Raises:
        NotFoundError: when there is no such year or gemeente, or it is not its year.
        InvalidInputError: when the year is past, or a text is missing.
    """
    entries = {one.key: one for one in queries.rota_entries(session)}
    found = entries.get(entry)
    if found is None:
        raise NotFoundError(
            f"Het roosterjaar '{entry}' bestaat niet. Schrijf het als"
            " duin-en-bollenstreek-2027: de regio met het jaar."
        )
    place = lookup.municipality(session, municipality)
    around = rota_years.room(session, found.region, found.year, None, today)
    if around.closed:
        raise InvalidInputError(around.closed)
    if place not in around.members:
        raise NotFoundError(f"{place.name} hoort niet bij het rooster van {around.region.name}.")
    given = Answer(entry, [municipality], said, found.version)
    return record(
        session,
        around,
        given,
        text=text,
        author=Author(by),
        now=now,
        today=today,
        logged_as=audit.COMMAND_LINE,
    )


def take_remark_back(
    session: Session, region: str, year: int, entry: str, written: datetime | None, *, desk: Desk
) -> None:
    """Take a remark away that somebody wrote; the log keeps that it was there.

    Args:
        session: a writing session.
        region: key of the region whose year it is.
        year: the year.
        entry: key of the proposal.
        written: when it was written, aware UTC.
        desk: who does it.

    Raises:
        NotFoundError: when there is no such proposal.
        InvalidInputError: when the year is past, or there is no such remark of theirs.
    """
    around = rota_years.room(session, region, year, desk.visitor, desk.today)
    if around.closed:
        raise InvalidInputError(around.closed)
    row, contact = RotaStatementRow, desk.visitor.contact
    gone = session.scalars(
        delete(row)
        .where(
            col(row.entry_key) == find(around, entry).key,
            col(row.agreement).is_(None),
            col(row.by_key) == contact.key,
            col(row.at) == written,
        )
        .returning(col(row.municipality_key))
    ).all()
    if not gone:
        raise InvalidInputError("Deze opmerking is er niet meer, of is niet van jou.")
    author = Author(contact.name, contact.key)
    audit.record(
        session,
        author,
        "opmerking weggehaald",
        of=(KIND, entry),
        before={},
        after={},
        why="",
        now=desk.now,
    )
    queries.raise_data_version(session, desk.now)


def find(around: Room, key: str) -> RotaEntry:
    """Return a proposal by its key.

    Raises:
        NotFoundError: when it is not there any more.
    """
    for one in around.entries:
        if one.key == key:
            return one
    raise NotFoundError(
        "Dit voorstel bestaat niet meer. Ga terug naar het jaar en kijk wat er nu staat."
    )


def require_own(around: Room, places: Collection[str], field: str = "gemeente") -> None:
    """Refuse gemeenten that the visitor does not answer for, or none; `field` is where they stand.

    Raises:
        InvalidInputError: then.
    """
    if not places or not set(places) <= {one.key for one in around.mine}:
        raise InvalidInputError("Kies een gemeente waarvoor jij het beleid doet.", field)


def said_by(
    session: Session, around: Room, entry: RotaEntry, places: Collection[str]
) -> dict[str, str]:
    """Return what gemeenten say of a year, and whether all of them agree."""
    statements = rota_years.said_of(session, [entry.key])[entry.key]
    said = agreements.latest(entry, statements)
    given: Mapping[str, Agreement] = dict(entry.agreements)
    shown = {}
    for one in around.members:
        if one.key in places:
            text = said[one.key].note if one.key in said else ""
            answer = _ANSWERS[given.get(one.key, Agreement.PROPOSED)]
            shown[one.name] = f"{answer} ({text})" if text else answer
    complete = agreements.standing(entry, [one.key for one in around.members], statements).complete
    return shown | {_ALL_AGREE: "ja" if complete else "nee"}


def stored(session: Session, key: str) -> RotaEntry:
    """Return a proposal as it is stored now."""
    session.expire_all()
    return next(one for one in queries.rota_entries(session) if one.key == key)


def editions_of(session: Session, year: int, campaigns: Collection[str]) -> list[str]:
    """Return the keys of the editions of campaigns in a year."""
    return [one.key for one in queries.editions(session, years=[year]) if one.campaign in campaigns]


def _require_newest(session: Session, around: Room, given: Answer, seen: datetime) -> None:
    """Refuse an answer in the place of one that somebody else gave meanwhile."""
    for one in rota_years.said_of(session, [given.entry])[given.entry]:
        if one.agreement is not None and one.municipality in given.places and one.at > seen:
            place = around.municipalities[one.municipality].name
            raise InvalidInputError(
                f"{one.by} antwoordde intussen al voor {place}: {_ANSWERS[one.agreement]}. Jouw"
                " antwoord is niet opgeslagen. Moet het anders? Verstuur het dan nog een keer."
            )


def say(session: Session, entry: RotaEntry, one: Statement, author: Author) -> None:
    """Store what a gemeente says, with who it was where that is a contact."""
    session.add(
        RotaStatementRow(
            entry_key=entry.key,
            version=one.version,
            municipality_key=one.municipality,
            agreement=one.agreement,
            note=one.note,
            by=one.by,
            by_key=author.contact,
            at=one.at,
        )
    )
    session.flush()


def note(
    session: Session,
    what: str,
    key: str,
    effect: Effect,
    *,
    author: Author,
    why: str,
    now: datetime,
) -> None:
    """Note in the log of changes what was done with a proposal."""
    audit.record(
        session,
        author,
        what,
        of=(KIND, key),
        before=effect.before,
        after=effect.after,
        why=why,
        now=now,
    )


def _is_said(
    session: Session, entry: RotaEntry, places: Collection[str], said: Agreement, text: str
) -> bool:
    statements = agreements.latest(entry, rota_years.said_of(session, [entry.key])[entry.key])
    now = dict(entry.agreements)
    return all(
        now.get(one) is said
        and one in statements
        and (statements[one].agreement, statements[one].note) == (said, text)
        for one in places
    )
