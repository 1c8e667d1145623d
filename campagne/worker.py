"""The alarm clock: APScheduler calls the rounds, sender threads empty the outbox.

APScheduler is a clock and no memory: its jobs live in this process only and ask the tables what
is due, so any number of workers may run.
"""

import logging
import os
import socket
import threading

from apscheduler.schedulers.background import BackgroundScheduler

from campagne.bootstrap import App
from campagne.clock import Clock
from campagne.errors import CampagneError
from campagne.services import rounds

log = logging.getLogger("campagne.worker")

# Long enough for a mail that is just being handed over. With the seconds that pages get to finish,
# it is less than the ten that a service is given to end.
_STOP_SECONDS = 5.0


class Worker:
    """Runs the rounds of one process until it is stopped.

    Args:
        app: the wired service.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._owner = f"{socket.gethostname()}:{os.getpid()}"
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._sender = threading.Thread(target=self._send_until_stopped, name="sender", daemon=True)
        self._scheduler = BackgroundScheduler(timezone="UTC")

    def start(self) -> None:
        """Start the clock and the sender; the first round begins at once."""
        self._scheduler.add_job(
            self._round,
            "interval",
            seconds=self._app.settings.tick_seconds,
            next_run_time=Clock().now(),  # the real instant, also when pretending
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._sender.start()
        self._scheduler.start()
        log.info("the clock ticks every %d s", self._app.settings.tick_seconds)

    def stop(self) -> None:
        """Stop within six seconds; what was not sent stays in the outbox."""
        self._stopping.set()
        self._wake.set()
        self._scheduler.shutdown(wait=False)
        self._sender.join(_STOP_SECONDS)
        log.info("the clock has stopped")

    def _round(self) -> None:
        app = self._app
        try:
            done = rounds.prepare(app.database, mails=app.mails, links=app.links, clock=app.clock)
        except CampagneError as error:
            log.warning("this round could not be done: %s", error)
            return
        if done.mails or done.expired or done.editions:
            log.info(
                "round: %d mails queued with %d reminders, %d dropped, %d new editions",
                done.mails,
                done.reminders,
                done.expired,
                done.editions,
            )
        self._wake.set()

    def _send_until_stopped(self) -> None:
        app = self._app
        while not self._stopping.is_set():
            self._wake.wait(app.settings.tick_seconds)
            self._wake.clear()
            if self._stopping.is_set():
                return
            try:
                rounds.send(
                    app.database,
                    channel=app.channel,
                    clock=app.clock,
                    owner=self._owner,
                    stop=self._stopping.is_set,
                )
            except CampagneError as error:
                log.warning("sending paused: %s", error)
            except Exception:
                # The sender must outlive any fault of one round; the outbox keeps the mail.
                log.exception("sending broke off")
