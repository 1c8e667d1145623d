"""campagne serve, web, worker: the long-running processes."""

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING

import click

from campagne.cli.output import service

if TYPE_CHECKING:
    from campagne.bootstrap import App


@click.command()
def serve() -> None:
    """Start alles in één proces: pagina's, agenda's, klok en verzending.

    De kalenderbestanden worden bij de start toegepast; wat mensen daarna veranderden, blijft.
    Stop met Ctrl+C. Zonder instellingen luistert dit op http://127.0.0.1:8000/.
    """
    _start_log()
    with service() as app:
        _apply(app)
        from campagne.worker import Worker

        _stop_by_signal()
        clock = Worker(app)
        clock.start()
        try:
            _listen(app)
        finally:
            clock.stop()


@click.command()
def web() -> None:
    """Start alleen de pagina's en de agenda's; de klok draait dan apart (campagne worker)."""
    _start_log()
    with service() as app:
        _stop_by_signal()
        _listen(app)


@click.command()
def worker() -> None:
    """Start alleen de klok: plannen wat nieuw is en verzenden wat aan de beurt is.

    Er mogen er zoveel draaien als je wilt, op zoveel machines als je wilt.
    """
    _start_log()
    with service() as app:
        from campagne.worker import Worker

        stopped = _stop_by_signal()
        clock = Worker(app)
        clock.start()
        stopped.wait()
        clock.stop()


def _apply(app: "App") -> None:
    from campagne.bootstrap import apply_files
    from campagne.errors import CalendarFilesError

    try:
        report = apply_files(app)
    except CalendarFilesError as error:
        # What is stored still stands; a typing error in a file must not stop the service.
        click.echo(f"{error}\nDe kalender blijft zoals hij was.", err=True)
        return
    for line in report.lines():
        click.echo(line, err=True)


def _listen(app: "App") -> None:
    import uvicorn

    from campagne.web.app import create_app

    settings = app.settings
    click.echo(f"campagne staat op {settings.base_url}/ - stop met Ctrl+C", err=True)
    uvicorn.run(
        create_app(app),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,  # paths can hold tokens
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def _stop_by_signal() -> threading.Event:
    """Let SIGTERM and SIGINT end the process through its `finally` clauses.

    uvicorn raises the signal once more after it has shut down; with the default handler that
    would kill the process before the clock has stopped.
    """
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped


def _start_log() -> None:
    import logging

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # APScheduler tells of every tick, which drowns what matters.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
