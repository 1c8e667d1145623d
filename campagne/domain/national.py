"""National material: the toolkit that the organiser of a campaign has for one edition.

It goes before our own texts, which are for what it lacks (maatregel 4 of the plan of Hillegom,
Lisse and Teylingen, 2024-2029: national material is used).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from campagne.domain import dutch
from campagne.domain.profile import link_fault
from campagne.domain.texts import RULES, Audience, TextKind
from campagne.errors import InvalidInputError

LICENCE_LIMIT = 200  # characters
URL_LIMIT = 500

# What a gemeente writes to its region, no organiser writes for it.
KINDS = tuple(kind for kind in TextKind if RULES[kind].audience is not Audience.REGION)


class MaterialState(StrEnum):
    """Where material stands on a day: still to come, to be used, or not to be used any more."""

    COMING = "coming"
    THERE = "there"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class NationalMaterial:
    """What an organiser has for one edition.

    Attributes:
        url: where it is.
        since: the first day on which it is there.
        licence: what may be done with it, in a few Dutch words.
        until: the last day on which it may be used; None where nobody set one.
        kinds: the texts in it, in the order of `TextKind`.
        pictures: whether pictures are in it.
    """

    url: str
    since: date
    licence: str
    until: date | None = None
    kinds: tuple[TextKind, ...] = ()
    pictures: bool = False

    def state(self, today: date) -> MaterialState:
        """Say where it stands on a day."""
        if self.until is not None and self.until < today:
            return MaterialState.EXPIRED
        return MaterialState.COMING if today < self.since else MaterialState.THERE

    @property
    def may_be_used(self) -> str:
        """When it may be used and how, as one Dutch phrase that no day changes."""
        until = f" tot en met {dutch.day(self.until)}" if self.until else ""
        return f"vanaf {dutch.day(self.since)}{until}; {self.licence}"

    def __str__(self) -> str:
        """Return all of it as one Dutch phrase, for the log of changes."""
        held = [kind.value for kind in self.kinds] + ["beelden"] * self.pictures
        return f"{self.url} ({self.may_be_used})" + (f", met {dutch.join(held)}" if held else "")


@dataclass(frozen=True, slots=True)
class YearMaterial:
    """The material of one run of a campaign in one year; `run` is 1 for the first."""

    year: int
    run: int
    material: NationalMaterial


def check(material: NationalMaterial, last: date | None = None) -> None:
    """Check that material can be as it was filled in.

    Args:
        material: what somebody filled in.
        last: the last day of its edition; None where that is not known.

    Raises:
        InvalidInputError: for the first thing that is wrong, with its field.
    """
    if not material.url:
        raise InvalidInputError("Vul het webadres van het landelijke materiaal in.", "adres")
    if fault := link_fault(material.url, URL_LIMIT):
        raise InvalidInputError(fault, "adres")
    if not material.licence:
        raise InvalidInputError(
            "Schrijf op wat er met het materiaal mag. Voorbeeld: vrij te gebruiken met"
            " bronvermelding.",
            "licentie",
        )
    if len(material.licence) > LICENCE_LIMIT:
        raise InvalidInputError(
            f"Schrijf in hoogstens {LICENCE_LIMIT} tekens wat er met het materiaal mag.", "licentie"
        )
    if material.until is not None and material.until < material.since:
        raise InvalidInputError(
            f"De laatste dag waarop je het materiaal mag gebruiken ({dutch.day(material.until)})"
            f" ligt voor de dag waarop het er is ({dutch.day(material.since)}).",
            "gebruiken_tot",
        )
    if last is not None and last < material.since:
        raise InvalidInputError(
            "Dit materiaal is er pas als de campagne voorbij is. Kies een eerdere dag.", "sinds"
        )


def kinds(names: list[str] | tuple[str, ...]) -> tuple[TextKind, ...]:
    """Return the texts of these names, each once and in the order of `TextKind`.

    Raises:
        InvalidInputError: for a name of no text that national material can have.
    """
    known = {kind.value: kind for kind in KINDS}
    for name in names:
        if name not in known:
            raise InvalidInputError(
                f"De soort tekst '{name}' bestaat niet. Kies uit {dutch.join(list(known), 'of')}.",
                "teksten",
            )
    return tuple(kind for kind in KINDS if kind.value in names)
