"""A region is asked, and answers: by its links, later, by phone, and not at all."""

from datetime import date

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Install
from tests.e2e.processes import wait_for
from tests.e2e.region import ANSWER_BY, ORANGE, Region

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_region_answers_and_silence_is_followed_up_by_keyboard(
    install: Install, chromium: Browser
) -> None:
    """Five answer, one of them twice; one waits, and the rest is asked again and called."""
    region = Region(install(second_factor="false"), chromium, "keyboard")
    region.run(
        *("broadcast", "new", f"--edition={ORANGE}", "--region=holland-rijnland"),
        f"--answer-by={ANSWER_BY}",
    )
    region.run("broadcast", "release", "1")
    region.begin()
    region.five_answer()
    region.on(date(2026, 9, 29))
    wait_for("the mails about no answer", lambda: region.asked_again() or None)
    again = region.asked_again()
    assert set(again.values()) == {1}
    assert len(again) == 14
    assert not [one for one in again if any(name in one for name in ("hlt", "katwijk", "noord"))]
    region.on(date(2026, 10, 2))
    assert region.asked_again() == again, "once"
    region.call_the_first()
    region.on(date(2026, 10, 13))
    wait_for("Noordwijk is asked again", lambda: len(region.asked_again()) > len(again) or None)
    later = set(region.asked_again()) - set(again)
    assert later
    assert all("noordwijk" in one for one in later)
