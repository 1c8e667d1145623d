"""Why a form was refused: what stands above it, and beside the fields that it is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from campagne.errors import Fault, InvalidInputError


@dataclass(frozen=True, slots=True)
class Refused:
    """What is wrong with a form that was sent; false when nothing is.

    Every page with a form has one, as `refused`: `Pages.answer` takes the status from it, and
    `html/form.html` shows it.

    Attributes:
        faults: each with the field that it is about; without one it is about the whole form.
        form: what the ids of this form end in, where a page has several.
    """

    faults: tuple[Fault, ...] = ()
    form: str = ""

    @classmethod
    def by(cls, error: InvalidInputError, form: str = "") -> Self:
        """Return the refusal that an error is."""
        return cls((error.fault,), form)

    @classmethod
    def of(cls, faults: Iterable[Fault], form: str = "") -> Self:
        """Return the refusal for these faults, none at all where there are none."""
        return cls(tuple(faults), form)

    def __bool__(self) -> bool:
        """Say whether there is a fault."""
        return bool(self.faults)

    def at(self, field: str, form: str = "") -> str:
        """Return what is wrong with a field of a form, empty when nothing is."""
        if form != self.form:
            return ""
        return " ".join(one for one in self.faults if one.field == field)

    def place(self, field: str) -> str:
        """Return the id of a field of this form."""
        return f"{field}-{self.form}" if self.form else field


NOT_REFUSED = Refused()
