"""Handing a step over to a colleague of the gemeente, and taking it back; its reminders follow."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState, states_before
from campagne.domain.doers import Crew, may_hand_over
from campagne.domain.news import NewsKind
from campagne.domain.preferences import EVERYTHING
from campagne.domain.reminders import AgendaItem, Situation, StepStatus
from campagne.domain.rights import Visitor, acts_as
from campagne.domain.words import word
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services import audit, lookup, news
from campagne.services.audit import Author
from campagne.services.outbox import delivery
from campagne.services.planning import reminders, steps
from campagne.services.planning.steps import StepView
from campagne.store import queries
from campagne.store.tables import ContactRow, DeliveryRow, HandoverRow, StepStateRow

_TAKEN_BACK = "Ingetrokken: de stap is niet meer overgedragen, is klaar, of iemand anders doet hem."
_CHANGED = (
    "Er is intussen iets veranderd aan deze stap. Er is niets opgeslagen. Kijk hieronder hoe het nu"
    " is, en kies dan opnieuw."
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A colleague who can take a step over; `does` says what they do, in Dutch."""

    key: str
    name: str
    does: str


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """A step that a person can hand over or take back.

    Attributes:
        steps: the step for each gemeente for which they decide who does it, by name.
        candidates: who can take it over in at least one of those, by name.
        version: fingerprint of who does it now; a form that was opened before is old.
    """

    edition: str
    step: str
    title: str
    what: str
    campaign: str
    period: str
    steps: tuple[StepView, ...]
    candidates: tuple[Candidate, ...]
    version: str


def page(
    session: Session, visitor: Visitor, *, edition: str, step: str, today: date
) -> HandoverPage:
    """Return who does a step now and who could; changes nothing.

    Raises:
        NotFoundError: when the step is not there, is not this person's, or is not open any more.
    """
    return _Asked.read(session, visitor, edition, step, today).page()


def hand_over(
    session: Session,
    visitor: Visitor,
    *,
    edition: str,
    step: str,
    municipalities: Collection[str],
    to: str,
    note: str,
    version: str,
    now: datetime,
    today: date,
) -> str:
    """Let a colleague do a step; they get its reminders, and one mail that says so.

    Args:
        session: a writing session.
        visitor: who decides it.
        edition: key of the edition.
        step: key of the step.
        municipalities: keys of the gemeenten for which it is handed over.
        to: key of the colleague.
        note: what they must know; one line, may be empty.
        version: of the page on which it was chosen.
        now: instant, aware UTC.
        today: the day.

    Returns:
        The name of the colleague.

    Raises:
        NotFoundError: as `page`.
        InvalidInputError: when somebody else was first, for no gemeente or one that is not on the
            page, or when the colleague cannot do it there.
    """
    asked = _Asked.read(session, visitor, edition, step, today)
    asked.check(municipalities, version)
    chosen = next((one for one in asked.page().candidates if one.key == to), None)
    if chosen is None:
        raise InvalidInputError("Kies een collega uit de lijst.", "aan")
    elsewhere = [
        view.municipality_name
        for item, view in asked.found
        if view.municipality in municipalities and not asked.can_take(to, item)
    ]
    if elsewhere:
        raise InvalidInputError(
            f"{chosen.name} kan deze stap niet doen voor {dutch.join(elsewhere)}: daar werkt deze"
            " collega niet, of doet deze collega de stap al. Haal die gemeente weg, of kies iemand"
            " anders.",
            "aan",
        )
    asked.note("stap overgedragen", {to: sorted(municipalities)}, session, now)
    _change(session, asked, municipalities, to=to, note=note, now=now)
    _follow(session, edition, now=now, today=today)
    return chosen.name


def take_back(
    session: Session,
    visitor: Visitor,
    *,
    edition: str,
    step: str,
    municipalities: Collection[str],
    version: str,
    now: datetime,
    today: date,
) -> None:
    """Let those who have its role do a step again. Args and errors: as `hand_over`."""
    asked = _Asked.read(session, visitor, edition, step, today)
    asked.check(municipalities, version)
    taken = {view.municipality for _, view in asked.found if view.taken_by}
    if not taken >= set(municipalities):
        raise InvalidInputError("Deze stap is niet overgedragen. Er is niets veranderd.")
    asked.note("overdracht van een stap teruggenomen", asked.takers(municipalities), session, now)
    _change(session, asked, municipalities, to=None, note="", now=now)
    _follow(session, edition, now=now, today=today)


