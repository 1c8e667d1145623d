"""What of a row of things stayed when it was changed; what takes too long to find out is not."""

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MOST_STEPS = 500_000  # of comparing; a long text with changes all over it takes a tenth of that


class Run(NamedTuple):
    """Some of `before`, from `first` up to `last`, and what stands there in `after`."""

    same: bool
    first: int
    last: int
    start: int
    end: int


def effort(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many steps comparing takes at most.

    Each look for the longest run that stayed goes by all pairs of equal things, and there are no
    more such runs than things.
    """
    ahead, behind = _ends(before, after)
    middle, other = _middle(before, ahead, behind), _middle(after, ahead, behind)
    times = Counter(other)
    pairs = sum(times[one] for one in middle)
    return len(middle) + len(other) + pairs * min(len(middle), len(other))


def aligned(before: Sequence[str], after: Sequence[str], most: int = MOST_STEPS) -> tuple[Run, ...]:
    """Return the runs that stayed and those between them that did not, in their order.

    Args:
        before: what it was.
        after: what it became.
        most: steps that this may take; what would take more counts as one change, but for what it
            begins and ends with.
    """
    ahead, behind = _ends(before, after)
    old, new = len(before) - behind, len(after) - behind
    found = [Run(same=True, first=0, last=ahead, start=0, end=ahead)]
    if effort(before, after) > most:
        found.append(Run(same=False, first=ahead, last=old, start=ahead, end=new))
    else:
        matcher = SequenceMatcher(None, before[ahead:old], after[ahead:new], autojunk=False)
        found += (
            Run(tag == "equal", first + ahead, last + ahead, start + ahead, end + ahead)
            for tag, first, last, start, end in matcher.get_opcodes()
        )
    found.append(Run(same=True, first=old, last=len(before), start=new, end=len(after)))
    return tuple(one for one in found if one.last > one.first or one.end > one.start)


def _ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how many things are the same at the beginning, and then at the end."""
    shorter = min(len(before), len(after))
    ahead = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    left = shorter - ahead
    behind = next((at for at in range(left) if before[-1 - at] != after[-1 - at]), left)
    return ahead, behind


def _middle(things: Sequence[str], ahead: int, behind: int) -> Sequence[str]:
    return things[ahead : len(things) - behind]
