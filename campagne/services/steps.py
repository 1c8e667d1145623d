"""Steps: what a gemeente has to do for an edition, and ticking it off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from campagne.domain.playbook import Role
from campagne.domain.reminders import AgendaItem, StepState, StepStatus, agenda
from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import reminders
from campagne.store import queries
from campagne.store.tables import StepStateRow


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of an edition for one gemeente, as a person reads it.

    Attributes:
        by / note / at: who ticked it off, what they wrote and when; empty while it is open.
        provisional: True when the dates must be confirmed before anything reaches residents.
        people: names of the contacts who are reminded of it; empty when nobody is.
    """

    edition: str
    edition_name: str
    municipality: str
    municipality_name: str
    step: str
    title: str
    what: str
    role: Role
    due_on: date
    status: StepStatus
    by: str
    note: str
    at: datetime | None
    provisional: bool
    people: tuple[str, ...]


def list_steps(
    session: Session,
    *,
    today: date,
    edition: str | None = None,
    municipality: str | None = None,
    closed_too: bool = False,
) -> list[StepView]:
    """Return the steps by due date: of one edition, or of all that have not ended long ago.

    Args:
        session: any session.
        today: without an edition, steps that make no sense any more on this day are left out.
        edition: key of the only edition to show.
        municipality: key of the only gemeente to show.
        closed_too: also those that are done or skipped.

    Raises:
        NotFoundError: for an unknown edition or gemeente.
    """
    keys = None if edition is None else [_known_edition(session, edition)]
    if municipality is not None:
        _known_municipality(session, municipality)
    known = reminders.situation(session, keys)
    states = queries.step_states(session, keys)
    names = {key: one.name for key, one in known.campaigns.items()}
    people: dict[tuple[Role, str], list[str]] = {}
    for contact in known.contacts:
        for assignment in contact.assignments:
            people.setdefault(assignment, []).append(contact.name)
    found = [
        _view(
            item,
            names[item.edition.campaign],
            states.get((item.edition.key, item.step.key, item.municipality.key)),
            people.get((item.step.role, item.municipality.key), ()),
        )
        for item in agenda(known)
        if municipality in (None, item.municipality.key)
        and (edition is not None or item.valid_until >= today)
    ]
    return sorted(
        (one for one in found if closed_too or one.status is StepStatus.OPEN),
        key=lambda one: (one.due_on, one.edition, one.municipality, one.title),
    )


def tick_off(
    session: Session,
    *,
    edition: str,
    step: str,
    municipality: str,
    by: str,
    now: datetime,
    today: date,
    note: str = "",
    status: StepStatus = StepStatus.DONE,
) -> None:
    """Tick a step off for a gemeente, skip it, or open it again; its reminders follow.

    Args:
        session: a writing session.
        edition: key of the edition.
        step: key of the step.
        municipality: key of the gemeente.
        by: who says so, as people will read it.
        now: the instant, aware UTC.
        today: the day, for planning.
        note: what they want to add.
        status: DONE, SKIPPED, or OPEN to undo.

    Raises:
        NotFoundError: when the edition, gemeente or step is unknown, or the step does not fall
            for this gemeente.
        InvalidInputError: when it already is as asked.
    """
    _known_edition(session, edition)
    _known_municipality(session, municipality)
    falls = [
        item
        for item in agenda(reminders.situation(session, [edition]))
        if item.municipality.key == municipality
    ]
    if step not in {item.step.key for item in falls}:
        steps = ", ".join(item.step.key for item in falls) or "geen"
        raise NotFoundError(
            f"De stap '{step}' is er niet voor deze editie en gemeente."
            f" De stappen die er wel zijn: {steps}."
        )
    row = session.get(StepStateRow, (edition, step, municipality))
    if (row.status if row else StepStatus.OPEN) is status:
        raise InvalidInputError(_ALREADY[status])
    if row is None:
        row = StepStateRow(
            edition_key=edition,
            step_key=step,
            municipality_key=municipality,
            status=status,
            by=by,
            note=note,
            at=now,
        )
        session.add(row)
    else:
        row.status, row.by, row.note, row.at = status, by, note, now
    session.flush()
    reminders.replan(session, today=today, editions=[edition])
    queries.raise_data_version(session, now)


_ALREADY = {
    StepStatus.OPEN: "Deze stap staat al open.",
    StepStatus.DONE: "Deze stap was al afgevinkt.",
    StepStatus.SKIPPED: "Deze stap was al overgeslagen.",
}


def _view(
    item: AgendaItem, name: str, state: StepState | None, people: Collection[str]
) -> StepView:
    is_open = state is None or state.status is StepStatus.OPEN
    return StepView(
        edition=item.edition.key,
        edition_name=name,
        municipality=item.municipality.key,
        municipality_name=item.municipality.name,
        step=item.step.key,
        title=item.step.title,
        what=item.step.what,
        role=item.step.role,
        due_on=item.due_on,
        status=StepStatus.OPEN if state is None else state.status,
        by="" if state is None or is_open else state.by,
        note="" if state is None or is_open else state.note,
        at=None if state is None or is_open else state.at,
        provisional=item.edition.status is EditionStatus.PROVISIONAL,
        people=tuple(people),
    )


def _known_edition(session: Session, key: str) -> str:
    if not queries.editions(session, keys=[key]):
        raise NotFoundError(
            f"De editie '{key}' bestaat niet. Een sleutel ziet eruit als orange-the-world-2026;"
            " 'campagne rota show' toont ze."
        )
    return key


def _known_municipality(session: Session, key: str) -> None:
    if key not in queries.municipalities(session):
        raise NotFoundError(
            f"De gemeente '{key}' bestaat niet. Een sleutel ziet eruit als kaag-en-braassem."
        )
