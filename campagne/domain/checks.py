"""Twice a year everybody is asked whether what is known of them is still so: on which day, of whom.

The days are those of a region, or of the nearest one around it that has any.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from campagne.domain.contacts import Contact
from campagne.domain.dates import MONTHS
from campagne.domain.regions import Municipality, Region, ancestry

# After a standstill the question still goes for so long; then it waits for the next day.
ASKED_FOR = timedelta(days=28)
# Who has not answered by then is named to the beheerder, once.
ANSWER_WITHIN = timedelta(weeks=4)

MonthDay = tuple[int, int]


def parse_month_day(text: str) -> MonthDay | None:
    """Return the month and day of a text such as ``1 maart``; None for what is in no year so."""
    day, _, month = text.strip().partition(" ")
    if month not in MONTHS or not day.isdecimal():
        return None
    found = MONTHS.index(month) + 1, int(day)
    try:
        date(2026, *found)  # a year that has no 29 February: the day must be there every year
    except ValueError:
        return None
    return found


def asked_on(
    contact: Contact,
    places: Mapping[str, Municipality],
    regions: Mapping[str, Region],
    today: date,
) -> date | None:
    """Return the day of the question that is to be asked of a contact now; None for none.

    Args:
        contact: who may be asked; nobody is who does nothing or gets no mail.
        places: all gemeenten by key.
        regions: all regions by key.
        today: the day.
    """
    if contact.paused:
        return None
    days = {
        day
        for _, place in contact.assignments
        if place in places
        for day in _days_of(places[place].region, regions)
    }
    last = _latest(days, today)
    return last if last is not None and today - last <= ASKED_FOR else None


def _days_of(region: str, regions: Mapping[str, Region]) -> Collection[MonthDay]:
    around = ancestry(region, regions)
    return next((regions[one].check_days for one in around if regions[one].check_days), ())


def _latest(days: Collection[MonthDay], today: date) -> date | None:
    passed = (date(year, *day) for year in (today.year - 1, today.year) for day in days)
    return max((one for one in passed if one <= today), default=None)
