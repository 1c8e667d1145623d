"""What the benchmark `delivery.py` measured, and how it is printed."""

from statistics import median
from typing import NamedTuple

_NAMED = {
    "take": "claim, ten at once, with commit",
    "begin": "store `sending`, with commit",
    "settle": "store what became of it, with commit",
}


class Spent(NamedTuple):
    """Seconds: on the clock, and of this process on the processor, which a busy machine needs."""

    clock: float
    processor: float
    mails: int


class Figures:
    """What was measured, in microseconds a mail."""

    def __init__(self) -> None:
        self._took: dict[str, list[float]] = {}
        self._processor: dict[str, list[float]] = {}
        self._parts: dict[str, list[float]] = {}

    def note(self, what: str, spent: Spent) -> None:
        """Keep what a candidate took for a round."""
        self._took.setdefault(what, []).append(spent.clock / spent.mails * 1e6)
        self._processor.setdefault(what, []).append(spent.processor / spent.mails * 1e6)

    def note_part(self, what: str, seconds: float, mails: int) -> None:
        """Keep what a part of the work took for so many mails."""
        self._parts.setdefault(what, []).append(seconds / mails * 1e6)

    def show(self) -> None:
        """Print all."""
        _compare("on the clock", self._took)
        _compare("of its process on the processor", self._processor)
        _tell(self._parts)


def _compare(how: str, spent_by: dict[str, list[float]]) -> None:
    """Print medians and spread of the candidates, and how often the peer each is."""
    print(f"\nmicroseconds a mail {how}: median (least to most), ratio")
    peer = median(spent_by.get("django-post-office", [0.0]))
    for what, spent in spent_by.items():
        ratio = f"{peer / median(spent):6.2f} x django-post-office" if peer else ""
        print(f"{what:46} {median(spent):8.0f} ({min(spent):.0f} to {max(spent):.0f}) {ratio}")
    if not peer:
        print("django-post-office is not installed: make .venv/bench/stamp")


def _tell(parts: dict[str, list[float]]) -> None:
    """Print where the time goes."""
    print("\nwhere it goes, in microseconds a mail on the clock (campagne on SQLite)")
    for what, spent in parts.items():
        spread = f"({min(spent):.0f} to {max(spent):.0f})"
        print(f"  {_NAMED.get(what, what):38} {median(spent):8.0f} {spread}")
