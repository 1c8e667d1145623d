"""The page that says whether the mail works: counts alone, so that everybody may see it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Response

from campagne.bootstrap import App
from campagne.services.status import Status, look
from campagne.web.pages.rendering import Pages

_HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex"}
_STANDS_STILL_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class StatusPage:
    """What the page shows.

    Attributes:
        last_round: when the clock last did its round (UTC); None where another process runs it.
        stands_still: True when that is too long ago.
    """

    title: str
    status: Status
    last_round: datetime | None
    stands_still: bool
    section: str = "status"


def routes(app: App, pages: Pages) -> APIRouter:
    """Return the route ``/status``."""
    router = APIRouter()
    limit = _STANDS_STILL_AFTER + timedelta(seconds=app.settings.tick_seconds)

    @router.api_route("/status", methods=["GET", "HEAD"])
    def status() -> Response:
        now, last = app.clock.now(), app.last_round
        with app.database.read() as session:
            found = look(session, now=now, today=app.clock.today())
        page = StatusPage("Werkt de mail?", found, last, last is not None and now - last > limit)
        return pages.answer("status.html", page, headers=_HEADERS)

    return router
