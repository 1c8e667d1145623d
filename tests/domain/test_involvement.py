"""How a gemeente is involved: what it said before what was asked, and that before its rota."""

from datetime import date

import pytest

from campagne.domain.dates import DateRule, RuleKind, Span
from campagne.domain.involvement import Involvement, involvement, takes_part
from campagne.domain.regions import Municipality, Region, ancestry
from campagne.domain.reminders import Answer, is_central
from campagne.domain.rota import (
    Agreement,
    Campaign,
    Certainty,
    Edition,
    EditionStatus,
    RotaEntry,
)

REGIONS = {
    "rijnland": Region("rijnland", "Rijnland", centre="leiden"),
    "streek": Region("streek", "Streek", "rijnland"),
}
KATWIJK = Municipality("katwijk", "Katwijk", "GM1", "streek")
LEIDEN = Municipality("leiden", "Leiden", "GM2", "rijnland")
ENDED = Municipality("oud", "Oud", "GM3", "streek", valid_to=date(2026, 1, 1))
ORANGE = Edition(
    key="orange-2026",
    campaign="orange",
    year=2026,
    span=Span(date(2026, 11, 25), date(2026, 12, 10)),
    status=EditionStatus.CONFIRMED,
    source="bron",
)
Kind = Involvement


def campaign(region: str | None = None, municipality: str | None = None) -> Campaign:
    return Campaign(
        "orange",
        "Orange",
        DateRule(RuleKind.ANNOUNCED),
        "regel",
        Certainty.HIGH,
        "organisator",
        "bron",
        region=region,
        municipality=municipality,
    )


def entry(said: Agreement = Agreement.PROPOSED) -> RotaEntry:
    return RotaEntry(
        "streek-2026",
        "streek",
        2026,
        "orange",
        "",
        "",
        "plan",
        agreements=(("katwijk", said),),
    )


@pytest.mark.parametrize(
    ("place", "answer", "asked", "asks", "rota", "found"),
    [
        (KATWIJK, None, False, False, [], Kind.NOT_ASKED),
        (KATWIJK, None, True, False, [], Kind.SILENT),
        (KATWIJK, Answer.JOIN, True, False, [], Kind.JOINS),
        (KATWIJK, Answer.DECLINE, True, False, [entry()], Kind.DECLINES),
        (KATWIJK, Answer.LATER, False, False, [entry()], Kind.LATER),
        (KATWIJK, None, True, False, [entry()], Kind.SILENT),
        (KATWIJK, None, False, False, [entry()], Kind.ON_ROTA),
        (KATWIJK, None, False, False, [entry(Agreement.DIFFERS)], Kind.NOT_ASKED),
        (LEIDEN, None, False, False, [entry()], Kind.NOT_ASKED),
        (LEIDEN, None, False, True, [], Kind.ASKS),
        (LEIDEN, Answer.JOIN, False, True, [], Kind.JOINS),
        (LEIDEN, None, True, True, [], Kind.SILENT),
        (ENDED, Answer.JOIN, True, False, [], Kind.ELSEWHERE),
    ],
)
def test_every_way(  # noqa: PLR0917 - one row of the table
    place: Municipality,
    answer: Answer | None,
    asked: bool,  # noqa: FBT001 - a cell of the table
    asks: bool,  # noqa: FBT001 - a cell of the table
    rota: list[RotaEntry],
    found: Kind,
) -> None:
    said = involvement(
        ORANGE,
        campaign(),
        place,
        regions=REGIONS,
        on_rota=is_central(ORANGE, place.key, ancestry(place.region, REGIONS), rota),
        answer=answer,
        asked=asked,
        asks=asks,
    )
    assert said is found


@pytest.mark.parametrize(
    ("what", "place", "found"),
    [
        (campaign("streek"), LEIDEN, Kind.ELSEWHERE),
        (campaign("streek"), KATWIJK, Kind.NOT_ASKED),
        (campaign("rijnland", "leiden"), LEIDEN, Kind.JOINS),
        (campaign("rijnland", "leiden"), KATWIJK, Kind.ELSEWHERE),
    ],
)
def test_a_campaign_of_a_few(what: Campaign, place: Municipality, found: Kind) -> None:
    said = involvement(
        ORANGE, what, place, regions=REGIONS, on_rota=False, answer=None, asked=False, asks=False
    )
    assert said is found


@pytest.mark.parametrize("on_rota", [True, False])
@pytest.mark.parametrize("found", Kind)
def test_who_takes_part(found: Kind, on_rota: bool) -> None:  # noqa: FBT001 - a case
    waits = found in {Kind.SILENT, Kind.LATER} and on_rota
    assert takes_part(found, on_rota=on_rota) is (found in {Kind.JOINS, Kind.ON_ROTA} or waits)
