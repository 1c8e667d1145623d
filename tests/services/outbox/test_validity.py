"""A broadcast that waits while its edition changes is withdrawn; what is wrong is not resent."""

import logging
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.playbook import Role, Scope
from campagne.domain.reminders import Answer, StepStatus
from campagne.errors import InvalidInputError
from campagne.services.audit import Author
from campagne.services.outbox import validity
from campagne.services.planning import steps
from campagne.services.regional import participation, releases, writing
from campagne.services.regional.participation import Standing
from campagne.store.database import Database
from campagne.store.tables import CampaignRow, ContactRow, DeliveryRow, StepRow, StepStateRow
from tests.services.changing import LATER, LINKS, WEEK, Office, text_of
from tests.snapshots import Snapshots

KATWIJK = "katwijk-campagnes"
DUE, CANCELLED, ACCEPTED = DeliveryState.DUE, DeliveryState.CANCELLED, DeliveryState.ACCEPTED


@pytest.fixture
def office(world: Database, clock: SetClock, snapshots: Snapshots) -> Office:
    """On 8 September, before any reminder of the week is due in Katwijk."""

    def planned() -> None:
        Office(world, clock)

    snapshots.once(world, planned)
    clock.move_to(date(2026, 9, 8))
    return Office(world, clock, is_planned=True)


def _ask(office: Office) -> int:
    now, today = office.clock.now(), office.clock.today()
    with office.database.session() as session:
        number = writing.new(
            session,
            edition_key=WEEK,
            region_key="holland-rijnland",
            author_key=None,
            answer_by=None,
            now=now,
            today=today,
            links=LINKS,
            mails=office.mails,
        )
        releases.release(session, number, links=LINKS, mails=office.mails, now=now, today=today)
    return number


def _answer(office: Office) -> None:
    with office.database.session() as session:
        participation.record(
            session,
            edition_key=WEEK,
            municipality_key="katwijk",
            answer=Answer.JOIN,
            by=Author("de telefoon"),
            now=office.clock.now(),
            today=office.clock.today(),
            links=LINKS,
            mails=office.mails,
        )


def _standing(office: Office, number: int) -> Standing:
    with office.database.read() as session:
        return next(
            one for one in participation.standing(session, number) if one.municipality == "Katwijk"
        )


def _of(office: Office, kind: MessageKind) -> list[DeliveryRow]:
    return [row for row in office.outbox(KATWIJK) if row.kind is kind]


