"""A region that is asked by mail: what everybody in it does, at pages and by their mails.

The clock is moved by starting the service anew on another day, as after a standstill; where it
mails for real, while it runs.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect
from sqlmodel import col, select

from campagne.clock import Clock
from campagne.domain.delivery import DeliveryState
from campagne.domain.reminders import StepStatus
from campagne.domain.words import word
from campagne.services.regional import participation
from campagne.store import said_and_done
from campagne.store.database import Database
from campagne.store.tables import DeliveryRow
from tests.e2e import browser
from tests.e2e.browser import Visit
from tests.e2e.conftest import MailServer
from tests.e2e.hands import Hands, Keyboard, Pointer
from tests.e2e.moved_service import BEGUN
from tests.e2e.processes import Campagne, Running, wait_for

LEIDEN = "centrum.leiden@example.nl"
HLT = "beleid.hlt@example.nl"
ORANGE = "orange-the-world-2026"
FIRST_DAY, ANSWER_BY = date(2026, 9, 7), date(2026, 9, 28)
STORED = "Je kunt dit tot de start van de campagne nog veranderen."
_MOVED = Path(__file__).with_name("moved_service.py")


class Region:
    """Holland Rijnland, on the day that it is there; its mails lie in a folder."""

    def __init__(self, campagne: Campagne, chromium: Browser, by: str = "pointer") -> None:
        self.campagne, self._chromium, self._by = campagne, chromium, by
        self._day = FIRST_DAY
        self._running: list[Running] = []
        self._logged_in: dict[tuple[str, date], list[Any]] = {}
        self.run("rota", "apply")

    @property
    def pretended(self) -> dict[str, str]:
        """The setting that makes it this day; not together with one that mails for real."""
        return {"pretend_today": self._day.isoformat()}

    def run(self, *arguments: str) -> str:
        """Run a command on this day."""
        return self.campagne.run(*arguments, **self.pretended)

    def begin(self) -> None:
        """Start what serves and mails."""
        self.run("tick")
        self._running = [self.campagne.start_pages(**self.pretended)]

    def on(self, day: date) -> None:
        """Let it be another day."""
        for one in self._running:
            assert one.stop() == 0, one.said
        self._day = day
        self.begin()

    @contextmanager
    def without_clock(self) -> Iterator[None]:
        """Serve pages alone for a while, so that nothing changes by itself."""
        for one in self._running:
            assert one.stop() == 0, one.said
        self._running = [self.campagne.start_pages("web", **self.pretended)]
        yield
        self.on(self._day)

    def mails(self) -> Sequence[EmailMessage]:
        """Return what was mailed so far, the oldest first."""
        return [*browser.mails(self.campagne).values()]

    def to(self, who: str, subject: str = "") -> list[EmailMessage]:
        """Return the mails to somebody whose subject has these words."""
        return [one for one in self.mails() if who in str(one["To"]) and subject in one["Subject"]]

    def asked_again(self) -> Counter[str]:
        """Return how many mails say to whom that there is no answer yet."""
        return Counter(
            re.sub(r".*<(.+)>", r"\1", str(one["To"]))
            for one in self.to("", "Er is nog geen antwoord")
        )

    def links(self, who: str, kind: str) -> list[str]:
        """Wait for a mail with links of a kind to somebody; return those of the newest."""
        pattern = re.compile(rf"{re.escape(self.campagne.url)}/{kind}/[^\s)>]+")

        def look() -> list[str]:
            found = [pattern.findall(browser.text(one)) for one in self.to(who)]
            return next((one for one in reversed(found) if one), [])

        return wait_for(f"a link /{kind}/ for {who}", look)

    @contextmanager
    def page(self, address: str, story: str) -> Iterator[tuple[Visit, Page, Hands]]:
        """Somebody at a page, whose visit is looked at from beginning to end."""
        visit = Visit(self._chromium, self.campagne, story if self._by == "pointer" else "")
        visit.page.goto(address)
        page = visit.page
        yield visit, page, Pointer() if self._by == "pointer" else Keyboard(page)
        visit.faults = [one for one in visit.faults if "Failed to load resource" not in one]
        visit.end()

    @contextmanager
    def desk(self, who: str, address: str, story: str = "") -> Iterator[tuple[Visit, Page, Hands]]:
        """Somebody logged in at a page; by mail once on a day."""
        with self.page(f"{self.campagne.url}/", story) as (visit, page, my):
            if (known := self._logged_in.get((who, self._day))) is not None:
                visit.context.add_cookies(known)
            else:
                visit.log_in(who)
                self._logged_in[who, self._day] = [*visit.context.cookies()]
            visit.open(address)
            yield visit, page, my

    def answer(self, who: str, said: dict[str, str], later: date | None = None) -> None:
        """Answer by the link of a mail: per field the words of the choice."""
        with self.page(self.links(who, "antwoord")[-1], "") as (_, page, my):
            for field, words in said.items():
                take(page, my, field, words)
            if later is not None:
                my.set_day(page.get_by_label(re.compile("^Beslist .* later")).first, later)
            my.press(page.get_by_role("button", name=re.compile("^Geef dit antwoord|^Geef deze")))
            expect(page.get_by_text(STORED).first).to_be_visible()

    def done(self, municipality: str) -> set[str]:
        """Return the steps of Orange the World that a gemeente ticked off."""
        database = Database(self.campagne.database_url)
        with closing(database), database.read() as session:
            found = said_and_done.step_states(session, [ORANGE], [municipality])
        return {step for (_, step, _), one in found.items() if one.status is StepStatus.DONE}

    def standing(self) -> dict[str, str]:
        """Return what each gemeente answered."""
        database = Database(self.campagne.database_url)
        with closing(database), database.read() as session:
            found = participation.standing(session, 1)
        return {one.municipality: word(one.answer) if one.answer else "nog niets" for one in found}

    def five_answer(self) -> None:
        """Let five answer, one of them twice; an officer of three does so on one page."""
        with self.page(self.links(HLT, "antwoord")[-1], "antwoord-1-drie") as (visit, page, my):
            visit.shoot("1-formulier")
            for one in page.locator("fieldset").all():
                declines = "Lisse" in one.locator("legend").inner_text()
                words = "doet niet mee" if declines else "doet mee"
                take(page, my, str(one.get_attribute("id")), words)
            my.press(page.get_by_role("button", name="Geef deze antwoorden"))
            expect(page.get_by_text(STORED)).to_have_count(3)
            visit.shoot("2-gegeven")
            my.press(page.get_by_role("link", name="Schrijf op wat Hillegom doet"))
            my.choose(page.locator("#soort-1"), "Gebouw verlichten of vlag hijsen")
            my.set_day(page.locator("#dag-1"), date(2026, 11, 25))
            my.write(page.get_by_label(re.compile("^Wat verwacht je dat het kost")), "1.250,50")
            my.press(page.get_by_role("button", name="Sla op"))
            expect(page.get_by_role("status").filter(has_text="Opgeslagen")).to_be_visible()
            visit.shoot("3-acties")
        self.answer("beleid.katwijk@example.nl", {"antwoord": "doet niet mee"})
        self.answer("beleid.katwijk@example.nl", {"antwoord": "doet mee"})
        self.answer("beleid.noordwijk@example.nl", {"antwoord": "later"}, date(2026, 10, 12))
        assert Counter(self.standing().values()) == {
            "doet mee": 3,
            "doet niet mee": 1,
            "beslist later": 1,
            "nog niets": 7,
        }

    def call_the_first(self) -> str:
        """Let Leiden call the first of seven, and note what is said; return who that is."""
        with self.desk(LEIDEN, "/beheer/regiobericht/1", "antwoord-2-bellen") as (visit, page, my):
            calls = page.locator("#bellen ~ ul").first.get_by_role("listitem")
            expect(calls).to_have_count(7)
            visit.shoot("1-bellijst")
            place = calls.first.locator("strong").inner_text()
            my.press(page.get_by_role("link", name=f"Leg een antwoord vast van {place}"))
            take(page, my, "antwoord", "doet mee")
            my.write(page.get_by_label("Wie gaf het antwoord?"), "Het wijkteam")
            my.choose(page.get_by_label("Hoe kwam het antwoord?"), "per telefoon")
            my.press(page.get_by_role("button", name="Leg dit antwoord vast"))
            expect(page.get_by_role("status").filter(has_text="Opgeslagen")).to_be_visible()
            visit.shoot("2-vastgelegd")
            visit.open("/beheer/regiobericht/1")
            expect(calls).to_have_count(6)
        assert self.standing()[place] == "doet mee"
        return place


class MailedRegion(Region):
    """The same, mailed for real: pages and a worker are processes of their own."""

    def __init__(self, campagne: Campagne, chromium: Browser, server: MailServer) -> None:
        super().__init__(campagne, chromium)
        self._server = server
        self._mails: list[EmailMessage] = []
        self._days = campagne.folder / "days"

    def begin(self) -> None:
        """Start both, side by side."""
        self._move()
        pages = self.campagne.start_script(_MOVED, "web", str(self._days))
        self._running = [pages]
        self.wake_worker()
        self.campagne.wait_for_pages(pages)

    def on(self, day: date) -> None:
        """Let it be another day, of both while they run, at a moment when no mail is leaving."""
        wait_for("a moment when no mail is leaving", self._is_quiet)
        self._day = day
        self._move()

    def _is_quiet(self) -> bool:
        leaving = col(DeliveryRow.state).in_([DeliveryState.CLAIMED, DeliveryState.SENDING])
        database = Database(self.campagne.database_url)
        with closing(database), database.read() as session:
            return session.exec(select(DeliveryRow.id).where(leaving)).first() is None

    def _move(self) -> None:
        half = self._days.with_suffix(".half")
        half.write_text(str((self._day - Clock().today()).days), "ascii")
        half.replace(self._days)

    def wake_worker(self) -> None:
        """Start the worker."""
        mail = {"smtp_url": self._server.url, "smtp_insecure": "true"}
        worker = self.campagne.start_script(_MOVED, "worker", str(self._days), **mail)
        self._running.append(worker)

    def rest_worker(self) -> None:
        """Stop the worker; pages go on."""
        worker = self._running.pop()
        wait_for("a worker that has begun, and ends as it should", lambda: BEGUN in worker.said)
        assert worker.stop() == 0, worker.said

    def mails(self) -> Sequence[EmailMessage]:
        """Return what the mail server took so far; each is read once, however often one looks."""
        new = self._server.taken(since=len(self._mails))
        self._mails += [message_from_bytes(raw, policy=default) for _, raw in new]
        return self._mails


def take(page: Page, my: Hands, field: str, words: str) -> None:
    """Take one of the answers that a group of choices offers."""
    group = page.locator(f"input[name='{field}']")
    my.take(group, page.locator(f"#{field}").get_by_role("radio", name=words))
