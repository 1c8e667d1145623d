"""Two ways to work a page: with a pointer, and with the keyboard alone."""

from datetime import date
from typing import Any, Protocol

from playwright.sync_api import Locator, Page

# What has the focus: can it be seen, and is there a ring around it?
_FOCUSED = """(framed) => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const style = getComputedStyle(here), box = here.getBoundingClientRect();
  return {
    what: here.outerHTML.slice(0, 120),
    // In a mail the browser itself draws the ring, as wide as it likes.
    ring: framed && style.outlineStyle === "auto"
      || style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
      && box.top < innerHeight && box.left < innerWidth,
  };
}"""
_HAS_FOCUS = "(one) => one === document.activeElement"


class Hands(Protocol):
    """What a person does on a page."""

    def arrive(self) -> None:
        """Begin with a page."""

    def press(self, target: Locator) -> None:
        """Follow a link or press a button."""

    def choose(self, choices: Locator, label: str) -> None:
        """Take an option of a list."""

    def write(self, target: Locator, words: str) -> None:
        """Write something in a field, in the place of what is there."""

    def turn(self, box: Locator) -> None:
        """Set a tick, or take it away."""

    def take(self, group: Locator, choice: Locator) -> None:
        """Take one of a few."""

    def set_day(self, target: Locator, day: date) -> None:
        """Fill in a day."""


class Pointer:
    """Works a page with a mouse or a finger."""

    def arrive(self) -> None:
        """Nothing is in the way of a pointer."""

    def press(self, target: Locator) -> None:
        target.click()

    def choose(self, choices: Locator, label: str) -> None:
        choices.select_option(label=label)

    def write(self, target: Locator, words: str) -> None:
        target.fill(words)

    def turn(self, box: Locator) -> None:
        box.click()

    def take(self, group: Locator, choice: Locator) -> None:
        del group
        choice.click()

    def set_day(self, target: Locator, day: date) -> None:
        target.fill(day.isoformat())


class Keyboard:
    """Works a page with Tab, Enter, Space and the arrows; each stop of the focus must be seen."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._keys = page.keyboard

    def arrive(self) -> None:
        """Take the first stop, the link past the menu."""
        skip = self._page.get_by_role("link", name="Direct naar de inhoud")
        self._keys.press("Tab")
        assert skip.evaluate(_HAS_FOCUS), "the first stop is not the link past the menu"
        assert skip.evaluate("(one) => one.getBoundingClientRect().top >= 0")
        self._keys.press("Enter")
        assert self._page.evaluate("document.activeElement.id") == "inhoud"

    def press(self, target: Locator) -> None:
        self._go(target)
        self._keys.press("Enter")

    def choose(self, choices: Locator, label: str) -> None:
        """By the arrows: what is typed counts as one word only when the keys come quickly."""
        self._go(choices)
        self._keys.press("Home")
        for _ in range(choices.locator("option").all_inner_texts().index(label)):
            self._keys.press("ArrowDown")
        assert choices.locator("option:checked").inner_text() == label

    def write(self, target: Locator, words: str) -> None:
        self._go(target)
        self._keys.press("Control+a")
        self._keys.type(words)

    def turn(self, box: Locator) -> None:
        self._go(box)
        self._keys.press("Space")

    def take(self, group: Locator, choice: Locator) -> None:
        """Tab comes to what is taken, or the first of a group; the arrows go from there."""
        taken = [one for one in group.all() if one.is_checked()]
        self._go(taken[0] if taken else group.first)
        self._keys.press("Space")
        for _ in range(group.count()):
            if choice.is_checked():
                return
            self._keys.press("ArrowDown")
        raise AssertionError("the arrows never came to the choice")

    def set_day(self, target: Locator, day: date) -> None:
        """Month first: the order of the language in which `browser.chromium` starts."""
        self._go(target)
        self._keys.type(f"{day:%m%d%Y}")
        assert target.input_value() == day.isoformat()

    def _go(self, target: Locator) -> None:
        target.wait_for(state="attached")
        for _ in range(400):
            if target.evaluate(_HAS_FOCUS):
                return
            self._keys.press("Tab")
            stop = self._stop()
            if stop is not None:
                assert stop["ring"], f"no ring around {stop['what']}"
                assert stop["seen"], f"out of sight: {stop['what']}"
        raise AssertionError(f"Tab never came to {target}")

    def _stop(self) -> Any:
        """Say what has the focus; within a frame, what has it there."""
        here = self._page.evaluate_handle("document.activeElement").as_element()
        frame = here.content_frame() if here is not None else None
        return (frame or self._page).evaluate(_FOCUSED, frame is not None)
