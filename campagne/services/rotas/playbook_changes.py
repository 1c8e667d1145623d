"""Changing the playbook on a page: what that does to the reminders is shown first, then it is done.

Both run the same code; what is only to be seen is rolled back. There is one playbook for all
gemeenten, so any centrumgemeente may change it, as it may set the dates of a national campaign.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from campagne.domain import step_fields
from campagne.domain.leadtimes import rough_day
from campagne.domain.playbook import Scope, Step
from campagne.domain.reminders import Level
from campagne.domain.rights import Action, Visitor, may
from campagne.domain.step_fields import StepFields
from campagne.domain.threeway import Item
from campagne.errors import Fault, InvalidInputError, NotFoundError
from campagne.services import audit, lookup
from campagne.services.audit import AuditLine, Author
from campagne.services.rotas import plan_effects, rota, rota_items
from campagne.services.rotas.plan_effects import PlanEffect, Planned
from campagne.store import queries, rows
from campagne.store.tables import StepRow

_HISTORY = 20


@dataclass(frozen=True, slots=True)
class EditionEffect:
    """What a change does to the reminders of one edition.

    Attributes:
        municipalities: for how many gemeenten.
        was / becomes: the first day on which somebody is reminded; None when nobody is.
    """

    name: str
    municipalities: int
    was: date | None
    becomes: date | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of a step does.

    Attributes:
        key: of the step.
        before / after: the fields as people read them; `before` is empty for a new step.
        faults: what is wrong; where there is one, nothing was changed.
        editions: those of which people are reminded on other days, by their first day.
    """

    key: str
    before: dict[str, str]
    after: dict[str, str]
    faults: tuple[Fault, ...]
    plan: PlanEffect
    editions: tuple[EditionEffect, ...]

    @property
    def is_nothing(self) -> bool:
        """True when all stays as it is."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class StepForm:
    """A step to change, or a place for a new one.

    Attributes:
        step: None for a new one.
        version: fingerprint of what is shown; a form that was filled in for another one is old.
        history: the changes so far, the newest first.
        phrases: the lead times that the playbook has, as examples.
    """

    step: Step | None
    version: str
    history: tuple[AuditLine, ...]
    phrases: tuple[str, ...]


def playbook(session: Session, visitor: Visitor) -> list[Step]:
    """Return all steps in the order of time, first the full playbook, for who may change it.

    Raises:
        NotFoundError: when they may not.
    """
    _check(session, visitor)
    return _in_order(queries.steps(session, switched_off_too=True))


def form(session: Session, key: str | None, visitor: Visitor) -> StepForm:
    """Return a step to change; without a key, the place for a new one.

    Raises:
        NotFoundError: when there is no such step, or they may not change it.
    """
    _check(session, visitor)
    found = {one.key: one for one in queries.steps(session, switched_off_too=True)}
    step = None if key is None else lookup.one("stap", key, found)
    said = sorted(found) if step is None else step_fields.told(step)
    return StepForm(
        step,
        hashlib.sha256(repr(said).encode()).hexdigest()[:16],
        () if key is None else tuple(audit.entries(session, of=("step", key), limit=_HISTORY)),
        tuple(dict.fromkeys(step_fields.written(one).lead for one in _in_order(found.values()))),
    )


def change(
    session: Session,
    key: str | None,
    typed: StepFields,
    *,
    visitor: Visitor,
    why: str,
    version: str,
    now: datetime,
    today: date,
) -> Effect:
    """Change a step, or add one, and note it in the log; roll back to only see the effect.

    Args:
        session: a writing session.
        key: of the step; None to add one.
        typed: the form.
        visitor: who does it.
        why: the reason, for the log.
        version: of the form that was filled in.
        now: instant, aware UTC.
        today: the day.

    Raises:
        NotFoundError: as `form`.
        InvalidInputError: when no reason is given, or somebody else was first.
    """
    shown = form(session, key, visitor)
    if version != shown.version:
        raise InvalidInputError(_somebody_was_first(shown))
    known = queries.steps(session, switched_off_too=True)
    step, faults = step_fields.read(typed, shown.step, [one.key for one in known])
    before = {} if shown.step is None else step_fields.told(shown.step)
    after = step_fields.told(step)
    if not why and not faults and before != after:
        faults = [Fault("Schrijf op waarom je dit wijzigt.", "waarom")]
    plan = plan_effects.planned(session, step=step.key)
    if not faults and before != after:
        _store(session, shown.step, step, now)
        rota.follow_up(session, now=now, today=today, steps=[step.key])
        audit.record(
            session,
            Author(visitor.contact.name, visitor.contact.key),
            _done(shown.step, step),
            of=("step", step.key),
            before=before,
            after=after,
            why=why,
            now=now,
        )
    becomes = plan_effects.planned(session, step=step.key)
    return Effect(
        key=step.key,
        before=before,
        after=after,
        faults=tuple(faults),
        plan=plan_effects.compare(plan, becomes, today),
        editions=_per_edition(session, step.key, plan, becomes),
    )


def may_change(session: Session, visitor: Visitor) -> bool:
    """Say whether somebody may change the playbook."""
    regions = queries.regions(session)
    return any(
        may(visitor, Action.CHANGE_PLAYBOOK, place, regions)
        for place in queries.municipalities(session).values()
    )


def _check(session: Session, visitor: Visitor) -> None:
    if not may_change(session, visitor):
        advice = (
            "Vul eerst op 'Mijn stappen' de code uit je app in."
            if visitor.must_prove
            else "Wat je doet voor een campagne, staat op de pagina van die campagne."
        )
        raise NotFoundError(f"Het draaiboek wijzigt de centrumgemeente. {advice}")


def _in_order(steps: Collection[Step]) -> list[Step]:
    return sorted(steps, key=lambda one: (one.scope is not Scope.FULL, rough_day(one.lead)))


def _store(session: Session, before: Step | None, after: Step, now: datetime) -> None:
    """Store the fields that differ, so that the calendar files may still change the others."""
    position = session.scalar(select(func.max(col(StepRow.position)))) or 0
    values = rows.step_values(after, position + 1)
    item = Item("step", values.pop("key"))
    if before is None:
        rota_items.add(session, {item: values}, now)
        return
    was = rows.step_values(before, position + 1)
    differing = {name: value for name, value in values.items() if value != was[name]}
    rota_items.change(session, item, differing, now)
    session.expire_all()  # the row was changed behind the back of the session


def _done(before: Step | None, after: Step) -> str:
    if before is None:
        return "stap toegevoegd"
    if before.in_use != after.in_use:
        return "stap weer aangezet" if after.in_use else "stap uitgezet"
    return "stap gewijzigd"


def _per_edition(
    session: Session, step: str, before: Planned, after: Planned
) -> tuple[EditionEffect, ...]:
    """Return the editions in which a step is reminded of on other days, by the first of those."""
    was, becomes = _days(step, before), _days(step, after)
    campaigns = queries.campaigns(session)
    found = []
    for edition in queries.editions(session, keys={*was, *becomes}):
        old, new = was.get(edition.key, {}), becomes.get(edition.key, {})
        if old != new:
            name = f"{campaigns[edition.campaign].name} {edition.year}"
            differing = {one for one in old.keys() | new.keys() if old.get(one) != new.get(one)}
            places = {place for place, _ in differing}
            found.append(EditionEffect(name, len(places), _first(old), _first(new)))
    return tuple(found)


def _days(step: str, plan: Planned) -> dict[str, dict[tuple[str, str], date]]:
    found: dict[str, dict[tuple[str, str], date]] = {}
    for (edition, of, place, contact, level), day in plan.items():
        if of == step and level == Level.FIRST:
            found.setdefault(edition, {})[place, contact] = day
    return found


def _first(days: Mapping[tuple[str, str], date]) -> date | None:
    return min(days.values(), default=None)


def _somebody_was_first(shown: StepForm) -> str:
    again = "Kijk of jouw wijziging nog nodig is en verstuur het formulier dan opnieuw."
    if shown.step is None:
        return (
            "Er is intussen een stap toegevoegd, misschien deze. Er is niets opgeslagen. Kijk in"
            " het draaiboek en verstuur het formulier zo nodig opnieuw."
        )
    by = f" door {shown.history[0].by}" if shown.history else ""
    lead = step_fields.written(shown.step).lead
    return (
        f"Deze stap is intussen{by} veranderd: '{shown.step.title}', {lead}. Er is niets"
        f" opgeslagen. {again}"
    )