def recall(session: Session, *, now: datetime) -> None:
    """Take mails back that still tell a colleague of a step that is not theirs to do any more.

    Also one to an address that the colleague does not have any more; what is still right in it goes
    in a new mail.
    """
    closed = (
        select(col(StepStateRow.edition_key))
        .where(
            col(StepStateRow.edition_key) == col(HandoverRow.edition_key),
            col(StepStateRow.step_key) == col(HandoverRow.step_key),
            col(StepStateRow.municipality_key) == col(HandoverRow.municipality_key),
            col(StepStateRow.status) != StepStatus.OPEN,
        )
        .exists()
    )
    found = session.scalars(
        select(col(DeliveryRow.id))
        .join(HandoverRow, col(HandoverRow.delivery_id) == col(DeliveryRow.id))
        .join(ContactRow, col(ContactRow.key) == col(DeliveryRow.contact_key))
        .where(
            col(DeliveryRow.state).in_(states_before(DeliveryState.CANCELLED)),
            or_(
                col(HandoverRow.contact_key).is_(None),
                col(HandoverRow.contact_key) != col(DeliveryRow.contact_key),
                col(ContactRow.email) != col(DeliveryRow.recipient),
                col(ContactRow.active).is_(False),
                closed,
            ),
        )
        .distinct()
    ).all()
    delivery.cancel(session, [one for one in found if one is not None], now=now, why=_TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A step as one person asks about it."""

    edition: str
    step: str
    known: Situation
    crew: Crew
    me: Contact
    found: Sequence[tuple[AgendaItem, StepView]]
    names: dict[str, str]
    today: date

    @classmethod
    def read(
        cls, session: Session, visitor: Visitor, edition: str, step: str, today: date
    ) -> "_Asked":
        lookup.edition(session, edition)
        people, wanted = queries.contacts(session), queries.preferences(session)
        acting = acts_as(visitor, people, wanted, today)
        # No step elsewhere is theirs to hand over.
        places = {place for one in acting for _, place in one.assignments}
        known = reminders.situation(session, [edition], places)
        known = replace(known, steps=[one for one in known.steps if one.key == step])
        found = [
            (item, view)
            for item, view in steps.views(session, known, today, places)
            if view.status is StepStatus.OPEN
            and item.valid_until >= today
            and any(
                may_hand_over(one, item.step, item.municipality, known.handed_over.get(item.about))
                for one in acting
            )
        ]
        if not found:
            raise NotFoundError(
                "Deze stap kun je niet overdragen: hij is al klaar, of het is niet jouw stap."
                " Kijk op 'Mijn stappen' wat er nog openstaat."
            )
        found.sort(key=lambda pair: pair[1].municipality_name)
        names = {key: one.name for key, one in queries.municipalities(session).items()}
        crew = Crew.of(known.contacts)
        return cls(edition, step, known, crew, visitor.contact, found, names, today)

    def check(self, municipalities: Collection[str], version: str) -> None:
        """Refuse a form that is old, or that names no gemeente of the page."""
        if version != self.version:
            raise InvalidInputError(_CHANGED)
        there = {view.municipality for _, view in self.found}
        if not municipalities or not there >= set(municipalities):
            raise InvalidInputError("Kies minstens één gemeente van deze pagina.", "gemeente")

    def takers(self, municipalities: Collection[str]) -> dict[str, list[str]]:
        """Return who does the step now that was handed over, with the gemeenten."""
        found = defaultdict(list)
        for item, view in self.found:
            taker = self.known.handed_over.get(item.about)
            if taker is not None and view.municipality in municipalities:
                found[taker].append(view.municipality)
        return found

    def note(
        self, what: str, takers: Mapping[str, Sequence[str]], session: Session, now: datetime
    ) -> None:
        """Note in the log of changes, under the colleague that it is about: no name is kept."""
        item, view = self.found[0]
        name = self.known.campaigns[item.edition.campaign].name
        for taker, places in takers.items():
            audit.record(
                session,
                Author(self.me.name, self.me.key),
                what,
                of=("contact", taker),
                before={},
                after={
                    "stap": view.title,
                    "campagne": f"{name} {item.edition.year}",
                    "voor": dutch.join([self.names[place] for place in places]),
                },
                why="",
                now=now,
            )

    def can_take(self, key: str, item: AgendaItem) -> bool:
        """Say whether a colleague can take the step of one gemeente over."""
        role, place = item.step.role, item.municipality.key
        taker = self.known.handed_over.get(item.about)
        return (
            self.crew.took(place, key)
            and (*self.crew.doers(role, place, taker),) != (key,)
            and self.known.wants(key, item.edition.campaign, [role])
        )

    @property
    def version(self) -> str:
        """Fingerprint of who does the step where."""
        now = [
            (view.municipality, self.known.handed_over.get(item.about)) for item, view in self.found
        ]
        return hashlib.sha256(repr(now).encode()).hexdigest()[:16]

    def page(self) -> HandoverPage:
        """Return what the page shows."""
        item, view = self.found[0]
        return HandoverPage(
            edition=self.edition,
            step=self.step,
            title=view.title,
            what=item.step.what,
            campaign=self.known.campaigns[item.edition.campaign].name,
            period=dutch.period(item.edition.span),
            steps=tuple(view for _, view in self.found),
            candidates=tuple(sorted(self._candidates(), key=lambda one: one.name.lower())),
            version=self.version,
        )

    def _candidates(self) -> Iterator[Candidate]:
        for one in self.known.contacts:
            there = {
                item.municipality.key for item, _ in self.found if self.can_take(one.key, item)
            }
            if one.key == self.me.key or not there:
                continue
            roles = sorted({role for role, place in one.assignments if place in there})
            places = dutch.join(sorted(self.names[place] for place in there))
            does = f"{dutch.join([word(role) for role in roles])} voor {places}"
            wanted = self.known.preferences.get(one.key, EVERYTHING)
            if wanted.absence is not None and wanted.deputy_on(self.today):
                does += f", afwezig tot en met {dutch.day(wanted.absence.last)}"
            yield Candidate(one.key, one.name, does)


def _change(
    session: Session,
    asked: "_Asked",
    municipalities: Collection[str],
    *,
    to: str | None,
    note: str,
    now: datetime,
) -> None:
    """Store who does a step; who had a mail that it was theirs gets one that it is not."""
    by, told = asked.me.key, defaultdict(list)
    for key in sorted(municipalities):
        about = (asked.edition, asked.step, key)
        for one in _told(session, session.get(HandoverRow, about)):
            told[one].append(key)
        _store(session, about, to=to, by=by, note=note, now=now)
    for one, places in told.items():
        if one not in {by, to}:
            news.tell(
                session,
                NewsKind.STEP_BACK,
                one,
                key=f"{asked.edition}:{asked.step}:{','.join(places)}:{now.isoformat()}",
                facts={"edition": asked.edition, "step": asked.step, "places": places, "by": by},
                now=now,
            )


def _told(session: Session, row: HandoverRow | None) -> list[str]:
    """Return who has a mail that the step is theirs, or the copy of one as a deputy."""
    if row is None or row.delivery_id is None or row.contact_key is None:
        return []
    found = session.scalars(
        select(col(DeliveryRow.contact_key)).where(
            or_(
                col(DeliveryRow.id) == row.delivery_id, col(DeliveryRow.copy_of) == row.delivery_id
            ),
            col(DeliveryRow.state).not_in(
                (*states_before(DeliveryState.CANCELLED), DeliveryState.CANCELLED)
            ),
        )
    )
    return [one for one in found if one is not None]


def _store(
    session: Session,
    about: tuple[str, str, str],
    *,
    to: str | None,
    by: str,
    note: str,
    now: datetime,
) -> None:
    row: Any = session.get(HandoverRow, about)
    if row is None:
        edition, step, place = about
        row = HandoverRow(
            edition_key=edition, step_key=step, municipality_key=place, by_key=by, at=now
        )
        session.add(row)
    elif row.delivery_id is not None:
        delivery.cancel(session, [row.delivery_id], now=now, why=_TAKEN_BACK)
    row.contact_key, row.by_key, row.note, row.at = to, by, note, now
    row.delivery_id, row.recalled = None, 0


def _follow(session: Session, edition: str, *, now: datetime, today: date) -> None:
    session.flush()
    reminders.replan(session, now=now, today=today, editions=[edition])
    queries.raise_data_version(session, now)
