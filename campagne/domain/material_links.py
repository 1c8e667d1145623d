"""Whether the page of national material is still there: what one night tells, and several."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from http import HTTPStatus

NIGHTS = 3  # in a row without a server: then nobody else gets an answer either
NIGHTS_GONE = 2  # where the server says so itself; once it may be mending its site
VOUCHED_GONE = timedelta(days=14)  # for a page of which the server says that it is gone

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True)
class LinkState:
    """What is known of a link.

    Attributes:
        failures: how often in a row there was no page for anybody.
        fault: why there was none the last time, or why we could not tell, in Dutch; else empty.
        dead_since: the day on which it was found dead; None while it is not.
        unsure: how often in a row we could not tell.
        seen_on: the day on which a person last saw the page that we could not see; else None.
        seen_fault: what we ran into then; it tells nothing any more.
    """

    failures: int = 0
    fault: str = ""
    dead_since: date | None = None
    unsure: int = 0
    seen_on: date | None = None
    seen_fault: str = ""

    @property
    def is_there(self) -> bool:
        """True when we saw the page the last time, or a person did in spite of our fault."""
        return not self.failures and (not self.fault or self.seen_on is not None)

    @property
    def is_unknown(self) -> bool:
        """True when we cannot tell."""
        return bool(self.fault) and not self.failures


def after(
    before: LinkState, status: int | None, fault: str, today: date, *, unreachable: bool = False
) -> LinkState:
    """Return what is known of a link after it was asked for once more.

    A page that is gone (404, 410) is dead after two nights in a row, one without a server after
    three. What a program runs into and people may not, tells nothing: a server that refuses
    programs or is out of order for a moment, a certificate without the one above it, a detour by
    an address without https. Such a link stays dead or alive as it was. Neither does what a person
    saw the page in spite of; of a page that is gone for two weeks, since who looked may have seen
    a page that says so.

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
    elif status is not None:
        fault = f"De server liet ons de pagina niet zien (status {status})."
    tells = status in _GONE or (status is None and unreachable)
    if not tells or _is_vouched(before, status, fault, today):
        if before.dead_since:
            return before
        return replace(before, failures=0, fault=fault, unsure=before.unsure + 1)
    failures = before.failures + 1
    is_dead = failures >= (NIGHTS_GONE if status in _GONE else NIGHTS) or before.dead_since
    found = replace(before, failures=failures, fault=fault, unsure=0)
    if not is_dead:
        return found
    # It was there when somebody looked, and is not any more.
    return LinkState(failures, fault, before.dead_since or today)


def _is_vouched(before: LinkState, status: int | None, fault: str, today: date) -> bool:
    if before.seen_on is None or fault != before.seen_fault:
        return False
    return status not in _GONE or today < before.seen_on + VOUCHED_GONE


def seen(before: LinkState, today: date) -> LinkState:
    """Return what is known of a link after a person saw the page that we could not see."""
    return LinkState(
        fault=before.fault, unsure=before.unsure, seen_on=today, seen_fault=before.fault
    )
