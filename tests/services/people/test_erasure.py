"""Somebody asks to be wiped, and is: nothing about them is left, what others need stays."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from campagne.clock import SetClock
from campagne.domain.delivery import DeliveryState, MessageKind
from campagne.domain.own_texts import OwnText, Place, Words, of_municipality
from campagne.domain.playbook import Role
from campagne.domain.preferences import Preferences
from campagne.domain.reminders import Answer, StepStatus
from campagne.domain.rights import Visitor
from campagne.domain.texts import TextKind
from campagne.errors import InvalidInputError, NotFoundError
from campagne.people_contexts import ErasureContext
from campagne.rota_files import RotaFiles
from campagne.services import audit
from campagne.services.audit import Author
from campagne.services.entrance import login
from campagne.services.outbox import delivery
from campagne.services.people import erasure, managed_contacts, my_data, preferences
from campagne.services.planning import steps
from campagne.services.regional import participation
from campagne.services.rotas import rota
from campagne.store import own_texts
from campagne.store.database import Database
from campagne.store.tables import (
    AnswerRow,
    AuditRow,
    BroadcastRow,
    ContactRoleRow,
    ContactRow,
    DeliveryRow,
    MailTextRow,
    NewsRow,
    OwnTextRow,
    RotaStatementRow,
    SecondFactorRow,
    StepStateRow,
    WebSessionRow,
)
from tests.services.changing import HLT, LINKS, ORANGE, WEEK, Office, text_of
from tests.snapshots import Snapshots

NAME, ADDRESS, PHONE = "Communicatie HLTsamen", "hltsamen-communicatie@example.nl", "071 000 00 00"


@pytest.fixture
def office(world: Database, clock: SetClock, snapshots: Snapshots) -> Office:
    """The small region with who manages it, and who manages Gouda and nothing else."""

    def prepared() -> None:
        with world.session() as session:
            for key, place in (("beheer", "leiden"), ("beheer-gouda", "gouda")):
                session.add(ContactRow(key=key, name=key.title(), email=f"{key}@example.nl"))
                session.flush()
                session.add(
                    ContactRoleRow(contact_key=key, role=Role.ADMIN, municipality_key=place)
                )
        Office(world, clock)

    snapshots.once(world, prepared)
    return Office(world, clock, is_planned=True)


def ask(office: Office, contact: str = HLT) -> int:
    with office.database.session() as session:
        return erasure.ask(
            session, contact, mails=office.mails, links=LINKS, now=office.clock.now()
        )


def wipe(office: Office, contact: str = HLT, by: str = "beheer", why: str = "gevraagd") -> None:
    with office.database.session() as session:
        managed_contacts.wipe(
            session,
            contact,
            visitor=Visitor(preferences.find(session, by), strong=True),
            why=why,
            now=office.clock.now(),
            today=office.clock.today(),
        )


def live(office: Office) -> None:
    """Let the contact do what leaves traces: tick off, log in, choose, change, get mail."""
    now, today = office.clock.now(), office.clock.today()
    office.round()
    with office.database.session() as session:
        steps.tick_off(
            session,
            edition=WEEK,
            step="materiaal",
            municipality="lisse",
            by=Author(NAME, HLT),
            now=now,
            today=today,
        )
        wanted = replace(Preferences(), broadcasts=False)
        preferences.store(session, HLT, wanted, today=today, now=now)
        (link,) = login.ask(session, ADDRESS, client="x", secret="k", now=now)
        login.enter(session, link.token, device="Firefox", strong=True, now=now)
        session.add(SecondFactorRow(contact_key=HLT, confirmed_at=now))
        of = ("contact", "beheer")
        audit.record(
            session, Author(NAME, HLT), "gewijzigd", of=of, before={}, after={}, why="", now=now
        )


def cells(session: Session) -> Iterator[tuple[str, str]]:
    """Yield every cell of every table as text, with where it stands."""
    for name, table in SQLModel.metadata.tables.items():
        for row in session.connection().execute(table.select()):
            for column, value in row._mapping.items():
                yield f"{name}.{column}", value.decode() if isinstance(value, bytes) else str(value)


def test_who_manages_them_is_told_once(office: Office) -> None:
    assert ask(office) == 1
    (mail,) = office.outbox("beheer")
    assert mail.kind is MessageKind.REQUEST
    told = text_of(mail)
    assert f"{NAME} ({ADDRESS}) heeft in de Campagnekalender gevraagd" in told
    assert "https://campagne.example.nl/beheer/contact/hltsamen-communicatie" in told
    with pytest.raises(InvalidInputError, match=r"Je vroeg dit al op maandag 7 september 2026"):
        ask(office)
    with office.database.session() as session:
        erasure.withdraw(session, HLT)
    with office.database.read() as session:
        assert erasure.waiting(session) == {}


def test_nothing_about_them_is_left(office: Office) -> None:
    live(office)
    ask(office)
    with office.database.read() as session:
        before = {place for place, value in cells(session) if ADDRESS in value or NAME in value}
    assert {"contact.email", "delivery.recipient", "mail_bytes.raw", "audit.by"} <= before
    wipe(office)
    with office.database.read() as session:
        left = {
            place: value
            for place, value in cells(session)
            if (ADDRESS in value or NAME in value) and place != "mail_bytes.raw"
        }
        assert left == {}
        assert all(
            NAME not in row.raw.decode() and ADDRESS not in row.raw.decode()
            for row in session.exec(select(DeliveryRow)).all()
            if row.contact_key == HLT
        )
        contact = session.get_one(ContactRow, HLT)
        assert (contact.name, contact.phone, contact.active) == (erasure.NAME, "", False)
        assert session.exec(select(WebSessionRow)).all() == []
        assert session.exec(select(SecondFactorRow)).all() == []
        assert session.exec(select(NewsRow).where(NewsRow.contact_key == HLT)).all() == []
        done = session.exec(select(StepStateRow)).one()
        assert (done.status, done.by) == (StepStatus.DONE, erasure.NAME)
        by = session.exec(select(AuditRow.by).order_by(col(AuditRow.id))).all()
        assert by == [HLT, "Beheer"]
        assert erasure.waiting(session) == {}
    assert {one.state for one in office.outbox(HLT)} == {DeliveryState.CANCELLED}
    office.round()
    assert len(office.outbox(HLT)) == 1


def test_of_two_with_one_name_each_sees_and_loses_only_their_own(office: Office) -> None:
    """A colleague of the gemeente, who coordinates, a stranger: it is the key that counts."""
    now, today = office.clock.now(), office.clock.today()
    namesakes = {
        "collega": (Role.COMMUNICATION, "lisse"),
        "coordinator": (Role.CENTRE, "leiden"),
        "vreemde": (Role.COMMUNICATION, "gouda"),
    }
    with office.database.session() as session:
        for key, (role, place) in namesakes.items():
            session.add(ContactRow(key=key, name=NAME, email=f"{key}@example.nl"))
            session.flush()
            session.add(ContactRoleRow(contact_key=key, role=role, municipality_key=place))
    live(office)
    said = {HLT: "hillegom", "collega": "teylingen", "coordinator": "katwijk"}
    with office.database.session() as session:
        for by, place in said.items():
            words = Words("Titel", "Tekst")
            of = Place("orange-the-world", TextKind.X, of_municipality(place))
            why = f"{NAME} wil dit"
            made = OwnText(of, 1, words, words, whole=True, is_own=True, by=NAME, at=now, why=why)
            own_texts.add(session, made, by)
            session.add(
                RotaStatementRow(
                    entry_key="duin-en-bollenstreek-2026",
                    version=1,
                    municipality_key=place,
                    note=f"van {by}",
                    by=NAME,
                    by_key=by,
                    at=now,
                )
            )
            participation.record(
                session,
                edition_key=ORANGE,
                municipality_key=place,
                answer=Answer.LATER,
                by=Author(NAME, by),
                now=now,
                today=today,
                links=LINKS,
                mails=office.mails,
            )
        participation.record(
            session,
            edition_key=ORANGE,
            municipality_key="gouda",
            answer=Answer.LATER,
            by=Author(NAME),
            now=now,
            today=today,
            links=LINKS,
            mails=office.mails,
        )
    with office.database.read() as session:
        for key in (HLT, *namesakes):
            mine = my_data.as_json(my_data.everything(session, key))
            ticked = [one["stap"] for one in mine["Wat je afvinkte"]]
            assert ticked == (["Materiaal bestellen"] if key == HLT else []), key
            answers = [one["gemeente"] for one in mine["Antwoorden die je gaf of vastlegde"]]
            assert answers == ([said[key].title()] if key in said else []), key
            written = [one["soort"] for one in mine["Teksten die je schreef"]]
            assert written == (["x"] if key in said else []), key
            remarks = [one["opmerking"] for one in mine["Wat je zei van het rooster"]]
            assert remarks == ([f"van {key}"] if key in said else []), key
    wipe(office)
    with office.database.read() as session:
        assert session.exec(select(StepStateRow)).one().by == erasure.NAME
        given = session.exec(select(AnswerRow).order_by(col(AnswerRow.id))).all()
        assert [one.by for one in given] == [erasure.NAME, NAME, NAME, NAME]
        spoken = session.exec(select(RotaStatementRow).order_by(col(RotaStatementRow.id))).all()
        assert [one.by for one in spoken] == [erasure.NAME, NAME, NAME]
        wrote = {row.by_key: row.by for row in session.exec(select(OwnTextRow))}
        assert wrote == {HLT: erasure.NAME, "collega": NAME, "coordinator": NAME}


def test_a_name_typed_by_hand_goes_where_nobody_else_has_it(office: Office) -> None:
    now, today = office.clock.now(), office.clock.today()
    with office.database.session() as session:
        participation.record(
            session,
            edition_key=ORANGE,
            municipality_key="lisse",
            answer=Answer.LATER,
            by=Author(NAME),
            now=now,
            today=today,
            links=LINKS,
            mails=office.mails,
        )
        mine = my_data.as_json(my_data.everything(session, HLT))
        assert mine["Antwoorden die je gaf of vastlegde"] == []
    wipe(office)
    with office.database.read() as session:
        assert session.exec(select(AnswerRow)).one().by == erasure.NAME


def mention(office: Office) -> None:
    """Put the name and the address in notes of a colleague and in mails to one."""
    now = office.clock.now()
    for key, words in (
        ("m-1", f"{NAME} geeft je een stap"),
        ("m-2", f"{NAME} geeft nog een stap"),
        ("m-3", "Iemand geeft je een stap"),
    ):
        message = office.mails.compose(
            "verzoek-wissen",
            ErasureContext(
                name="Lisse",
                who=words,
                email=ADDRESS.title(),
                municipalities="Lisse",
                url="https://campagne.example.nl",
            ),
            kind=MessageKind.REQUEST,
            key=key,
            recipient="lisse@example.nl",
            recipient_name="Lisse",
            date=now,
            reply_to=ADDRESS,
        )
        with office.database.session() as session:
            delivery.enqueue(session, message, now=now)
    with office.database.session() as session:
        steps.tick_off(
            session,
            edition=WEEK,
            step="evaluatie",
            municipality="katwijk",
            by=Author("Bea", "katwijk-campagnes"),
            note=f"Besproken met {NAME} ({ADDRESS}).",
            now=now,
            today=office.clock.today(),
        )


def test_their_name_goes_from_notes_and_from_what_was_not_sent(office: Office) -> None:
    mention(office)
    with office.database.session() as session:
        rows = {one.key: one for one in session.exec(select(DeliveryRow))}
        rows["m-1"].state = DeliveryState.ACCEPTED
        sent = rows["m-1"].raw
        rows["m-2"].state, rows["m-2"].fence, rows["m-2"].owner = DeliveryState.CLAIMED, 4, "x"
    wipe(office)
    with office.database.read() as session:
        note = session.exec(select(StepStateRow)).one().note
        rows = {one.key: one for one in session.exec(select(DeliveryRow))}
        mails = {key: rows[key] for key in ("m-1", "m-2", "m-3")}
    assert note.startswith(f"Besproken met {erasure.NAME} (gewist-")
    assert mails["m-1"].raw == sent, "a record"
    assert mails["m-2"].state is DeliveryState.DUE, "the sender that has the old bytes is told no"
    for key in ("m-2", "m-3"):
        text = text_of(mails[key])
        assert NAME not in text
        assert ADDRESS not in mails[key].raw.decode().lower()
    assert f"{erasure.NAME} geeft nog een stap" in text_of(mails["m-2"])
    assert mails["m-2"].message_id in mails["m-2"].raw.decode()


@pytest.mark.parametrize("is_shared", [False, True])
def test_own_texts_and_broadcasts_do_not_keep_them(office: Office, *, is_shared: bool) -> None:
    """All versions, for an older one can be put back; not a name or number of somebody else too."""
    now = office.clock.now()
    phone = "06 12 34 56 78"
    body = f"Bel {NAME}:\n{phone}, {ADDRESS.title()}. Of bel 0800-2000."
    words = Words(f"Vraag het {NAME}", body)
    at_end = NAME.replace(" ", "\n")
    files = [
        {"name": name, "media_type": "application/pdf", "size": 1, "digest": "0" * 64}
        for name in ("brief_communicatie-hltsamen.pdf", "brief hltsamenwerking.pdf")
    ]
    with office.database.session() as session:
        session.get_one(ContactRow, HLT).phone = phone
        of = Place("orange-the-world", TextKind.X, of_municipality("lisse"))
        for version, made_of in enumerate((words, replace(words, title="Anders")), start=1):
            made = OwnText(of, version, made_of, words, whole=True, is_own=True, by="Bea", at=now)
            own_texts.add(session, made, "katwijk-campagnes")
        session.add(
            BroadcastRow(
                edition_key=ORANGE,
                region_key="holland-rijnland",
                centre_key="leiden",
                author_key="beheer",
                subject=f"Doe mee met {NAME}",
                body=f"Kom bij {at_end}:\nbel {phone}, of {ADDRESS}.",
                hindrance=f"{NAME} moet er eerst naar kijken.",
                answer_by=office.clock.today(),
                files=files,
                created_at=now,
            )
        )
        session.add(
            MailTextRow(name="bericht", source=f"Vragen? {NAME}.", original="", by="Bea", at=now)
        )
        if is_shared:
            session.add(
                ContactRow(key="ander", name=f"{NAME} 2", email="a@example.nl", phone="0612345678")
            )
    wipe(office)
    with office.database.read() as session:
        rows = session.exec(select(OwnTextRow).order_by(col(OwnTextRow.number))).all()
        broadcast = session.exec(select(BroadcastRow)).one()
        asked = session.exec(select(MailTextRow)).one().source
    name, number = (NAME, phone) if is_shared else (erasure.NAME, "gewist nummer")
    assert [row.title for row in rows] == [f"Vraag het {name}", "Anders"]
    for row in rows:
        for said in (row.body, row.base_body):
            assert said.startswith(f"Bel {name}:\n{number}, gewist-")
            assert said.endswith(".invalid. Of bel 0800-2000.")
        assert row.base_title == f"Vraag het {name}"
    first = files[0]["name"] if is_shared else f"brief_{erasure.NAME}.pdf"
    assert [one["name"] for one in broadcast.files] == [first, "brief hltsamenwerking.pdf"]
    assert broadcast.subject == f"Doe mee met {name}"
    at_end = at_end if is_shared else name
    assert broadcast.body.startswith(f"Kom bij {at_end}:\nbel {number}, of gewist-")
    assert broadcast.hindrance == f"{name} moet er eerst naar kijken."
    assert asked == f"Vragen? {name}."


def test_a_word_is_no_name(office: Office) -> None:
    """Who is called as a role, or as the first part of another, is not looked for in text."""
    with office.database.session() as session:
        session.get_one(ContactRow, HLT).name = "Beleid"
        session.add(ContactRow(key="ander", name=f"{NAME} 2", email="ander@example.nl"))
    mention(office)
    wipe(office)
    with office.database.read() as session:
        note = session.exec(select(StepStateRow)).one().note
    assert note.startswith(f"Besproken met {NAME} (gewist-")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET by = 'iemand'",
        "UPDATE audit SET by = contact_key, why = 'anders'",
        'UPDATE audit SET by = contact_key, before = \'{"a": "b"}\'',
        "UPDATE audit SET by = contact_key, contact_key = NULL",
        "UPDATE audit SET by = NULL",
    ],
)
def test_the_log_takes_no_other_change(office: Office, statement: str) -> None:
    live(office)
    with pytest.raises(IntegrityError), office.database.session() as session:
        session.connection().execute(text(statement))


@pytest.mark.parametrize(
    ("contact", "by", "why", "said"),
    [
        (HLT, "beheer-gouda", "x", "niet voor een gemeente die jij beheert"),
        (HLT, "gouda-communicatie", "x", "Deze pagina is voor beheerders"),
        ("beheer", "beheer", "x", "Jezelf kun je niet wissen"),
        (HLT, "beheer", "", "Schrijf op waarom"),
    ],
)
def test_only_who_manages_them_wipes_them(
    office: Office, contact: str, by: str, why: str, said: str
) -> None:
    with pytest.raises((NotFoundError, InvalidInputError), match=said):
        wipe(office, contact, by, why)
    with office.database.read() as session:
        assert session.get_one(ContactRow, HLT).name == NAME


def test_not_while_a_mail_is_going_out(office: Office) -> None:
    office.round()
    office.become(DeliveryState.SENDING, HLT)
    with pytest.raises(InvalidInputError, match=r"over een kwartier"):
        wipe(office)
    with office.database.read() as session:
        assert session.get_one(ContactRow, HLT).name == NAME


def test_the_files_bring_nothing_back(
    sqlite_database: Database, files: RotaFiles, clock: SetClock
) -> None:
    now, today = clock.now(), clock.today()
    with sqlite_database.session() as session:
        rota.apply(session, files, today=today, now=now)
    with sqlite_database.session() as session:
        erasure.carry_out(session, "communicatie", by="communicatie", now=now, today=today)
    with sqlite_database.session() as session:
        rota.apply(session, files, today=today, now=now)
    with sqlite_database.read() as session:
        row = session.get_one(ContactRow, "communicatie")
        assert (row.name, row.active) == (erasure.NAME, False)
        left = [value for _, value in cells(session) if "communicatie@example.nl" in value]
    assert left == []


def test_everything_about_me_in_one_file(office: Office) -> None:
    live(office)
    ask(office)
    with office.database.read() as session:
        found = my_data.as_json(my_data.everything(session, HLT))
    file = json.dumps(found, ensure_ascii=False)
    assert found["Wie je bent"] == [{"naam": NAME, "mailadres": ADDRESS, "telefoon": PHONE}]
    assert {one["gemeente"] for one in found["Wat je doet"]} == {"Hillegom", "Lisse", "Teylingen"}
    assert [(one["stap"], one["editie"]) for one in found["Wat je afvinkte"]] == [
        ("Materiaal bestellen", "Week tegen Kindermishandeling 2026")
    ]
    (mail,) = found["Mails aan jou (de tekst staat in je eigen mailprogramma)"]
    assert (mail["adres"], mail["soort"]) == (ADDRESS, "herinnering")
    assert [one["apparaat"] for one in found["Waar je bent ingelogd"]] == ["Firefox"]
    assert [one["waarover"] for one in found["Klein nieuws dat we je mailen"]] == [
        "dat mail is uitgezet"
    ]
    assert found["Je verzoek om je gegevens te wissen"][0]["uitgevoerd op"] == ""
    assert "Hallo" not in file, "no text of a mail"
    assert "key_hash" not in file
    assert "gouda" not in file
