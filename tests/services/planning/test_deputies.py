"""A deputy gets a copy during an absence, and acts under the own name."""

import re
from datetime import date
from email import message_from_bytes, policy

import pytest
from sqlmodel import select

from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState
from campagne.domain.playbook import Role
from campagne.domain.preferences import MailList, Preferences
from campagne.domain.reminders import StepStatus
from campagne.services.access import StepLink
from campagne.services.people import preferences
from campagne.services.planning import steps
from campagne.services.regional import previews, releases, writing
from campagne.store.database import Database
from campagne.store.tables import ContactRoleRow, ContactRow, DeliveryRow
from tests.services.changing import HLT, LATER, LINKS, ORANGE, WEEK, Office, text_of

KATWIJK = "katwijk-campagnes"
GOUDA = "gouda-communicatie"
AWAY = Span(date(2026, 9, 21), date(2026, 10, 4))


@pytest.fixture
def office(world: Database, clock: SetClock) -> Office:
    made = Office(world, clock)
    choose(made, HLT, Preferences(deputy=GOUDA, absence=AWAY))
    clock.move_to(date(2026, 9, 21))
    return made


def choose(office: Office, contact: str, wanted: Preferences) -> None:
    with office.database.session() as session:
        now, today = office.clock.now(), office.clock.today()
        preferences.store(session, contact, wanted, today=today, now=now)


def copies(office: Office) -> list[DeliveryRow]:
    with office.database.read() as session:
        return list(session.exec(select(DeliveryRow).where(DeliveryRow.copy_of != None)))  # noqa: E711 - SQL


def test_the_deputy_reads_whose_mail_it_is(office: Office) -> None:
    office.round()
    (original,) = office.due(HLT)
    (copy,) = copies(office)
    assert (copy.copy_of, copy.contact_key) == (original.id, GOUDA)
    assert copy.key == f"{original.key}:vervanger:{GOUDA}"
    assert copy.message_id != original.message_id
    assert (copy.recipient, copy.subject) == (f"{GOUDA}@example.nl", original.subject)
    assert copy.valid_until == original.valid_until
    text = text_of(copy)
    assert "Hallo Communicatie Gouda, Dit is een kopie." in text
    assert (
        "Communicatie HLTsamen is afwezig tot en met zondag 4 oktober 2026. Je krijgt deze mail"
        " omdat jij dan de vervanger bent." in text
    )
    assert "Je krijgt deze mail omdat je een collega vervangt." in text
    assert "volgende herinnering" not in text
    assert "kopie" not in text_of(original)
    link = LINKS.preferences(GOUDA, MailList.REMINDERS, office.clock.today())
    assert link in text.replace(" ", "")


@pytest.mark.parametrize(
    ("day", "copied"),
    [(date(2026, 9, 20), 0), (AWAY.first, 1), (AWAY.last, 1), (date(2026, 10, 5), 0)],
)
def test_only_on_the_days_of_the_absence(office: Office, day: date, copied: int) -> None:
    office.clock.move_to(day)
    office.round()
    assert office.due(HLT)
    assert len(copies(office)) == copied


def test_the_link_in_a_copy_ticks_off_in_the_name_of_the_deputy(office: Office) -> None:
    office.round()
    text = text_of(copies(office)[0])
    tokens = re.findall(r"stap af: https://campagne\.example\.nl/stap/(\S+)", text)
    (link,) = [one for one in map(LINKS.read_step, tokens) if one.step == "materiaal"]
    assert link == StepLink(WEEK, "materiaal", ("hillegom", "lisse", "teylingen"), GOUDA, HLT)
    # Also when the absence is over by then.
    office.clock.move_to(date(2026, 10, 6))
    choose(office, HLT, Preferences())
    with office.database.session() as session:
        steps.tick_off_by_link(
            session,
            link,
            municipalities=["lisse"],
            status=StepStatus.DONE,
            note="",
            now=office.clock.now(),
            today=office.clock.today(),
        )
        page = steps.step_page(session, link, office.clock.today())
    assert [(one.by, one.status) for one in page.steps if one.municipality == "lisse"] == [
        ("Communicatie Gouda", StepStatus.DONE)
    ]
    # Not by who only got the link of one's own work.
    with office.database.read() as session:
        own = StepLink(WEEK, "materiaal", ("lisse",), GOUDA)
        assert steps.step_page(session, own, office.clock.today()).closed is not None


def test_a_copy_is_taken_back_with_the_mail(office: Office) -> None:
    office.round()
    office.move(WEEK, LATER)
    assert [one.state for one in copies(office)] == [DeliveryState.CANCELLED]


def test_a_copy_that_left_stays_what_it_is(office: Office) -> None:
    office.round()
    office.become(DeliveryState.ACCEPTED, GOUDA)
    office.move(WEEK, LATER)
    assert [one.state for one in copies(office)] == [DeliveryState.ACCEPTED]
    assert office.due(HLT) == []


