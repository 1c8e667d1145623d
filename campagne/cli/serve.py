"""campagne serve, web, worker: the long-running processes."""

import signal
import socket
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING

import click

from campagne.cli.output import printable, service

if TYPE_CHECKING:
    import uvicorn

    from campagne.bootstrap import App
    from campagne.settings import Settings

# With the seconds that the clock takes to stop, less than the ten that a service is given to end.
_ANSWER_SECONDS = 3
_LOOK_SECONDS = 0.5


@click.command()
def serve() -> None:
    """Start alles in één proces: pagina's, agenda's, klok en verzending.

    De kalenderbestanden worden bij de start toegepast; wat mensen daarna veranderden, blijft.
    Stop met Ctrl+C. Zonder instellingen luistert dit op http://127.0.0.1:8000/.
    """
    _start_log()
    with service() as app, _door(app.settings) as door:
        server = _server(app)
        _apply(app)
        from campagne.worker import Worker

        stopped = stop_by_signal()
        clock = Worker(app)
        clock.start()
        try:
            _answer(app, server, door, stopped)
        finally:
            clock.stop()


@click.command()
def web() -> None:
    """Start alleen de pagina's en de agenda's; de klok draait dan apart (campagne worker)."""
    _start_log()
    with service() as app, _door(app.settings) as door:
        _answer(app, _server(app), door, stop_by_signal())


@click.command()
def worker() -> None:
    """Start alleen de klok: plannen wat nieuw is en verzenden wat aan de beurt is.

    Er mogen er zoveel draaien als je wilt, op zoveel machines als je wilt.
    """
    _start_log()
    with service() as app:
        from campagne.worker import Worker

        stopped = stop_by_signal()
        clock = Worker(app)
        clock.start()
        click.echo("De klok loopt - stop met Ctrl+C", err=True)
        wait_until_stopped(stopped)
        clock.stop()


def _apply(app: "App") -> None:
    from campagne.bootstrap import apply_files
    from campagne.errors import CalendarFilesError, InvalidInputError
    from campagne.services.audit import COMMAND_LINE

    try:
        report = apply_files(app, by=COMMAND_LINE)
    except (CalendarFilesError, InvalidInputError) as error:
        # What is stored still stands; a typing error in a file must not stop the service.
        click.echo(printable(f"{error}\nDe kalender blijft zoals hij was."), err=True)
        return
    if report.changes or report.conflicts:
        for line in report.lines():
            click.echo(printable(line), err=True)


def _door(settings: "Settings") -> socket.socket:
    """Return the socket to listen on, opened before anything else is begun.

    A second `serve` beside a running one stops here: its clock must not send a mail before it
    finds out that the port is taken.

    Raises:
        SettingsError: when nothing can listen there.
    """
    from campagne.errors import SettingsError, reason

    host, port = settings.host, settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise SettingsError(
            f"Op {host}:{port} kan geen webserver luisteren ({reason(error)})."
            " Draait campagne al? Stop die, of kies een ander adres met CAMPAGNE_PORT of"
            " CAMPAGNE_HOST."
        ) from error


def _server(app: "App") -> "uvicorn.Server":
    """Make the web server, before a clock is begun: a theme can stop it."""
    import uvicorn

    from campagne.web.app import create_app
    from campagne.web.server import configure, raise_file_limit, shorten_log

    shorten_log()
    files = raise_file_limit()
    return uvicorn.Server(
        configure(
            create_app(app),
            files=files,
            graceful_seconds=_ANSWER_SECONDS,
            proxies=app.settings.proxies,
        )
    )


def _answer(
    app: "App", server: "uvicorn.Server", door: socket.socket, stopped: "SimpleQueue[int]"
) -> None:
    click.echo(f"campagne staat op {app.settings.base_url}/ - stop met Ctrl+C", err=True)
    if stopped.empty():  # a signal that came before uvicorn listens for it
        server.run(sockets=[door])


def stop_by_signal() -> "SimpleQueue[int]":
    """Let SIGTERM and SIGINT end the process through its `finally` clauses.

    uvicorn raises the signal once more after it has shut down; with the default handler that
    would kill the process before the clock has stopped.

    Returns:
        Holds the number of a signal once one came. A queue and no event: the handler runs in the
        middle of what the main thread does, and inside `Event.wait` it would wait for itself.
    """
    stopped: SimpleQueue[int] = SimpleQueue()

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped.put(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped


def wait_until_stopped(stopped: "SimpleQueue[int]") -> None:
    """Return once a signal came.

    It looks by itself now and then: the system may hand a signal to any thread, as it does just
    after a process that was frozen goes on, and then nothing wakes this one to run the handler.
    """
    while stopped.empty():
        with suppress(Empty):
            stopped.get(timeout=_LOOK_SECONDS)
            return


def _start_log() -> None:
    import logging

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # They tell of every tick, plug-in and start, which drowns what matters.
    for name in ("apscheduler", "alembic", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
