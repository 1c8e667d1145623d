"""What to do with what the calendar files give and people may have changed since.

Three values per field: what the files give now, what they gave when they were last applied, and
what is stored. Who changed it since, wins; where both did, the stored value stays until a person
chooses. Nothing is ever removed because the files no longer name it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class Item(NamedTuple):
    """A thing in the files: its kind (``campaign``) and its key."""

    kind: str
    key: str


Fields = Mapping[str, Any]
Items = Mapping[Item, Fields]


class Outcome(StrEnum):
    """What is decided of a field, or of an item as a whole."""

    SAME = "same"
    TAKE = "take"
    KEEP = "keep"
    CONFLICT = "conflict"
    ADD = "add"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of one field.

    Attributes:
        field: empty where it is about the item as a whole: ADD, GONE, and KEEP or CONFLICT of an
            item that people removed.
        stored: the value that is stored; None where there is none.
        given: the value that the files give; None where they give none.
    """

    item: Item
    field: str
    outcome: Outcome
    stored: Any = None
    given: Any = None


def merge(
    given: Items, applied: Items, stored: Items, *, overwrite: bool = False
) -> list[Decision]:
    """Compare the files with what was last applied and what is stored.

    Args:
        given: what the files give now.
        applied: what they gave when each field was last applied.
        stored: what is stored now, of every kind in the files.
        overwrite: take what the files give where both sides changed it.

    Returns:
        The items of the files in their order, then those that are gone from them.
    """
    decisions: list[Decision] = []
    for item, fields in given.items():
        before, now = applied.get(item), stored.get(item)
        if now is not None:
            decisions += _fields(item, fields, before or {}, now, overwrite=overwrite)
        elif before is None:
            decisions.append(Decision(item, "", Outcome.ADD))
        elif before == fields:
            decisions.append(Decision(item, "", Outcome.KEEP))
        else:
            decisions.append(Decision(item, "", Outcome.ADD if overwrite else Outcome.CONFLICT))
    decisions += [
        Decision(item, "", Outcome.GONE) for item in applied if item not in given and item in stored
    ]
    return decisions


def _fields(
    item: Item, given: Fields, applied: Fields, stored: Fields, *, overwrite: bool
) -> list[Decision]:
    # A field that the files gave before and give no longer counts as given empty.
    names = [*given, *(name for name in applied if name not in given)]
    return [
        Decision(
            item,
            name,
            _outcome(given.get(name), applied.get(name), stored.get(name), overwrite=overwrite),
            stored.get(name),
            given.get(name),
        )
        for name in names
    ]


def _outcome(given: Any, applied: Any, stored: Any, *, overwrite: bool) -> Outcome:
    if given == stored:
        return Outcome.SAME
    if stored == applied:
        return Outcome.TAKE
    if given == applied:
        return Outcome.KEEP
    return Outcome.TAKE if overwrite else Outcome.CONFLICT