def test_a_broadcast_that_waits_is_withdrawn_when_its_edition_moves(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    number = _ask(office)
    assert _standing(office, number).mailed
    with caplog.at_level(logging.WARNING, "campagne"):
        office.move(WEEK, LATER)
    (row,) = _of(office, MessageKind.BROADCAST)
    assert (row.state, row.settled_at) == (CANCELLED, office.clock.now())
    found = _standing(office, number)
    assert (found.mailed, found.withdrawn) == (False, "ingetrokken: de datum is veranderd")
    assert any(f"{row.id}" in one for one in caplog.messages)
    office.round()
    assert _of(office, MessageKind.NOTICE) == []  # they had no mail
    _ask(office)  # what was withdrawn was not sent: asking anew needs no --again


@pytest.fixture
def promised(office: Office) -> Office:
    """An office whose centrumgemeente promised to inform its region."""
    with office.database.session() as session:
        session.add(
            StepRow(
                key="regio-informeren",
                position=9,
                title="De regiogemeenten informeren",
                what="Stuur een bericht.",
                role=Role.CENTRE,
                lead="16 weken voor de start",
                scope=Scope.FULL.value,
                summer="before",
            )
        )
        session.execute(update(CampaignRow).values(broadcast=True))
    return office


def _told(office: Office, number: int) -> list[tuple[StepStatus, str]]:
    """Return how the steps stand that this broadcast ticked off, and their notes."""
    with office.database.read() as session:
        rows = session.exec(
            select(StepStateRow).where(col(StepStateRow.note).contains(f"Regiobericht {number} "))
        ).all()
        return [(row.status, row.note.removeprefix(f"Regiobericht {number} ")) for row in rows]


def test_informing_the_region_is_to_be_done_again_when_nothing_left(promised: Office) -> None:
    number = _ask(promised)
    assert set(_told(promised, number)) == {(StepStatus.DONE, "is verstuurd.")}
    promised.move(WEEK, LATER)
    assert set(_told(promised, number)) == {(StepStatus.OPEN, "is ingetrokken.")}


def test_informing_the_region_stays_done_when_part_of_it_left(promised: Office) -> None:
    number = _ask(promised)
    with promised.database.session() as session:
        first = session.exec(select(DeliveryRow).where(DeliveryRow.broadcast_id == number)).first()
        assert first is not None
        first.state = ACCEPTED
    promised.move(WEEK, LATER)
    assert set(_told(promised, number)) == {(StepStatus.DONE, "is verstuurd.")}


def test_a_broadcast_that_waits_is_withdrawn_when_its_edition_is_cancelled(office: Office) -> None:
    number = _ask(office)
    office.cancel(WEEK)
    assert _standing(office, number).withdrawn == "ingetrokken: de campagne gaat niet door"


def test_a_broadcast_outlives_a_confirmation_of_the_date(office: Office) -> None:
    number = _ask(office)
    office.confirm(WEEK)
    office.round()
    assert _standing(office, number).mailed


def test_who_had_a_broadcast_is_told_of_a_change(office: Office) -> None:
    _ask(office)
    office.become(ACCEPTED)
    office.move(WEEK, LATER)
    office.round()
    (notice,) = _of(office, MessageKind.NOTICE)
    assert "Was: van maandag 16 tot en met zondag 22 november 2026" in text_of(notice)


def test_a_broadcast_that_a_server_put_off_while_it_changed(office: Office) -> None:
    number = _ask(office)
    office.become(DeliveryState.SENDING)
    office.move(WEEK, LATER)
    assert _standing(office, number).mailed
    with office.database.session() as session:
        for row in _of(office, MessageKind.BROADCAST):
            session.get_one(DeliveryRow, row.id).state = DeliveryState.DEFERRED
    office.round()
    assert _standing(office, number).withdrawn == "ingetrokken: de datum is veranderd"


def test_a_broadcast_is_not_sent_once_the_campaign_has_begun(office: Office) -> None:
    number = _ask(office)
    office.clock.move_to(date(2026, 11, 15))
    office.round()
    assert _standing(office, number).mailed
    office.clock.move_to(date(2026, 11, 16))
    office.round()
    assert "voorbij" in _standing(office, number).withdrawn


def test_who_answered_is_told_although_the_confirmation_was_taken_back(office: Office) -> None:
    _answer(office)
    (waiting,) = _of(office, MessageKind.CONFIRMATION)
    assert waiting.state is DUE
    office.move(WEEK, LATER)
    office.round()
    assert [row.state for row in _of(office, MessageKind.CONFIRMATION)] == [CANCELLED]
    (notice,) = _of(office, MessageKind.NOTICE)
    assert "Wordt: van maandag 30 november" in text_of(notice)


def _finish(office: Office) -> int:
    """Let the mail to Katwijk fail, and return its number."""
    office.clock.move_to(date(2026, 9, 21))
    office.round()
    (row,) = office.due(KATWIJK)
    office.become(DeliveryState.FAILED)
    return row.id or 0


def _resend(office: Office, number: int) -> None:
    with office.database.session() as session:
        validity.resend(session, number, now=office.clock.now(), today=office.clock.today())


def _done(office: Office) -> None:
    with office.database.session() as session:
        steps.tick_off(
            session,
            edition=WEEK,
            step="materiaal",
            municipality="katwijk",
            by=Author("x"),
            now=office.clock.now(),
            today=office.clock.today(),
        )


def _leave(office: Office) -> None:
    with office.database.session() as session:
        session.get_one(ContactRow, KATWIJK).active = False
        office.replan(session)


CHANGES: dict[str, tuple[Callable[[Office], None], str]] = {
    "moved": (lambda office: office.move(WEEK, LATER), "Wat de mail zegt over Week tegen"),
    "cancelled": (lambda office: office.cancel(WEEK), "Week tegen Kindermishandeling gaat niet"),
    "done": (_done, "De stap 'Materiaal bestellen' is al afgevinkt of overgeslagen."),
    "left": (_leave, "Communicatie en beleid Katwijk is geen contactpersoon meer."),
    "address": (lambda office: office.readdress(KATWIJK, "b@example.nl"), "adres: b@example.nl."),
    "late": (lambda office: office.clock.move_to(date(2026, 12, 1)), "dinsdag 24 november 2026."),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_mail_that_is_not_right_any_more_is_not_sent_again(office: Office, change: str) -> None:
    number = _finish(office)
    happens, reason = CHANGES[change]
    happens(office)
    with pytest.raises(InvalidInputError, match="Deze mail gaat niet nog een keer weg") as error:
        _resend(office, number)
    assert reason in str(error.value)
    assert DeliveryState.FAILED in {row.state for row in office.outbox(KATWIJK)}


def test_a_mail_that_is_still_right_is_sent_again(office: Office) -> None:
    number = _finish(office)
    _resend(office, number)
    office.round()
    assert [(row.id, row.state) for row in _of(office, MessageKind.REMINDER)] == [(number, DUE)]


def test_a_notice_is_sent_again_only_while_it_is_right(office: Office) -> None:
    _finish(office)
    office.become(ACCEPTED, KATWIJK)
    with office.database.session() as session:
        session.execute(update(DeliveryRow).values(state=ACCEPTED))
    office.cancel(WEEK)
    office.round()
    (notice,) = _of(office, MessageKind.NOTICE)
    office.become(DeliveryState.FAILED)
    _resend(office, notice.id or 0)
    office.round()
    assert [row.state for row in _of(office, MessageKind.NOTICE)] == [DUE]
    office.become(DeliveryState.FAILED)
    office.confirm(WEEK)
    with pytest.raises(InvalidInputError, match="Wat de mail zegt over Week tegen"):
        _resend(office, notice.id or 0)


def test_a_broadcast_is_sent_again_only_while_it_is_right(office: Office) -> None:
    _ask(office)
    office.become(DeliveryState.UNKNOWN)
    (row,) = _of(office, MessageKind.BROADCAST)
    _resend(office, row.id or 0)
    office.become(DeliveryState.UNKNOWN)
    office.move(WEEK, LATER)
    with pytest.raises(InvalidInputError, match="Wat de mail zegt over Week tegen"):
        _resend(office, row.id or 0)
