"""A mail server with moods, for the tests of what happens in any order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from campagne.channels import Connection
from campagne.domain.delivery import Message
from campagne.errors import ChannelDownError, ChannelError, OutcomeUnknownError


class Server:
    """A mail server with moods; addresses that begin with ``kapot`` it refuses for good."""

    def __init__(self, arrived: Callable[[Message], None]) -> None:
        self.weather = "fair"
        self.midway: Callable[[], None] | None = None
        self._arrived = arrived
        self._offered: Message | None = None

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        if self.weather == "away":
            raise ChannelDownError("weg")
        yield self

    def offer(self, message: Message) -> None:
        self._offered = message

    def deliver(self) -> str:
        message = self._offered
        assert message is not None
        if self.midway is not None:
            change, self.midway = self.midway, None
            change()
            raise ChannelError("450 straks", permanent=False, code=450)
        if message.recipient.startswith("kapot"):
            raise ChannelError("550 onbekend", permanent=True, code=550)
        if self.weather == "busy" and len(message.key) % 2:
            raise ChannelError("450 straks", permanent=False, code=450)
        if self.weather in {"swallows", "hangs up"}:
            if self.weather == "swallows":
                self._arrived(message)
            self.weather = "away"
            raise OutcomeUnknownError("niets gehoord")
        self._arrived(message)
        return "250 ok"
