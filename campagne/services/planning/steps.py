"""Steps: what a gemeente has to do for an edition, and ticking it off."""

from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from campagne.domain import doers, dutch
from campagne.domain.contacts import Contact
from campagne.domain.playbook import Role
from campagne.domain.reminders import (
    AgendaItem,
    Lateness,
    Situation,
    StepState,
    StepStatus,
    agenda,
    lateness,
)
from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import lookup
from campagne.services.access import StepLink
from campagne.services.audit import Author
from campagne.services.planning import reminders
from campagne.store import queries, said_and_done
from campagne.store.tables import StepStateRow


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of an edition for one gemeente, as a person reads it.

    Attributes:
        by / note / at: who ticked it off, what they wrote and when; empty while it is open.
        provisional: True when the dates must be confirmed before anything reaches residents.
        people: names of the contacts who are reminded of it; empty when nobody is.
        late: how it stands when its day has passed; None when that is not so.
        taken_by: name of the colleague that it was handed over to; empty when it was not.
    """

    edition: str
    municipality: str
    municipality_name: str
    step: str
    title: str
    role: Role
    due_on: date
    status: StepStatus
    by: str
    note: str
    at: datetime | None
    provisional: bool
    people: tuple[str, ...]
    late: Lateness | None
    taken_by: str = ""


@dataclass(frozen=True, slots=True)
class StepPage:
    """What the page behind a step link shows.

    Attributes:
        title / what: the step, as the playbook says it.
        campaign / period: name and days in Dutch.
        waits_for_date: the step reaches residents and the date is not confirmed.
        by: name of the contact who got the link; empty for who is a contact no more.
        steps: the step for each gemeente of the link that this contact can tick it off for.
        lapsed: names of the other gemeenten of the link.
        closed: a Dutch sentence that says why nothing can be ticked off, None when it can.
    """

    title: str
    what: str
    edition_key: str
    campaign: str
    period: str
    provisional: bool
    waits_for_date: bool
    by: str
    steps: tuple[StepView, ...]
    lapsed: tuple[str, ...]
    closed: str | None


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
    keys = None if edition is None else [lookup.edition(session, edition).key]
    if municipality is not None:
        lookup.municipality(session, municipality)
    places = None if municipality is None else {municipality}
    found = [
        view
        for item, view in views(session, reminders.situation(session, keys, places), today, places)
        if edition is not None or item.valid_until >= today
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
    by: Author,
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
        by: who says so: a contact, or a name as people will read it.
        now: the instant, aware UTC.
        today: the day, for planning.
        note: what they want to add.
        status: DONE, SKIPPED, or OPEN to undo.

    Raises:
        NotFoundError: when the edition, gemeente or step is unknown, or the step does not fall
            for this gemeente.
        InvalidInputError: when it already is as asked.
    """
    lookup.edition(session, edition)
    lookup.municipality(session, municipality)
    falls = [*agenda(reminders.situation(session, [edition]), {municipality})]
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
            by=by.name,
            by_key=by.contact,
            note=note,
            at=now,
        )
        session.add(row)
    else:
        row.status, row.by, row.by_key, row.note, row.at = status, by.name, by.contact, note, now
    session.flush()
    reminders.replan(session, now=now, today=today, editions=[edition])
    queries.raise_data_version(session, now)


_ALREADY = {
    StepStatus.OPEN: "Deze stap staat al open.",
    StepStatus.DONE: "Deze stap was al afgevinkt.",
    StepStatus.SKIPPED: "Deze stap was al overgeslagen.",
}


def step_page(
    session: Session, link: StepLink, today: date, *, acting: Sequence[Contact] | None = None
) -> StepPage:
    """Return the page for a step link; changes nothing.

    Who is no contact any more, or not for a gemeente, sees nothing of what colleagues wrote.

    Args:
        session: any session.
        link: as read from its token, or made for who is logged in.
        today: the day.
        acting: as whom who is logged in acts, as `rights.acts_as` gives it, oneself first; None
            for who came by a mail.

    Raises:
        NotFoundError: when its edition or step is not there (any more).
    """
    edition = lookup.edition(session, link.edition)
    known = reminders.situation(session, [edition.key])
    step = next((one for one in known.steps if one.key == link.step), None)
    if step is None:
        raise NotFoundError("Deze stap staat niet meer in het draaiboek. Je hoeft niets te doen.")
    places = [lookup.municipality(session, key) for key in link.municipalities]
    falls = [
        (item, view)
        for item, view in views(session, known, today, {one.key for one in places})
        if item.step == step
    ]
    people = {one.key: one for one in known.contacts}
    contact, by_link = acting[0] if acting else people.get(link.contact), acting is None
    if acting is None and contact is not None:
        # A deputy has the right of who is absent, also for what came in before the end of that.
        whose = people.get(link.stands_in_for or link.contact)
        acting = [] if whose is None else [whose]
    mine = [
        pair for pair in falls if any(may_tick_off(one, pair[0], known) for one in acting or ())
    ]
    shown = {item.municipality.key for item, _ in mine}
    campaign = known.campaigns[edition.campaign].name
    names = dutch.join([one.name for one in places])
    closed = None
    if edition.status is EditionStatus.CANCELLED:
        closed = f"{campaign} gaat niet door. Deze stap hoeft niet meer."
    elif not falls:
        closed = f"Deze stap hoeft niet meer voor {names}."
    elif not mine and not by_link:
        closed = f"Dit is voor {names} niet (meer) jouw stap. Kijk op 'Mijn stappen' wat er nog is."
    elif not mine:
        closed = (
            f"Deze link is van iemand die geen contactpersoon meer is voor {names}."
            " Vraag een collega om de stap af te vinken."
        )
    elif max(edition.span.last, *(item.valid_until for item, _ in mine)) < today:
        closed = f"{campaign} is voorbij. Je hoeft niets meer af te vinken."
    return StepPage(
        title=step.title,
        what=step.what,
        edition_key=edition.key,
        campaign=campaign,
        period=dutch.period(edition.span),
        provisional=edition.status is EditionStatus.PROVISIONAL,
        waits_for_date=edition.status is EditionStatus.PROVISIONAL and step.resident_facing,
        by="" if contact is None else contact.name,
        steps=tuple(view for _, view in mine),
        lapsed=tuple(one.name for one in places if one.key not in shown),
        closed=closed,
    )


