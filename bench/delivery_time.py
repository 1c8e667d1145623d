"""Where the time of a sender goes, for the benchmark `delivery.py`."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlmodel import Session

from campagne.channels.smtp import SmtpChannel
from campagne.clock import Clock
from campagne.services.outbox import claims, sending
from campagne.store.database import Database
from campagne.store.direct import DirectConnection


class Timed(Database):
    """A database that counts the seconds of its writing transactions, commit included."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.spent: dict[str, float] = {}
        self.label = ""

    @contextmanager
    def session(self, *, alone: bool = True) -> Iterator[Session]:
        """Open a session and count what it takes."""
        start = time.perf_counter()
        self.label = "other"
        with super().session(alone=alone) as session:
            yield session
        self.count(self.label, time.perf_counter() - start)

    @contextmanager
    def direct(self) -> Iterator[DirectConnection]:
        """Hold a connection of which the transactions are counted."""
        with super().direct() as connection:
            transaction = connection.transaction

            @contextmanager
            def timed(*, synced: bool = True) -> Iterator[None]:
                start = time.perf_counter()
                self.label = "other"
                with transaction(synced=synced):
                    yield
                self.count(self.label, time.perf_counter() - start)

            connection.transaction = timed  # type: ignore[method-assign] # a watch, as below
            yield connection

    def count(self, what: str, took: float) -> None:
        """Add seconds."""
        self.spent[what] = self.spent.get(what, 0.0) + took


def where_time_goes(database: Timed, channel: SmtpChannel) -> dict[str, float]:
    """Send what is in the outbox with a watch on every part; return seconds by part."""

    def labelled(name: str) -> Callable[..., Any]:
        statement = getattr(claims, name)

        def run(*given: Any, **named: Any) -> Any:
            database.label = name
            return statement(*given, **named)

        return run

    def watched(channel: SmtpChannel) -> None:
        connect = channel.connect

        @contextmanager
        def timed() -> Iterator[Any]:
            with connect() as connection:
                for name in ("offer", "deliver"):
                    setattr(connection, name, clocked(getattr(connection, name)))
                yield connection

        channel.connect = timed  # type: ignore[method-assign] # a watch on it, in the bench only

    def clocked(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            start = time.perf_counter()
            try:
                return call(*given)
            finally:
                database.count("SMTP", time.perf_counter() - start)

        return run

    database.spent.clear()
    before = {name: getattr(claims, name) for name in ("take", "begin", "settle")}
    for name in before:
        setattr(claims, name, labelled(name))
    watched(channel)
    start = time.perf_counter()
    sending.send_due(database, channel, Clock().now, owner="bench")
    total = time.perf_counter() - start
    for name, statement in before.items():
        setattr(claims, name, statement)
    parts = dict(database.spent)
    return {**parts, "the rest": total - sum(parts.values())}
