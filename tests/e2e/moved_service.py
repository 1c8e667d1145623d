"""Pages, or a worker that mails for real, on a day that a test moves meanwhile; until SIGTERM.

    python moved_service.py web FILE

The file has how many days it is further than the real day. No setting allows another day together
with mail that leaves; and to start a process for each new day takes seconds.
"""

import logging
import socket
import sys
from datetime import UTC, timedelta
from pathlib import Path

import uvicorn

from campagne.bootstrap import App, opened
from campagne.cli.serve import stop_by_signal, wait_until_stopped
from campagne.clock import AMSTERDAM, Clock
from campagne.settings import Settings
from campagne.web.app import create_app
from campagne.web.server import configure, raise_file_limit
from campagne.worker import Worker

BEGUN = "the worker has begun"


def moved(days: Path) -> Clock:
    """Return a clock that is as many days further as a file says."""
    real = Clock()
    return Clock(
        read=lambda: (
            real.now().astimezone(AMSTERDAM) + timedelta(days=int(days.read_text("ascii")))
        ).astimezone(UTC)
    )


def serve(app: App) -> None:
    """Answer as `campagne web` does."""
    door = socket.create_server((app.settings.host, app.settings.port))
    config = configure(
        create_app(app), files=raise_file_limit(), graceful_seconds=3, proxies=app.settings.proxies
    )
    stopped = stop_by_signal()
    if stopped.empty():
        uvicorn.Server(config).run(sockets=[door])


def work(app: App) -> None:
    """Work as `campagne worker` does."""
    stopped = stop_by_signal()
    worker = Worker(app)
    worker.start()
    logging.getLogger(__name__).info(BEGUN)
    wait_until_stopped(stopped)
    worker.stop()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    with opened(Settings(), moved(Path(sys.argv[2]))) as its_app:
        {"web": serve, "worker": work}[sys.argv[1]](its_app)
