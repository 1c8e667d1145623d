"""What a mail template is filled in with, varied, to try a text in every situation."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import is_dataclass, replace
from typing import Any

from campagne.domain.news import NewsKind
from campagne.messages import values_of

# Texts that can be missing, and lists of words; the rest is always there.
_OPTIONAL = frozenset(
    {
        *("theme", "why", "colleagues", "questions_to", "copy_note", "preferences_url", "note"),
        *("author_phone", "phone", "code", "places", "summary", "next_on", "answer_url"),
        *("material_url", "lead", "place", "voided", "reason", "holds", "last_day"),
    }
)
_CAN_BE_EMPTY = frozenset({"central", "others"})
_CHOICES: Mapping[str, Sequence[object]] = {
    "answer": ("join", "decline", "later"),
    "event": ("asked", "approved", "returned", "hindered"),
    "kind": ("moved", "cancelled", "resumed", "confirmed"),
    "says": tuple(NewsKind),
    "total": (1, 5),
    "unknown": (0, 1),
    "more": (0, 4),
}


def situations(value: Any) -> Iterator[Any]:
    """Yield what a template is filled in with in every situation: each thing otherwise, in turn.

    Each yes or no the other way, each text that can be missing there or not, each list longer and
    shorter.
    """
    yield value
    for name, one in _own(value):
        for other in _others(name, one):
            yield (
                {**value, name: other} if isinstance(value, Mapping) else _with(value, name, other)
            )


def names(value: object) -> tuple[frozenset[str], frozenset[str]]:
    """Return what a template can name, and what can stand after a dot."""
    after: set[str] = set()
    for _, inner in parts(value):
        after |= values_of(inner).keys()
    return frozenset(values_of(value)), frozenset(after)  # type: ignore[arg-type]  # any dataclass


def parts(value: object, of: str = "") -> list[tuple[str, Any]]:
    """Return the things in the lists of a value, one of each kind, with where they come from."""
    found: list[tuple[str, Any]] = []
    for name, one in _own(value):
        if isinstance(one, list | tuple) and one and is_dataclass(one[0]):
            place = f"{of}.{name}" if of else name
            found += [(place, one[0]), *parts(one[0], name)]
    return found


def urls(value: object, wanted: Collection[str]) -> list[tuple[str, str]]:
    """Return the addresses that a mail must have, each with the placeholder that it comes from."""
    found = [(name, one) for name, one in _own(value) if name in wanted and one]
    for _, many in _own(value):
        if isinstance(many, list | tuple):
            for one in many:
                found += urls(one, wanted) if is_dataclass(one) else []
    return found


def _own(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return list(value.items())
    return [(name, getattr(value, name)) for name in type(value).__dataclass_fields__]


def _with(value: Any, name: str, other: Any) -> Any:
    return replace(value, **{name: other})


def _others(name: str, one: Any) -> list[Any]:
    """Return what could stand there instead."""
    if name in _CHOICES:
        return [other for other in _CHOICES[name] if other != one]
    if isinstance(one, bool):
        return [not one]
    if name in _OPTIONAL:
        return [("" if isinstance(one, str) else None) if one else "Dit is een voorbeeld."]
    if isinstance(one, list | tuple) and one:
        longer = [[*one, *one], [one[0]]]
        if not is_dataclass(one[0]):
            return [*longer, []]
        inner = [[other, *one[1:]] for other in list(situations(one[0]))[1:]]
        return [*longer, *inner, *([[]] if name in _CAN_BE_EMPTY else [])]
    return []
