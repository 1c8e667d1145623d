"""The addresses under which calendars take a subscription to a feed."""

from dataclasses import dataclass
from urllib.parse import urlencode

import segno

# Opens the page *Via URL*. One that brings the address along is refused or stays empty there.
_GOOGLE = "https://calendar.google.com/calendar/r/settings/addbyurl"


@dataclass(frozen=True, slots=True)
class CalendarLinks:
    """The addresses of one feed.

    Attributes:
        https: to copy.
        webcal: opens the calendar of the machine.
        outlook / outlook_private: open Outlook on the web, of an organisation or a private one.
        google: opens Google Calendar where the address is pasted.
        qr: a picture for the camera of a phone, as an address of its own (``data:``).
    """

    title: str
    https: str
    webcal: str
    outlook: str
    outlook_private: str
    google: str
    qr: str


def calendar_links(https: str, title: str, *, page: str = "") -> CalendarLinks:
    """Return the addresses of a feed.

    Args:
        https: its address on our own host.
        title: what a calendar calls it.
        page: the page with its links, which the phone then opens; empty where the calendar of
            the phone must open at once, since that page can't be opened again.
    """
    webcal = f"webcal://{https.partition('://')[2]}"
    query = urlencode({"url": https, "name": title})
    return CalendarLinks(
        title=title,
        https=https,
        webcal=webcal,
        outlook=f"https://outlook.office.com/calendar/0/addfromweb?{query}",
        outlook_private=f"https://outlook.live.com/calendar/0/addfromweb?{query}",
        google=_GOOGLE,
        qr=segno.make_qr(page or webcal).svg_data_uri(
            scale=4, border=4, dark="#000", light="#fff", svgns=True
        ),
    )
