"""Who does not answer is reminded once, then a colleague there, then somebody calls."""

import shutil
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from campagne.domain import dutch
from campagne.domain.answers import Source, Told
from campagne.domain.broadcasts import BroadcastState
from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState, Message, MessageKind
from campagne.domain.playbook import Role
from campagne.domain.reminders import Answer
from campagne.domain.rights import Visitor
from campagne.domain.rota import EditionStatus
from campagne.messages import Mails, plain_text
from campagne.resources import folder
from campagne.services.audit import Author
from campagne.services.outbox import validity
from campagne.services.planning import rounds
from campagne.services.regional import managed_broadcasts, participation, turnout
from campagne.store.tables import (
    BroadcastRow,
    ContactRoleRow,
    ContactRow,
    DeliveryRow,
    EditionRow,
    PreferencesRow,
)
from tests.services.regional.desk import LINKS, ORANGE, Desk

HLT, KATWIJK, BEA = "hltsamen-communicatie", "katwijk-campagnes", "bea"
LEIDEN = Visitor(Contact("x", "X", "x@example.nl", "", ((Role.CENTRE, "leiden"),)), strong=True)
ASKED_BY = date(2026, 9, 28)
REMINDED, TOLD, CALLED = date(2026, 9, 29), date(2026, 10, 2), date(2026, 10, 7)


@pytest.fixture
def asked(desk: Desk) -> Desk:
    """A desk where Leiden asked its region until 28 September; Bea of Katwijk was not asked."""
    return _ask(desk)


@pytest.fixture
def one_asked(one_desk: Desk) -> Desk:
    """The same where the engine makes no difference."""
    return _ask(one_desk)


def _ask(desk: Desk) -> Desk:
    with desk.database.session() as session:
        session.add(ContactRow(key=BEA, name="Bea", email="bea@example.nl", phone="071 1"))
        session.flush()
        session.add(ContactRoleRow(contact_key=BEA, role=Role.POLICY, municipality_key="katwijk"))
    number = desk.new(answer_by=ASKED_BY)
    desk.write(number, roles=(Role.COMMUNICATION,))
    desk.release(number)
    with desk.database.session() as session:
        session.execute(update(DeliveryRow).values(state=DeliveryState.ACCEPTED))
    return desk


def on(desk: Desk, day: date) -> None:
    """Let the clock tick twice on a day, as many machines do."""
    desk.clock.move_to(day, time(9))
    for _ in range(2):
        rounds.prepare(desk.database, mails=desk.mails, links=LINKS, clock=desk.clock)


def sent(desk: Desk) -> list[tuple[str, str, str]]:
    """Return what was mailed about silences: to whom, what, and how it stands."""
    with desk.database.read() as session:
        rows = session.exec(
            select(DeliveryRow)
            .where(col(DeliveryRow.kind) == MessageKind.SILENCE)
            .order_by(col(DeliveryRow.id))
        ).all()
        return [
            (one.contact_key or "", one.subject.partition(" mee ")[0], one.state) for one in rows
        ]


def text(desk: Desk, contact: str) -> str:
    """Return the newest of these mails to somebody, as its reader sees it."""
    with desk.database.read() as session:
        row = session.exec(
            select(DeliveryRow)
            .where(col(DeliveryRow.kind) == MessageKind.SILENCE)
            .where(col(DeliveryRow.contact_key) == contact)
            .order_by(col(DeliveryRow.id).desc())
        ).first()
        assert row is not None
        mail = Message(row.key, row.kind, "", row.recipient, row.subject, "", row.raw)
        return " ".join(plain_text(mail).split())


def answer(
    desk: Desk,
    place: str,
    said: Answer,
    until: date | None = None,
    *,
    broadcast: int | None = None,
    noted_by: str | None = None,
) -> None:
    with desk.database.session() as session:
        participation.record(
            session,
            edition_key=ORANGE,
            municipality_key=place,
            answer=said,
            by=Author("Een collega"),
            now=desk.clock.now(),
            today=desk.clock.today(),
            links=LINKS,
            mails=desk.mails,
            until=until,
            told=Told(Source.PHONE, desk.clock.today(), noted_by),
            broadcast_id=broadcast,
        )


def arrived(desk: Desk) -> None:
    with desk.database.session() as session:
        session.execute(
            update(DeliveryRow)
            .where(col(DeliveryRow.state) == DeliveryState.DUE)
            .values(state=DeliveryState.ACCEPTED)
        )


