"""Reads the mailbox to which mail that was not delivered comes back: a maildir, or by IMAP.

What was dealt with is marked as read. What is for a person stays unread and gets a flag, which mail
programs show as a star or a little flag; a later reading leaves both alone. Every other mark that a
person or a mail program sets stays as it is, and nothing is ever removed.
"""

import imaplib
import logging
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from campagne.errors import InboxError, SettingsError, reason

log = logging.getLogger("campagne.bounces")

# The report stands before the mail that came back, so its beginning is enough, however long it is.
MAX_BYTES = 512 * 1024
# In one reading; the rest waits for the next one.
MAX_LETTERS = 500
_SECONDS = 30.0
_PORT = 993

_SEEN, _FLAGGED = r"\Seen", r"\Flagged"
_INFO = ":2,"  # what comes after it in the name of a file of a maildir are its flags
_LETTERS = {_SEEN: "S", _FLAGGED: "F"}
_DONE_WITH = frozenset("SFT")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in the box.

    Attributes:
        raw: its bytes, at most the first `MAX_BYTES`.
        settle: marks it as read. Call it after what it says is stored: it may then be read twice,
            and never be lost.
        leave: flags it for a person.
    """

    raw: bytes
    settle: Callable[[], None]
    leave: Callable[[], None]


class Inbox(Protocol):
    """A box with mail."""

    def open(self) -> AbstractContextManager[Iterator[Letter]]:
        """Open the box and give the mails that nobody dealt with, `MAX_LETTERS` at most.

        Raises:
            InboxError: when it cannot be read, now or halfway.
        """
        ...


def open_inbox(url: str) -> Inbox:
    """Return the box of CAMPAGNE_BOUNCE_BOX; nothing is read or connected yet.

    Args:
        url: ``imaps://user:password@host/INBOX``, or ``maildir:/path/to/folder``.

    Raises:
        SettingsError: when it is not like that; the sentence never shows the password.
    """
    kind, _, rest = url.partition(":")
    if kind == "maildir":
        # With or without the slashes of a URL.
        path = unquote(re.sub(r"^//(?=/)", "", rest))
        if not path.startswith("/") or path.startswith("//") or "\0" in path:
            raise _wrong_url("na maildir: staat het hele pad van een map")
        return Maildir(Path(path))
    if kind == "imaps":
        return ImapBox(MailAccount.read(url))
    raise _wrong_url("het begint niet met imaps:// of maildir:")


class Maildir:
    """A folder with a file for each mail.

    Args:
        folder: the one with `new` and `cur` in it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def open(self) -> Iterator[Iterator[Letter]]:
        """As `Inbox.open`."""
        try:
            found = [
                path
                for name in ("new", "cur")
                for path in sorted((self._folder / name).iterdir())
                if not path.name.startswith(".") and not _DONE_WITH & set(_flags(path))
            ]
        except OSError as error:
            raise InboxError(
                f"De map {self._folder} met teruggekomen mail kan niet worden gelezen"
                f" ({reason(error)}). Controleer CAMPAGNE_BOUNCE_BOX."
            ) from error
        yield islice(self._letters(found), MAX_LETTERS)

    def _letters(self, paths: list[Path]) -> Iterator[Letter]:
        for path in paths:
            try:
                with path.open("rb") as file:
                    raw = file.read(MAX_BYTES)
            except OSError as error:
                # Removed or read by another at this moment, or not ours to read: others go on.
                log.warning("a file of the maildir cannot be read: %s", error.strerror)
                continue
            yield Letter(raw, partial(self._mark, path, _SEEN), partial(self._mark, path, _FLAGGED))

    def _mark(self, path: Path, flag: str) -> None:
        base = path.name.partition(_INFO)[0]
        flags = "".join(sorted({*_flags(path), _LETTERS[flag]}))
        try:
            path.rename(self._folder / "cur" / f"{base}{_INFO}{flags}")
        except FileNotFoundError:
            pass  # another reader was first
        except OSError as error:
            raise InboxError(
                f"In de map {self._folder} kan niet worden bijgehouden wat gelezen is"
                f" ({reason(error)}). Geef campagne daar schrijfrechten."
            ) from error


