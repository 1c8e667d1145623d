"""The plan for a year: for which year it is made in autumn, and who gets it."""

import re
from calendar import monthrange
from datetime import date

from campagne.domain.contacts import Contact
from campagne.domain.dates import MONTHS
from campagne.domain.playbook import Role
from campagne.domain.preferences import Preferences

# Who only manages contacts and mail makes no plan.
PLANNERS = frozenset({Role.COMMUNICATION, Role.POLICY, Role.CENTRE})

_NEVER = "nooit"
_DAY = re.compile(r"([1-9][0-9]?) ([a-z]+)")
_LEAP_YEAR = 2024


class AutumnDay:
    """The day of each year from which the plan for the next one is mailed.

    Args:
        text: ``1 oktober``, or ``nooit``.

    Raises:
        ValueError: when it is neither; it says so in Dutch.
    """

    def __init__(self, text: str) -> None:
        word = text.strip().lower()
        self._from = None if word == _NEVER else _month_and_day(word)

    def planned_year(self, today: date) -> int | None:
        """Return the year whose plan is mailed on a day; None when none is.

        From that day until the end of the year: after a standstill it still goes, since a plan that
        comes late is of use until the year itself has begun.
        """
        if self._from is None or (today.month, today.day) < self._from:
            return None
        return today.year + 1


def gets_plan(contact: Contact, wanted: Preferences) -> bool:
    """Say whether a contact gets the plan for a year by mail.

    It is no reminder, but who does without those does without this one too: one link leaves both.
    """
    plans = any(role in PLANNERS for role, _ in contact.assignments)
    return plans and wanted.reminders and not contact.paused


def places_of(contact: Contact) -> tuple[str, ...]:
    """Return the keys of the gemeenten that a contact plans for, each once, in their order."""
    return tuple(dict.fromkeys(at for role, at in contact.assignments if role in PLANNERS))


def _month_and_day(text: str) -> tuple[int, int]:
    found = _DAY.fullmatch(text)
    if found is not None and found[2] in MONTHS:
        month, day = MONTHS.index(found[2]) + 1, int(found[1])
        if day <= monthrange(_LEAP_YEAR, month)[1]:
            return month, day
    raise ValueError("schrijf een dag zonder jaar, zoals 1 oktober, of: nooit")
