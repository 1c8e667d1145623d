"""The public pages wherever they are seen: dark, small, wide, enlarged, on paper, with a theme."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import DESK, PHONE, Visit
from tests.e2e.conftest import Install
from tests.e2e.processes import Campagne

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EXAMPLE = Path(__file__).parents[2] / "docs" / "voorbeeldthema"
PAGES = {
    "jaar": "/jaar/2026?gemeente=katwijk",
    "editie": "/editie/orange-the-world-2026?gemeente=katwijk",
    "abonneren": "/abonneren?agenda=gemeente/katwijk",
    "route": "/route",
    "inloggen": "/inloggen",
}
# Tablet, wide screen, and a desk at 200 and at 400 % (WCAG 2.2, 1.4.4 and 1.4.10).
OTHER_WIDTHS = (820, 1600, DESK // 2, DESK // 4)
# Of each link and button that has the focus: its text, and the contrast with its own background or
# the one behind it. A picture has colours of its own.
_FOCUSED = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => channels(colour).slice(0, 3)
    .map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if ((channels(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("a, button")].filter((one) => !one.closest("svg"))
    .filter((one) => one.checkVisibility()).map((one) => {
      one.focus();
      const both = [getComputedStyle(one).color, behind(one)].map(light);
      const [dark, bright] = both.sort((a, b) => a - b);
      return [one.textContent.trim(), (bright + 0.05) / (dark + 0.05)];
    });
}"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", DESK), ("dark", DESK), ("dark", PHONE)], ids=str
)
def test_a_page_can_be_read_in_light_and_in_dark(
    chromium: Browser, campagne: Campagne, scheme: str, width: int
) -> None:
    visit = Visit(chromium, campagne, "", width=width, scheme=scheme)
    for name, path in PAGES.items():
        visit.open(path)
        visit.check(f"{name} {scheme} {width}")
    visit.end()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_has_the_focus_can_be_read(chromium: Browser, campagne: Campagne, scheme: str) -> None:
    """It gets another background, and so another colour; axe sees nothing of that."""
    visit = Visit(chromium, campagne, "", scheme=scheme)
    for name, path in PAGES.items():
        visit.open(path)
        ratios = visit.page.evaluate(_FOCUSED)
        assert len(ratios) > 10, name
        assert {text: ratio for text, ratio in ratios if ratio < 4.5} == {}, f"{name} {scheme}"
    visit.end()


@pytest.mark.parametrize("width", OTHER_WIDTHS)
def test_a_page_does_not_move_sideways(chromium: Browser, campagne: Campagne, width: int) -> None:
    """Only the pictures of the year and the route may, within their own frame."""
    visit = Visit(chromium, campagne, "", width=width)
    for name, path in PAGES.items():
        visit.open(path)
        assert visit.page.evaluate(_WIDER) == 0, f"{name} at {width}"
    visit.end()


def test_a_page_is_printed_whole(chromium: Browser, campagne: Campagne) -> None:
    visit = Visit(chromium, campagne, "", scheme="dark")
    visit.open(PAGES["jaar"])
    printed = visit.page.pdf(format="A4")
    assert len(re.findall(rb"/Type /Page\b", printed)) > 1
    visit.page.emulate_media(media="print")
    assert not visit.page.get_by_role("navigation").first.is_visible()
    assert visit.page.get_by_role("heading", level=1).is_visible()
    rows = visit.page.get_by_role("row")
    assert rows.first.is_visible(), "a table on paper, no cards"
    paper = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
    visit.open("/editie/orange-the-world-2026?gemeente=katwijk")
    assert visit.page.locator("details.text .text__body").first.is_visible(), "though folded"
    visit.open("/abonneren")
    assert not visit.page.get_by_text("Meer keuzes").is_visible(), "nothing to fill in on paper"
    visit.end()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_gemeente_in_its_own_clothes_can_be_read(
    chromium: Browser, install: Install, scheme: str
) -> None:
    """Those to begin with; whoever chooses other colours looks at them anew."""
    campagne = install(theme_dir=str(EXAMPLE), pretend_today="2026-09-07")
    campagne.start_pages("web")
    visit = Visit(chromium, campagne, "", scheme=scheme)
    for name, path in PAGES.items():
        visit.open(path)
        visit.check(f"{name} {scheme}")
        assert visit.page.get_by_text("Gemeente Voorbeeld").is_visible()
    visit.end()
