"""Answers of gemeenten: by the coordinator, the gemeente itself, and never by a stranger."""

from dataclasses import dataclass
from datetime import date, time
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain.answers import Source, Told
from campagne.domain.delivery import DeliveryState
from campagne.domain.reminders import Answer, ReminderState
from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError, NotFoundError
from campagne.messages import Mails
from campagne.resources import folder
from campagne.services.access import AnswerLink, Links
from campagne.services.audit import Author
from campagne.services.planning import reminders
from campagne.services.regional import participation, releases, writing
from campagne.services.regional.participation import AnswerPage, Standing
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import AnswerRow, DeliveryRow, EditionRow, ReminderRow

ORANGE = "orange-the-world-2026"
LINKS = Links("https://campagne.example.nl", "geheim" * 6)


@dataclass
class Office:
    """The service as the people around an answer see it."""

    database: Database
    clock: SetClock
    mails: Mails
    broadcast: int = 0

    def ask(self, *, release: bool = True) -> None:
        """Let the coordinator in Leiden ask her region."""
        with self.database.session() as session:
            self.broadcast = writing.new(
                session,
                edition_key=ORANGE,
                region_key="holland-rijnland",
                author_key=None,
                answer_by=None,
                now=self.clock.now(),
                today=self.clock.today(),
                links=LINKS,
                mails=self.mails,
            )
            if release:
                releases.release(
                    session,
                    self.broadcast,
                    links=LINKS,
                    mails=self.mails,
                    now=self.clock.now(),
                    today=self.clock.today(),
                )

    def open(self, link: AnswerLink) -> AnswerPage:
        with self.database.read() as session:
            return participation.answer_page(session, link, self.clock.today())

    def answer(
        self,
        answer: Answer = Answer.JOIN,
        gemeente: str = "lisse",
        *,
        edition: str = ORANGE,
        broadcast: int | None = None,
        by: str = "de link in het regiobericht",
        until: date | None = None,
        told: Told | None = None,
    ) -> bool:
        with self.database.session() as session:
            return participation.record(
                session,
                edition_key=edition,
                municipality_key=gemeente,
                answer=answer,
                by=Author(by),
                now=self.clock.now(),
                today=self.clock.today(),
                links=LINKS,
                mails=self.mails,
                broadcast_id=broadcast,
                until=until,
                told=told,
            )

    def answers(self) -> list[tuple[str, Answer, int | None, str]]:
        with self.database.read() as session:
            rows = session.exec(select(AnswerRow).order_by(col(AnswerRow.id)))
            return [(one.municipality_key, one.answer, one.broadcast_id, one.by) for one in rows]

    def confirmations(self) -> list[DeliveryRow]:
        with self.database.read() as session:
            rows = session.exec(select(DeliveryRow).order_by(col(DeliveryRow.id)))
            return [one for one in rows if one.key.startswith("antwoord:")]

    def planned(self, gemeente: str = "lisse") -> set[str]:
        with self.database.read() as session:
            rows = session.exec(
                select(ReminderRow).where(
                    col(ReminderRow.state) == ReminderState.PLANNED,
                    col(ReminderRow.edition_key) == ORANGE,
                    col(ReminderRow.municipality_key) == gemeente,
                )
            )
            return {one.step_key for one in rows}

    def version(self) -> int:
        with self.database.read() as session:
            return queries.data_version(session)[0]

    def change(self, **values: object) -> None:
        with self.database.session() as session:
            session.execute(
                update(EditionRow).where(col(EditionRow.key) == ORANGE).values(**values)
            )


@pytest.fixture(scope="module")
def mails() -> Mails:
    """The mails that campagne comes with."""
    return Mails(folder("templates") / "mail", sender="Campagnekalender <campagne@example.nl>")


@pytest.fixture
def office(world: Database, clock: SetClock, mails: Mails) -> Office:
    """An office on each engine, where Leiden has asked her region."""
    made = Office(world, clock, mails)
    made.ask()
    return made


@pytest.fixture
def one_office(sqlite_world: Database, clock: SetClock, mails: Mails) -> Office:
    """The same where the engine makes no difference."""
    made = Office(sqlite_world, clock, mails)
    made.ask()
    return made


def own_link(office: Office, gemeente: str = "lisse") -> AnswerLink:
    return LINKS.read_answer(LINKS.answer(office.broadcast, gemeente).rpartition("/")[2])


