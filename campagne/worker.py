"""The alarm clock: APScheduler calls the rounds, sender threads empty the outbox.

APScheduler is a clock and no memory: its jobs live in this process only and ask the tables what
is due, so any number of workers may run.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from campagne.bootstrap import App
from campagne.clock import Clock
from campagne.errors import CampagneError
from campagne.services.national import links
from campagne.services.outbox import bounces, sending
from campagne.services.planning import rounds
from campagne.services.regional import mailing
from campagne.services.rotas import organiser_calendars

log = logging.getLogger("campagne.worker")

# Long enough for a mail that is just being handed over. With the seconds that pages get to finish,
# it is less than the ten that a service is given to end.
_STOP_SECONDS = 5.0
_ERRAND_MINUTES = 5
_A_MINUTE = timedelta(minutes=1)
_A_DAY = timedelta(days=1)


def clock_jump(before: datetime, now: datetime) -> timedelta | None:
    """Return how far the clock jumped between two rounds; None when that is nothing to tell.

    Back by more than a minute is no correction of the time any more. Ahead by more than a day
    drops reminders whose day has passed, also when the machine only slept.

    Args:
        before: instant of the round before, aware UTC.
        now: instant of this round, aware UTC.
    """
    went = now - before
    return went if went < -_A_MINUTE or went > _A_DAY else None


class _Errand:
    """Something that is done on its own, so that neither a round nor the end waits for it.

    Args:
        what: what is done, for the log.
        do: does it.
    """

    def __init__(self, what: str, do: Callable[[], None]) -> None:
        self._what = what
        self._do = do
        self._thread = threading.Thread(name="errand")
        self._fault = ""  # the last one: each is logged once, until it is another

    def begin(self) -> None:
        """Begin, unless the last time still goes on; one that hangs is not joined by a second."""
        if not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="errand", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        fault = ""
        try:
            self._do()
        except CampagneError as error:
            fault = str(error)
            if fault != self._fault:
                log.error("%s cannot be done: %s", self._what, error)  # noqa: TRY400 - it tells all
        except Exception as error:
            fault = type(error).__name__
            if fault != self._fault:
                log.exception("%s broke off", self._what)
        self._fault = fault


class Worker:
    """Runs the rounds of one process until it is stopped.

    Args:
        app: the wired service; its settings tell how many senders there are.
        beat: real seconds between two looks of a sender at what it has claimed.
    """

    def __init__(self, app: App, *, beat: float = sending.BEAT_SECONDS) -> None:
        self._app = app
        self._beat = beat
        self._stopping = threading.Event()
        process = f"{socket.gethostname()}:{os.getpid()}"
        # Each has an event of its own: one shared by all would wake only who looks first.
        self._senders = {
            f"{process}:{number}": threading.Event()
            for number in range(1, app.settings.senders + 1)
        }
        self._threads = [
            threading.Thread(
                target=self._send_until_stopped, args=sender, name="sender", daemon=True
            )
            for sender in self._senders.items()
        ]
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._box = _Errand("reading what came back", self._read_box)
        self._calendars = _Errand("reading the calendars of organisers", self._read_calendars)
        self._links = _Errand("asking for the links of national material", self._check_links)
        self._mailing = _Errand("making the mails of a broadcast", self._make_mails)
        self._round_at: datetime | None = None

    def start(self) -> None:
        """Start the clock and the senders; the first round begins at once."""
        self._scheduler.add_job(
            self._round,
            "interval",
            seconds=self._app.settings.tick_seconds,
            next_run_time=Clock().now(),  # the real instant, also when pretending
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        errands = [self._calendars, self._links]
        if self._app.bounce_box is not None:
            errands.append(self._box)
        for errand in errands:
            self._scheduler.add_job(
                errand.begin,
                "interval",
                minutes=_ERRAND_MINUTES,
                next_run_time=Clock().now(),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        for thread in self._threads:
            thread.start()
        self._scheduler.start()
        log.info(
            "the clock ticks every %d s; %d senders",
            self._app.settings.tick_seconds,
            len(self._threads),
        )

    def stop(self) -> None:
        """Stop within six seconds; what was not sent stays in the outbox, for anyone to take."""
        self._stopping.set()
        self._wake_senders()
        self._scheduler.pause()
        # Beside it, since a database that is away can hold it up as well as a mail server.
        ending = threading.Thread(target=self._end, name="ending", daemon=True)
        ending.start()
        ending.join(_STOP_SECONDS)
        log.info("the clock has stopped")

    def _end(self) -> None:
        try:
            sending.let_go(self._app.database, self._senders)
        except CampagneError as error:
            log.warning("what is claimed cannot be given back now: %s", error)
        for thread in self._threads:
            thread.join()
        # The round that is under way is the last one, and is waited for.
        self._scheduler.shutdown(wait=True)

    def _wake_senders(self) -> None:
        for wake in self._senders.values():
            wake.set()

    def _round(self) -> None:
        app = self._app
        before, self._round_at = self._round_at, app.clock.now()
        if before is not None and (jump := clock_jump(before, self._round_at)):
            log.warning(
                "the clock %s by %s since the last round",
                "went back" if jump < timedelta() else "jumped ahead",
                abs(jump),
            )
        try:
            done = rounds.prepare(
                app.database,
                mails=app.mails,
                links=app.links,
                clock=app.clock,
                autumn=app.autumn,
                four_eyes=app.four_eyes,
                keep_days=app.keep_mail_days,
            )
        except CampagneError as error:
            log.warning("this round could not be done: %s", error)
            return
        app.last_round = done.at
        if done.mails or done.expired or done.editions:
            log.info(
                "round: %d mails queued with %d reminders, %d dropped, %d new editions",
                done.mails,
                done.reminders,
                done.expired,
                done.editions,
            )
        self._wake_senders()
        self._mailing.begin()
        if done.reminders and app.signals is not None:
            # On its own, so that neither the next round nor the end of the service waits for it.
            threading.Thread(
                target=app.signals.tell, args=(done.at,), name="signals", daemon=True
            ).start()

    def _read_box(self) -> None:
        if self._app.bounce_box is not None:
            bounces.read(self._app.database, self._app.bounce_box, self._app.clock)

    def _make_mails(self) -> None:
        app = self._app
        mailing.make(
            app.database,
            links=app.links,
            mails=app.mails,
            clock=app.clock,
            stop=self._stopping.is_set,
            each=self._wake_senders,
        )

    def _read_calendars(self) -> None:
        app = self._app
        organiser_calendars.read_due(app.database, app.fetch_calendar, app.clock)

    def _check_links(self) -> None:
        app = self._app
        links.check_due(app.database, app.ask_link, app.clock)

    def _send_until_stopped(self, owner: str, wake: threading.Event) -> None:
        app = self._app
        while not self._stopping.is_set():
            wake.wait(app.settings.tick_seconds)
            wake.clear()
            if self._stopping.is_set():
                return
            try:
                sending.send_due(
                    app.database,
                    app.channel,
                    app.clock.now,
                    owner=owner,
                    stop=self._stopping.is_set,
                    throttle=app.throttle,
                    beat=self._beat,
                )
            except CampagneError as error:
                log.warning("sending paused: %s", error)
            except Exception:
                # The sender must outlive any fault of one round; the outbox keeps the mail.
                log.exception("sending broke off")
