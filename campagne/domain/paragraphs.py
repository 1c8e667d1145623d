"""Texts by paragraph: what two versions differ in, and how to keep both of what people changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campagne.domain.alignment import aligned

_BLANK = re.compile(r"\n[ \t]*\n\s*")
# Any white space may stand there, as for who fills it in.
_BEGINS = re.compile(r"\{%\s*if\b")
_ENDS = re.compile(r"\{%\s*endif\b")


@dataclass(frozen=True, slots=True)
class Change:
    """What stood somewhere, and what stands there now; one of both can be empty."""

    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A text in which two changes of one text were brought together.

    Attributes:
        base: what the text is a change of from now on: the other, and where both changed the same
            still what they were made from.
        both: where both changed the same: what the one says, which stands in the text, and what
            the other does.
    """

    text: str
    base: str
    both: tuple[Change, ...] = ()


def split(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text; one that a condition reaches over is one with it."""
    found: list[str] = []
    depth = 0
    for piece in _BLANK.split(text.strip("\n")):
        if depth > 0:
            found[-1] += f"\n\n{piece}"
        elif piece.strip():
            found.append(piece)
        depth += len(_BEGINS.findall(piece)) - len(_ENDS.findall(piece))
    return tuple(found)


def together(paragraphs: Sequence[str]) -> str:
    """Return paragraphs as one text."""
    return "\n\n".join(one for one in paragraphs if one.strip())


def changes(was: str, now: str) -> tuple[Change, ...]:
    """Return in which paragraphs a text differs from what it was, in their order."""
    before, after = split(was), split(now)
    found: list[Change] = []
    for same, first, last, start, end in aligned(before, after):
        gone, new = before[first:last], after[start:end]
        if not same and len(gone) == len(new):  # each beside what it became
            found += map(Change, gone, new)
        elif not same:
            found.append(Change(together(gone), together(new)))
    return tuple(found)


def merged(base: str, own: str, other: str) -> Merged:
    """Bring two changes of a text together, by paragraph.

    Args:
        base: what both were made from.
        own: the one, which wins where both changed the same paragraphs.
        other: the other.
    """
    old, mine, theirs = split(base), split(own), split(other)
    made: list[str] = []
    from_now: list[str] = []
    both: list[Change] = []
    at = (0, 0, 0)
    for same, mine_at, theirs_at in [*_kept_by_both(old, mine, theirs), _ends(old, mine, theirs)]:
        parts = old[at[0] : same], mine[at[1] : mine_at], theirs[at[2] : theirs_at]
        # As many everywhere: each beside its own, so that a neighbour may change too.
        pieces = [parts] if len(set(map(len, parts))) > 1 else zip(*map(_each, parts), strict=True)
        for was, me, them in pieces:
            both_changed = me not in (was, them) and them != was
            made += them if me in (was, them) else me
            from_now += was if both_changed else them
            if both_changed:
                both.append(Change(together(me), together(them)))
        made += old[same : same + 1]
        from_now += old[same : same + 1]
        at = (same + 1, mine_at + 1, theirs_at + 1)
    return Merged(together(made), together(from_now), tuple(both))


def _kept_by_both(
    old: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int]]:
    """Yield where the paragraphs stand that both left as they were."""
    in_theirs = _places(old, theirs)
    for place, mine_at in _places(old, mine).items():
        if place in in_theirs:
            yield place, mine_at, in_theirs[place]


def _each(paragraphs: Sequence[str]) -> list[Sequence[str]]:
    return [[one] for one in paragraphs]


def _ends(*texts: Sequence[str]) -> tuple[int, int, int]:
    first, second, third = map(len, texts)
    return first, second, third


def _places(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return where each paragraph that stayed stands now, in their order."""
    return {
        first + step: start + step
        for same, first, last, start, _ in aligned(old, new)
        if same
        for step in range(last - first)
    }