def calls(desk: Desk) -> dict[str, list[str]]:
    with desk.database.read() as session:
        found = turnout.of_edition(session, ORANGE, LEIDEN, desk.clock.today())
    return {one.municipality: [who.name for who in one.people] for one in found.to_call}


HLT_THREE = (HLT, "Doen Hillegom, Lisse en Teylingen", "accepted")
KATWIJK_ONE = (KATWIJK, "Doet Katwijk", "accepted")


def test_one_reminder_then_a_colleague_then_a_list_of_whom_to_call(asked: Desk) -> None:
    """HLTsamen hears once of three gemeenten; of Noordwijk nobody is known."""
    on(asked, ASKED_BY)
    assert (sent(asked), calls(asked)) == ([], {})
    on(asked, REMINDED)
    arrived(asked)
    assert sorted(sent(asked)) == [HLT_THREE, KATWIJK_ONE]
    assert calls(asked) == {"Noordwijk": []}
    said = text(asked, HLT)
    assert "of Hillegom, Lisse en Teylingen meedoen met Orange the World" in said
    assert f"We hoorden graag uiterlijk op {dutch.day(ASKED_BY)} iets van je." in said
    assert LINKS.answer(1, "hillegom", ["lisse", "teylingen"]) in said
    on(asked, date(2026, 10, 1))
    assert len(sent(asked)) == 2
    on(asked, TOLD)
    arrived(asked)
    assert sent(asked)[2:] == [(BEA, "Doet Katwijk", "accepted")]
    assert "Gevraagd aan: " in text(asked, BEA)
    assert set(calls(asked)) == {"Hillegom", "Lisse", "Noordwijk", "Teylingen"}
    on(asked, CALLED)
    on(asked, date(2026, 11, 24))
    assert len(sent(asked)) == 3, "once each"
    assert "Bea" in calls(asked)["Katwijk"]
    on(asked, date(2026, 11, 25))
    assert calls(asked) == {}, "it has begun"


def _number(desk: Desk) -> int:
    with desk.database.read() as session:
        rows = select(DeliveryRow.id).where(col(DeliveryRow.kind) == MessageKind.SILENCE)
        return max(one for one in session.exec(rows) if one)


def _objection(desk: Desk, number: int) -> str:
    with desk.database.read() as session:
        return validity.objection(session, number, desk.clock.today())


def test_who_answers_is_asked_no_more(asked: Desk) -> None:
    """Also when the mail waits: what is left of it goes anew."""
    answer(asked, "katwijk", Answer.DECLINE)
    on(asked, REMINDED)
    assert sent(asked) == [(HLT, "Doen Hillegom, Lisse en Teylingen", "due")]
    answer(asked, "lisse", Answer.JOIN)
    assert [state for *_, state in sent(asked)] == ["cancelled"]
    on(asked, REMINDED)
    assert sent(asked)[1:] == [(HLT, "Doen Hillegom en Teylingen", "due")]
    arrived(asked)
    number = _number(asked)
    assert _objection(asked, number) == ""
    answer(asked, "teylingen", Answer.JOIN)
    assert _objection(asked, number) == (
        "Teylingen heeft al geantwoord."
        " Van Hillegom is er nog geen antwoord: bel of mail daar zelf."
    )
    answer(asked, "hillegom", Answer.LATER, date(2026, 10, 12))
    assert _objection(asked, number) == (
        "Teylingen heeft al geantwoord. Hillegom weet het uiterlijk op maandag 12 oktober 2026."
    )
    answer(asked, "hillegom", Answer.DECLINE)
    assert _objection(asked, number) == "Hillegom en Teylingen hebben al geantwoord."
    answer(asked, "hillegom", Answer.LATER)
    on(asked, TOLD)
    assert len(sent(asked)) == 2
    assert set(calls(asked)) == {"Hillegom", "Noordwijk"}


