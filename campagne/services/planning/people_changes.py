"""What follows from a change of people: their reminders, calendars and notices, and no others.

In a country that is one gemeente out of hundreds, of which a table with people changes a few.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session

from campagne.domain.contacts import Contact
from campagne.domain.doers import places_of
from campagne.services.planning import notices, reminders
from campagne.services.planning.reminder_rows import Part
from campagne.services.planning.reminders import PlanReport
from campagne.services.publishing import feed_stamps
from campagne.store import queries


def replan(
    session: Session, people: Iterable[Contact], *, now: datetime, today: date
) -> PlanReport:
    """Plan anew what may change with people; call it in the transaction of that.

    Those are the steps of every gemeente that they work for: a colleague is told instead of who
    left, and a step that was handed over goes back. For a centrumgemeente also of those that chose
    that it is told. Their notices and those of others do not depend on each other.

    Args:
        session: a writing session.
        people: whose work, address or wishes changed, as they were and as they are; who was or is
            no contact is left out.
        now: the instant, aware UTC.
        today: the day.
    """
    changed = list(people)
    places = places_of(changed, queries.municipalities(session), queries.regions(session))
    there = [
        one
        for one in queries.contacts(session)
        if not places.isdisjoint(place for _, place in one.assignments)
    ]
    # In a calendar a step stands once for all gemeenten of a person.
    around = places | {place for one in there for _, place in one.assignments}
    known = reminders.situation(session, municipalities=around)
    touched = {one.key for one in (*changed, *there)}
    feed_stamps.restamp_personal(session, known, now, touched)
    report = reminders.bring(session, known, Part(places=places), now=now, today=today)
    notices.replan(session, now=now, today=today)
    return report
