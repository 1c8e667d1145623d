"""The addresses under which calendars take a subscription to a feed."""

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class CalendarLinks:
    """The addresses of one feed.

    Attributes:
        https: to copy.
        webcal: opens the calendar of the machine.
        outlook: opens Outlook on the web of an organisation.
    """

    title: str
    https: str
    webcal: str
    outlook: str


def calendar_links(https: str, title: str) -> CalendarLinks:
    """Return the addresses of a feed.

    Args:
        https: its address on our own host.
        title: what a calendar calls it.
    """
    query = urlencode({"url": https, "name": title})
    return CalendarLinks(
        title=title,
        https=https,
        webcal=f"webcal://{https.partition('://')[2]}",
        outlook=f"https://outlook.office.com/calendar/0/addfromweb?{query}",
    )
