"""One exception tree.

Every error carries one Dutch sentence that says what is wrong and what to do; the CLI prints it
as one line, the web shows it on a page. Anything that is not a `CampagneError` is a defect.
"""

import errno
from datetime import timedelta
from typing import Self

_REASONS = {
    errno.EACCES: "geen rechten",
    errno.EADDRINUSE: "de poort is al in gebruik",
    errno.EADDRNOTAVAIL: "dit adres hoort niet bij deze machine",
    errno.ECONNREFUSED: "er luistert niets op dit adres",
    errno.ECONNRESET: "de andere kant verbrak de verbinding",
    errno.EEXIST: "er staat al een bestand met die naam",
    errno.EHOSTUNREACH: "de machine is niet te bereiken",
    errno.EISDIR: "dit is een map",
    errno.ENAMETOOLONG: "de naam is te lang",
    errno.ENETUNREACH: "er is geen netwerk",
    errno.ENOENT: "bestaat niet",
    errno.ENOSPC: "de schijf is vol",
    errno.ENOTDIR: "een deel van het pad is geen map",
    errno.EPERM: "mag niet",
    errno.EPIPE: "de andere kant verbrak de verbinding",
    errno.EROFS: "hier kan alleen worden gelezen",
    errno.ETIMEDOUT: "geen antwoord op tijd",
}


def reason(error: OSError) -> str:
    """Return in a few Dutch words what the operating system says is the matter."""
    return _REASONS.get(error.errno or 0) or error.strerror or "geen antwoord"


class Fault(str):
    """A Dutch sentence that says what is wrong with something typed.

    Attributes:
        field: of a form what it is about, by its name there, such as ``waarom``; empty when it is
            about all of it.
    """

    __slots__ = ("field",)
    field: str

    def __new__(cls, sentence: str, field: str = "") -> Self:
        """Return the sentence, with its field."""
        made = super().__new__(cls, sentence)
        made.field = field
        return made


class CampagneError(Exception):
    """Something a person can mend; `str(error)` is the Dutch sentence for that person."""


class SettingsError(CampagneError):
    """A setting is missing or wrong; the service does not start."""


class CalendarFilesError(CampagneError):
    """One or more faults in the files of `calendars/`; nothing of the set is loaded.

    Attributes:
        faults: every fault found, each a Dutch line "file: key: found, allowed".
    """

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        count = "1 fout" if len(faults) == 1 else f"{len(faults)} fouten"
        super().__init__(f"{count} in de kalenderbestanden:\n" + "\n".join(faults))


class LogInRefusedError(CampagneError):
    """Somebody who comes back from the log-in of their organisation is not let in."""


class ProviderAwayError(CampagneError):
    """The service by which an organisation lets its people log in cannot be reached."""


class NotFoundError(CampagneError):
    """A named thing does not exist: an edition, a gemeente, a step, a feed."""


class InvalidInputError(CampagneError):
    """What a person typed cannot be accepted; the sentence says what is allowed.

    Attributes:
        fault: the sentence, with the field of a form that it is about.
    """

    def __init__(self, sentence: str, field: str = "") -> None:
        self.fault = Fault(sentence, field)
        super().__init__(sentence)


class DatabaseVersionError(CampagneError):
    """The database is older or newer than this program; nothing was changed in it."""


class TemplateError(CampagneError):
    """A mail or text template is broken or asks for something that is not there."""


class ChannelError(CampagneError):
    """One message could not be handed over.

    Attributes:
        permanent: True when trying again cannot help (the address is refused).
        code: the SMTP reply code, or None where there was none.
    """

    def __init__(self, text: str, *, permanent: bool, code: int | None = None) -> None:
        self.permanent = permanent
        self.code = code
        super().__init__(text)


class ChannelDownError(ChannelError):
    """The way out itself is closed for now; it says nothing of the message, which was not taken.

    Attributes:
        wait: how long to leave the server alone.
    """

    def __init__(
        self, text: str, *, code: int | None = None, wait: timedelta = timedelta(minutes=1)
    ) -> None:
        self.wait = wait
        super().__init__(text, permanent=False, code=code)


class OutcomeUnknownError(ChannelDownError):
    """The whole message was handed over and no answer came: it may have been taken, or not."""


class InboxError(CampagneError):
    """The mailbox with what came back cannot be read now."""


class UnreadableCalendarError(CampagneError):
    """What an organiser gives as its calendar cannot be read; the sentence says why."""


class RemoteError(CampagneError):
    """A request to another service got no answer.

    Attributes:
        permanent: True when trying again cannot help: the address is one that is refused.
        sent: True when the request may have arrived.
        unreachable: True when nobody gets an answer there: no server has this name, or it takes no
            connection, or says nothing in time. What else went wrong may be so for us alone.
    """

    def __init__(
        self, text: str, *, permanent: bool = False, sent: bool = False, unreachable: bool = False
    ) -> None:
        self.permanent = permanent
        self.sent = sent
        self.unreachable = unreachable
        super().__init__(text)
