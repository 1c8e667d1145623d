"""Reminders: planned anew after every change, in the transaction of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from campagne.clock import local_day
from campagne.domain.reconciliation import reconcile
from campagne.domain.reminders import Answer, Situation, StepStatus, plan
from campagne.services.planning import reminder_rows
from campagne.services.planning.reminder_rows import Part
from campagne.services.publishing import feed_stamps
from campagne.store import queries, said_and_done


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What a planning changed."""

    added: int = 0
    moved: int = 0
    withdrawn: int = 0


def situation(
    session: Session,
    editions: Collection[str] | None = None,
    municipalities: Collection[str] | None = None,
) -> Situation:
    """Read everything that planning looks at, for all editions or the named ones.

    Args:
        session: any session.
        editions: keys of the only editions; None for all.
        municipalities: keys of the only gemeenten whose answers, ticks and hand-overs are read,
            which for a country are many; None for all.
    """
    states = said_and_done.step_states(session, editions, municipalities)
    said = said_and_done.dated_answers(session, editions, municipalities)
    taken = said_and_done.handovers(session, editions, municipalities)
    return Situation(
        editions=queries.editions(session, keys=editions),
        campaigns=queries.campaigns(session),
        steps=queries.steps(session),
        municipalities=queries.municipalities(session),
        regions=queries.regions(session),
        rota=queries.rota_entries(session),
        answers={key: answer for key, (answer, _) in said.items()},
        joined=joined(said),
        closed={key for key, state in states.items() if state.status is not StepStatus.OPEN},
        contacts=queries.contacts(session),
        meetings=[
            meeting for series in queries.meeting_series(session) for meeting in series.meetings
        ],
        preferences=queries.preferences(session),
        handed_over={key: one.to for key, one in taken.items()},
        looked_back=said_and_done.looked_back(session, editions, municipalities),
    )


def joined(said: Mapping[tuple[str, str], tuple[Answer, datetime]]) -> dict[tuple[str, str], date]:
    """Return the day on which who joins said so, of what `said_and_done.dated_answers` gives."""
    return {key: local_day(at) for key, (answer, at) in said.items() if answer is Answer.JOIN}


def replan(
    session: Session,
    *,
    now: datetime,
    today: date,
    editions: Collection[str] | None = None,
    steps: Collection[str] | None = None,
) -> PlanReport:
    """Bring the stored reminders in line with the rota, the playbook, the answers and people.

    The steps in calendars follow too: those of these editions and steps, else what changes with
    people. Call it in the transaction of every change to one of those; of people alone call
    `people_changes.replan`, which does less. Safe to repeat.

    Args:
        session: a writing session.
        now: the instant, aware UTC.
        today: reminders that make no sense any more on this day are not planned.
        editions: keys of the editions that changed; None for all.
        steps: keys of the only steps of the playbook that changed, which in a country saves most of
            the work; None for all. What falls due of another step does not follow from them.
    """
    known = situation(session, editions)
    if steps is not None:
        known = replace(known, steps=[one for one in known.steps if one.key in steps])
    if editions is None and steps is None:
        feed_stamps.restamp_personal(session, known, now)
    else:
        feed_stamps.restamp_steps(session, known, now, editions, steps)
    return bring(session, known, Part(editions, steps), now=now, today=today)


def bring(
    session: Session, known: Situation, part: Part, *, now: datetime, today: date
) -> PlanReport:
    """Bring a part of the stored reminders in line, and what was in the mails that it takes back.

    Args:
        session: a writing session.
        known: the situation, of this part at least; of its editions and steps and no others.
        part: what may have changed.
        now: the instant, aware UTC.
        today: the day.
    """
    known = replace(known, told=reminder_rows.told(session, known, part))
    places = None if part.places is None else set(part.places)
    changes = reconcile(
        plan(known, today, places),
        reminder_rows.stored(session, part),
        today,
        {one.key: one.email for one in known.contacts},
    )
    freed = reminder_rows.recall(session, changes.recall, now)
    reminder_rows.store(session, changes)
    others = [one for one in freed if not part.has_all_of(*one)]
    if others:
        # They were in these mails too, maybe with what could not be taken back before.
        rest = Part({edition for edition, _ in others}, None, {place for _, place in others})
        known = situation(session, rest.editions, rest.places)
        bring(session, known, rest, now=now, today=today)
    return PlanReport(len(changes.add), len(changes.move), len(changes.withdraw))
