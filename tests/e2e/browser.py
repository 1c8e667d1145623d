"""A real Chromium before a real service: what a visit sees, and what it must never do."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Request,
    Response,
    Route,
    expect,
)

from tests.e2e.processes import Campagne, wait_for

CHECKOUT = Path(__file__).parents[2]
SHOTS = CHECKOUT / "build" / "screenshots"
AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
HTML_VALIDATE = CHECKOUT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
PHONE, DESK = 390, 1280
_PATIENCE = 60_000  # a bound, not a goal: the machine may be busy with something else
_CONFIG = Path(__file__).with_name("htmlvalidate.json")
_HEIGHT = 900

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_AXE_RUN = """async (tags) => {
  const found = await axe.run(document, {
    runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  return found.violations.map((one) =>
    `${one.id}: ${one.help} (${one.nodes.slice(0, 3).map((node) => node.target).join(", ")})`);
}"""


def chromium(playwright: Playwright) -> Browser:
    """Start Debian's Chromium; skips the test where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no chromium on the PATH (Debian: apt install chromium)")
    expect.set_options(timeout=_PATIENCE)
    # Root may not use its sandbox. The language settles how a date is typed: month, day, year.
    return playwright.chromium.launch(
        executable_path=program, args=["--no-sandbox"], env={"LANGUAGE": "en_US", "LANG": "C.UTF-8"}
    )


@dataclass
class Visit:
    """One person at one browser; close it with `end`, which says what went wrong on the way.

    Attributes:
        name: of the story, for its screenshots; empty where those of another hand will do.
        strays: addresses elsewhere that were asked for; they were not let out.
        faults: what the browser complained about: a script, the policy, a missing file.
    """

    browser: Browser
    campagne: Campagne
    name: str
    width: int = DESK
    scripts: bool = True
    scheme: str = "light"
    cookies: Sequence[Any] = ()
    strays: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            viewport={"width": self.width, "height": _HEIGHT},
            locale="nl-NL",
            java_script_enabled=self.scripts,
            color_scheme="dark" if self.scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(_PATIENCE)
        self.context.add_cookies(self.cookies)
        self.context.route("**/*", self._let_through)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on(
            "console",
            lambda said: self.faults.append(said.text) if said.type == "error" else None,
        )

    def _let_through(self, route: Route, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme == "data" or f"{address.scheme}://{address.netloc}" == self.campagne.url:
            route.continue_()
        else:
            self.strays.append(request.url)
            route.abort()

    def open(self, path: str) -> Response:
        """Go to a path of the service and return its answer."""
        answer = self.page.goto(f"{self.campagne.url}{path}")
        assert answer is not None
        return answer

    def shoot(self, step: str) -> None:
        """Keep what is seen, on a phone and on a desk, and check it on the way."""
        if not self.name:
            return
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.check(step)
        for width in (PHONE, DESK):
            self.page.set_viewport_size({"width": width, "height": _HEIGHT})
            self.page.screenshot(path=SHOTS / f"{self.name}-{step}-{width}.png", full_page=True)
        self.page.set_viewport_size({"width": self.width, "height": _HEIGHT})

    def check(self, what: str) -> None:
        """Fail when a person who sees, hears or moves in another way cannot use this page."""
        if self.scripts:
            assert violations(self.page) == [], f"{what}: {self.page.url}"
        assert self.page.locator("h1").count() == 1, what
        assert self.page.locator("html").get_attribute("lang") == "nl", what

    def end(self) -> None:
        """Close the browser of this visit and fail on what it should not have done."""
        self.context.close()
        assert self.strays == [], self.strays
        assert self.faults == [], self.faults

    def log_in(self, address: str, then: str = "/mijn") -> None:
        """Log in by mail, as a person does who wanted to open a page of her own."""
        self.open(then)
        self.page.get_by_label("Mailadres van je werk").fill(address)
        self.page.get_by_role("button", name="Stuur mij een link").click()
        self.page.get_by_role("status").wait_for()
        self.page.goto(log_in_link(self.campagne, address))
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(f"**{then}")

    def give_code(self, address: str) -> None:
        """Type the code of the app over; set the app up where that was not done."""
        self.open("/mijn/code")
        self.page.get_by_label("Zes cijfers").fill(code(self, address))
        self.page.get_by_role("button", name="Controleer").click()
        self.page.wait_for_url("**/mijn?gedaan=proved")


def violations(page: Page) -> list[str]:
    """Return what axe-core finds against WCAG 2.2 at level AA; nothing where it is not fetched."""
    if not AXE.exists():
        pytest.skip("axe-core is not there: make clients fetches it")
    page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(_AXE_RUN, _TAGS)
    return found


def html_faults(folder: Path) -> list[str]:
    """Return what html-validate says of the files in a folder.

    Style within the page and comments for Outlook are let through: a mail cannot do without, and
    in a page the policy forbids that style and a browser complains. So are hidden fields of one
    name: they are a list. And a field without a type: that it is one for text, HTML itself says.
    """
    if not HTML_VALIDATE.exists():
        pytest.skip("html-validate is not there: make clients fetches it")
    files = sorted(str(path) for path in folder.glob("*.html"))
    if not files:
        return []
    outcome = folder / "outcome.json"
    with outcome.open("wb") as out:
        command = ["node", str(HTML_VALIDATE), "--config", str(_CONFIG)]
        subprocess.run(  # noqa: S603 - a program that package-lock.json pins
            [*command, "--formatter", "json", *files], stdout=out, check=False, timeout=120
        )
    return [
        f"{Path(file['filePath']).name}:{one['line']}: {one['ruleId']}: {one['message']}"
        for file in json.loads(outcome.read_text("utf-8"))
        for one in file["messages"]
    ]


# The app of a person: its secret, and the last code that was used.
_apps: dict[str, tuple[str, int]] = {}
_STEP_SECONDS = 30


def code(visit: Visit, address: str) -> str:
    """Return a code that the app of somebody shows, and that was not used before.

    The service takes the code after this one too, each once.
    """
    shown = visit.page.locator("code.secret")
    name = f"{visit.campagne.url} {address}"
    secret, last = (shown.inner_text(), 0) if shown.count() else _apps[name]

    def fresh() -> int | None:
        now = int(time.time()) // _STEP_SECONDS
        # Not the one before: its time can be over before it is typed.
        return next((step for step in (now, now + 1) if step > last), None)

    step = wait_for("a code that was not used", fresh)
    _apps[name] = secret, step
    return pyotp.TOTP(secret).at(step * _STEP_SECONDS)


def mails(campagne: Campagne) -> Mapping[str, EmailMessage]:
    """Return the mails that were written, by file name, the oldest first."""
    return {
        path.name: message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted((campagne.data / "postvak").glob("*.eml"), key=_written)
    }


def text(mail: EmailMessage) -> str:
    """Return the words of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link(campagne: Campagne, kind: str, recipient: str = "") -> str | None:
    """Return the last address of a kind (`stap`, `inloggen`) that was mailed to somebody."""
    pattern = re.compile(rf"{re.escape(campagne.url)}/{kind}/[^\s)>]+")
    found = [
        address
        for mail in mails(campagne).values()
        if recipient in str(mail["To"])
        for address in pattern.findall(text(mail))
    ]
    return found[-1] if found else None


_used: set[str] = set()


def log_in_link(campagne: Campagne, recipient: str) -> str:
    """Wait for the mail with a link to log in that was not followed before."""

    def fresh() -> str | None:
        address = link(campagne, "inloggen", recipient)
        return None if address is None or address in _used else address

    address = wait_for(f"the log-in mail to {recipient}", fresh)
    _used.add(address)
    return address


def _written(path: Path) -> float:
    return path.stat().st_mtime
