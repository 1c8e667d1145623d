"""Small news: told once by mail to who it is for, and not when it is not so any more."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.playbook import Role
from campagne.domain.preferences import MailList
from campagne.domain.rights import Visitor
from campagne.domain.rota import Agreement
from campagne.services.access import PreferencesLink
from campagne.services.people import preferences
from campagne.services.planning import handover
from campagne.services.rotas import date_proposals, edition_changes, rota_answers, rota_proposals
from campagne.services.rotas.proposal_mails import Desk
from campagne.services.rotas.rota_answers import Answer
from campagne.services.rotas.rota_proposals import Proposal
from campagne.store.database import Database
from campagne.store.tables import (
    AuditRow,
    ContactRoleRow,
    ContactRow,
    DateProposalRow,
    DeliveryRow,
    NewsRow,
)
from tests.services.changing import HLT, LINKS, WEEK, Office, text_of

BEA, CEES, LEIDEN, KATWIJK = "bea", "cees", "leiden-centrum", "katwijk-campagnes"
STEP = "materiaal"
AWAY = Span(date(2026, 9, 14), date(2026, 9, 25))


@pytest.fixture
def office(world: Database, clock: SetClock) -> Office:
    """The small region with Bea and Cees, who do the policy of HLTsamen."""
    with world.session() as session:
        for key, name in ((BEA, "Bea Beleid"), (CEES, "Cees Coördinator")):
            session.add(ContactRow(key=key, name=name, email=f"{key}@example.nl"))
            session.flush()
            session.add_all(
                ContactRoleRow(contact_key=key, role=Role.POLICY, municipality_key=place)
                for place in ("hillegom", "lisse", "teylingen")
            )
    return Office(world, clock)


def visitor(office: Office, key: str) -> Visitor:
    with office.database.read() as session:
        return Visitor(preferences.find(session, key), strong=True)


def news(office: Office, contact: str) -> list[DeliveryRow]:
    """Let the clock do a round, and return the news that a contact has in the outbox."""
    office.round()
    return [one for one in office.outbox(contact) if one.kind is MessageKind.NEWS]


def hand_over(office: Office, *places: str, by: str = HLT, to: str | None = BEA) -> None:
    me = visitor(office, by)
    now, today = office.clock.now(), office.clock.today()
    with office.database.session() as session:
        version = handover.page(session, me, edition=WEEK, step=STEP, today=today).version
        if to is None:
            handover.take_back(
                session,
                me,
                edition=WEEK,
                step=STEP,
                municipalities=places,
                version=version,
                now=now,
                today=today,
            )
        else:
            handover.hand_over(
                session,
                me,
                edition=WEEK,
                step=STEP,
                municipalities=places,
                to=to,
                note="",
                version=version,
                now=now,
                today=today,
            )


def absent(office: Office, contact: str, deputy: str | None, days: Span = AWAY) -> None:
    now, today = office.clock.now(), office.clock.today()
    with office.database.session() as session:
        if deputy is None:
            preferences.end_absence(session, contact, today=today, now=now)
        else:
            preferences.set_absence(session, contact, days, deputy, today=today, now=now)


def log(office: Office) -> list[tuple[str, str, str]]:
    with office.database.read() as session:
        rows = session.exec(select(AuditRow).order_by(col(AuditRow.id)))
        return [(one.what, one.key, one.after.get("voor", "")) for one in rows]


def test_an_undone_handover_is_told_to_whom_it_was_told(office: Office) -> None:
    today = office.clock.today()
    absent(office, BEA, CEES, Span(today, today + timedelta(days=9)))
    hand_over(office, "lisse", "teylingen")
    office.round()
    office.become(DeliveryState.ACCEPTED)
    before = len(news(office, CEES))
    hand_over(office, "lisse", "teylingen", to=None)
    for who in (BEA, CEES):
        mail = news(office, who)[-1]
        text = text_of(mail)
        assert mail.subject == "Je hoeft een stap niet meer te doen: Materiaal bestellen"
        assert "Communicatie HLTsamen heeft deze stap teruggenomen" in text
        assert "voor Lisse en Teylingen" in text
    assert len(news(office, CEES)) == before + 1, "once"
    assert log(office) == [
        ("stap overgedragen", BEA, "Lisse en Teylingen"),
        ("overdracht van een stap teruggenomen", BEA, "Lisse en Teylingen"),
    ]


def test_what_was_not_told_is_not_taken_back(office: Office) -> None:
    hand_over(office, "lisse")
    hand_over(office, "lisse", to=None)
    assert news(office, BEA) == []
    hand_over(office, "hillegom")
    office.round()
    office.become(DeliveryState.ACCEPTED)
    hand_over(office, "hillegom", by=BEA, to=None)
    assert news(office, BEA) == [], "who gives it back knows"


def test_a_deputy_is_told_and_told_when_it_ends(office: Office) -> None:
    absent(office, HLT, BEA)
    (mail,) = news(office, BEA)
    text = text_of(mail)
    assert mail.subject == "Je vervangt Communicatie HLTsamen"
    assert "afwezig van maandag 14 tot en met vrijdag 25 september 2026" in text
    office.become(DeliveryState.ACCEPTED, BEA)
    absent(office, HLT, CEES)
    assert [one.subject for one in news(office, BEA)][1:] == [
        "Je vervangt Communicatie HLTsamen niet meer"
    ]
    office.become(DeliveryState.ACCEPTED)
    absent(office, HLT, None)
    assert len(news(office, CEES)) == 2
    absent(office, BEA, CEES)
    absent(office, BEA, None)
    assert len(news(office, CEES)) == 2, "it had not been told yet"
    assert len(news(office, BEA)) == 2


def test_who_gets_no_more_mail_hears_so_with_the_way_back(office: Office) -> None:
    now, today = office.clock.now(), office.clock.today()
    link = PreferencesLink(HLT, MailList.REMINDERS)
    with office.database.session() as session:
        preferences.leave(session, link, today=today, now=now)
        preferences.leave(session, link, today=today, now=now)
    (mail,) = news(office, HLT)
    assert mail.subject == "Je krijgt geen herinneringen meer"
    back = LINKS.preferences(HLT, MailList.REMINDERS, today)
    assert back.removeprefix("https://") in mail.raw.decode().replace("=\r\n", "").replace(
        "=3D", "="
    )
    with office.database.session() as session:
        wanted = preferences.of(session, KATWIJK)
        for on in (False, True):
            changed = type(wanted)(reminders=on)
            preferences.store(session, KATWIJK, changed, today=today, now=now)
    assert news(office, KATWIJK) == [], "it is on again"


def propose(office: Office, first: int, by: str = KATWIJK) -> int:
    me = visitor(office, by)
    with office.database.session() as session:
        date_proposals.propose(
            session,
            WEEK,
            Span(date(2026, 11, first), date(2026, 11, first + 6)),
            visitor=me,
            source=f"bron {first}",
            note="",
            now=office.clock.now(),
            today=office.clock.today(),
        )
        rows = session.exec(select(DateProposalRow).order_by(col(DateProposalRow.id))).all()
        return rows[-1].id or 0


def decide(office: Office, number: int, *, accept: bool, why: str = "") -> None:
    me = visitor(office, LEIDEN)
    with office.database.session() as session:
        if not accept:
            date_proposals.refuse(session, number, visitor=me, why=why, now=office.clock.now())
            return
        version = edition_changes.form(session, WEEK, me).version
        date_proposals.accept(
            session,
            number,
            visitor=me,
            version=version,
            why=why,
            now=office.clock.now(),
            today=office.clock.today(),
        )


def test_dates_are_proposed_in_one_mail_a_day_and_decided_in_one_each(office: Office) -> None:
    first = propose(office, 2)
    (mail,) = news(office, LEIDEN)
    text = text_of(mail)
    assert mail.subject == "Een datum voorgesteld voor Week tegen Kindermishandeling 2026"
    assert "Communicatie en beleid Katwijk stelt een datum voor" in text
    assert f"/beheer/datumvoorstel/{first}" in text
    others = [propose(office, day) for day in (3, 4, 5)]
    assert len(news(office, LEIDEN)) == 1, "the rest tomorrow"
    decide(office, others[0], accept=False, why="dat is een oude bron")
    (outcome,) = news(office, KATWIJK)
    assert "afgewezen" in outcome.subject
    assert "De reden: dat is een oude bron" in text_of(outcome)
    office.clock.move_to(office.clock.today() + timedelta(days=1))
    digest = news(office, LEIDEN)[-1]
    assert digest.subject == "2 berichten van de Campagnekalender"
    assert "bron 3" not in text_of(digest), "that was decided"
    decide(office, others[1], accept=True)
    assert [one.subject for one in news(office, KATWIJK)][1:] == [
        "Je voorstel is overgenomen: Week tegen Kindermishandeling 2026"
    ]
    assert len(news(office, KATWIJK)) == 2
    decide(office, propose(office, 9, by=LEIDEN), accept=True)
    assert len(news(office, LEIDEN)) == 2, "who decides on their own knows"


def test_who_proposed_a_year_hears_that_one_differs_and_that_all_agree(office: Office) -> None:
    def desk(who: str, why: str) -> Desk:
        now, today = office.clock.now(), office.clock.today()
        return Desk(visitor(office, who), why, now, today, office.mails, LINKS)

    region = "duin-en-bollenstreek"
    with office.database.session() as session:
        session.add(ContactRow(key="noor", name="Noor", email="noor@example.nl"))
        session.flush()
        role = ContactRoleRow(contact_key="noor", role=Role.POLICY, municipality_key="noordwijk")
        session.add(role)
    wanted = Proposal("orange-the-world", "", "", "katwijk", 1000, "", ("katwijk",))
    with office.database.session() as session:
        made = rota_proposals.draft(
            session, region, 2027, None, visitor=visitor(office, KATWIJK), today=date(2026, 9, 7)
        )
        rota_proposals.propose(
            session,
            region,
            2027,
            wanted,
            entry=None,
            version=made.version,
            desk=desk(KATWIJK, "afgesproken"),
        )

    def answer(who: str, said: Agreement, *places: str, why: str = "") -> None:
        given = Answer(f"{region}-2027", places, said, 1)
        with office.database.session() as session:
            rota_answers.answer(session, region, 2027, given, desk=desk(who, why))

    answer("noor", Agreement.DIFFERS, "noordwijk", why="wij doen de Week")
    (mail,) = news(office, KATWIJK)
    assert "Noordwijk kiest iets anders" in mail.subject
    assert "Noor schrijft: wij doen de Week" in text_of(mail)
    answer(BEA, Agreement.AGREED, "hillegom", "lisse", "teylingen")
    assert len(news(office, KATWIJK)) == 1
    answer("noor", Agreement.AGREED, "noordwijk")
    assert "Alle gemeenten zijn akkoord" in news(office, KATWIJK)[1].subject
    answer("noor", Agreement.DIFFERS, "noordwijk", why="toch niet")
    answer("noor", Agreement.AGREED, "noordwijk")
    assert len(news(office, KATWIJK)) == 2, "each is told once"


def test_news_for_another_address_goes_there_and_old_news_is_none(office: Office) -> None:
    absent(office, HLT, BEA)
    (mail,) = news(office, BEA)
    office.readdress(BEA, "bea.nieuw@example.nl")
    first, second = news(office, BEA)
    assert (first.state, second.recipient) == (DeliveryState.CANCELLED, "bea.nieuw@example.nl")
    assert first.id == mail.id
    absent(office, CEES, BEA, Span(date(2026, 12, 1), date(2026, 12, 2)))
    office.clock.move_to(office.clock.today() + timedelta(days=15))
    assert len(news(office, BEA)) == 2
    with office.database.read() as session:
        assert len(session.exec(select(NewsRow)).all()) == 2
