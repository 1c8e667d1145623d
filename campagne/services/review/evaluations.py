"""Gemeenten look back on an edition: figures, what was done, what it cost, and what was learnt."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from campagne.domain import dutch
from campagne.domain import evaluations as rules
from campagne.domain.evaluations import Channel, Evaluation
from campagne.domain.local_plans import LocalPlan
from campagne.domain.playbook import Scope
from campagne.domain.regions import Municipality
from campagne.domain.reminders import StepStatus, agenda, scope
from campagne.domain.rights import Action, Visitor, may
from campagne.domain.rota import Edition, EditionStatus
from campagne.domain.words import in_words
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import lookup
from campagne.services.access import EvaluationLink, Links
from campagne.services.audit import Author
from campagne.services.planning import reminders, steps
from campagne.services.regional import local_plans
from campagne.store import queries, said_and_done
from campagne.store.tables import EvaluationRow, StepStateRow

_FILLED_IN = "Het evaluatieformulier is ingevuld."
# Of how long ago the page of a gemeente leads to its evaluations.
_SHOWN_FOR = timedelta(weeks=26)


@dataclass(frozen=True, slots=True)
class EvaluationPage:
    """What the page behind a link shows.

    Attributes:
        municipality / campaign / period: as people read them.
        planned: the local actions, each as one phrase.
        found: what was stored.
        version: of that and of the costs, which stand elsewhere.
        real_cents: what it cost, in euro cents; None while not known.
        ticked: titles of the steps that are ticked off since it was filled in.
        closed: a Dutch sentence that says why nothing is taken, empty when it is.
    """

    edition_key: str
    municipality_key: str
    municipality: str
    campaign: str
    period: str
    planned: tuple[str, ...]
    found: Evaluation
    version: str
    real_cents: int | None
    ticked: tuple[str, ...]
    closed: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a gemeente says now, as somebody filled it in; `real_cents` None for not known."""

    reach: Mapping[Channel, int]
    done: tuple[str, ...]
    keep: str
    change: str
    real_cents: int | None


@dataclass(frozen=True, slots=True)
class ToReview:
    """An edition that a gemeente can look back on; `done` True where it did."""

    campaign: str
    period: str
    url: str
    done: bool


def read(
    session: Session,
    editions: Collection[str],
    municipalities: Collection[str] | None = None,
) -> dict[tuple[str, str], Evaluation]:
    """Return what was stored, per edition and gemeente.

    Args:
        session: any session.
        editions: keys of these editions.
        municipalities: keys of only these gemeenten; None for all.
    """
    wanted = select(EvaluationRow).where(col(EvaluationRow.edition_key).in_(editions))
    if municipalities is not None:
        wanted = wanted.where(col(EvaluationRow.municipality_key).in_(municipalities))
    return {
        (row.edition_key, row.municipality_key): Evaluation(
            # A channel that is no longer asked for is left out.
            reach={one: row.reach[one.value] for one in Channel if one.value in row.reach},
            done=tuple(row.done.splitlines()),
            keep=row.keep,
            change=row.change,
            version=row.version,
            by=row.by,
            at=row.at,
        )
        for row in session.exec(wanted)
    }


def page(session: Session, link: EvaluationLink, today: date) -> EvaluationPage:
    """Return the page for a link; changes nothing.

    Raises:
        NotFoundError: when its edition or gemeente is not there (any more).
    """
    edition, place = _found(session, link)
    name = queries.campaigns(session)[edition.campaign].name
    key = (edition.key, place.key)
    plan = local_plans.read(session, [edition.key], [place.key]).get(key, LocalPlan())
    found = read(session, [edition.key], [place.key]).get(key, Evaluation())
    closed = ""
    if edition.status is EditionStatus.CANCELLED:
        closed = f"{name} ging niet door. Terugkijken hoeft niet."
    elif not rules.is_open(edition.span, today):
        closed = (
            f"{name} is nog niet voorbij. Terugkijken kan vanaf {dutch.day(edition.span.last)}."
            if today < edition.span.last
            else f"{name} is meer dan een jaar geleden. De evaluatie verandert niet meer."
        )
    elif takes_part(session, [edition], [place.key]) == set():
        closed = f"{place.name} deed niet mee met {name}. Terugkijken hoeft niet."
    return EvaluationPage(
        edition_key=edition.key,
        municipality_key=place.key,
        municipality=place.name,
        campaign=name,
        period=dutch.period(edition.span),
        planned=tuple(in_words(one) for one in plan.actions),
        found=found,
        version=f"{found.version}-{plan.version}",
        real_cents=plan.real_cents,
        ticked=tuple(_ticked(session, *key)),
        closed=closed,
    )


