"""The picture of a year."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campagne.domain.dates import Span
from campagne.web.timeline import HEADER, WIDTH, Bar, Entry, lay_out

FAR = date(2020, 1, 1)


def entry(first: date, days: int = 1, label: str = "Naam", **changed: object) -> Entry:
    values: dict[str, object] = {
        "label": label,
        "suffix": "",
        "description": label,
        "span": Span(first, first + timedelta(days=days - 1)),
        "href": "/",
        "strong": False,
        "look": "confirmed",
        **changed,
    }
    return Entry(**values)  # type: ignore[arg-type]  # the table above has the types


def test_the_year_runs_from_edge_to_edge() -> None:
    """Twelve months that touch each other, the first and the last day at the margins."""
    picture = lay_out([entry(date(2026, 1, 1), 365)], 2026, FAR)
    assert [one.name for one in picture.months][:3] == ["jan", "feb", "mrt"]
    assert picture.months[0].x == 10
    for before, after in zip(picture.months, picture.months[1:], strict=False):
        assert before.x + before.width == pytest.approx(after.x, abs=0.11)
    (bar,) = picture.bars
    assert (bar.x, bar.width) == (10, WIDTH - 20)


@pytest.mark.parametrize("year", [2026, 2028])
def test_a_day_stands_in_its_month(year: int) -> None:
    """Also after 29 February."""
    picture = lay_out([entry(date(year, month, 28)) for month in range(1, 13)], year, FAR)
    for month, bar in zip(picture.months, picture.bars, strict=True):
        assert month.x < bar.x
        assert bar.x < month.x + month.width - 2


def test_what_runs_on_into_another_year_is_cut_at_the_edge() -> None:
    """Nothing is drawn outside the picture."""
    spans = [(date(2025, 12, 20), 20), (date(2026, 12, 20), 30), (date(2026, 12, 31), 1)]
    for first, days in spans:
        (bar,) = lay_out([entry(first, days)], 2026, FAR).bars
        assert bar.x >= 10
        assert bar.x + bar.width <= WIDTH - 10


def test_today_is_drawn_in_its_own_year_only() -> None:
    """Its text stands on the side where there is room."""
    early, late = (lay_out([], 2026, date(2026, month, 1)).today for month in (2, 11))
    assert early is not None
    assert late is not None
    assert (early.text_end, late.text_end) == (False, True)
    assert lay_out([], 2027, date(2026, 2, 1)).today is None


def test_a_central_campaign_is_on_top() -> None:
    """Even when it is the last of the year."""
    picture = lay_out([entry(date(2026, 12, 1)), entry(date(2026, 12, 2), strong=True)], 2026, FAR)
    assert [one.lane for one in picture.bars] == [1, 0]


def test_bars_come_in_the_order_of_time() -> None:
    """That is the order in which a keyboard goes through them."""
    days = [date(2026, 6, 1), date(2026, 1, 1), date(2026, 3, 1)]
    picture = lay_out([entry(one, strong=one.month == 6) for one in days], 2026, FAR)
    assert [one.entry.span.first for one in picture.bars] == sorted(days)


def test_a_text_without_room_is_shortened_but_never_its_suffix() -> None:
    """Whether a date is sure must stay readable."""
    long = entry(date(2026, 6, 20), 20, "Zomer" * 30, suffix=" (voorlopig)", strong=True)
    (bar,) = lay_out([long], 2026, FAR).bars
    assert bar.text.endswith("… (voorlopig)")
    assert extent(bar)[0] >= 0
    assert extent(bar)[1] <= WIDTH


@given(
    st.lists(
        st.builds(
            lambda start, days, letters, strong: entry(
                date(2026, 1, 1) + timedelta(days=start), days, "n" * letters, strong=strong
            ),
            st.integers(-40, 400),
            st.integers(1, 60),
            st.integers(1, 60),
            st.booleans(),
        ).filter(lambda one: one.span.overlaps(Span(date(2026, 1, 1), date(2026, 12, 31)))),
        max_size=25,
    )
)
def test_nothing_touches_anything_else(entries: list[Entry]) -> None:
    """Whatever the campaigns: all are drawn, inside the picture, apart from each other."""
    picture = lay_out(entries, 2026, FAR)
    assert len(picture.bars) == len(entries)
    for bar in picture.bars:
        assert HEADER <= bar.y < picture.height
        assert extent(bar)[0] >= 0
        assert extent(bar)[1] <= WIDTH
    for one, other in combinations(picture.bars, 2):
        if one.lane == other.lane:
            (a, b), (c, d) = extent(one), extent(other)
            assert b < c or d < a


def extent(bar: Bar) -> tuple[float, float]:
    """From where to where a bar and its text go, in a font of the usual width."""
    length = len(bar.text) * (8.4 if bar.entry.strong else 7.6)
    if bar.text_end:
        return bar.text_x - length, bar.x + bar.width
    return bar.x, bar.text_x + length