def test_a_notice_is_copied_too(office: Office) -> None:
    """To who does not get it already."""
    choose(office, HLT, Preferences(deputy="leiden-centrum", absence=AWAY))
    office.round()
    office.become(DeliveryState.ACCEPTED)
    office.move(WEEK, LATER)
    office.round()
    (_, copy) = copies(office)
    assert "heeft een andere datum" in copy.subject
    assert "Er ging eerder een mail over deze campagne." in text_of(copy)


def test_there_is_no_copy_of_a_copy(office: Office) -> None:
    """The deputy is away too."""
    choose(office, GOUDA, Preferences(deputy=KATWIJK, absence=AWAY))
    office.round()
    found = copies(office)
    assert sorted(one.contact_key or "" for one in found) == [GOUDA, KATWIJK]
    assert not {one.id for one in found} & {one.copy_of for one in found}


@pytest.mark.parametrize("why", ["not active", "no reminders", "has it too"])
def test_no_copy_for_who_cannot_or_need_not_have_it(office: Office, why: str) -> None:
    if why == "not active":
        with office.database.session() as session:
            session.get_one(ContactRow, GOUDA).active = False
            office.replan(session)
    elif why == "no reminders":
        choose(office, GOUDA, Preferences(reminders=False))
    else:
        with office.database.session() as session:
            session.add_all(
                ContactRoleRow(contact_key=GOUDA, role=Role.COMMUNICATION, municipality_key=one)
                for one in ("hillegom", "lisse", "teylingen")
            )
            office.replan(session)
    office.round()
    assert office.due(HLT)
    assert copies(office) == []


def test_what_the_deputy_has_too_is_left_out_of_the_copy(office: Office) -> None:
    with office.database.session() as session:
        session.add(
            ContactRoleRow(contact_key=GOUDA, role=Role.COMMUNICATION, municipality_key="lisse")
        )
        office.replan(session)
    office.round()
    (copy,) = copies(office)
    assert "Voor: Hillegom en Teylingen" in text_of(copy)


def test_a_broadcast_is_copied_to_who_does_not_get_it(office: Office) -> None:
    choose(office, KATWIJK, Preferences(deputy=HLT, absence=AWAY))
    choose(office, HLT, Preferences(broadcasts=False))
    mails, now, today = office.mails, office.clock.now(), office.clock.today()

    def release() -> releases.ReleaseReport:
        with office.database.session() as session:
            number = writing.new(
                session,
                edition_key=ORANGE,
                region_key="holland-rijnland",
                author_key=None,
                answer_by=None,
                now=now,
                today=today,
                links=LINKS,
                mails=mails,
            )
            foretold = previews.reach(session, number, today)
            report = releases.release(
                session, number, links=LINKS, mails=mails, now=now, today=today, again=True
            )
            assert (foretold.mails, foretold.people) == (report.queued, report.queued)
            return report

    # The deputy wants no broadcasts, so there is no copy; three gemeenten are left without.
    report = release()
    assert report.queued == 1
    assert report.unasked == ("Hillegom", "Lisse", "Teylingen")
    assert "Communicatie HLTsamen wil geen regioberichten." in report.sentence
    assert "Daardoor gaat er geen mail naar Hillegom, Lisse en Teylingen." in report.sentence
    choose(office, KATWIJK, Preferences(deputy=GOUDA, absence=AWAY))
    assert release().queued == 2
    (copy,) = copies(office)
    mail = message_from_bytes(copy.raw, policy=policy.default)
    assert mail["List-Id"] == "Regioberichten <regioberichten.campagne.example.nl>"
    assert "omdat je een contactpersoon vervangt voor Katwijk" in text_of(copy)
    choose(office, KATWIJK, Preferences(broadcasts=False))
    waiting = [row for row in office.outbox(KATWIJK) if row.broadcast_id is not None]
    assert {row.state for row in waiting} == {DeliveryState.CANCELLED}
    assert {one.state for one in copies(office)} == {DeliveryState.CANCELLED}


def test_answers_go_to_the_centrumgemeente(office: Office) -> None:
    office.round()
    (original,) = office.due(HLT)
    mail = message_from_bytes(original.raw, policy=policy.default)
    assert mail["Reply-To"] == "leiden-centrum@example.nl"
    assert "Je antwoord komt bij Team Zorg en Veiligheid." in text_of(original)


def test_who_is_back_gets_no_copies_made_that_still_wait(office: Office) -> None:
    office.round()
    (copy,) = copies(office)
    choose(office, HLT, Preferences())
    (copy,) = copies(office)
    assert copy.state is DeliveryState.CANCELLED
    assert "vervanging is voorbij" in copy.reply
    assert office.due(HLT), "the original goes"
