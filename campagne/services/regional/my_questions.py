"""What a centrumgemeente asks of the gemeenten that somebody works for, and how far they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from campagne.domain import dutch
from campagne.domain.broadcasts import BroadcastState
from campagne.domain.playbook import Role
from campagne.domain.regions import Municipality
from campagne.domain.reminders import Answer
from campagne.domain.rights import Visitor, acts_as
from campagne.domain.rota import Edition
from campagne.services.access import Links
from campagne.services.regional import broadcast_mails, given, local_plans, participation
from campagne.store import queries
from campagne.store.tables import AnswerRow, BroadcastRow, EditionRow

_ANSWER = frozenset({Role.POLICY, Role.COMMUNICATION})


@dataclass(frozen=True, slots=True)
class Question:
    """Whether some gemeenten take part, which they did not say yet.

    Attributes:
        edition: its key.
        municipalities: their names.
        period: the days in Dutch.
        answer_by: the last day that the centrumgemeente asks for, or that they gave themselves.
        address: of the page for the answer.
    """

    edition: str
    campaign: str
    municipalities: tuple[str, ...]
    period: str
    answer_by: date
    address: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A gemeente that takes part; `address` is of the page for what it does, `told` when it did."""

    edition: str
    campaign: str
    municipality: str
    address: str
    told: bool


def of(
    session: Session, visitor: Visitor, links: Links, today: date
) -> tuple[list[Question], list[Joined]]:
    """Return what is asked of somebody and not answered, and what they joined, the first first.

    For the gemeenten where they do policy or communication, themselves or for who is absent.

    Args:
        session: any session.
        visitor: who looks.
        links: makes the addresses.
        today: the day.
    """
    acting = acts_as(visitor, queries.contacts(session), queries.preferences(session), today)
    mine = {at for one in acting for role, at in one.assignments if role in _ANSWER}
    rows = session.exec(
        select(BroadcastRow)
        .join(EditionRow, col(EditionRow.key) == col(BroadcastRow.edition_key))
        .where(col(BroadcastRow.state) == BroadcastState.RELEASED, col(EditionRow.last) >= today)
        .order_by(col(EditionRow.first), col(BroadcastRow.id).desc())
    ).all()
    if not rows or not mine:
        return [], []
    editions = {one.key: one for one in queries.editions(session)}
    questions: list[Question] = []
    joined: list[Joined] = []
    seen: set[tuple[str, str]] = set()  # of several broadcasts the newest counts
    for row in rows:
        edition = editions[row.edition_key]
        places = [
            one
            for one in broadcast_mails.places(session, row)
            if one.key in mine and (edition.key, one.key) not in seen
        ]
        seen |= {(edition.key, one.key) for one in places}
        answers = given.latest(session, edition.key) if places else {}
        questions += _questions(session, row, edition, places, answers, links, today)
        joined += _joined(session, row, edition, places, answers, links)
    return questions, joined


def _questions(  # noqa: PLR0917 - what `of` has at hand
    session: Session,
    row: BroadcastRow,
    edition: Edition,
    places: Sequence[Municipality],
    answers: Mapping[str, AnswerRow],
    links: Links,
    today: date,
) -> Iterator[Question]:
    campaign = queries.campaigns(session)[edition.campaign]
    if participation.closed(edition, campaign, today):
        return
    silent: dict[date, list[Municipality]] = {}
    for place in places:
        said = answers.get(place.key)
        if said is None or said.answer is Answer.LATER:
            until = said.until if said is not None and said.until else row.answer_by
            silent.setdefault(until, []).append(place)
    for until, those in sorted(silent.items()):
        first, *others = those
        link = links.answer(broadcast_mails.number(row), first.key, [one.key for one in others])
        yield Question(
            edition=edition.key,
            campaign=campaign.name,
            municipalities=tuple(one.name for one in those),
            period=dutch.period(edition.span),
            answer_by=until,
            address=link.removeprefix(links.base_url),
        )


def _joined(  # noqa: PLR0917 - the same
    session: Session,
    row: BroadcastRow,
    edition: Edition,
    places: Sequence[Municipality],
    answers: Mapping[str, AnswerRow],
    links: Links,
) -> Iterator[Joined]:
    those = [one for one in places if one.key in answers and answers[one.key].answer is Answer.JOIN]
    plans = local_plans.read(session, [edition.key], [one.key for one in those]) if those else {}
    for place in those:
        link = links.answer(broadcast_mails.number(row), place.key)
        yield Joined(
            edition=edition.key,
            campaign=queries.campaigns(session)[edition.campaign].name,
            municipality=place.name,
            address=f"{link.removeprefix(links.base_url)}/acties/{place.key}",
            told=(edition.key, place.key) in plans,
        )
