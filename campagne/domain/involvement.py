"""How a gemeente is involved in an edition, in one word: what an overview of a year shows."""

from collections.abc import Mapping
from enum import StrEnum

from campagne.domain.regions import Municipality, Region
from campagne.domain.reminders import Answer
from campagne.domain.rota import Campaign, Edition, concerns


class Involvement(StrEnum):
    """How a gemeente stands to an edition.

    ON_ROTA: it has the edition on its rota and said nothing else. ASKS: it asked the others, and
    need not answer itself. ELSEWHERE: the edition is not for it.
    """

    JOINS = "joins"
    DECLINES = "declines"
    LATER = "later"
    SILENT = "silent"
    ON_ROTA = "on_rota"
    ASKS = "asks"
    NOT_ASKED = "not_asked"
    ELSEWHERE = "elsewhere"


# Nobody did anything about these: an overview leaves out what has nothing else.
QUIET = frozenset({Involvement.NOT_ASKED, Involvement.ELSEWHERE})

_SAID = {
    Answer.JOIN: Involvement.JOINS,
    Answer.DECLINE: Involvement.DECLINES,
    Answer.LATER: Involvement.LATER,
}


def takes_part(found: Involvement, *, on_rota: bool) -> bool:
    """Say whether a gemeente does something, or is expected to.

    Who has the edition on its rota does its steps until it declines, also while it says nothing or
    decides later (`reminders.scope`).

    Args:
        found: how it is involved.
        on_rota: whether the edition is on its rota.
    """
    return found in {Involvement.JOINS, Involvement.ON_ROTA} or (
        on_rota and found in {Involvement.LATER, Involvement.SILENT}
    )


def involvement(
    edition: Edition,
    campaign: Campaign,
    place: Municipality,
    *,
    regions: Mapping[str, Region],
    on_rota: bool,
    answer: Answer | None,
    asked: bool,
    asks: bool,
) -> Involvement:
    """Say how a gemeente is involved in an edition.

    What it answered counts before what was asked, and that before its rota.

    Args:
        edition: what.
        campaign: the one that it is of.
        place: the gemeente.
        regions: all regions by key.
        on_rota: whether the edition is on its rota.
        answer: its latest answer; None while it gave none.
        asked: whether a broadcast asked it.
        asks: whether a broadcast asked others in its name.
    """
    if not concerns(campaign, place, regions) or not place.exists_on(edition.span.first):
        return Involvement.ELSEWHERE
    if answer is not None:
        return _SAID[answer]
    if campaign.municipality == place.key:
        return Involvement.JOINS
    if asked:
        return Involvement.SILENT
    if on_rota:
        return Involvement.ON_ROTA
    return Involvement.ASKS if asks else Involvement.NOT_ASKED