def test_the_page_behind_the_own_link(office: Office) -> None:
    page = office.open(own_link(office))

    assert page == AnswerPage(
        edition_key=ORANGE,
        municipality_key="lisse",
        municipality="Lisse",
        campaign="Orange the World",
        period="van woensdag 25 november tot en met donderdag 10 december 2026",
        provisional=False,
        current=None,
        answer_by=date(2026, 9, 16),
        closed=None,
    )
    assert office.answers() == [], "opening changes nothing"
    office.answer(Answer.LATER, broadcast=office.broadcast)
    assert office.open(own_link(office)).current is Answer.LATER
    assert office.open(own_link(office, "katwijk")).current is None


def test_a_stranger_with_a_changed_link_gets_nothing(one_office: Office) -> None:
    token = LINKS.answer(one_office.broadcast, "lisse").rpartition("/")[2]
    other = Links("https://campagne.example.nl", "anders" * 6)

    forged = other.answer(one_office.broadcast, "lisse").rpartition("/")[2]
    body, _, signature = token.rpartition(".")
    moved = LINKS.answer(one_office.broadcast, "katwijk").rpartition("/")[2]
    swapped = f"{moved.rpartition('.')[0]}.{signature}"
    for tampered in (forged, token[:-1], body, swapped, "", "x.y"):
        with pytest.raises(NotFoundError, match="Deze link klopt niet"):
            LINKS.read_answer(tampered)


def test_a_link_answers_for_its_own_gemeente_only(one_office: Office) -> None:
    """The link of Katwijk is good, but says Katwijk: the page offers no other gemeente."""
    page = one_office.open(own_link(one_office, "katwijk"))
    one_office.answer(gemeente=page.municipality_key, broadcast=one_office.broadcast)

    assert [one[0] for one in one_office.answers()] == ["katwijk"]
    assert one_office.open(own_link(one_office)).current is None


def test_a_gemeente_outside_the_region_cannot_answer_its_broadcast(one_office: Office) -> None:
    with pytest.raises(NotFoundError, match="Gouda kan hier geen antwoord geven"):
        one_office.answer(gemeente="gouda", broadcast=one_office.broadcast)
    assert one_office.answers() == []


def test_a_broadcast_takes_answers_about_its_own_edition_only(one_office: Office) -> None:
    with pytest.raises(NotFoundError, match="Lisse kan hier geen antwoord geven"):
        one_office.answer(
            edition="week-tegen-kindermishandeling-2026", broadcast=one_office.broadcast
        )


def test_the_coordinator_can_look_but_not_answer_before_it_is_sent(one_office: Office) -> None:
    one_office.ask(release=False)

    page = one_office.open(own_link(one_office))
    assert page.closed is not None
    assert "nog niet verstuurd" in page.closed
    with pytest.raises(NotFoundError):
        one_office.answer(broadcast=one_office.broadcast)


def test_an_answer_is_stored_and_the_latest_counts(office: Office) -> None:
    assert office.answer(Answer.JOIN, broadcast=office.broadcast)
    assert not office.answer(Answer.JOIN, broadcast=office.broadcast)
    assert office.answer(Answer.DECLINE, by="telefonisch, door Leiden")
    assert office.answer(Answer.JOIN, broadcast=office.broadcast)

    link = "de link in het regiobericht"
    assert office.answers() == [
        ("lisse", Answer.JOIN, office.broadcast, link),
        ("lisse", Answer.DECLINE, None, "telefonisch, door Leiden"),
        ("lisse", Answer.JOIN, office.broadcast, link),
    ]


def test_joining_plans_the_playbook_and_declining_withdraws_it(office: Office) -> None:
    with office.database.session() as session:
        reminders.replan(session, now=office.clock.now(), today=office.clock.today())
    assert office.planned() == {"signaal"}

    office.answer(Answer.JOIN)
    assert {"materiaal", "website"} <= office.planned()
    assert "signaal" not in office.planned()
    assert office.planned("hillegom") == {"signaal"}, "the neighbour is left alone"

    office.answer(Answer.DECLINE)
    assert office.planned() == set()


def test_the_contacts_of_that_gemeente_get_a_confirmation(office: Office) -> None:
    office.answer(Answer.JOIN, gemeente="katwijk", broadcast=office.broadcast)
    office.answer(Answer.JOIN, gemeente="katwijk", broadcast=office.broadcast)
    office.answer(Answer.LATER, gemeente="katwijk", broadcast=office.broadcast)

    first, second = office.confirmations()
    assert (first.recipient, first.municipality_key) == ("katwijk-campagnes@example.nl", "katwijk")
    assert first.contact_key == "katwijk-campagnes"
    assert first.subject == "Katwijk doet mee met Orange the World"
    assert second.subject == "Katwijk beslist later over Orange the World"
    mail = message_from_bytes(first.raw, policy=default)
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_body(("plain",))
    assert body is not None
    assert LINKS.answer(office.broadcast, "katwijk") in str(body.get_content())


