"""When a link to national material is dead: after some nights, and not when only we saw no page."""

from datetime import date, timedelta

import pytest

from campagne.domain.material_links import LinkState, after

TODAY = date(2026, 9, 7)


LATE, TLS = "Er kwam geen antwoord op tijd.", "Het certificaat van de server klopt niet."


def nights(*given: int | str) -> LinkState:
    state = LinkState()
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
    assert (found.failures, found.dead_since) == (0, None)
    said = (
        one if isinstance(one, str) else f"De server liet ons de pagina niet zien (status {one})."
    )
    assert found.fault == said
    assert nights(LATE, LATE, one, LATE).dead_since is None, "not three nights in a row"
    assert nights(404, 404, one) == nights(404, 404)