def may_tick_off(contact: Contact, item: AgendaItem, known: Situation) -> bool:
    """Say whether a step is this contact's, or one that they are told of when it stays open."""
    taker = known.handed_over.get(item.about)
    return doers.may_tick_off(contact, item.step, item.municipality, known.regions, taker)


def tick_off_by_link(
    session: Session,
    link: StepLink,
    *,
    municipalities: Collection[str],
    status: StepStatus,
    note: str,
    now: datetime,
    today: date,
    acting: Sequence[Contact] | None = None,
    seen: datetime | None = None,
) -> bool:
    """Tick a step off, skip it or open it again in the name of the contact who got the link.

    What a colleague ticked off or skipped meanwhile stays as it is.

    Args:
        session: a writing session.
        link: as read from its token.
        municipalities: keys of the gemeenten to do it for, all of the link.
        status: DONE, SKIPPED, or OPEN to undo.
        note: what they want to add.
        now: the instant, aware UTC.
        today: the day.
        acting: as `step_page`.
        seen: when the newest was ticked off of what was seen; what came later is not opened again.

    Returns:
        True when anything changed, False when it all was so already.

    Raises:
        NotFoundError: when the edition or step is not there (any more).
        InvalidInputError: when the page is closed, for no gemeente, or for one that is not on it,
            when a colleague ticked off anew what is to be opened again, or was first and the note
            has no place.
    """
    page = step_page(session, link, today, acting=acting)
    if page.closed is not None:
        raise InvalidInputError(page.closed)
    steps = {one.municipality: one for one in page.steps}
    if not municipalities or not steps.keys() >= set(municipalities):
        names = dutch.join([one.municipality_name for one in page.steps])
        raise InvalidInputError(f"Kies een gemeente waarvoor deze link is: {names}.", "gemeente")
    opens = status is StepStatus.OPEN
    changing = [
        key
        for key, one in steps.items()
        if key in municipalities and (one.status is StepStatus.OPEN) is not opens
    ]
    others = [steps[key] for key in municipalities if steps[key].note != note]
    if not changing and note and others and not opens:
        who = others[0].by
        raise InvalidInputError(
            f"{'Je' if who == page.by else who} gaf dit al door. Er is niets veranderd, en je"
            " opmerking is niet opgeslagen."
        )
    newer = [steps[key] for key in changing if seen and (steps[key].at or seen) > seen]
    if newer:
        raise InvalidInputError(
            f"{newer[0].by} gaf dit intussen opnieuw door voor {newer[0].municipality_name}. Er is"
            " niets veranderd. Kijk wat er nu staat en kies dan opnieuw."
        )
    for key in changing:
        tick_off(
            session,
            edition=link.edition,
            step=link.step,
            municipality=key,
            by=Author(page.by, link.contact),
            note=note,
            status=status,
            now=now,
            today=today,
        )
    return bool(changing)


def views(
    session: Session, known: Situation, today: date, places: AbstractSet[str] | None = None
) -> Iterator[tuple[AgendaItem, StepView]]:
    """Yield every step of the situation, or of some gemeenten, with what a person reads of it."""
    states = said_and_done.step_states(session, [one.key for one in known.editions], places)
    crew, names = queries.crew(session), {one.key: one.name for one in known.contacts}
    for item in agenda(known, places):
        role, place = item.step.role, item.municipality.key
        taker = known.handed_over.get(item.about)
        told = [
            names[one]
            for one in crew.doers(role, place, taker)
            if one not in crew.paused and known.wants(one, item.edition.campaign, [role])
        ]
        taken_by = names[taker] if taker is not None and crew.took(place, taker) else ""
        yield item, _view(item, states.get(item.about), told, taken_by, today)


def _view(
    item: AgendaItem,
    state: StepState | None,
    people: Collection[str],
    taken_by: str,
    today: date,
) -> StepView:
    status = StepStatus.OPEN if state is None else state.status
    is_open = state is None or state.status is StepStatus.OPEN
    return StepView(
        edition=item.edition.key,
        municipality=item.municipality.key,
        municipality_name=item.municipality.name,
        step=item.step.key,
        title=item.step.title,
        role=item.step.role,
        due_on=item.due_on,
        status=status,
        by="" if state is None or is_open else state.by,
        note="" if state is None or is_open else state.note,
        at=None if state is None or is_open else state.at,
        provisional=item.edition.status is EditionStatus.PROVISIONAL,
        people=tuple(people),
        late=lateness(status, item, today),
        taken_by=taken_by,
    )
