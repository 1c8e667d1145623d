"""The counts of `services.status` for a program that watches over the service.

In the text format of Prometheus (version 0.0.4), which is a line per number: too little for a
library. Only for who knows the token; for anybody else there is no such page.
"""

import hmac
from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from campagne import __version__
from campagne.bootstrap import App
from campagne.domain.delivery import DeliveryState
from campagne.services.status import Status, look

_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def routes(app: App) -> APIRouter:
    """Return the route ``/metrics``."""
    router = APIRouter()

    @router.api_route("/metrics", methods=["GET", "HEAD"])
    def metrics(request: Request) -> Response:
        token = app.settings.metrics_token
        given = request.headers.get("authorization", "").encode()
        if token is None or not hmac.compare_digest(
            given, f"Bearer {token.get_secret_value()}".encode()
        ):
            raise HTTPException(404)
        now = app.clock.now()
        with app.database.read() as session:
            status = look(session, now=now, today=app.clock.today())
        age = None if app.last_round is None else (now - app.last_round).total_seconds()
        text = "".join(_lines(status, age))
        return PlainTextResponse(text, media_type=_TYPE, headers={"cache-control": "no-store"})

    return router


def _lines(status: Status, round_age: float | None) -> Iterator[str]:
    """Yield the text; `round_age` is seconds, None where the clock runs in another process."""
    due_for = 0.0 if status.due_since is None else (status.at - status.due_since).total_seconds()
    yield from _gauge("build_info", "Version of campagne.", 1, f'{{version="{__version__}"}}')
    yield from _head("deliveries", "Mails in the outbox and before, by state.")
    for state in DeliveryState:
        count = status.deliveries.get(state, 0)
        yield f'campagne_deliveries{{state="{state.value}"}} {count}\n'
    yield from _gauge("oldest_due_seconds", "How long a mail could have gone and did not.", due_for)
    yield from _gauge("mails_waiting", "Mails that could go now or were put off.", status.waiting)
    yield from _gauge("mails_unknown", "Mails whose outcome nobody knows.", status.unknown)
    yield from _gauge(
        "mails_failed_7d", "Mails that failed or came back in 7 days.", status.failed_recently
    )
    yield from _gauge("paused_addresses", "Addresses that get no mail.", status.paused)
    yield from _gauge("reminders_planned", "Reminders that are planned.", status.planned)
    yield from _gauge("reminders_overdue", "Planned ones whose day has passed.", status.overdue)
    yield from _gauge(
        "organiser_calendars", "Calendars of organisers that are read.", status.calendars
    )
    yield from _gauge(
        "organiser_calendars_failing",
        "Those that could not be read the last time.",
        status.calendars_failing,
    )
    yield from _gauge("material_links", "Links of national material.", status.links)
    yield from _gauge("material_links_dead", "Those without a page.", status.links_dead)
    yield from _gauge("data_version", "Raised by each change of the data.", status.data_version)
    if round_age is not None:
        yield from _gauge("last_round_age_seconds", "Since the last whole round.", round_age)


def _head(name: str, meaning: str) -> Iterator[str]:
    yield f"# HELP campagne_{name} {meaning}\n"
    yield f"# TYPE campagne_{name} gauge\n"


def _gauge(name: str, meaning: str, value: float, labels: str = "") -> Iterator[str]:
    yield from _head(name, meaning)
    yield f"campagne_{name}{labels} {value}\n"
