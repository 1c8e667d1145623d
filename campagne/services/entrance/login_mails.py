"""Mails the links to log in with, beside the outbox: such a mail lies nowhere where others read.

Who asked is answered before anything is looked up, so the answer and the time that it takes are the
same for every address. A mail that cannot leave is lost: whoever waits for it asks again.
"""

import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from campagne.channels import Channel
from campagne.clock import Clock
from campagne.domain.delivery import MessageKind
from campagne.errors import CampagneError
from campagne.messages import Mails
from campagne.people_contexts import LoginContext
from campagne.services.access import Links
from campagne.services.entrance import login
from campagne.services.entrance.login import MailedLink
from campagne.services.mail_words import mail_templates
from campagne.store.database import Database

log = logging.getLogger("campagne.login")

# Who asks while so many wait is one of too many; one client cannot take all of that room.
_ROOM = 100
_ROOM_PER_CLIENT = 20


@dataclass(frozen=True, slots=True)
class _Asked:
    address: str
    client: str
    then: str


class LoginMails:
    """Takes requests for a log-in link and mails the links, one after another.

    Args:
        database: where the contacts and the links are.
        channel: the way out.
        mails: makes the mail; called when the first one is needed.
        links: makes the addresses.
        secret: key that hides who asked in the table of tries.
        clock: tells the time.
    """

    def __init__(  # noqa: PLR0917 - all that a mail takes
        self,
        database: Database,
        channel: Channel,
        mails: Callable[[], Mails],
        links: Links,
        secret: str,
        clock: Clock,
    ) -> None:
        self._database = database
        self._channel = channel
        self._mails = mails
        self._links = links
        self._secret = secret
        self._clock = clock
        self._asked: queue.Queue[_Asked] = queue.Queue(_ROOM)
        self._is_at_work = False  # a thread is there, as long as there is something to do
        self._waiting: Counter[str] = Counter()  # requests per client
        self._lock = threading.Lock()  # of the three above

    def ask(self, address: str, *, client: str, then: str = "") -> None:
        """Note that somebody asks for a link; returns at once.

        Args:
            address: as it was typed.
            client: network address of who asks.
            then: path of the page to go to after the log-in; empty for the first one.
        """
        with self._lock:
            if self._asked.full() or self._waiting[client] >= _ROOM_PER_CLIENT:
                log.warning("too many ask to log in at once; a request was dropped")
                return
            self._waiting[client] += 1
            self._asked.put_nowait(_Asked(address, client, then))
            if not self._is_at_work:
                self._is_at_work = True
                threading.Thread(target=self._work, name="login mails", daemon=True).start()

    def wait(self) -> None:
        """Wait until everything that was asked is done."""
        self._asked.join()

    def _work(self) -> None:
        while (asked := self._next()) is not None:
            try:
                self._answer(asked)
            except CampagneError as error:
                log.warning("a log-in mail cannot be sent now: %s", type(error).__name__)
            except Exception:
                # The thread must outlive any fault of one request: more may wait behind it.
                log.exception("a log-in mail cannot be made")
            finally:
                with self._lock:
                    self._waiting -= Counter([asked.client])  # keeps no client at zero
                self._asked.task_done()

    def _next(self) -> _Asked | None:
        with self._lock:
            if self._asked.empty():
                self._is_at_work = False
                return None
            return self._asked.get_nowait()

    def _answer(self, asked: _Asked) -> None:
        # Looked at before anything is written: who keeps asking holds up nobody who writes.
        with self._database.read() as session:
            if login.asked_too_often(
                session, asked.client, secret=self._secret, now=self._clock.now()
            ):
                return
        with self._database.session() as session:
            login.forget_the_old(session, self._clock.now())
            made = login.ask(
                session,
                asked.address,
                client=asked.client,
                secret=self._secret,
                now=self._clock.now(),
            )
        if not made:
            return
        with self._database.read() as session:
            mails = mail_templates.in_use(session, self._mails())
        for link in made:
            try:
                self._send(link, asked.then, mails)
            except Exception:
                with self._database.session() as session:
                    login.withdraw(session, link)
                raise

    def _send(self, link: MailedLink, then: str, mails: Mails) -> None:
        message = mails.compose(
            "inloggen",
            LoginContext(name=link.contact.name, url=self._links.login(link.token, then)),
            kind=MessageKind.LOGIN,
            key=f"inloggen:{link.token}",
            recipient=link.contact.email,
            recipient_name=link.contact.name,
            date=self._clock.now(),
        )
        with self._channel.connect() as connection:
            connection.offer(message)
            connection.deliver()