def test_the_confirmation_says_how_the_answer_came_and_until_when_it_waits(office: Office) -> None:
    told = Told(Source.PHONE, date(2026, 9, 4), "leiden-centrum")
    office.answer(Answer.LATER, "katwijk", by="Beleid Katwijk", until=date(2026, 10, 12), told=told)
    assert not office.answer(Answer.LATER, "katwijk", until=date(2026, 10, 12))
    assert office.answer(Answer.LATER, "katwijk", until=date(2026, 10, 13))
    first, second = (
        message_from_bytes(one.raw, policy=default).get_body(("plain",))
        for one in office.confirmations()
    )
    assert first is not None
    assert second is not None
    text = " ".join(str(first.get_content()).split())
    assert "Katwijk beslist later, uiterlijk op maandag 12 oktober 2026" in text
    by = "Gegeven door: Beleid Katwijk (per telefoon, op vrijdag 4 september 2026)"
    assert by in text
    assert "Tot en met maandag 12 oktober 2026 vragen we er niet naar." in text
    with office.database.read() as session:
        row = session.get_one(AnswerRow, 1)
    assert (row.source, row.said_on) == (Source.PHONE, date(2026, 9, 4))
    assert (row.by_key, row.noted_by_key) == (None, "leiden-centrum")


def test_a_day_that_cannot_be_meant(one_office: Office) -> None:
    tomorrow = Told(Source.MAIL, date(2026, 9, 8))
    with pytest.raises(InvalidInputError, match="vandaag of eerder"):
        one_office.answer(told=tomorrow)
    for until in (date(2026, 9, 6), date(2026, 11, 25)):
        with pytest.raises(InvalidInputError, match="voor de start van de campagne"):
            one_office.answer(Answer.LATER, until=until)
    assert one_office.answers() == []
    assert one_office.answer(Answer.JOIN, until=date(2026, 9, 6)), "only later has such a day"


def test_the_link_of_who_works_for_three_asks_of_three(office: Office) -> None:
    """In the order of the mail; a gemeente that is asked no more is left out."""
    with office.database.read() as session:
        raw = {
            one.municipality_key: one.raw
            for one in session.exec(select(DeliveryRow))
            if one.contact_key == "hltsamen-communicatie"
        }
    body = message_from_bytes(raw["hillegom"], policy=default).get_body(("plain",))
    assert body is not None
    text = " ".join(str(body.get_content()).split())
    assert "Met deze link antwoord je voor alle tegelijk" in text
    token = LINKS.answer(office.broadcast, "hillegom", ["lisse", "teylingen"])
    assert token in text
    link = LINKS.read_answer(token.rpartition("/")[2])
    link = AnswerLink(link.broadcast_id, link.municipality, (*link.others, "gouda"))
    with office.database.read() as session:
        found = participation.questions(session, link, office.clock.today())
    assert [one.municipality_key for one in found] == ["hillegom", "lisse", "teylingen"]


def send_what_is_due(office: Office) -> list[str]:
    """Let a sender accept what is due now; return the subjects."""
    with office.database.session() as session:
        due = session.exec(
            select(DeliveryRow).where(
                col(DeliveryRow.key).startswith("antwoord:"),
                col(DeliveryRow.state) == DeliveryState.DUE,
                col(DeliveryRow.next_at) <= office.clock.now(),
            )
        ).all()
        for one in due:
            one.state, one.settled_at = DeliveryState.ACCEPTED, office.clock.now()
        return [one.subject for one in due]


def test_only_the_last_answer_is_confirmed_when_it_changes_at_once(office: Office) -> None:
    for _ in range(15):
        assert office.answer(Answer.JOIN, gemeente="katwijk", broadcast=office.broadcast)
        assert office.answer(Answer.DECLINE, gemeente="katwijk", broadcast=office.broadcast)
    office.answer(Answer.LATER, gemeente="hillegom")

    assert send_what_is_due(office) == []
    office.clock.move_to(date(2026, 9, 7), time(8, 2))
    assert send_what_is_due(office) == [
        "Katwijk doet niet mee met Orange the World",
        "Hillegom beslist later over Orange the World",
    ]
    assert {one.state for one in office.confirmations()} == {
        DeliveryState.ACCEPTED,
        DeliveryState.CANCELLED,
    }


def test_a_confirmation_that_was_tried_in_vain_gives_way_to_a_newer_one(office: Office) -> None:
    office.answer(Answer.JOIN, gemeente="katwijk")
    with office.database.session() as session:
        session.execute(update(DeliveryRow).values(state=DeliveryState.DEFERRED))
    office.answer(Answer.DECLINE, gemeente="katwijk")

    assert [one.state for one in office.confirmations()] == ["cancelled", "due"]


