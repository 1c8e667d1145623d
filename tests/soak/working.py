"""A worker in a process of its own, whose clock runs fast.

Leases, limits and back-off are those of real use, by a clock that runs sixty times as fast; what
the operating system measures in real seconds, the wait for an answer and the heartbeat, is given
as shorter by the same means as in real use: an argument.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from campagne.bootstrap import build
from campagne.channels.smtp import BODY_REPLY_SECONDS, SmtpChannel
from campagne.cli.serve import stop_by_signal, wait_until_stopped
from campagne.clock import Clock
from campagne.services.outbox.sending import BEAT_SECONDS
from campagne.settings import Settings
from campagne.worker import Worker

SPEED = 60
_BEGIN = datetime(2026, 9, 7, 6, 0, tzinfo=UTC)  # a day on which the small region has work to do


class FastClock(Clock):
    """Runs sixty times as fast since an instant that all processes agree on, from a set day on.

    While there is a file `clock-put-back` in the folder, it says an hour less.
    """

    def __init__(self, since: datetime, folder: Path) -> None:
        super().__init__()
        self._since = since
        self._put_back = folder / "clock-put-back"

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        back = timedelta(hours=1) if self._put_back.exists() else timedelta()
        return _BEGIN + (super().now() - self._since) * SPEED - back


@dataclass(frozen=True)
class Job:
    """What a worker needs to know."""

    folder: Path
    database_url: str
    mail_port: int
    senders: int
    since: datetime


def work(job: Job) -> None:
    """Work until SIGTERM comes; entry of the process."""
    stopped = stop_by_signal()
    logging.basicConfig(filename=job.folder / "workers.log", level=logging.INFO)
    url = f"smtp://127.0.0.1:{job.mail_port}"
    app = build(
        Settings(
            data_dir=job.folder,
            database_url=job.database_url,
            smtp_url=SecretStr(url),
            smtp_insecure=True,
            tick_seconds=1,
            senders=job.senders,
        ),
        FastClock(job.since, job.folder),
    )
    app.channel = SmtpChannel(
        url,
        ehlo_name="soak.example.nl",
        insecure=True,
        body_reply_seconds=BODY_REPLY_SECONDS / SPEED,
    )
    worker = Worker(app, beat=BEAT_SECONDS / SPEED)
    worker.start()
    wait_until_stopped(stopped)
    worker.stop()