def store(
    session: Session,
    link: EvaluationLink,
    said: Said,
    *,
    version: str,
    now: datetime,
    today: date,
) -> None:
    """Store what a gemeente says, in the place of what it said before.

    The steps of the playbook that ask for it are ticked off, but for what somebody opened again.

    Args:
        session: a writing session.
        link: as read from its token; whose it was is who says so.
        said: all of it.
        version: of what was read.
        now: instant, aware UTC.
        today: the day.

    Raises:
        NotFoundError: as `page`.
        InvalidInputError: when it can not (any more) be evaluated, nothing was filled in, or a
            colleague stored something meanwhile.
    """
    shown = page(session, link, today)
    if shown.closed:
        raise InvalidInputError(shown.closed)
    if version != shown.version:
        raise InvalidInputError(
            f"Een collega van {shown.municipality} vulde intussen iets in. Wat jij invulde, is nog"
            " niet opgeslagen. Sla het nog een keer op als het zo goed is."
        )
    wanted = Evaluation(said.reach, said.done, said.keep, said.change)
    if wanted.is_empty and said.real_cents is None and not shown.found.version:
        raise InvalidInputError("Vul minstens één vak in. Er is nog niets opgeslagen.")
    by = _author(session, link, shown.municipality)
    key = (shown.edition_key, shown.municipality_key)
    row = session.get(EvaluationRow, key) or EvaluationRow(
        edition_key=key[0], municipality_key=key[1], version=0, by="", at=now
    )
    row.reach = {channel.value: number for channel, number in said.reach.items()}
    row.done, row.keep, row.change = "\n".join(said.done), said.keep, said.change
    row.version, row.by, row.by_key, row.at = row.version + 1, by.name, by.contact, now
    session.add(row)
    session.flush()
    local_plans.set_real_costs(
        session,
        edition_key=key[0],
        municipality_key=key[1],
        cents=said.real_cents,
        by=by,
        now=now,
    )
    _tick_off(session, key, wanted, by=by, now=now, today=today)


def of_municipality(
    session: Session, visitor: Visitor, key: str, *, links: Links, today: date
) -> list[ToReview]:
    """Return the editions of the last half year that somebody can look back on for a gemeente.

    The newest first; none for who does nothing for it.
    """
    place = lookup.municipality(session, key)
    if not may(visitor, Action.TICK_STEPS, place, queries.regions(session)):
        return []
    campaigns = queries.campaigns(session)
    recent = [
        one
        for one in queries.editions(session)
        if rules.is_open(one.span, today) and today <= one.span.last + _SHOWN_FOR
    ]
    done = read(session, [one.key for one in recent], [key])
    mine = takes_part(session, recent, [key])
    return [
        ToReview(
            campaign=campaigns[one.campaign].name,
            period=dutch.period(one.span),
            url=links.evaluation(one.key, key, visitor.contact.key),
            done=(one.key, key) in done,
        )
        for one in reversed(recent)
        if (one.key, key) in mine
    ]


def takes_part(
    session: Session, editions: Sequence[Edition], municipalities: Collection[str]
) -> set[tuple[str, str]]:
    """Return which of some gemeenten take part in which of some editions, by key.

    As for the playbook: by an answer, or by the rota; in what was cancelled nobody.
    """
    keys = [one.key for one in editions]
    answers = said_and_done.answers(session, keys, municipalities)
    campaigns, places = queries.campaigns(session), queries.municipalities(session)
    regions, rota = queries.regions(session), queries.rota_entries(session)
    return {
        (edition.key, key)
        for edition in editions
        for key in municipalities
        if scope(
            edition,
            campaigns[edition.campaign],
            places[key],
            regions=regions,
            rota=rota,
            answer=answers.get((edition.key, key)),
        )
        is Scope.FULL
    }


def _tick_off(
    session: Session,
    key: tuple[str, str],
    said: Evaluation,
    *,
    by: Author,
    now: datetime,
    today: date,
) -> None:
    """Tick off what was done with the form; what anybody ticked off or opened again, stays so."""
    edition, place = key
    # Steps that the form asked for so far ask for themselves from now on.
    reminders.replan(session, now=now, today=today, editions=[edition])
    touched = set(
        session.exec(
            select(StepStateRow.step_key).where(
                col(StepStateRow.edition_key) == edition,
                col(StepStateRow.municipality_key) == place,
            )
        )
    )
    for item in [*agenda(reminders.situation(session, [edition], [place]), {place})]:
        if rules.answers(item.step, said) and item.step.key not in touched:
            steps.tick_off(
                session,
                edition=edition,
                step=item.step.key,
                municipality=place,
                by=by,
                note=_FILLED_IN,
                now=now,
                today=today,
            )


def _ticked(session: Session, edition: str, place: str) -> Iterator[str]:
    states = said_and_done.step_states(session, [edition], [place])
    for step in queries.steps(session):
        state = states.get((edition, step.key, place))
        if step.evaluation and state is not None and state.status is StepStatus.DONE:
            yield step.title


def _found(session: Session, link: EvaluationLink) -> tuple[Edition, Municipality]:
    edition = lookup.edition(session, link.edition)
    place = lookup.municipality(session, link.municipality)
    if not any(
        one.key == link.contact and place.key in {at for _, at in one.assignments}
        for one in queries.contacts(session)
    ):
        raise NotFoundError(
            f"Deze link was van iemand die niet meer voor {place.name} werkt. Log in en ga naar"
            " 'Mijn gemeente'."
        )
    return edition, place


def _author(session: Session, link: EvaluationLink, place: str) -> Author:
    found = queries.contact(session, link.contact)
    return Author(found.name, found.key) if found else Author(f"Een collega van {place}")
