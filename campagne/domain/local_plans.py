"""What a gemeente that joins does itself: its local actions, who to ask, what it costs."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.errors import InvalidInputError

MOST_ACTIONS = 12
TEXT_LIMIT = 200
MOST_CENTS = 100_000_00
# A preparation is an action too, and so is what is told afterwards.
_BEFORE, _AFTER = timedelta(weeks=26), timedelta(weeks=8)
# 1250 / 1.250 / 1250,5 / 1.250,50, with the sign of the euro or without.
_AMOUNT = re.compile(r"(?:€\s*)?([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,([0-9]{1,2}|-))?")


class ActionKind(StrEnum):
    """What kind of thing a gemeente does; OTHER says it in words of its own."""

    WEBSITE = "website"
    SOCIAL = "social"
    NEWSPAPER = "newspaper"
    INTRANET = "intranet"
    POSTERS = "posters"
    LIGHTING = "lighting"
    EVENT = "event"
    TRAINING = "training"
    SCHOOLS = "schools"
    PARTNERS = "partners"
    COUNCIL = "council"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class LocalAction:
    """One thing that a gemeente does around an edition.

    Attributes:
        text: in words of its own; may be empty, but for OTHER.
        on: the day, None while that is not known or it has no day.
    """

    kind: ActionKind
    text: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class LocalPlan:
    """What a gemeente does around an edition.

    Attributes:
        actions: in the order in which they were written.
        contact: key of whom to ask about it; None when nobody was named.
        expected_cents / real_cents: costs in whole euro cents, None while not known.
        version: 0 for what was never stored, then one higher with each change.
    """

    actions: tuple[LocalAction, ...] = ()
    contact: str | None = None
    expected_cents: int | None = None
    real_cents: int | None = None
    version: int = 0


def check(plan: LocalPlan, span: Span, colleagues: Collection[str]) -> None:
    """Refuse a plan that cannot be meant.

    Args:
        plan: as somebody wants it.
        span: the days of the edition.
        colleagues: keys of the contacts of the gemeente.

    Raises:
        InvalidInputError: with the field it is about: `actie-1` and on, `dag-1` and on,
            `contact`, `kosten`, `echte-kosten`.
    """
    if len(plan.actions) > MOST_ACTIONS:
        raise InvalidInputError(f"Noem hoogstens {MOST_ACTIONS} acties.", f"actie-{MOST_ACTIONS}")
    for number, one in enumerate(plan.actions, 1):
        _check_action(one, number, span)
    if plan.contact is not None and plan.contact not in colleagues:
        raise InvalidInputError(
            "Kies als contactpersoon iemand die voor deze gemeente werkt.", "contact"
        )
    check_cents(plan.expected_cents, "kosten")
    check_cents(plan.real_cents, "echte-kosten")


def check_cents(cents: int | None, field: str) -> None:
    """Refuse costs that cannot be meant.

    Raises:
        InvalidInputError: with the field, when they are below zero or too much.
    """
    if cents is not None and not 0 <= cents <= MOST_CENTS:
        raise InvalidInputError(
            f"Vul een bedrag in van 0 tot en met {dutch.amount(MOST_CENTS)}.", field
        )


def _check_action(one: LocalAction, number: int, span: Span) -> None:
    if one.kind is ActionKind.OTHER and not one.text.strip():
        raise InvalidInputError("Schrijf bij 'iets anders' op wat jullie doen.", f"tekst-{number}")
    if len(one.text) > TEXT_LIMIT:
        raise InvalidInputError(
            f"Maak de tekst van een actie hoogstens {TEXT_LIMIT} tekens lang.", f"tekst-{number}"
        )
    if one.on is not None and not span.first - _BEFORE <= one.on <= span.last + _AFTER:
        raise InvalidInputError(
            "Kies een dag rond de campagne: van een half jaar ervoor tot acht weken erna.",
            f"dag-{number}",
        )


def cents(text: str, field: str) -> int | None:
    """Return an amount as people write it in cents; None for an empty field.

    Args:
        text: `1250`, `1.250,50`, `€ 35`.
        field: of the form, for the error.

    Raises:
        InvalidInputError: when it is no amount.
    """
    typed = text.strip()
    if not typed:
        return None
    found = _AMOUNT.fullmatch(typed)
    # Longer is no amount at all, and Python is slow with thousands of digits.
    if found is None or len(found[1]) > len("100.000"):
        raise InvalidInputError("Vul een bedrag in euro's in, zoals 250 of 1.250,50.", field)
    part = (found[2] or "").strip("-").ljust(2, "0")
    return int(found[1].replace(".", "")) * 100 + int(part)


def neat(text: str) -> str:
    """Return an amount as it is shown once it is stored; what is no amount as it was typed."""
    try:
        found = cents(text, "")
    except InvalidInputError:
        return text
    return "" if found is None else dutch.amount(found)


def total(amounts: Sequence[int | None]) -> int | None:
    """Return the sum of the amounts that are known; None when none is."""
    known = [one for one in amounts if one is not None]
    return sum(known) if known else None
