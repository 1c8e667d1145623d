"""Changes, ticks and faults in any order: what people hear is right, and nobody hears it twice.

A model of what each person was told runs beside the service; it reads the mails, not the plans.
"""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import update
from sqlmodel import Session, col, select

from campagne.clock import AMSTERDAM, SetClock
from campagne.domain import dutch
from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState, Message, MessageKind
from campagne.domain.notices import NoticeKind
from campagne.domain.reminders import Answer, ReminderState, StepStatus
from campagne.domain.rota import EditionStatus
from campagne.errors import (
    InvalidInputError,
    NotFoundError,
)
from campagne.services.audit import Author
from campagne.services.outbox import sending
from campagne.services.planning import reminders, steps
from campagne.services.publishing import feed_stamps, my_calendar
from campagne.services.regional import participation, releases, writing
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import (
    CampaignRow,
    ContactRow,
    DeliveryRow,
    EditionRow,
    NoticeRow,
    ReminderRow,
    StepRow,
    StepStateRow,
)
from tests.e2e.moody_server import Server
from tests.services.changing import HLT, LINKS, ORANGE, PUBLIC, WEEK, Office, text_of
from tests.small_region import load_world

S = DeliveryState
KATWIJK, GOUDA = "katwijk-campagnes", "gouda-communicatie"
FIRST_DAY, LAST_DAY = date(2026, 9, 1), date(2027, 3, 31)
ENDED = {S.ACCEPTED, S.FAILED, S.BOUNCED, S.CANCELLED}
WAITING = (S.DUE, S.DEFERRED, S.CLAIMED)
SPANS = {
    WEEK: [
        Span(date(2026, 11, 16), date(2026, 11, 22)),
        Span(date(2026, 11, 30), date(2026, 12, 6)),
        Span(date(2026, 10, 12), date(2026, 10, 18)),
    ],
    ORANGE: [
        Span(date(2026, 11, 25), date(2026, 12, 10)),
        Span(date(2026, 12, 1), date(2026, 12, 16)),
    ],
    PUBLIC: [
        Span(date(2026, 10, 5), date(2026, 10, 18)),
        Span(date(2026, 11, 2), date(2026, 11, 15)),
    ],
}
edition_keys = st.sampled_from([WEEK, ORANGE, PUBLIC])
contact_keys = st.sampled_from([HLT, KATWIJK, GOUDA])
hours = st.sampled_from([0, 1, 24, 72, 14 * 24, 30 * 24, -1, -72, -40 * 24])
weathers = st.sampled_from(["away", "busy", "swallows", "hangs up"])