def test_no_more_than_three_confirmations_in_an_hour_and_then_the_last(office: Office) -> None:
    sent: list[tuple[time, list[str]]] = []
    for minute in range(0, 60, 3):
        at = time(9, minute)
        office.clock.move_to(date(2026, 9, 7), at)
        if found := send_what_is_due(office):
            sent.append((at, found))
        answer = Answer.DECLINE if minute % 2 else Answer.JOIN
        assert office.answer(answer, gemeente="katwijk", broadcast=office.broadcast)
    joins, declines = (
        ["Katwijk doet mee met Orange the World"],
        ["Katwijk doet niet mee met Orange the World"],
    )
    assert sent == [(time(9, 3), joins), (time(9, 6), declines), (time(9, 9), joins)]

    office.clock.move_to(date(2026, 9, 7), time(10, 1))
    assert send_what_is_due(office) == []
    office.clock.move_to(date(2026, 9, 7), time(10, 2))
    assert send_what_is_due(office) == declines


def test_an_answer_for_a_gemeente_without_contacts_is_stored(one_office: Office) -> None:
    assert one_office.answer(gemeente="noordwijk", broadcast=one_office.broadcast)
    assert one_office.confirmations() == []


def test_only_a_new_answer_raises_the_data_version(office: Office) -> None:
    before = office.version()
    office.answer()
    assert office.version() == before + 1
    office.answer()
    assert office.version() == before + 1


@pytest.mark.parametrize(
    ("today", "status", "sentence"),
    [
        (date(2026, 11, 24), EditionStatus.CONFIRMED, None),
        (date(2026, 11, 24), EditionStatus.PROVISIONAL, None),
        (date(2026, 11, 25), EditionStatus.CONFIRMED, "begonnen op woensdag 25 november 2026"),
        (date(2027, 1, 4), EditionStatus.CONFIRMED, "begonnen op woensdag 25 november 2026"),
        (date(2026, 9, 7), EditionStatus.CANCELLED, "Orange the World gaat niet door"),
    ],
)
def test_answers_close_when_the_edition_starts_or_is_cancelled(
    one_office: Office, today: date, status: EditionStatus, sentence: str | None
) -> None:
    one_office.change(status=status)
    one_office.clock.move_to(today)
    page = one_office.open(own_link(one_office))
    assert page.provisional is (status is EditionStatus.PROVISIONAL)

    if sentence is None:
        assert page.closed is None
        assert one_office.answer(broadcast=one_office.broadcast)
        return
    assert page.closed is not None
    assert sentence in page.closed
    with pytest.raises(InvalidInputError, match=sentence):
        one_office.answer(broadcast=one_office.broadcast)
    assert one_office.answers() == []
    assert one_office.confirmations() == []


@pytest.mark.parametrize(
    ("edition", "gemeente", "sentence"),
    [
        (ORANGE, "lise", "Bedoel je lisse"),
        ("orange-the-wereld-2026", "lisse", f"Bedoel je {ORANGE}"),
    ],
)
def test_unknown_names(one_office: Office, edition: str, gemeente: str, sentence: str) -> None:
    with pytest.raises(NotFoundError, match=sentence):
        one_office.answer(gemeente=gemeente, edition=edition)


def test_a_link_to_a_broadcast_that_is_gone(one_office: Office) -> None:
    with pytest.raises(NotFoundError, match="Regiobericht 99 bestaat niet"):
        one_office.open(AnswerLink(99, "lisse"))


def test_the_coordinator_sees_who_joins_who_is_silent_and_who_was_mailed(office: Office) -> None:
    office.answer(Answer.LATER, gemeente="lisse")
    office.clock.move_to(date(2026, 9, 9))
    office.answer(Answer.JOIN, gemeente="lisse", by="Beleid Lisse")
    office.answer(Answer.DECLINE, gemeente="katwijk")
    with office.database.read() as session:
        found = participation.standing(session, office.broadcast)

    at, link = office.clock.now(), "de link in het regiobericht"
    assert found == [
        Standing("Hillegom", mailed=True, answer=None, by="", at=None),
        Standing("Katwijk", mailed=True, answer=Answer.DECLINE, by=link, at=at),
        Standing("Lisse", mailed=True, answer=Answer.JOIN, by="Beleid Lisse", at=at),
        Standing("Noordwijk", mailed=False, answer=None, by="", at=None),
        Standing("Teylingen", mailed=True, answer=None, by="", at=None),
    ]
