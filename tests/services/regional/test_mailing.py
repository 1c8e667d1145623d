"""A broadcast to very many: made in batches that go on where they stopped."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlmodel import col, select

from campagne.domain.broadcasts import BroadcastState
from campagne.domain.delivery import Message
from campagne.domain.playbook import Role
from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError
from campagne.messages import Mails
from campagne.services.audit import Author
from campagne.services.regional import broadcasts, halts, mailing, progress
from campagne.services.regional.progress import Progress
from campagne.store.tables import ContactRoleRow, ContactRow, PreferencesRow
from tests.services.regional.desk import LINKS, Desk

_BY = Author("Leiden")
_MANY = 130
_ALL = _MANY + 2  # with those who are always there


def fill(desk: Desk) -> None:
    """Let so many people work in Katwijk that their mails are not made at once."""
    with desk.database.session() as session:
        for number in range(_MANY):
            key = f"katwijk-{number:03}"
            session.add(ContactRow(key=key, name=key, email=f"{key}@example.nl"))
            session.flush()
            session.add(
                ContactRoleRow(contact_key=key, role=Role.POLICY, municipality_key="katwijk")
            )


def make(desk: Desk, batches: int = 1000) -> int:
    turns = iter(range(batches))
    return mailing.make(
        desk.database,
        links=LINKS,
        mails=desk.mails,
        clock=desk.clock,
        stop=lambda: next(turns, None) is None,
    )


def far(desk: Desk, number: int) -> Progress:
    with desk.database.read() as session:
        return progress.progress(session, broadcasts.find(session, number))


def test_all_get_it_once_however_often_the_making_stops(desk: Desk) -> None:
    fill(desk)
    number = desk.new()
    report = desk.release(number)
    assert (report.queued, desk.outbox()) == (_ALL, [])
    before = far(desk, number)
    assert (before.total, before.to_make, before.goes_on, before.rest) == (_ALL, _ALL, True, ())
    assert make(desk, batches=1) == 50
    half = far(desk, number)
    assert (half.total, half.to_make) == (_ALL, _ALL - 50)
    assert make(desk) == _ALL - 50
    assert make(desk) == 0
    assert not desk.row(number).to_make
    keys = Counter(one.key for one in desk.outbox())
    assert (len(keys), set(keys.values())) == (_ALL, {1})
    assert far(desk, number).to_make == 0
    assert desk.release(number).queued == 0


def test_a_pause_and_a_stop_hold_for_what_is_still_to_be_made(one_desk: Desk) -> None:
    fill(one_desk)
    number = one_desk.new()
    one_desk.release(number)
    make(one_desk, batches=1)
    now, today = one_desk.clock.now(), one_desk.clock.today()
    with one_desk.database.session() as session:
        assert halts.pause(session, number, by=_BY, now=now) == 50
    assert make(one_desk) == 0
    with one_desk.database.session() as session:
        assert halts.resume(session, number, by=_BY, now=now) == 50
    assert make(one_desk, batches=1) == 50
    with one_desk.database.session() as session:
        assert halts.cancel(session, number, by=_BY, now=now, today=today) == 100
    assert make(one_desk) == 0
    assert {one.state.value for one in one_desk.outbox()} == {"cancelled"}
    assert one_desk.row(number).state is BroadcastState.CANCELLED


def test_one_can_be_paused_before_any_mail_is_made(one_desk: Desk) -> None:
    fill(one_desk)
    number = one_desk.new()
    one_desk.release(number)
    with one_desk.database.session() as session:
        assert halts.pause(session, number, by=_BY, now=one_desk.clock.now()) == 0
    assert make(one_desk) == 0
    assert one_desk.row(number).state is BroadcastState.PAUSED


def test_a_campaign_that_is_moved_meanwhile_makes_it_stand_still(one_desk: Desk) -> None:
    fill(one_desk)
    number = one_desk.new()
    one_desk.release(number)
    make(one_desk, batches=1)
    one_desk.change(first=date(2026, 12, 1), last=date(2026, 12, 10))
    assert make(one_desk) == 0
    row = one_desk.row(number)
    assert row.state is BroadcastState.PAUSED
    assert "De gegevens van de campagne zijn veranderd" in row.hindrance
    assert [who for who, _ in one_desk.told()] == [row.author_key]
    one_desk.change(status=EditionStatus.CANCELLED)
    with one_desk.database.session() as session:
        halts.resume(session, number, by=_BY, now=one_desk.clock.now())
    assert one_desk.row(number).hindrance == ""
    assert make(one_desk) == 0
    assert "gaat niet door" in one_desk.row(number).hindrance


def test_a_gap_in_the_mail_of_somebody_makes_it_stand_still(one_desk: Desk) -> None:
    fill(one_desk)
    number = one_desk.new()
    with one_desk.database.session() as session:
        session.execute(update(ContactRow).values(phone="071 - 000 00 00"))
    one_desk.write(number, body="Bel {{ naam }} op {{ telefoon }}.")
    one_desk.release(number)
    make(one_desk, batches=1)
    with one_desk.database.session() as session:
        session.execute(update(ContactRow).values(phone=""))
    assert make(one_desk) == 0
    assert "{{ telefoon }} is leeg" in one_desk.row(number).hindrance


def test_who_leaves_meanwhile_gets_nothing(one_desk: Desk) -> None:
    fill(one_desk)
    number = one_desk.new()
    one_desk.release(number)
    with one_desk.database.session() as session:
        session.add(PreferencesRow(contact_key="katwijk-129", broadcasts=False))
        session.execute(
            update(ContactRow).where(col(ContactRow.key) == "katwijk-128").values(active=False)
        )
    assert make(one_desk) == _ALL - 2
    assert far(one_desk, number).total == _ALL - 2


def test_the_rest_can_be_many_too(one_desk: Desk) -> None:
    number = one_desk.new()
    assert one_desk.release(number).queued == 2
    fill(one_desk)
    assert one_desk.rest(number) == _MANY
    assert len(one_desk.outbox()) == 2
    assert make(one_desk) == _MANY
    with pytest.raises(InvalidInputError, match="Iedereen die dit regiobericht kan krijgen"):
        one_desk.rest(number)


class _Overtaken(Mails):
    """Mails that another is making too, who reads and writes between the first reading and writing.

    Args:
        own: makes them.
        meanwhile: what happens when the first one is made.
    """

    def __init__(self, own: Mails, meanwhile: Callable[[], None]) -> None:
        self.__dict__.update(own.__dict__)
        self._meanwhile = meanwhile
        self._is_first = True

    def compose(self, template: str, context: Any, **given: Any) -> Message:
        if self._is_first:
            self._is_first = False
            self._meanwhile()
        return super().compose(template, context, **given)


def test_a_gemeente_that_another_did_not_know_of_gets_its_mail(one_desk: Desk) -> None:
    number = one_desk.new()
    contact, place = "hltsamen-communicatie", "teylingen"
    role = {"contact_key": contact, "municipality_key": place}
    with one_desk.database.session() as session:
        row = broadcasts.find(session, number)
        row.state, row.released_at = BroadcastState.RELEASED, one_desk.clock.now()
        row.to_make = True
        found = session.exec(select(ContactRoleRow).filter_by(**role)).one()
        kind = found.role

    def meanwhile() -> None:
        with one_desk.database.session() as session:
            session.execute(delete(ContactRoleRow).filter_by(**role))
        assert make(one_desk, batches=1) == 2
        with one_desk.database.session() as session:
            session.add(ContactRoleRow(**role, role=kind))
            broadcasts.find(session, number).to_make = True

    mails = _Overtaken(one_desk.mails, meanwhile)
    made = mailing.make(one_desk.database, links=LINKS, mails=mails, clock=one_desk.clock)
    assert made == 1
    asked = [one.municipality_key for one in one_desk.outbox() if one.contact_key == contact]
    assert sorted(map(str, asked)) == ["hillegom", place]
    assert not one_desk.row(number).to_make
