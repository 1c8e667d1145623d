"""What is found in a text: its rule, how bad it is, where, why, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from campagne.domain.profile import AddressForm


class Severity(StrEnum):
    """Whether a text may go out with it."""

    ERROR = "fout"
    ADVICE = "advies"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a text, or could be better.

    Attributes:
        rule: its name in Dutch, for lists.
        where: the words that it is about; empty where it is about the whole text.
        why: what is wrong, the first half of a Dutch sentence.
        advice: what to do, the other half.
    """

    rule: str
    severity: Severity
    where: str
    why: str
    advice: str

    def __str__(self) -> str:
        """Return one Dutch sentence: where, why, and what to do."""
        place = f"“{self.where}”: " if self.where else ""
        sentence = f"{place}{self.why}: {self.advice}."
        return sentence[0].upper() + sentence[1:]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a text is held against, beside its kind.

    Attributes:
        form: how the gemeente addresses its residents.
        campaign: its name, which stays as it is whatever it says.
        notice: what must stand above the text, as the edition is; empty for nothing.
    """

    form: AddressForm = AddressForm.FORMAL
    campaign: str = ""
    notice: str = ""


def error(rule: str, where: str, why: str, advice: str) -> Finding:
    """Return a finding that keeps a text from being published."""
    return Finding(rule, Severity.ERROR, where, why, advice)


def advice(rule: str, where: str, why: str, advice: str) -> Finding:
    """Return a finding that a writer may leave as it is."""
    return Finding(rule, Severity.ADVICE, where, why, advice)


def without(text: str, setting: Setting) -> str:
    """Return a text without the name of its campaign, in which any word may stand."""
    return text.replace(setting.campaign, "") if setting.campaign else text


def short(text: str, most: int = 60) -> str:
    """Return the beginning of a text, to point at it."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
