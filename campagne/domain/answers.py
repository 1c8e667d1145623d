"""What a gemeente answers about an edition: how it came, and until when it may wait."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from campagne.domain import dutch
from campagne.domain.reminders import Answer
from campagne.errors import InvalidInputError


class Source(StrEnum):
    """How an answer came: by the link of a mail, or to a person who noted it."""

    LINK = "link"
    PHONE = "phone"
    MAIL = "mail"
    MEETING = "meeting"


# What a person can note down.
BY_PERSON = (Source.PHONE, Source.MAIL, Source.MEETING)


@dataclass(frozen=True, slots=True)
class Told:
    """Where an answer comes from that a person notes down for a gemeente.

    Attributes:
        on: the day on which it was given.
        noted_by: key of the contact who notes it; None for a command.
    """

    source: Source
    on: date
    noted_by: str | None = None


def mark(answer: Answer | None, until: date | None) -> str:
    """Return what tells one answer from another, for a form to say which it was made from.

    Args:
        answer: None while there is none.
        until: of who decides later the day on which it knows.
    """
    return "" if answer is None else answer.value + (f" {until.isoformat()}" if until else "")


def check_until(until: date, today: date, first: date) -> None:
    """Refuse a day on which a gemeente cannot decide any more, or has already.

    Args:
        until: the day on which it knows.
        today: the day.
        first: that on which the edition starts.

    Raises:
        InvalidInputError: about the field `dag`.
    """
    if not today <= until < first:
        raise InvalidInputError(
            f"Kies als dag waarop jullie het weten een dag vanaf vandaag en voor de start van de"
            f" campagne, {dutch.day(first)}.",
            "dag",
        )


def check_told(told: Told, today: date) -> None:
    """Refuse an answer that was given on a day that has yet to come.

    Raises:
        InvalidInputError: about the field `wanneer`.
    """
    if told.on > today:
        raise InvalidInputError(
            "Kies de dag waarop het antwoord kwam: vandaag of eerder.", "wanneer"
        )
