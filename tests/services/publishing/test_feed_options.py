"""What can be chosen of a feed in its address."""

from datetime import date

import pytest

from campagne.errors import InvalidInputError
from campagne.services.publishing.feed_options import (
    NO_CHOICE,
    FeedOptions,
    Show,
    read_options,
)


@pytest.mark.parametrize(
    ("query", "expected", "again"),
    [
        ("", NO_CHOICE, ""),
        ("toon=alles&melding=nee&terug=1&vooruit=alles", NO_CHOICE, ""),
        ("toon=stappen", FeedOptions(Show.STEPS), "?toon=stappen"),
        ("toon=campagnes", FeedOptions(Show.CAMPAIGNS), "?toon=campagnes"),
        ("vooruit=2&melding=ja", FeedOptions(alarms=True, ahead=2), "?melding=ja&vooruit=2"),
        ("terug=0&vooruit=0", FeedOptions(back=0, ahead=0), "?terug=0&vooruit=0"),
        ("toon=campagnes&toon=stappen", FeedOptions(Show.STEPS), "?toon=stappen"),
        ("%74oon=%73tappen", FeedOptions(Show.STEPS), "?toon=stappen"),
        # What others add to an address is none of our business.
        ("utm_source=outlook&x&=&toon=stappen", FeedOptions(Show.STEPS), "?toon=stappen"),
    ],
)
def test_a_query_is_read_and_written_in_one_way(
    query: str, expected: FeedOptions, again: str
) -> None:
    assert read_options(query) == expected
    assert expected.query == again
    assert read_options(again.removeprefix("?")) == expected


@pytest.mark.parametrize(
    "query",
    ["toon=", "toon=STAPPEN", "melding=1", "terug=6", "terug=-1", "terug=01", "vooruit=veel"],
)
def test_another_value_is_refused_in_dutch(query: str) -> None:
    with pytest.raises(InvalidInputError, match=r"^Het adres van deze agenda klopt niet: bij '"):
        read_options(query)


def test_a_thousand_fields_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="Dit adres is te lang"):
        read_options("a=b&" * 1000)


def test_years_are_counted_from_this_one() -> None:
    two = FeedOptions(back=0, ahead=1)
    assert (two.comes_on(date(2028, 3, 1)), two.goes_on(date(2026, 12, 31))) == (
        date(2027, 1, 1),
        date(2027, 1, 1),
    )
    assert NO_CHOICE.comes_on(date(2099, 1, 1)) == date.min
    assert NO_CHOICE.goes_on(date(2026, 1, 4)) == date(2028, 1, 1)