def test_who_decides_later_is_left_alone_until_that_day(asked: Desk) -> None:
    answer(asked, "katwijk", Answer.LATER, date(2026, 10, 12))
    on(asked, date(2026, 10, 12))
    assert KATWIJK not in {one for one, *_ in sent(asked)}
    on(asked, date(2026, 10, 13))
    assert (KATWIJK, "Doet Katwijk", "due") in sent(asked)
    assert "Jullie zouden het op maandag 12 oktober 2026 weten." in text(asked, KATWIJK)
    arrived(asked)
    answer(asked, "katwijk", Answer.LATER, date(2026, 10, 20))
    on(asked, date(2026, 10, 20))
    assert [one for one, *_ in sent(asked)].count(KATWIJK) == 1
    assert BEA not in {one for one, *_ in sent(asked)}
    on(asked, date(2026, 10, 21))
    assert [one for one, *_ in sent(asked)].count(KATWIJK) == 2, "asked for by themselves"


def _people(desk: Desk) -> list[str]:
    return [one for one, *_ in sent(desk)]


def test_none_of_many_people_is_left_out_also_who_comes_before_somebody_calls(
    one_desk: Desk,
) -> None:
    """More than one transaction makes, of those who were asked and of their colleagues."""
    officers, others = ([f"{kind}-{one}" for one in range(26)] for kind in ("woord", "beleid"))
    for one in officers:
        one_desk.add(one, Role.COMMUNICATION, "katwijk")
    for one in others:
        one_desk.add(one, Role.POLICY, "katwijk")
    desk = _ask(one_desk)
    on(desk, REMINDED)
    assert sorted(_people(desk)) == sorted([HLT, KATWIJK, *officers])
    arrived(desk)
    desk.add("later", Role.COMMUNICATION, "katwijk")
    on(desk, date(2026, 9, 30))
    assert len(_people(desk)) == 28
    on(desk, TOLD)
    assert sorted(_people(desk)[28:]) == sorted([BEA, "later", *others])
    arrived(desk)
    desk.add("nieuw", Role.POLICY, "katwijk")
    on(desk, date(2026, 10, 5))
    assert _people(desk)[28 + 28 :] == ["nieuw"]
    arrived(desk)
    desk.add("te-laat", Role.POLICY, "katwijk")
    on(desk, CALLED)
    assert len(_people(desk)) == 28 + 28 + 1


def test_many_people_just_before_the_start_are_all_told_on_that_day(one_asked: Desk) -> None:
    """Then there is no time for a next mail: who sees the first mail, sees 'call' at once."""
    for one in range(30):
        one_asked.add(f"beleid-{one}", Role.POLICY, "katwijk")
    on(one_asked, REMINDED)
    arrived(one_asked)
    _edition(one_asked, first=date(2026, 10, 6))
    on(one_asked, TOLD)
    assert len(_people(one_asked)) == 2 + 31
    assert "Katwijk" in calls(one_asked)


def test_who_is_asked_in_two_broadcasts_hears_of_both(one_desk: Desk) -> None:
    """Others of the second gemeente are mailed before it is their turn."""
    one_desk.add("beide", Role.COMMUNICATION, "katwijk")
    with one_desk.database.session() as session:
        for role in (Role.COMMUNICATION, Role.POLICY):
            session.add(ContactRoleRow(contact_key="beide", role=role, municipality_key="hillegom"))
    for place in ("katwijk", "hillegom"):
        number = one_desk.new(answer_by=ASKED_BY)
        one_desk.write(number, places=(place,), roles=(Role.COMMUNICATION,))
        one_desk.release(number)
    one_desk.clock.move_to(REMINDED, time(9))
    told = rounds.foresee_others(one_desk.database, clock=one_desk.clock)
    assert [to for _, to in told].count("beide@example.nl") == 2
    on(one_desk, REMINDED)
    assert sorted((who, subject) for who, subject, _ in sent(one_desk)) == [
        ("beide", "Doet Hillegom"),
        ("beide", "Doet Katwijk"),
        (HLT, "Doet Hillegom"),
        (KATWIJK, "Doet Katwijk"),
    ]