def _flags(path: Path) -> str:
    return path.name.partition(_INFO)[2]


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A folder of a mail server, as read from CAMPAGNE_BOUNCE_BOX."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @classmethod
    def read(cls, url: str) -> "MailAccount":
        """Read ``imaps://user:password@host:993/INBOX``; port and folder may be left out.

        Raises:
            SettingsError: when it is not like that; the sentence never shows the password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise _wrong_url("het adres of de poort klopt niet") from None
        if not parts.hostname or port == 0:
            raise _wrong_url("de naam van de server ontbreekt of de poort klopt niet")
        if parts.query or parts.fragment:
            raise _wrong_url("na de map staat nog iets")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if not user or not password:
            raise _wrong_url("geef gebruiker en wachtwoord")
        folder = unquote(parts.path.removeprefix("/")) or "INBOX"
        text = user + password + folder
        if not text.isascii() or not text.isprintable():
            raise _wrong_url("gebruiker, wachtwoord en map mogen geen letters als é of ü hebben")
        return cls(parts.hostname, port or _PORT, user, password, folder)


class ImapBox:
    """A folder of an IMAP server, over TLS from the start.

    Args:
        account: where it is.
        context: which certificates are trusted; None for those of this machine.
        seconds: how long to wait for each answer.
    """

    def __init__(
        self,
        account: MailAccount,
        *,
        context: ssl.SSLContext | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        self._account = account
        self._context = context or ssl.create_default_context()
        self._seconds = seconds

    @contextmanager
    def open(self) -> Iterator[Iterator[Letter]]:
        """As `Inbox.open`."""
        with self._faults():
            imap = imaplib.IMAP4_SSL(
                self._account.host,
                self._account.port,
                ssl_context=self._context,
                timeout=self._seconds,
            )
        try:
            yield self._letters(imap, self._log_in(imap))
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                imap.logout()
            with suppress(OSError):
                imap.shutdown()  # after a fault, logging out leaves the connection open

    def _log_in(self, imap: imaplib.IMAP4) -> list[str]:
        """Log in, open the folder, and return the numbers of the mails to read."""
        account, where = self._account, f"De mailserver {self._account.host}"
        with self._faults():
            try:
                if "AUTH=PLAIN" in imap.capabilities:
                    plain = f"\0{account.user}\0{account.password}".encode()
                    imap.authenticate("PLAIN", lambda _: plain)
                else:
                    imap.login(_quoted(account.user), account.password)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise InboxError(
                    f"{where} weigert de gebruiker of het wachtwoord van CAMPAGNE_BOUNCE_BOX."
                ) from error
            said, _ = imap.select(_quoted(account.folder))
            if said != "OK":
                raise InboxError(
                    f"{where} heeft geen map '{account.folder}'. Controleer CAMPAGNE_BOUNCE_BOX."
                )
            _, found = imap.uid("SEARCH", "UNSEEN", "UNFLAGGED", "UNDELETED")
        numbers = found[0].split() if found and isinstance(found[0], bytes) else []
        return [one.decode("ascii", "replace") for one in numbers[:MAX_LETTERS]]

    def _letters(self, imap: imaplib.IMAP4, numbers: list[str]) -> Iterator[Letter]:
        for number in numbers:
            with self._faults():
                _, answer = imap.uid("FETCH", number, f"(BODY.PEEK[]<0.{MAX_BYTES}>)")
            raw = next((one[1] for one in answer if isinstance(one, tuple)), None)
            if raw is not None:  # else it was removed at this moment
                yield Letter(
                    bytes(raw),
                    partial(self._mark, imap, number, _SEEN),
                    partial(self._mark, imap, number, _FLAGGED),
                )

    def _mark(self, imap: imaplib.IMAP4, number: str, flag: str) -> None:
        with self._faults():
            said, _ = imap.uid("STORE", number, "+FLAGS.SILENT", f"({flag})")
        if said != "OK":
            raise InboxError(
                f"De mailserver {self._account.host} laat niet toe dat gelezen mail wordt gemerkt."
                " Geef de gebruiker van CAMPAGNE_BOUNCE_BOX schrijfrechten op de map."
            )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn what goes wrong into a sentence; none of it names the user or the password."""
        where = f"De mailserver {self._account.host}"
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            text = f"{where} heeft geen certificaat dat klopt ({error.verify_message})."
            raise InboxError(f"{text} Er is niet ingelogd.") from error
        except ssl.SSLError as error:
            raise InboxError(
                f"{where} maakt geen beveiligde verbinding ({error.reason})."
            ) from error
        except socket.gaierror as error:
            raise InboxError(
                f"{where} is niet te vinden. Controleer CAMPAGNE_BOUNCE_BOX."
            ) from error
        except TimeoutError as error:
            raise InboxError(f"{where} gaf geen antwoord op tijd.") from error
        except OSError as error:
            raise InboxError(f"{where} is niet bereikbaar ({reason(error)}).") from error
        except imaplib.IMAP4.error as error:
            raise InboxError(f"{where} brak het lezen van teruggekomen mail af.") from error


def _quoted(text: str) -> str:
    """Return a text as IMAP takes it (RFC 9051, 4.3), where it is not one plain word."""
    if re.fullmatch(r"[A-Za-z0-9.@_+/-]+", text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _wrong_url(what: str) -> SettingsError:
    return SettingsError(
        f"CAMPAGNE_BOUNCE_BOX klopt niet: {what}. Voorbeelden:"
        " imaps://gebruiker:wachtwoord@mail.example.nl/INBOX of maildir:/var/mail/bounces."
        " Schrijf bijzondere tekens in het wachtwoord met een %: een @ is %40, een / is %2F."
    )
