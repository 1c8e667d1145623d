"""What the answers of a mail service on the web mean for the outbox; the same for each of them."""

import json
import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from campagne import remote
from campagne.domain.delivery import Message
from campagne.errors import ChannelDownError, ChannelError, OutcomeUnknownError, RemoteError
from campagne.remote import Reply

Prepared = TypeVar("Prepared")

log = logging.getLogger("campagne.delivery")

# A wrong key is not tried more often.
_WAIT_AFTER_ALARM = timedelta(minutes=5)
_WAIT = timedelta(minutes=1)
_BUSY = frozenset({429, 503})
# A gateway that lost the answer of what lies behind it, which may have taken the mail.
_LOST_ANSWER = frozenset({502, 504})
_OTHER_FAULTS = range(500, 600)


class WebService:
    """A mail service on the web, safe to use by several threads.

    Args:
        name: what colleagues call it.
        settings: the settings to look at when it refuses us, as they stand in a sentence.
        seconds: for each request; see `remote.post`.
        allow_loopback: for tests; see `remote.post`.
        context: for tests; see `remote.post`.
    """

    def __init__(
        self,
        name: str,
        settings: str,
        *,
        seconds: float = remote.SECONDS,
        allow_loopback: bool = False,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._name = name
        self._settings = settings
        self._seconds = seconds
        self._allow_loopback = allow_loopback
        self._context = context
        self._alarmed = False

    def post(self, url: str, **request: Any) -> Reply:
        """Send a request and return an answer that is the service's own: taken, or refused.

        Args:
            url: where to.
            **request: `data`, `json` and `headers` as `remote.post` takes them.

        Raises:
            ChannelDownError: when nothing was taken, and later it can be.
            ChannelError: when the service broke down over this one request.
            OutcomeUnknownError: when it may have been taken.
        """
        try:
            reply = remote.post(
                url,
                seconds=self._seconds,
                allow_loopback=self._allow_loopback,
                context=self._context,
                **request,
            )
        except RemoteError as error:
            if error.sent:
                raise self._unknown() from error
            if error.permanent:
                raise self.refused(str(error)) from error
            raise ChannelDownError(f"{self._name} is niet bereikbaar. {error}") from error
        code = reply.status
        if code in _LOST_ANSWER:
            raise self._unknown(code)
        if code in _BUSY:
            raise ChannelDownError(
                f"{self._name} heeft het te druk ({code}).", code=code, wait=reply.wait or _WAIT
            )
        if code in _OTHER_FAULTS:
            raise ChannelError(
                f"{self._name} heeft een storing ({code}).", permanent=False, code=code
            )
        return reply

    def refused(self, why: str, code: int | None = None) -> ChannelDownError:
        """Return the fault that the service does not take us, and tell it in the log once."""
        text = f"{self._name} laat ons niet toe: {why} Controleer {self._settings}."
        self.alarm(text)
        return ChannelDownError(text, code=code, wait=_WAIT_AFTER_ALARM)

    def alarm(self, text: str) -> None:
        """Tell in the log what only a person can mend; once, until it works again."""
        if not self._alarmed:
            log.error("%s", text)
            self._alarmed = True

    def works(self) -> None:
        """Take that it works, so that the next alarm is news."""
        self._alarmed = False

    def _unknown(self, code: int | None = None) -> OutcomeUnknownError:
        return OutcomeUnknownError(
            f"{self._name} gaf geen antwoord op het bericht. Misschien is het wel aangekomen.",
            code=code,
        )


class WebConnection(Generic[Prepared]):
    """A way out that sends one request per mail, so that there is no line to keep open.

    Args:
        prepare: makes the request of a mail; nothing of it leaves yet.
        send: sends it and returns the answer.
    """

    def __init__(
        self, prepare: Callable[[Message], Prepared], send: Callable[[Prepared], str]
    ) -> None:
        self._prepare = prepare
        self._send = send
        self._offered: Prepared | None = None

    def offer(self, message: Message) -> None:
        """Make the request; these services have no way to ask beforehand.

        Raises:
            ChannelError: when the mail cannot be sent like this.
        """
        self._offered = None
        self._offered = self._prepare(message)

    def deliver(self) -> str:
        """Send the request and return the answer.

        Raises:
            ChannelError: when the mail is refused.
            ChannelDownError: when we are refused, or the service cannot be reached.
            OutcomeUnknownError: when no answer came.
        """
        if self._offered is None:
            message = "deliver() needs an offer() first"
            raise RuntimeError(message)
        return self._send(self._offered)


@contextmanager
def logging_in() -> Iterator[None]:
    """Use for a request that carries no mail: whatever goes wrong, no mail is blamed or in doubt.

    Raises:
        ChannelDownError: instead of any other fault of a channel.
    """
    try:
        yield
    except ChannelError as error:
        if isinstance(error, ChannelDownError) and not isinstance(error, OutcomeUnknownError):
            raise
        raise ChannelDownError(
            f"Het aanmelden bij de maildienst lukte niet ({error.code or 'geen antwoord'}).",
            code=error.code,
        ) from error


def fields(reply: Reply) -> Mapping[str, Any]:
    """Return the JSON object of an answer; an empty one when it holds none."""
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def queue_id(value: object) -> str:
    """Return a number that a service gave to a mail; empty when it is no UUID.

    An answer is kept and shown, so nothing else may get in by it.
    """
    try:
        return str(UUID(value)) if isinstance(value, str) else ""
    except ValueError:
        return ""
