"""Whether the page of national material is still there: what one night tells, and several."""

from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus

NIGHTS = 3  # in a row without an answer: then nobody else gets one either

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True)
class LinkState:
    """What is known of a link.

    Attributes:
        failures: how often in a row there was no page.
        fault: why there was none the last time, in Dutch; empty when there was.
        dead_since: the day on which it was found dead; None while it is not.
    """

    failures: int = 0
    fault: str = ""
    dead_since: date | None = None


def after(before: LinkState, status: int | None, fault: str, today: date) -> LinkState:
    """Return what is known of a link after it was asked for once more.

    A page that is gone (404, 410) is dead at once; a server that does not answer, or is out of
    order, after some nights in a row. One that refuses a program shows its page to people.

    Args:
        before: what was known.
        status: the HTTP status of the answer; None when there was none.
        fault: why there was none, a Dutch sentence.
        today: the day.
    """
    if status in _GONE:
        fault = f"Deze pagina is er niet meer (status {status})."
    elif status is not None and status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        fault = f"De server is in de war (status {status})."
    elif status is not None:
        return LinkState()
    found = replace(before, failures=before.failures + 1, fault=fault)
    if status in _GONE or found.failures >= NIGHTS:
        return replace(found, dead_since=before.dead_since or today)
    return found