class Year(RuleBasedStateMachine):
    """One autumn in a small region."""

    world: Path

    @initialize()
    def begin(self) -> None:
        self.path = self.world.with_name(f"{next(_numbers)}.db")
        shutil.copyfile(self.world, self.path)
        self.clock = SetClock(date(2026, 9, 7))
        self.office = Office(Database(f"sqlite:///{self.path}"), self.clock)
        self.server = Server(self.arrived)
        self.known: dict[tuple[str, str], tuple[Span, bool]] = {}
        self.had: set[int | None] = set()  # rows of reminders
        self.unsure: set[int] = set()  # deliveries of which nobody heard once
        self.blurred: set[tuple[str, str]] = set()
        self.confirmed: set[tuple[str, str]] = set()
        self.tick_anew = False
        self.texts: dict[int, str] = {}  # the bytes of a mail never change
        with self.office.database.session() as session:
            my_calendar.make(session, HLT, now=self.clock.now())
            self._stamp(session)

    # What happens.

    @rule(later=hours)
    def tick(self, later: int) -> None:
        self._pass(timedelta(hours=later))
        self._tick("fair")

    @rule(weather=weathers, later=hours)
    def tick_in_bad_weather(self, weather: str, later: int) -> None:
        self._pass(timedelta(hours=later))
        self._tick(weather)

    @rule(edition=edition_keys, place=st.integers(0, 2), cancels=st.booleans())
    def tick_while_it_changes(self, edition: str, place: int, *, cancels: bool) -> None:
        spans = SPANS[edition]

        def change() -> None:
            if cancels:
                self.office.cancel(edition)
            else:
                self.office.move(edition, spans[place % len(spans)])

        self.server.midway = change
        self._tick("fair", look=False)
        self.server.midway = None
        self.tick_anew = True

    @rule(edition=edition_keys, place=st.integers(0, 2))
    def move(self, edition: str, place: int) -> None:
        self.office.move(edition, SPANS[edition][place % len(SPANS[edition])])
        self._look()

    @rule(edition=edition_keys)
    def cancel(self, edition: str) -> None:
        self.office.cancel(edition)
        self._look()

    @rule(edition=edition_keys)
    def confirm(self, edition: str) -> None:
        self.office.confirm(edition)
        self._look()

    @rule(
        edition=edition_keys,
        step=st.sampled_from(["partners", "materiaal", "website", "signaal"]),
        place=st.sampled_from(["katwijk", "lisse", "teylingen", "gouda"]),
        status=st.sampled_from([StepStatus.DONE, StepStatus.OPEN]),
    )
    def tick_off(self, edition: str, step: str, place: str, status: StepStatus) -> None:
        with self._may_be_refused(), self.office.database.session() as session:
            steps.tick_off(
                session,
                edition=edition,
                step=step,
                municipality=place,
                by=Author("x"),
                status=status,
                now=self.clock.now(),
                today=self.clock.today(),
            )
        self._look()

    @rule(contact=contact_keys, what=st.sampled_from(["goed", "beter", "kapot"]))
    def readdress(self, contact: str, what: str) -> None:
        self.office.readdress(contact, f"{what}-{contact}@example.nl")
        self._look()

    @rule(contact=contact_keys)
    def leave_or_return(self, contact: str) -> None:
        with self.office.database.session() as session:
            row = session.get_one(ContactRow, contact)
            row.active = not row.active
            self.office.replan(session)
        self._look()

    @rule(edition=edition_keys)
    def ask_the_region(self, edition: str) -> None:
        now, today = self.clock.now(), self.clock.today()
        with self._may_be_refused(), self.office.database.session() as session:
            number = writing.new(
                session,
                edition_key=edition,
                region_key="holland-rijnland",
                author_key=None,
                answer_by=None,
                now=now,
                today=today,
                links=LINKS,
                mails=self.office.mails,
            )
            releases.release(
                session,
                number,
                links=LINKS,
                mails=self.office.mails,
                now=now,
                today=today,
                again=True,
            )
        self._look()

    @rule(edition=edition_keys, answer=st.sampled_from(list(Answer)))
    def answer(self, edition: str, answer: Answer) -> None:
        with self._may_be_refused(), self.office.database.session() as session:
            stored = participation.record(
                session,
                edition_key=edition,
                municipality_key="lisse",
                answer=answer,
                by=Author("x"),
                now=self.clock.now(),
                today=self.clock.today(),
                links=LINKS,
                mails=self.office.mails,
            )
            person = session.get_one(ContactRow, HLT)
            if stored and person.active:
                span = _span(session.get_one(EditionRow, edition))
                self.known.setdefault((HLT, edition), (span, True))
        self._look()

    def teardown(self) -> None:
        if not hasattr(self, "office"):
            return
        for _ in range(5):
            self._pass(timedelta(hours=2))
            self._tick("fair")
        with self.office.database.read() as session:
            self._everybody_knows(session)
            rows = session.exec(select(DeliveryRow)).all()
        with self.office.database.session() as session:  # no calendar missed a change
            before = queries.data_version(session)
            self._stamp(session)
            assert queries.data_version(session) == before
        assert {row.state for row in rows} <= ENDED | {S.UNKNOWN}
        assert all((row.settled_at is not None) is (row.state in ENDED) for row in rows)
        self.office.database.close()
        self.path.unlink()

    # How it happens.

    def _pass(self, time: timedelta) -> None:
        then = (self.clock.now() + time).astimezone(AMSTERDAM)
        if FIRST_DAY <= then.date() <= LAST_DAY:
            self.clock.move_to(then.date(), then.time())

    def _tick(self, weather: str, *, look: bool = True) -> None:
        self.server.weather = weather
        assert self.office.round().left_out == ()
        sending.send_due(self.office.database, self.server, self.clock.now, owner="test")
        self.tick_anew = False
        if look:
            self._look(past=True)

    def _stamp(self, session: Session) -> None:
        feed_stamps.restamp(session, self.clock.now())
        feed_stamps.restamp_steps(session, reminders.situation(session), self.clock.now())

    @contextmanager
    def _may_be_refused(self) -> Iterator[None]:
        with suppress(InvalidInputError, NotFoundError):
            yield

    # What must be true.

    def arrived(self, message: Message) -> None:
        with self.office.database.read() as session:
            row = session.exec(select(DeliveryRow).where(DeliveryRow.key == message.key)).one()
            self._judge(session, row, past=True)
            again = row.id in self.unsure
            for reminder in _reminders(session, row):
                # Its row is its key: step, edition, gemeente, contact, dates and level.
                assert again or reminder.id not in self.had, f"twice: {reminder}"
                self.had.add(reminder.id)
                self._learn(session, reminder.contact_key, reminder.edition_key)
            for notice in _notices(session, row):
                self._notice(session, row, notice, again=again)
            if row.edition_key is not None:
                self._learn(session, row.contact_key or "", row.edition_key)
            if self.server.weather == "swallows":
                self.unsure.add(row.id or 0)

    def _learn(self, session: Session, contact: str, edition: str) -> None:
        self.known.setdefault(
            (contact, edition), (_span(session.get_one(EditionRow, edition)), True)
        )

    def _notice(
        self, session: Session, row: DeliveryRow, notice: NoticeRow, *, again: bool
    ) -> None:
        place = (notice.contact_key, notice.edition_key)
        edition = session.get_one(EditionRow, notice.edition_key)
        now = _span(edition), edition.status is not EditionStatus.CANCELLED
        assert place in self.known, f"{place} had no mail"
        was, ran = self.known[place]
        if notice.kind is NoticeKind.CONFIRMED:
            assert edition.status is EditionStatus.CONFIRMED
            assert again or place not in self.confirmed, f"{place} was told that before"
            self.confirmed.add(place)
        elif not again and place not in self.blurred:
            assert now[1] is not ran or (now[1] and now[0] != was), f"no news for {place}"
            if notice.kind is NoticeKind.MOVED:
                assert f"Was: {dutch.period(was)}" in self._text(row)
        self.known[place] = now
        if self.server.weather == "swallows":
            self.blurred.add(place)

    def _look(self, *, past: bool = False) -> None:
        """Let nothing wait in the outbox that is not right."""
        if self.tick_anew:
            return
        with self.office.database.read() as session:
            for row in session.exec(select(DeliveryRow).where(col(DeliveryRow.state).in_(WAITING))):
                self._judge(session, row, past=past)

    def _judge(self, session: Session, row: DeliveryRow, *, past: bool) -> None:
        """Hold a mail that waits or leaves against the tables."""
        text, today = self._text(row), self.clock.today()
        person = session.get_one(ContactRow, row.contact_key)
        if row.kind in {MessageKind.REMINDER, MessageKind.NOTICE}:
            assert person.active
            assert row.recipient == person.email
        if row.kind in {MessageKind.NEWS, MessageKind.REPORT}:  # of no edition
            assert row.recipient == person.email
            return
        about = [session.get_one(EditionRow, key) for key in _editions(session, row)]
        assert about
        assert not past or row.valid_until is None or row.valid_until >= today
        for edition in about:
            runs = edition.status is not EditionStatus.CANCELLED
            assert runs or row.kind is MessageKind.NOTICE, f"{edition.key} is cancelled"
            if runs:
                span = _span(edition)
                assert dutch.period(span) in text or dutch.short_period(span) in text
            name = session.get_one(CampaignRow, edition.campaign_key).name
            assert name in text
        if row.kind in {MessageKind.REMINDER, MessageKind.NOTICE}:
            unsure = any(one.status is EditionStatus.PROVISIONAL for one in about)
            assert ("nog voorlopig" in text) is unsure, text
        for one in _reminders(session, row):
            done = session.get(StepStateRow, (one.edition_key, one.step_key, one.municipality_key))
            assert done is None or done.status is StepStatus.OPEN

    def _text(self, row: DeliveryRow) -> str:
        number = row.id or 0
        if number not in self.texts:
            self.texts[number] = text_of(row)
        return self.texts[number]

    def _everybody_knows(self, session: Session) -> None:
        today = self.clock.today()
        refused = set(
            session.exec(select(DeliveryRow.recipient).where(DeliveryRow.state == S.FAILED))
        )
        for (contact, key), knows in self.known.items():
            person, edition = session.get_one(ContactRow, contact), session.get_one(EditionRow, key)
            if not person.active or person.email in refused or edition.last < today:
                continue
            runs = edition.status is not EditionStatus.CANCELLED
            assert knows[1] is runs, (contact, key)
            assert not runs or knows[0] == _span(edition), (contact, key)


