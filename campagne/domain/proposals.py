"""Proposals of other dates for an edition: somebody, or a program, read them somewhere."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from campagne.domain.dates import Span
from campagne.domain.rota import Edition, EditionStatus


class ProposalState(StrEnum):
    """What became of a proposal; only a program withdraws one, when its source says otherwise."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class DateProposal:
    """Dates that somebody, or a program, found for an edition.

    Attributes:
        source: where they stand; mostly an address.
        note: in the words of who proposes them; may be empty.
        by: who found them, as people read it.
        found_at / decided_at: instants, aware UTC; the second is None while it is open.
        outdated: the dates of the edition have changed since.
        decided_by / reason: who decided, and why; empty while it is open.
    """

    id: int
    edition: str
    span: Span
    source: str
    note: str
    by: str
    found_at: datetime
    outdated: bool
    state: ProposalState = ProposalState.OPEN
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""


def is_news(edition: Edition, span: Span) -> bool:
    """Say whether dates say something of an edition that is not sure already.

    The same dates are news while they are provisional: then they can be confirmed. An edition that
    is cancelled has no dates.
    """
    if edition.status is EditionStatus.CANCELLED:
        return False
    return span != edition.span or edition.status is EditionStatus.PROVISIONAL
