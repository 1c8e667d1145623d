"""Which words of a paragraph changed, where that tells more than both paragraphs as a whole."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from campagne.domain.alignment import Run, aligned, effort
from campagne.domain.paragraphs import Change

MOST_STEPS = 2_000_000  # for all changes on one page: a fifth of a second
_LONGEST = 50_000  # characters of both: five times the longest text that somebody may write
_LEAST_SAME = 1 / 3  # of the words; else so little stayed that marks only hinder reading
# A name between braces is one word, whatever white space stands in it.
_WORD = re.compile(r"(\{[{%][^{}]*[%}]\}\S*|\S+)(\s*)")


class Mark(StrEnum):
    """What became of some words."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that follow each other, and the white space after them."""

    mark: Mark
    text: str
    space: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A change with its words marked.

    Attributes:
        pieces: all words, those that went before those that came in their place; nothing where
            both paragraphs are better read as a whole.
        steps: how much work that was, for who has to stop at some time.
    """

    pieces: tuple[Piece, ...]
    steps: int


_WHOLE = Marked((), 0)


def marked(change: Change, most: int = MOST_STEPS) -> Marked:
    """Mark which words of a change went and came, with `most` steps of comparing."""
    if not change.was or not change.now or len(change.was) + len(change.now) > _LONGEST:
        return _WHOLE
    before, after = _WORD.findall(change.was), _WORD.findall(change.now)
    old, new = [word for word, _ in before], [word for word, _ in after]
    steps = effort(old, new)
    if steps > most:
        return _WHOLE
    runs = _without_crumbs(aligned(old, new, most))
    same = sum(one.last - one.first for one in runs if one.same)
    is_said = any(not one.same for one in runs)  # other white space is no other word
    if not is_said or same < max(len(old), len(new)) * _LEAST_SAME:
        return Marked((), steps)
    return Marked(tuple(_pieces(runs, before, after)), steps)


def _without_crumbs(runs: Sequence[Run]) -> list[Run]:
    """Return runs in which one word that stayed between others that did not went with them."""
    made: list[Run] = []
    for at, one in enumerate(runs):
        is_crumb = one.same and one.last - one.first == 1 and 0 < at < len(runs) - 1
        changed = one._replace(same=one.same and not is_crumb)
        if made and not changed.same and not made[-1].same:
            made[-1] = made[-1]._replace(last=changed.last, end=changed.end)
        else:
            made.append(changed)
    return made


def _pieces(
    runs: Sequence[Run], before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]
) -> Iterator[Piece]:
    for one in runs:
        gone, new = before[one.first : one.last], after[one.start : one.end]
        if one.same:
            yield _piece(Mark.SAME, new)
            continue
        if gone:
            yield _piece(Mark.GONE, gone)
        if new:
            yield _piece(Mark.NEW, new)


def _piece(mark: Mark, words: Sequence[tuple[str, str]]) -> Piece:
    *_, (_, space) = words
    text = "".join(part for pair in words for part in pair)
    # The last word of a paragraph may stand before one that came after it.
    return Piece(mark, text.rstrip(), space or " ")