_numbers = itertools.count()


def _span(edition: EditionRow) -> Span:
    return Span(edition.first, edition.last)


def _reminders(session: Session, row: DeliveryRow) -> list[ReminderRow]:
    found = session.exec(select(ReminderRow).where(ReminderRow.delivery_id == row.id))
    return [one for one in found if one.state is ReminderState.QUEUED]


def _notices(session: Session, row: DeliveryRow) -> list[NoticeRow]:
    return list(session.exec(select(NoticeRow).where(NoticeRow.delivery_id == row.id)))


def _editions(session: Session, row: DeliveryRow) -> set[str]:
    own = {row.edition_key} if row.edition_key else set()
    reminded = {one.edition_key for one in _reminders(session, row)}
    return own | reminded | {one.edition_key for one in _notices(session, row)}


@pytest.fixture(scope="module")
def small_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the small region, in which two steps are chased."""
    path = tmp_path_factory.mktemp("years") / "world.db"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    load_world(database)
    with database.session() as session:
        session.execute(
            update(StepRow)
            .where(col(StepRow.key).in_(["materiaal", "website"]))
            .values(again_days=5, colleague_days=10)
        )
    Office(database, SetClock(date(2026, 9, 7))).round()
    database.close()
    return path


def test_any_order(small_world: Path) -> None:
    Year.world = small_world
    run_state_machine_as_test(
        Year,
        settings=settings(
            max_examples=6,
            stateful_step_count=16,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate],  # to make a failure shorter takes minutes
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
