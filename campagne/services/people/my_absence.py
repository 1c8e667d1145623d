"""My absence: from when to when, and which colleague stands in."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from campagne.domain import dutch
from campagne.domain.contacts import Contact
from campagne.domain.dates import Span
from campagne.domain.preferences import EVERYTHING, Preferences
from campagne.domain.responsibility import colleagues_of
from campagne.domain.words import word
from campagne.errors import InvalidInputError
from campagne.services.people import preferences
from campagne.store import queries

# Longer than a pregnancy leave; who is away for longer hands the work over for good.
_LONGEST = timedelta(days=366)
_CHANGED = (
    "Je afwezigheid is intussen ergens anders gewijzigd. Er is niets opgeslagen. Kijk hieronder hoe"
    " het nu is; wat je typte, staat er nog."
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who could stand in; `does` says for what they work, in Dutch."""

    key: str
    name: str
    does: str


@dataclass(frozen=True, slots=True)
class AbsencePage:
    """What the page shows.

    Attributes:
        absence: from when to when, None for who is not going to be absent.
        deputy: name of who stands in; empty when that contact is not there any more.
        stood_in_for: names of who named this contact as deputy, with the days.
        colleagues: who could stand in, by name.
        version: fingerprint of the absence; a form that was opened before is old.
    """

    absence: Span | None
    deputy: str
    deputy_key: str
    stood_in_for: tuple[tuple[str, Span], ...]
    colleagues: tuple[Colleague, ...]
    version: str


def page(session: Session, contact: str, today: date) -> AbsencePage:
    """Return the absence of a contact, past ones left out.

    Raises:
        NotFoundError: when there is no active contact of this key.
    """
    me = preferences.find(session, contact)
    people = queries.contacts(session)
    names = {one.key: one.name for one in people}
    wanted = queries.preferences(session)
    mine = wanted.get(contact, EVERYTHING)
    is_over = mine.absence is None or mine.absence.last < today
    return AbsencePage(
        absence=None if is_over else mine.absence,
        deputy="" if is_over else names.get(mine.deputy or "", ""),
        deputy_key="" if is_over else mine.deputy or "",
        stood_in_for=tuple(
            (names[key], one.absence)
            for key, one in sorted(wanted.items())
            if one.deputy == contact
            and key in names
            and one.absence is not None
            and one.absence.last >= today
        ),
        colleagues=tuple(
            sorted(_colleagues(session, me, people), key=lambda one: one.name.lower())
        ),
        version=_version(mine),
    )


def store(
    session: Session,
    contact: str,
    absence: Span,
    deputy: str,
    *,
    version: str,
    today: date,
    now: datetime,
) -> None:
    """Let a colleague stand in for a contact in a run of days.

    Raises:
        NotFoundError: when the contact is not there any more.
        InvalidInputError: when it was changed since the page was opened, the days are past, too
            many or too far off, or the deputy is no colleague or absent too.
    """
    _check(session, contact, version)
    if deputy not in {one.key for one in page(session, contact, today).colleagues}:
        raise InvalidInputError("Kies een collega uit de lijst.", "vervanger")
    if absence.last - absence.first > _LONGEST or absence.last - today > 2 * _LONGEST:
        raise InvalidInputError(
            "Een afwezigheid duurt hoogstens een jaar. Ben je langer weg? Vraag de beheerder om je"
            " werk aan een collega te geven.",
            "laatste",
        )
    theirs = queries.preferences(session).get(deputy, EVERYTHING)
    if theirs.absence is not None and theirs.absence.overlaps(absence):
        name = preferences.find(session, deputy).name
        raise InvalidInputError(
            f"{name} is dan zelf afwezig, {dutch.period(theirs.absence)}. Kies een andere collega.",
            "vervanger",
        )
    preferences.set_absence(session, contact, absence, deputy, today=today, now=now)


def end(session: Session, contact: str, *, version: str, today: date, now: datetime) -> None:
    """Let nobody stand in any more. Errors as `store`."""
    _check(session, contact, version)
    preferences.end_absence(session, contact, today=today, now=now)


def _check(session: Session, contact: str, version: str) -> None:
    if version != _version(preferences.of(session, contact)):
        raise InvalidInputError(_CHANGED)


def _colleagues(session: Session, me: Contact, people: Sequence[Contact]) -> Iterator[Colleague]:
    places = {place for _, place in me.assignments}
    names = {key: one.name for key, one in queries.municipalities(session).items()}
    for one in colleagues_of(me, people):
        if one.paused:
            continue
        there = [pair for pair in one.assignments if pair[1] in places]
        roles = dutch.join([word(role) for role in sorted({role for role, _ in there})])
        yield Colleague(
            one.key,
            one.name,
            f"{roles} voor {dutch.join(sorted({names[place] for _, place in there}))}",
        )


def _version(wanted: Preferences) -> str:
    absence = wanted.absence and (wanted.absence.first, wanted.absence.last)
    return hashlib.sha256(repr((wanted.deputy, absence)).encode()).hexdigest()[:16]
