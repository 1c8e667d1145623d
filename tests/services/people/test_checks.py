"""Twice a year one mail to everybody, one answer, and one line about who stays silent."""

from datetime import date

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.playbook import Role
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.access import CheckLink
from campagne.services.people import checks
from campagne.services.planning import rounds
from campagne.store.database import Database
from campagne.store.tables import CheckRow, ContactRoleRow, ContactRow, DeliveryRow, RegionRow
from tests.services.changing import HLT, LINKS, Office, text_of
from tests.snapshots import Snapshots

DAY = date(2026, 9, 7)
GOUDA = "gouda-communicatie"


@pytest.fixture
def office(world: Database, clock: SetClock, snapshots: Snapshots) -> Office:
    """The small region, asked on 7 September but in Midden-Holland; with who manages it."""

    def prepared() -> None:
        with world.session() as session:
            session.execute(
                update(RegionRow)
                .where(col(RegionRow.key) == "holland-rijnland")
                .values(check_days=[[9, 7]])
            )
            session.add(ContactRow(key="beheer", name="Beheer", email="beheer@example.nl"))
            session.flush()
            session.add(
                ContactRoleRow(contact_key="beheer", role=Role.ADMIN, municipality_key="leiden")
            )
        Office(world, clock)

    snapshots.once(world, prepared)
    return Office(world, clock, is_planned=True)


def asked(office: Office, contact: str | None = None) -> list[DeliveryRow]:
    with office.database.read() as session:
        rows = session.exec(
            select(DeliveryRow)
            .where(DeliveryRow.kind == MessageKind.CHECK)
            .order_by(col(DeliveryRow.id))
        ).all()
    return [row for row in rows if contact in {None, row.contact_key}]


def say(office: Office, remark: str | None = "", contact: str = HLT) -> None:
    """Answer: what is not right, empty when all is; None sends the form without a text."""
    link, now = CheckLink(contact, DAY), office.clock.now()
    with office.database.session() as session:
        if remark != "":
            checks.object_to(session, link, remark or "", mails=office.mails, links=LINKS, now=now)
        else:
            checks.confirm(session, link, now=now)


def reports(office: Office) -> list[DeliveryRow]:
    return [one for one in office.outbox("beheer") if one.kind is MessageKind.REPORT]


def test_everybody_is_asked_once(office: Office) -> None:
    foreseen = rounds.foresee_others(office.database, clock=office.clock)
    office.round()
    office.round()
    office.clock.move_to(date(2026, 9, 20))
    office.round()
    people = [one.contact_key for one in asked(office)]
    assert sorted(str(one) for one in people) == [
        "beheer",
        HLT,
        "katwijk-campagnes",
        "leiden-centrum",
    ]
    assert sorted(address for _, address in foreseen) == sorted(
        one.recipient for one in asked(office)
    )
    assert rounds.foresee_others(office.database, clock=office.clock) == []
    (mail,) = asked(office, HLT)
    told = text_of(mail)
    assert "Telefoon op het werk: 071 000 00 00" in told
    assert "Je bent communicatiemedewerker voor Hillegom, Lisse en Teylingen" in told
    assert LINKS.check(HLT, DAY) in told.replace(" ", "")
    assert asked(office, GOUDA) == []


@pytest.mark.parametrize(("today", "mails"), [(date(2026, 10, 5), 4), (date(2026, 10, 6), 0)])
def test_after_a_standstill(office: Office, today: date, mails: int) -> None:
    office.clock.move_to(today)
    office.round()
    assert len(asked(office)) == mails


def test_a_mail_that_waits_follows_the_address(office: Office) -> None:
    office.round()
    office.readdress(HLT, "nieuw@example.nl")
    office.round()
    old, new = asked(office, HLT)
    assert (old.state, new.state) == (DeliveryState.CANCELLED, DeliveryState.DUE)
    assert new.recipient == "nieuw@example.nl"


def test_it_is_right(office: Office) -> None:
    office.round()
    say(office)
    with office.database.read() as session:
        assert checks.last_answers(session, [HLT])[HLT].remark == ""
        assert session.get_one(CheckRow, (HLT, DAY)).answered_at == office.clock.now()


def test_it_is_not_right(office: Office) -> None:
    office.round()
    for _ in range(2):
        say(office, "Jan doet dit nu <b>")
    mails = [one for one in office.outbox("beheer") if one.kind is MessageKind.REQUEST]
    assert [one.subject for one in mails] == ["De gegevens van Communicatie HLTsamen kloppen niet"]
    assert "Jan doet dit nu <b>" in text_of(mails[0])
    with office.database.read() as session:
        assert checks.last_answers(session, [HLT])[HLT].remark == "Jan doet dit nu <b>"
    say(office)
    with office.database.read() as session:
        assert checks.last_answers(session, [HLT])[HLT].remark == ""


def test_an_answer_that_cannot_be(office: Office) -> None:
    with pytest.raises(NotFoundError):
        say(office)
    office.round()
    with pytest.raises(InvalidInputError, match=r"wat er niet klopt"):
        say(office, remark=None)
    with pytest.raises(NotFoundError):
        say(office, contact=GOUDA)


def test_who_stays_silent_is_named_once(office: Office) -> None:
    office.round()
    office.become(DeliveryState.ACCEPTED)
    for contact in (HLT, "beheer"):
        say(office, contact=contact)
    office.clock.move_to(date(2026, 10, 4))
    office.round()
    assert reports(office) == []
    office.clock.move_to(date(2026, 10, 5))
    (foreseen,) = rounds.foresee_reports(office.database, clock=office.clock)
    assert (foreseen.email, foreseen.mails, foreseen.silent) == ("beheer@example.nl", 0, 2)
    office.round()
    (report,) = reports(office)
    assert report.subject == "Een paar mensen keken de gegevens niet na"
    told = text_of(report)
    assert (
        "vier weken na onze vraag: Communicatie en beleid Katwijk (Katwijk, 071 000 00 00); "
        "Team Zorg en Veiligheid (Leiden, 071 000 00 00)." in told
    )
    assert "HLTsamen" not in told
    for day in (date(2026, 10, 6), date(2026, 11, 2)):
        office.clock.move_to(day)
        office.round()
    assert len(reports(office)) == 1


def test_beside_a_mail_that_did_not_arrive(office: Office) -> None:
    office.round()
    office.become(DeliveryState.ACCEPTED)
    office.clock.move_to(date(2026, 10, 5))
    office.round()
    (report,) = reports(office)
    with office.database.session() as session:
        session.execute(
            update(DeliveryRow)
            .where(col(DeliveryRow.id) == asked(office, HLT)[0].id)
            .values(state=DeliveryState.FAILED, settled_at=office.clock.now())
        )
        session.execute(update(CheckRow).values(reported_at=None))
    office.round()
    assert reports(office) == [report], "one a day"
