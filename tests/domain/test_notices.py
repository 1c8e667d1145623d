"""Who is told that an edition changed."""

from dataclasses import replace
from datetime import date

import pytest

from campagne.domain.dates import Span
from campagne.domain.notices import Notice, NoticeKind, Told, decide
from campagne.domain.rota import Edition, EditionStatus

TODAY = date(2026, 9, 7)
OLD = Span(date(2026, 11, 16), date(2026, 11, 22))
NEW = Span(date(2026, 11, 23), date(2026, 11, 29))
LAST = Span(date(2026, 11, 30), date(2026, 12, 6))
DATES = {1: OLD, 2: NEW, 3: LAST, 4: OLD}
MOVED, CANCELLED, RESUMED = NoticeKind.MOVED, NoticeKind.CANCELLED, NoticeKind.RESUMED
CONFIRMED = NoticeKind.CONFIRMED


def _edition(version: int, *, cancelled: bool = False) -> Edition:
    return Edition(
        key="week-2026",
        campaign="week",
        year=2026,
        span=DATES[version],
        status=EditionStatus.CANCELLED if cancelled else EditionStatus.PROVISIONAL,
        source="test",
        date_version=version,
    )


SURE = replace(_edition(1), status=EditionStatus.CONFIRMED)


@pytest.mark.parametrize(
    ("edition", "mailed", "told", "expected"),
    [
        pytest.param(_edition(2), [], [], None, id="who had no mail knows no other date"),
        pytest.param(_edition(1), [1], [], None, id="nothing changed"),
        pytest.param(_edition(2), [1], [], Notice(MOVED, 2, 1), id="moved"),
        pytest.param(_edition(2), [2], [], None, id="had the first mail after the move"),
        pytest.param(_edition(2), [1, 2], [], Notice(MOVED, 2, 1), id="a reminder is no notice"),
        pytest.param(_edition(3), [1], [], Notice(MOVED, 3, 1), id="moved twice is moved once"),
        pytest.param(_edition(4), [1], [], None, id="moved there and back"),
        pytest.param(_edition(2), [1], [Told(MOVED, 2)], None, id="told already"),
        pytest.param(
            _edition(3), [1], [Told(MOVED, 2)], Notice(MOVED, 3, 2), id="moved again: from there"
        ),
        pytest.param(
            _edition(4), [1], [Told(MOVED, 2)], Notice(MOVED, 4, 2), id="moved back after telling"
        ),
        pytest.param(_edition(1, cancelled=True), [1], [], Notice(CANCELLED, 1, 1), id="cancelled"),
        pytest.param(
            _edition(2, cancelled=True),
            [1],
            [],
            Notice(CANCELLED, 2, 1),
            id="moved and cancelled: the date that they know",
        ),
        pytest.param(
            _edition(1, cancelled=True), [1], [Told(CANCELLED, 1)], None, id="told that it is off"
        ),
        pytest.param(
            _edition(2),
            [1],
            [Told(CANCELLED, 1)],
            Notice(RESUMED, 2, 1),
            id="goes on after all",
        ),
        pytest.param(
            _edition(4), [1], [], None, id="cancelled and resumed before anybody was told"
        ),
        pytest.param(
            _edition(2, cancelled=True),
            [1],
            [Told(CANCELLED, 1), Told(RESUMED, 2)],
            Notice(CANCELLED, 2, 2),
            id="off again",
        ),
        pytest.param(
            _edition(2, cancelled=True),
            [1],
            [Told(CANCELLED, 2), Told(MOVED, 2)],
            None,
            id="off is the last word of a version",
        ),
    ],
)
def test_decide(
    edition: Edition, mailed: list[int], told: list[Told], expected: Notice | None
) -> None:
    assert decide(edition, DATES, mailed, told, TODAY) == expected


@pytest.mark.parametrize(
    ("edition", "told", "unsure", "tells"),
    [
        pytest.param(SURE, [], True, True, id="read that it was provisional"),
        pytest.param(SURE, [], False, False, id="read that it was sure"),
        pytest.param(SURE, [Told(CONFIRMED, 1)], True, False, id="told so"),
        pytest.param(_edition(1), [], True, False, id="not sure"),
    ],
)
def test_dates_that_hold_are_told_once(
    edition: Edition,
    told: list[Told],
    unsure: bool,  # noqa: FBT001 - a table
    tells: bool,  # noqa: FBT001 - a table
) -> None:
    expected = Notice(CONFIRMED, 1, 1) if tells else None
    assert decide(edition, DATES, [1], told, TODAY, unsure=unsure) == expected


@pytest.mark.parametrize(("today", "tells"), [(NEW.last, True), (date(2026, 11, 30), False)])
def test_nothing_is_told_of_what_is_over(today: date, tells: bool) -> None:  # noqa: FBT001 - a table
    assert bool(decide(_edition(2), DATES, [1], [], today)) is tells
    off = replace(_edition(2), status=EditionStatus.CANCELLED)
    assert bool(decide(off, DATES, [1], [], today)) is tells
