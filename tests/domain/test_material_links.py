"""When a link to national material is dead: after some nights, and not when only we saw no page."""

from datetime import date, timedelta

import pytest

from campagne.domain.material_links import LinkState, after, seen

TODAY = date(2026, 9, 7)


LATE, TLS = "Er kwam geen antwoord op tijd.", "Het certificaat van de server klopt niet."


def nights(*given: int | str, state: LinkState = LinkState()) -> LinkState:  # noqa: B008 - frozen
    for number, one in enumerate(given):
        status, fault = (one, "") if isinstance(one, int) else (None, one)
        day = TODAY + timedelta(days=number)
        state = after(state, status, fault, day, unreachable=fault == LATE)
    return state


@pytest.mark.parametrize(
    ("given", "dead_since", "fault"),
    [
        ([200], None, ""),
        ([301], None, ""),
        ([404], None, "Deze pagina is er niet meer (status 404)."),
        ([404, 404], 1, "Deze pagina is er niet meer (status 404)."),
        ([410, 410, 410], 1, "Deze pagina is er niet meer (status 410)."),
        ([404, 200, 404], None, "Deze pagina is er niet meer (status 404)."),
        ([404, 404, 200], None, ""),
        ([LATE, LATE], None, LATE),
        ([LATE, LATE, LATE, LATE], 2, LATE),
        ([LATE, LATE, 200, LATE, LATE], None, LATE),
        ([404, LATE], None, LATE),
        ([404, 404, LATE], 1, LATE),
    ],
)
def test_what_several_nights_tell(
    given: list[int | str], dead_since: int | None, fault: str
) -> None:
    found = nights(*given)
    day = None if dead_since is None else TODAY + timedelta(days=dead_since)
    assert (found.dead_since, found.fault) == (day, fault)


@pytest.mark.parametrize("one", [TLS, 401, 403, 429, 500, 503])
def test_what_people_may_not_run_into_kills_no_link_and_raises_none(one: int | str) -> None:
    found = nights(*[one] * 9)
    assert (found.failures, found.dead_since, found.unsure) == (0, None, 9)
    assert found.is_unknown
    assert not found.is_there
    assert nights(one, 200) == LinkState()
    said = (
        one if isinstance(one, str) else f"De server liet ons de pagina niet zien (status {one})."
    )
    assert found.fault == said
    assert nights(LATE, LATE, one, LATE).dead_since is None, "not three nights in a row"
    assert nights(404, 404, one) == nights(404, 404)


@pytest.mark.parametrize("one", [403, TLS, LATE, 404])
def test_what_a_person_saw_in_spite_of_our_fault_is_there(one: int | str) -> None:
    """Until that fault is another one, or we saw the page ourselves."""
    looked = seen(nights(one, one, one), TODAY)
    assert (looked.is_there, looked.seen_on, looked.dead_since) == (True, TODAY, None)
    later = nights(*[one] * 9, state=looked)
    assert (later.is_there, later.is_unknown, later.seen_on) == (True, True, TODAY)
    assert nights(200, state=later) == LinkState()
    other: int | str = 410 if one == LATE else LATE
    assert not nights(other, state=later).is_there
    gone = nights(other, other, other, state=later)
    assert gone.dead_since is not None
    assert gone.seen_on is None
    assert nights(one, state=gone).dead_since is not None, "it did not come back by that"


@pytest.mark.parametrize(
    ("one", "days", "is_there"),
    [
        (404, 13, True),
        (404, 14, False),
        (410, 13, True),
        (410, 14, False),
        (403, 14, True),
        (403, 400, True),
        (503, 400, True),
        (TLS, 400, True),
        (LATE, 400, True),
    ],
)
def test_who_saw_a_page_that_is_gone_is_believed_for_two_weeks(
    one: int | str,
    days: int,
    is_there: bool,  # noqa: FBT001 - a case
) -> None:
    looked = seen(nights(one, one, one), TODAY)
    status, fault = (one, "") if isinstance(one, int) else (None, one)
    day = TODAY + timedelta(days=days)
    found = after(looked, status, fault, day, unreachable=fault == LATE)
    assert found.is_there is is_there
    if not is_there:
        day += timedelta(days=1)
        found = after(found, status, fault, day)
        assert (found.dead_since, found.seen_on) == (day, None)
        assert after(seen(found, day), status, fault, day).is_there, "who looks again is believed"
