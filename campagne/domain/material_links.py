"""Whether the page of national material is still there: what one night tells, and several."""

from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus

NIGHTS = 3  # in a row without a server: then nobody else gets an answer either
NIGHTS_GONE = 2  # where the server says so itself; once it may be mending its site

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True)
class LinkState:
    """What is known of a link.

    Attributes:
        failures: how often in a row there was no page for anybody.
        fault: why there was none the last time, or why we could not tell, in Dutch; else empty.
        dead_since: the day on which it was found dead; None while it is not.
    """

    failures: int = 0
    fault: str = ""
    dead_since: date | None = None


def after(
    before: LinkState, status: int | None, fault: str, today: date, *, unreachable: bool = False
) -> LinkState:
    """Return what is known of a link after it was asked for once more.

    A page that is gone (404, 410) is dead after two nights in a row, one without a server after
    three. What a program runs into and people may not, tells nothing: a server that refuses
    programs or is out of order for a moment, a certificate without the one above it, a detour by
    an address without https. Such a link stays dead or alive as it was.

    Args:
        before: what was known.
        status: the HTTP status of the answer; None when there was none.
        fault: why there was none, a Dutch sentence.
        today: the day.
        unreachable: no answer, for nobody.
    """
    if status is not None and status < HTTPStatus.BAD_REQUEST:
        return LinkState()
    if status in _GONE:
        fault = f"Deze pagina is er niet meer (status {status})."
    elif status is not None or not unreachable:
        refused = f"De server liet ons de pagina niet zien (status {status})."
        return (
            before if before.dead_since else LinkState(fault=fault if status is None else refused)
        )
    failures = before.failures + 1
    is_dead = failures >= (NIGHTS_GONE if status in _GONE else NIGHTS) or before.dead_since
    found = replace(before, failures=failures, fault=fault)
    return replace(found, dead_since=before.dead_since or today) if is_dead else found
