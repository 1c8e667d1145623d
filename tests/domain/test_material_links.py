"""When a link to national material is dead: at once, or after some nights."""

from datetime import date, timedelta

import pytest

from campagne.domain.material_links import LinkState, after

TODAY = date(2026, 9, 7)


def nights(*statuses: int | None) -> LinkState:
    state = LinkState()
    for number, status in enumerate(statuses):
        fault = "" if status else "Er kwam geen antwoord op tijd."
        state = after(state, status, fault, TODAY + timedelta(days=number))
    return state


@pytest.mark.parametrize(
    ("statuses", "dead_since", "fault"),
    [
        ((200,), None, ""),
        ((301,), None, ""),
        ((403,), None, ""),
        ((429,), None, ""),
        ((404,), TODAY, "Deze pagina is er niet meer (status 404)."),
        ((410, 410), TODAY, "Deze pagina is er niet meer (status 410)."),
        ((404, 200), None, ""),
        ((None, 503), None, "De server is in de war (status 503)."),
        ((None, 503, None), TODAY + timedelta(days=2), "Er kwam geen antwoord op tijd."),
        ((None, None, 200, None, None), None, "Er kwam geen antwoord op tijd."),
        ((None, None, None, None), TODAY + timedelta(days=2), "Er kwam geen antwoord op tijd."),
        ((404, None), TODAY, "Er kwam geen antwoord op tijd."),
    ],
)
def test_what_several_nights_tell(
    statuses: tuple[int | None, ...], dead_since: date | None, fault: str
) -> None:
    found = nights(*statuses)
    assert (found.dead_since, found.fault) == (dead_since, fault)
