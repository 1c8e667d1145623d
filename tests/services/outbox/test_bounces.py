"""Mail that comes back: its delivery, its address, and what still waited for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import col, select

from campagne.clock import SetClock
from campagne.domain.bounces import BounceKind, return_address
from campagne.domain.dates import Span
from campagne.domain.delivery import DeliveryState
from campagne.domain.preferences import MailList
from campagne.domain.reminders import Answer, ReminderState
from campagne.errors import InboxError, InvalidInputError, NotFoundError
from campagne.inbox import Letter, Maildir
from campagne.messages import Mails
from campagne.resources import folder
from campagne.services import readers
from campagne.services.audit import Author
from campagne.services.outbox import bounces, validity
from campagne.services.outbox.bounces import Verdict
from campagne.services.people import preferences
from campagne.services.planning import steps
from campagne.services.regional import participation, previews, releases, writing
from campagne.store.database import Database
from campagne.store.tables import BounceRow, DeliveryRow, PausedAddressRow
from tests.services.changing import HLT, LATER, LINKS, ORANGE, WEEK, Office, text_of
from tests.snapshots import Snapshots

KATWIJK = "katwijk-campagnes"
ADDRESS = f"{HLT}@example.nl"
ACCEPTED, BOUNCED, CANCELLED, DUE, FAILED = (
    DeliveryState.ACCEPTED,
    DeliveryState.BOUNCED,
    DeliveryState.CANCELLED,
    DeliveryState.DUE,
    DeliveryState.FAILED,
)
PLANNED, QUEUED, WITHDRAWN = (
    ReminderState.PLANNED,
    ReminderState.QUEUED,
    ReminderState.WITHDRAWN,
)


@pytest.fixture
def office(world: Database, clock: SetClock, snapshots: Snapshots) -> Office:
    """On 1 October, with the first mail to HLTsamen sent, each mail with its own return address."""

    def opened(*, is_planned: bool) -> Office:
        made = Office(world, clock, is_planned=is_planned)
        made.mails = Mails(
            folder("templates") / "mail",
            sender="c@example.nl",
            returns=partial(return_address, "bounces@example.nl", secret="s" * 32),
        )
        clock.move_to(date(2026, 10, 1))
        return made

    def after_the_first_mails() -> None:
        made = opened(is_planned=False)
        made.round()
        made.become(ACCEPTED)

    snapshots.once(world, after_the_first_mails)
    return opened(is_planned=True)


def sent(office: Office) -> DeliveryRow:
    return office.outbox(HLT)[0]


def report(
    mail: DeliveryRow,
    *,
    to: str | None = None,
    action: str = "failed",
    status: str = "5.1.1",
    about: str = "",
    message_id: str = "",
) -> bytes:
    """Make the report of a mail server about a mail."""
    return (
        f"To: {mail.sender if to is None else to}\r\n"
        "From: MAILER-DAEMON@example.nl\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=grens\r\n\r\n"
        "--grens\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mail.example.nl\r\n\r\n"
        f"Final-Recipient: rfc822; {about or mail.recipient}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} geen postvak\r\n\r\n"
        "--grens\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {message_id or mail.message_id}\r\n\r\n--grens--\r\n"
    ).encode()


def come_back(office: Office, raw: bytes) -> Verdict:
    with office.database.session() as session:
        return bounces.record(session, raw, now=office.clock.now(), today=office.clock.today())


def resume(office: Office, address: str = ADDRESS) -> None:
    with office.database.session() as session:
        bounces.resume(session, address, now=office.clock.now(), today=office.clock.today())


def paused(office: Office) -> list[str]:
    with office.database.read() as session:
        return sorted(session.exec(select(PausedAddressRow.address)))


def stored(office: Office) -> list[BounceRow]:
    with office.database.read() as session:
        return list(session.exec(select(BounceRow).order_by(col(BounceRow.id))))


def test_a_hard_bounce_pauses_the_address(office: Office) -> None:
    office.clock.move_to(date(2026, 10, 2), time(9))
    raw = report(sent(office))
    assert come_back(office, raw) is Verdict.HARD
    mail = sent(office)
    assert mail.state is BOUNCED
    assert mail.settled_at == office.clock.now()
    assert mail.reply == "Teruggekomen (5.1.1): 550 5.1.1 geen postvak"
    (bounce,) = stored(office)
    assert (bounce.delivery_id, bounce.kind, bounce.status) == (mail.id, BounceKind.HARD, "5.1.1")
    assert bounce.recipient == ADDRESS
    assert bounce.at == office.clock.now()
    assert paused(office) == [ADDRESS]
    # What was in the mail stays with it; nothing else is planned for this address any more.
    assert {row[3] for row in office.reminders(HLT, WEEK)} == {QUEUED, WITHDRAWN}
    office.clock.move_to(date(2026, 11, 2))
    office.round()
    assert [row.id for row in office.outbox(HLT)] == [mail.id]
    assert office.due(KATWIJK)


@pytest.mark.parametrize(
    ("reply", "gone"),
    [
        ("De mailserver weigert dit bericht (550 5.1.1 User unknown).", True),
        ("550 5.2.1 Mailbox disabled", True),
        ("De mailserver weigert dit bericht (550 no such user).", False),
        ("De mailserver weigert dit bericht (550 5.7.1 Spam).", False),
        ("De mailserver weigert dit bericht (450 4.1.1 Try later).", False),
    ],
)
def test_an_address_that_is_refused_outright_is_paused_too(
    office: Office, reply: str, *, gone: bool
) -> None:
    office.clock.move_to(date(2026, 10, 2), time(9))
    with office.database.session() as session:
        row = session.get_one(DeliveryRow, sent(office).id)
        row.state, row.reply, row.settled_at = FAILED, reply, office.clock.now()
    for _ in range(2):
        office.round()
    assert paused(office) == ([ADDRESS] if gone else [])
    assert len(stored(office)) == gone
    if gone:
        office.clock.move_to(date(2026, 10, 2), time(12))
        resume(office)
        office.round()
        assert paused(office) == []
        (again,) = office.due(HLT)
        assert "Materiaal bestellen" in text_of(again)


def test_the_same_report_again_changes_nothing(office: Office) -> None:
    raw = report(sent(office))
    assert come_back(office, raw) is Verdict.HARD
    resume(office)
    assert come_back(office, raw) is Verdict.FINE
    assert len(stored(office)) == 1
    assert paused(office) == []


def test_a_soft_bounce_pauses_nothing(office: Office) -> None:
    assert come_back(office, report(sent(office), status="5.2.2")) is Verdict.SOFT
    assert sent(office).state is BOUNCED
    assert paused(office) == []
    assert PLANNED in {row[3] for row in office.reminders(HLT, WEEK)}


def test_a_delay_is_written_down_and_no_more(office: Office) -> None:
    raw = report(sent(office), action="delayed", status="4.4.1")
    assert come_back(office, raw) is Verdict.DELAYED
    assert sent(office).state is ACCEPTED
    assert [one.kind for one in stored(office)] == [BounceKind.DELAYED]
    # And then it came back after all.
    assert come_back(office, report(sent(office), status="4.4.7")) is Verdict.SOFT
    assert sent(office).state is BOUNCED


def test_somebody_behind_a_functional_mailbox_who_left(office: Office) -> None:
    raw = report(sent(office), about="oud.collega@example.nl")
    assert come_back(office, raw) is Verdict.SOFT
    assert sent(office).state is BOUNCED
    assert [one.recipient for one in stored(office)] == ["oud.collega@example.nl"]
    assert paused(office) == []


def test_the_address_in_another_case_is_the_same_address(office: Office) -> None:
    office.readdress(HLT, "HLT@Example.nl")
    office.clock.move_to(date(2026, 11, 2))
    office.round()
    office.become(ACCEPTED)
    mail = office.outbox(HLT)[-1]
    assert mail.recipient == "HLT@Example.nl"
    assert come_back(office, report(mail, about="hlt@EXAMPLE.nl")) is Verdict.HARD
    assert paused(office) == ["hlt@example.nl"]
    assert PLANNED not in {row[3] for row in office.reminders(HLT, WEEK)}
    resume(office, "Hlt@example.NL")
    assert paused(office) == []


def test_what_is_not_about_a_mail_of_ours_is_for_a_person(office: Office) -> None:
    mail = sent(office)
    strange = return_address("bounces@example.nl", "geen sleutel van ons", secret="s" * 32)
    assert (
        come_back(office, b"Subject: Ik ben met verlof\r\n\r\nTot maandag") is Verdict.FOR_A_PERSON
    )
    assert come_back(office, report(mail, to=strange)) is Verdict.FOR_A_PERSON
    assert come_back(office, report(mail, to="c@example.nl")) is Verdict.FOR_A_PERSON
    assert sent(office).state is ACCEPTED
    assert stored(office) == []


def test_a_message_id_counts_where_there_was_no_return_address(world: Database) -> None:
    office = Office(world, SetClock(date(2026, 10, 1)))
    office.round()
    office.become(ACCEPTED)
    mail = sent(office)
    assert mail.sender == "c@example.nl"
    assert come_back(office, report(mail, message_id="<anders@example.nl>")) is Verdict.FOR_A_PERSON
    assert come_back(office, report(mail)) is Verdict.HARD
    assert sent(office).state is BOUNCED


@pytest.mark.parametrize(
    ("state", "verdict", "after"),
    [
        (DeliveryState.UNKNOWN, Verdict.HARD, BOUNCED),
        (DeliveryState.SENDING, Verdict.LATER, DeliveryState.SENDING),
        (DeliveryState.FAILED, Verdict.HARD, DeliveryState.FAILED),
        (DeliveryState.DEFERRED, Verdict.HARD, CANCELLED),
        (BOUNCED, Verdict.HARD, BOUNCED),
    ],
)
def test_in_every_state(
    office: Office, state: DeliveryState, verdict: Verdict, after: DeliveryState
) -> None:
    with office.database.session() as session:
        session.get_one(DeliveryRow, sent(office).id).state = state
    assert come_back(office, report(sent(office))) is verdict
    assert sent(office).state is after
    assert bool(paused(office)) is (verdict is Verdict.HARD)


def test_what_waits_for_the_address_is_withdrawn(office: Office) -> None:
    mail = sent(office)
    now, today = office.clock.now(), office.clock.today()
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
            mails=office.mails,
        )
        releases.release(session, number, links=LINKS, mails=office.mails, now=now, today=today)
    office.move(WEEK, LATER)
    office.clock.move_to(date(2026, 10, 5))
    office.round()
    waited = office.due(HLT)
    assert {row.kind.value for row in waited} == {"broadcast", "notice", "reminder"}
    others = len(office.due(KATWIJK))
    assert come_back(office, report(mail)) is Verdict.HARD
    assert office.due(HLT) == []
    assert len(office.outbox(HLT, CANCELLED)) == len(waited)
    assert len(office.due(KATWIJK)) == others
    # Nothing new either: no broadcast, no confirmation, no notice of another change.
    with office.database.session() as session:
        participation.record(
            session,
            edition_key=ORANGE,
            municipality_key="lisse",
            answer=Answer.JOIN,
            by=Author("x"),
            now=office.clock.now(),
            today=office.clock.today(),
            links=LINKS,
            mails=office.mails,
        )
        made = previews.preview(
            session,
            number,
            links=LINKS,
            mails=office.mails,
            now=office.clock.now(),
            today=office.clock.today(),
        )
    assert {one.for_whom for one in made if not one.recipients} >= {"Lisse", "Hillegom"}
    office.cancel(WEEK)
    office.round()
    assert office.due(HLT) == []


def test_the_steps_name_nobody_who_is_not_reminded(office: Office) -> None:
    def people() -> set[tuple[str, ...]]:
        with office.database.read() as session:
            views = steps.list_steps(
                session, today=office.clock.today(), edition=WEEK, municipality="lisse"
            )
        return {one.people for one in views if one.step == "website"}

    assert people() == {("Communicatie HLTsamen",)}
    come_back(office, report(sent(office)))
    assert people() == {()}


def test_a_deputy_whose_address_is_gone_gets_no_copies(office: Office) -> None:
    today, now = office.clock.today(), office.clock.now()
    with office.database.session() as session:
        away = Span(today, date(2026, 12, 31))
        preferences.set_absence(session, KATWIJK, away, HLT, today=today, now=now)
    with office.database.read() as session:
        assert KATWIJK in readers.deputies(session, MailList.REMINDERS, today)
    come_back(office, report(sent(office)))
    with office.database.read() as session:
        assert readers.deputies(session, MailList.REMINDERS, today) == {}


def test_nothing_is_sent_again_by_hand_to_an_address_that_is_gone(office: Office) -> None:
    come_back(office, report(sent(office)))
    with office.database.session() as session:
        session.get_one(DeliveryRow, sent(office).id).state = DeliveryState.FAILED
    with (
        pytest.raises(InvalidInputError, match="Aan dit adres gaat geen mail meer"),
        office.database.session() as session,
    ):
        validity.resend(
            session, sent(office).id or 0, now=office.clock.now(), today=office.clock.today()
        )


def test_a_corrected_address_is_free_at_once(office: Office) -> None:
    come_back(office, report(sent(office)))
    office.readdress(HLT, "nieuw@example.nl")
    assert paused(office) == [ADDRESS]
    office.round()
    (new,) = office.due(HLT)
    assert new.recipient == "nieuw@example.nl"
    # What came back goes again, to the address that is right.
    assert "Materiaal bestellen" in text_of(new)
    assert WITHDRAWN not in {row[3] for row in office.reminders(HLT, WEEK)}


def test_an_address_that_gets_mail_again(office: Office) -> None:
    planned = office.reminders(HLT, WEEK)
    come_back(office, report(sent(office)))
    resume(office)
    assert paused(office) == []
    office.round()
    (again,) = office.due(HLT)
    assert again.recipient == ADDRESS
    assert again.key != sent(office).key
    assert "Materiaal bestellen" in text_of(again)
    assert office.reminders(HLT, WEEK) == planned
    assert sent(office).state is BOUNCED


def test_what_is_of_no_use_any_more_does_not_go_again(office: Office) -> None:
    come_back(office, report(sent(office)))
    office.clock.move_to(date(2027, 3, 1))
    resume(office)
    office.round()
    assert office.due(HLT) == []


def test_a_notice_that_came_back_goes_again(office: Office) -> None:
    office.move(WEEK, LATER)
    office.clock.move_to(date(2026, 10, 2))
    office.round()
    (notice,) = [row for row in office.due(HLT) if row.kind.value == "notice"]
    office.become(ACCEPTED)
    come_back(office, report(notice))
    resume(office)
    office.round()
    assert "notice" in {row.kind.value for row in office.due(HLT)}


def test_an_address_that_is_not_paused(office: Office) -> None:
    with pytest.raises(NotFoundError, match=r"nieuw@example\.nl is niet gepauzeerd"):
        resume(office, "nieuw@example.nl")


def test_the_list(office: Office) -> None:
    with office.database.read() as session:
        assert bounces.list_paused(session) == []
    come_back(office, report(sent(office)))
    with office.database.read() as session:
        (line,) = bounces.list_paused(session)
    assert (line.address, line.since, line.status) == (ADDRESS, office.clock.now(), "5.1.1")
    assert line.people == ("Communicatie HLTsamen",)
    assert "geen postvak" in line.text


@pytest.fixture
def box(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    return tmp_path / "box"


def test_a_box_is_read_letter_by_letter(
    office: Office, box: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "campagne")
    mail = sent(office)
    other = office.outbox("gouda-communicatie")[0]
    letters = {
        "1": report(mail),
        "2": b"Subject: Ik ben met verlof\r\n\r\nTot maandag",
        "3": report(mail),
        "4": report(mail, action="delivered", status="2.0.0"),
        "5": report(other, status="5.7.1"),
        "6": report(other, action="delayed", status="4.4.1"),
        "7": report(mail, to="vreemd@example.nl"),
    }
    for name, raw in letters.items():
        (box / "new" / name).write_bytes(raw)
    found = bounces.read(office.database, Maildir(box), office.clock)
    assert found == bounces.ReadReport(hard=1, soft=1, delayed=1, fine=2, for_a_person=2)
    assert found.sentence == (
        "7 berichten gelezen: 1 mail kwam terug omdat het adres niet bestaat,"
        " 1 mail kwam om een andere reden terug, 1 mail is vertraagd,"
        " 2 meldingen vragen niets en 2 berichten zijn voor een mens."
    )
    flags = {path.name for path in (box / "cur").iterdir()}
    assert flags == {"1:2,S", "2:2,F", "3:2,S", "4:2,S", "5:2,S", "6:2,S", "7:2,F"}
    assert list((box / "new").iterdir()) == []
    assert bounces.read(office.database, Maildir(box), office.clock) == bounces.ReadReport()
    assert bounces.ReadReport().sentence == "Er is niets teruggekomen."
    assert "@" not in caplog.text


def test_killed_between_storing_and_marking(office: Office, box: Path) -> None:
    (box / "new" / "1").write_bytes(report(sent(office)))

    class Killed(Maildir):
        @contextmanager
        def open(self) -> Iterator[Iterator[Letter]]:
            with super().open() as letters:
                yield (Letter(one.raw, die, die) for one in letters)

    def die() -> None:
        raise InboxError("weg")

    with pytest.raises(InboxError):
        bounces.read(office.database, Killed(box), office.clock)
    assert sent(office).state is BOUNCED
    assert bounces.read(office.database, Maildir(box), office.clock).fine == 1
    assert len(stored(office)) == 1


def test_a_letter_that_brings_a_defect_to_light_stops_no_other(
    office: Office, box: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    really = bounces.record

    def faulty(*given: object, **named: object) -> Verdict:
        if b"breekt" in given[1]:  # type: ignore[operator]  # the bytes
            raise ZeroDivisionError(ADDRESS)
        return really(*given, **named)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(bounces, "record", faulty)
    (box / "new" / "1").write_bytes(b"breekt")
    (box / "new" / "2").write_bytes(report(sent(office)))
    found = bounces.read(office.database, Maildir(box), office.clock)
    assert found == bounces.ReadReport(hard=1, for_a_person=1)
    assert "ZeroDivisionError" in caplog.text
    assert ADDRESS not in caplog.text


def test_a_report_that_is_quicker_than_our_own_record_waits(office: Office, box: Path) -> None:
    mail = sent(office)
    with office.database.session() as session:
        session.get_one(DeliveryRow, mail.id).state = DeliveryState.SENDING
    (box / "new" / "1").write_bytes(report(mail))
    found = bounces.read(office.database, Maildir(box), office.clock)
    assert found == bounces.ReadReport(later=1)
    assert [path.name for path in (box / "new").iterdir()] == ["1"]
    with office.database.session() as session:
        session.get_one(DeliveryRow, mail.id).state = ACCEPTED
    assert bounces.read(office.database, Maildir(box), office.clock).hard == 1