def test_whose_mail_could_not_be_made_gets_it_when_it_can(one_desk: Desk, tmp_path: Path) -> None:
    """Also after a whole day, as one who was asked and as a colleague."""
    one_desk.add("kees", Role.COMMUNICATION, "katwijk")
    one_desk.add("anna", Role.POLICY, "katwijk")
    desk, whole = _ask(one_desk), one_desk.mails
    texts = tmp_path / "mail"
    shutil.copytree(folder("templates") / "mail", texts)
    text = texts / "nog-geen-antwoord.md"
    broken = "{{ bestaat_niet if name in ('Kees', 'Anna') }}"
    text.write_text(text.read_text(encoding="utf-8") + broken, encoding="utf-8")
    faulty = desk.mails = Mails(texts, sender="campagne@example.nl")
    on(desk, REMINDED)
    assert sorted(_people(desk)) == [HLT, KATWIJK]
    desk.mails = whole
    on(desk, date(2026, 9, 30))
    assert sorted(_people(desk)) == [HLT, KATWIJK, "kees"]
    desk.mails = faulty
    on(desk, TOLD)
    assert _people(desk)[3:] == [BEA]
    desk.mails = whole
    on(desk, date(2026, 10, 5))
    assert _people(desk)[3:] == [BEA, "anna"]


def test_where_nobody_was_asked_who_came_since_is_called(one_asked: Desk) -> None:
    """A mail to them would name colleagues who were asked; there are none."""
    one_asked.add("noor", Role.POLICY, "noordwijk")
    on(one_asked, REMINDED)
    on(one_asked, TOLD)
    assert "noor" not in _people(one_asked)
    assert calls(one_asked)["Noordwijk"] == ["Noor"]


def _edition(desk: Desk, **values: object) -> None:
    with desk.database.session() as session:
        session.execute(update(EditionRow).where(col(EditionRow.key) == ORANGE).values(**values))


def _stop(desk: Desk, state: BroadcastState) -> None:
    with desk.database.session() as session:
        session.execute(update(BroadcastRow).values(state=state))


def test_what_is_cancelled_is_not_asked_for(one_asked: Desk) -> None:
    on(one_asked, REMINDED)
    assert [state for *_, state in sent(one_asked)] == ["due", "due"]
    _edition(one_asked, status=EditionStatus.CANCELLED)
    on(one_asked, REMINDED)
    assert {state for *_, state in sent(one_asked)} == {"cancelled"}
    assert calls(one_asked) == {}


@pytest.mark.parametrize("state", [BroadcastState.PAUSED, BroadcastState.CANCELLED])
def test_a_broadcast_that_was_stopped_chases_nobody(one_asked: Desk, state: BroadcastState) -> None:
    _stop(one_asked, state)
    on(one_asked, REMINDED)
    assert sent(one_asked) == []
    _stop(one_asked, BroadcastState.RELEASED)
    on(one_asked, date(2026, 9, 30))
    assert len(sent(one_asked)) == 2


def test_moved_dates_ask_nobody_twice(one_asked: Desk) -> None:
    """What waits goes with the new days; what went does not go again."""
    on(one_asked, REMINDED)
    with one_asked.database.session() as session:
        session.execute(
            update(DeliveryRow)
            .where(col(DeliveryRow.contact_key) == KATWIJK)
            .values(state=DeliveryState.ACCEPTED)
        )
    moved = {"first": date(2026, 12, 2), "last": date(2026, 12, 12), "date_version": 2}
    _edition(one_asked, **moved)
    on(one_asked, REMINDED)
    three = "Doen Hillegom, Lisse en Teylingen"
    assert sorted(sent(one_asked)) == [
        (HLT, three, "cancelled"),
        (HLT, three, "due"),
        KATWIJK_ONE,
    ]
    assert "van woensdag 2 tot en met zaterdag 12 december 2026" in text(one_asked, HLT)


def test_who_has_another_address_gets_it_there_and_who_wants_none_gets_none(
    one_asked: Desk,
) -> None:
    with one_asked.database.session() as session:
        session.add(PreferencesRow(contact_key=KATWIJK, broadcasts=False))
    on(one_asked, REMINDED)
    assert [one for one, *_ in sent(one_asked)] == [HLT, BEA], "nobody to remind in Katwijk"
    assert "Gevraagd aan: een collega" in text(one_asked, BEA)
    with one_asked.database.session() as session:
        session.execute(
            update(ContactRow).where(col(ContactRow.key) == HLT).values(email="nieuw@example.nl")
        )
    on(one_asked, REMINDED)
    with one_asked.database.read() as session:
        rows = session.exec(
            select(DeliveryRow)
            .where(col(DeliveryRow.contact_key) == HLT)
            .where(col(DeliveryRow.kind) == MessageKind.SILENCE)
            .order_by(col(DeliveryRow.id))
        ).all()
        assert [(one.recipient, one.state) for one in rows] == [
            ("hltsamen-communicatie@example.nl", DeliveryState.CANCELLED),
            ("nieuw@example.nl", DeliveryState.DUE),
        ]


def _told(desk: Desk) -> list[tuple[str, str]]:
    """Return the news that the author of the broadcast got: subject and text."""
    with desk.database.read() as session:
        rows = session.exec(
            select(DeliveryRow)
            .where(col(DeliveryRow.kind) == MessageKind.NEWS)
            .where(col(DeliveryRow.contact_key) == "leiden-centrum")
            .order_by(col(DeliveryRow.id))
        ).all()
        mails = [Message(one.key, one.kind, "", "", one.subject, "", one.raw) for one in rows]
        return [(one.subject, " ".join(plain_text(one).split())) for one in mails]


def test_who_asked_hears_the_answers_of_a_day_the_next_morning(asked: Desk) -> None:
    """Of who changed their mind the last, and nothing of what they noted down themselves."""
    for place, said in (
        ("katwijk", Answer.JOIN),
        ("lisse", Answer.JOIN),
        ("katwijk", Answer.DECLINE),
    ):
        answer(asked, place, said, broadcast=1)
    answer(asked, "hillegom", Answer.JOIN, broadcast=1, noted_by="leiden-centrum")
    on(asked, asked.clock.today())
    assert _told(asked) == []
    on(asked, date(2026, 9, 8))
    ((subject, said_text),) = _told(asked)
    assert subject == "2 antwoorden op je regiobericht: Orange the World 2026"
    assert "- Katwijk doet niet mee. Gegeven door: Een collega (per telefoon)" in said_text
    assert "- Lisse doet mee. Gegeven door: Een collega (per telefoon)" in said_text
    assert said_text.count("/beheer/regiobericht/1") == 1
    assert "Hillegom" not in said_text
    on(asked, date(2026, 9, 9))
    assert len(_told(asked)) == 1
    with asked.database.read() as session:
        (line,) = managed_broadcasts.overview(session, LEIDEN, asked.clock.today()).lines
    assert line.answers == "2 doen mee, 1 doet niet mee en 2 antwoordden nog niet"


def test_the_dry_run_tells_it_and_changes_nothing(one_asked: Desk) -> None:
    one_asked.clock.move_to(REMINDED, time(9))
    told = rounds.foresee_others(one_asked.database, clock=one_asked.clock)
    what = "vraag om alsnog te antwoorden"
    assert sorted(to for said, to in told if said == what) == [
        "hltsamen-communicatie@example.nl",
        "katwijk-campagnes@example.nl",
    ], "HLTsamen once, for its three gemeenten"
    assert sent(one_asked) == []


def test_the_dry_run_tells_the_copies_for_deputies_too(one_desk: Desk) -> None:
    """Of a broadcast whose moment has come, and of the mail that there is no answer."""
    with one_desk.database.session() as session:
        session.add(
            PreferencesRow(
                contact_key=KATWIJK,
                deputy_key=HLT,
                absent_from=date(2026, 9, 1),
                absent_until=date(2026, 10, 1),
            )
        )
    number = one_desk.new(answer_by=ASKED_BY)
    one_desk.schedule(number, one_desk.clock.now() + timedelta(hours=1))
    assert "regiobericht" not in {said for said, _ in _foreseen(one_desk)}
    one_desk.clock.move_to(date(2026, 9, 8), time(12))
    foreseen = _foreseen(one_desk)
    of_broadcast = [one for one in foreseen if one[0].startswith("regiobericht")]
    copy = "regiobericht, kopie van Communicatie en beleid Katwijk"
    assert (copy, f"{HLT}@example.nl") in of_broadcast
    assert one_desk.tick() == len(of_broadcast)
    one_desk.clock.move_to(REMINDED, time(9))
    what = "vraag om alsnog te antwoorden"
    foreseen = sorted(one for one in _foreseen(one_desk) if one[0].startswith(what))
    assert foreseen == [
        (what, f"{HLT}@example.nl"),
        (what, f"{KATWIJK}@example.nl"),
        (f"{what}, kopie van Communicatie en beleid Katwijk", f"{HLT}@example.nl"),
    ]
    on(one_desk, REMINDED)
    assert len(sent(one_desk)) == len(foreseen)


def _foreseen(desk: Desk) -> list[tuple[str, str]]:
    return rounds.foresee_others(desk.database, clock=desk.clock)
