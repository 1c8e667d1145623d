"""Who works for several gemeenten gets one mail about all of them, where its words allow that."""

from datetime import date
from email import message_from_bytes, policy

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from campagne.domain.contacts import Contact
from campagne.domain.delivery import DeliveryState
from campagne.domain.playbook import Role
from campagne.domain.rights import Visitor
from campagne.domain.silence import Stage
from campagne.services.outbox import managed_deliveries
from campagne.services.regional import broadcasts, participation, previews, progress, silence
from campagne.store.tables import (
    ContactRoleRow,
    DeliveryPlaceRow,
    DeliveryRow,
    MailTextRow,
    PreferencesRow,
)
from tests.services.regional.desk import LINKS, ORANGE, Desk

HLT = "hltsamen-communicatie"
THREE = "Hillegom, Lisse en Teylingen"


def to_hlt(desk: Desk) -> list[DeliveryRow]:
    return [one for one in desk.outbox() if one.contact_key == HLT]


def text_of(raw: bytes) -> str:
    part = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


def arrive(desk: Desk, state: DeliveryState = DeliveryState.ACCEPTED) -> None:
    with desk.database.session() as session:
        for row in session.exec(select(DeliveryRow)):
            row.state = state


def test_one_mail_asks_for_each(desk: Desk) -> None:
    number = desk.new()
    shown = {one.for_whom: one.messages for one in desk.preview(number)}
    assert shown.keys() == {THREE, "Katwijk", "Noordwijk"}
    assert desk.release(number).queued == 2
    (mail,) = to_hlt(desk)
    assert [one.raw for one in shown[THREE]] == [mail.raw], "what is shown is what is sent"
    assert mail.subject.endswith(f": doen {THREE} mee?")
    text = text_of(mail.raw)
    assert f"Deze mail gaat over {THREE}." in text
    assert "Je kiest voor elke gemeente: doet mee" in text
    for key in ("hillegom", "lisse", "teylingen"):
        assert LINKS.edition(ORANGE, key) in text
    answer = LINKS.answer(number, "hillegom", ["lisse", "teylingen"])
    assert "".join(answer.split()) in "".join(text.split())
    with desk.database.read() as session:
        beside = session.exec(
            select(DeliveryPlaceRow.municipality_key).order_by(
                col(DeliveryPlaceRow.municipality_key)
            )
        ).all()
    assert (mail.municipality_key, beside) == ("hillegom", ["lisse", "teylingen"])


def test_each_of_them_was_asked(one_desk: Desk) -> None:
    number = one_desk.new()
    one_desk.release(number)
    arrive(one_desk, DeliveryState.FAILED)
    with one_desk.database.read() as session:
        assert progress.progress(session, broadcasts.find(session, number)).needs_somebody
    arrive(one_desk)
    one_desk.clock.move_to(date(2026, 9, 17))
    with one_desk.database.read() as session:
        row = broadcasts.find(session, number)
        far = progress.progress(session, row)
        standing = participation.standing(session, number)
        silent = silence.of_edition(session, ORANGE, one_desk.clock.today())
    assert [one.municipality for one in far.lines] == [THREE, "Katwijk"]
    assert (far.total, far.left, far.rest, far.needs_somebody) == (2, 2, (), False)
    assert {one.municipality: one.mailed for one in standing} == {
        "Hillegom": True,
        "Katwijk": True,
        "Lisse": True,
        "Noordwijk": False,
        "Teylingen": True,
    }
    reminded = {key for key, one in silent.items() if one.stage is Stage.REMIND}
    assert reminded == {"hillegom", "katwijk", "lisse", "teylingen"}


def test_a_mail_that_is_taken_back_was_for_none_of_them(one_desk: Desk) -> None:
    number = one_desk.new()
    one_desk.release(number)
    one_desk.cancel(number)
    with one_desk.database.read() as session:
        standing = participation.standing(session, number)
    assert not any(one.mailed for one in standing)
    assert len({one.withdrawn for one in standing if one.municipality != "Noordwijk"}) == 1


def test_the_rest_is_about_the_rest(one_desk: Desk) -> None:
    number = one_desk.new()
    one_desk.release(number)
    with one_desk.database.session() as session:
        session.add(ContactRoleRow(contact_key=HLT, role=Role.POLICY, municipality_key="noordwijk"))
    with one_desk.database.read() as session:
        row = broadcasts.find(session, number)
        whose = previews.recipients(session, row, one_desk.clock.today())
    assert [one.for_whom for one in whose] == [THREE, "Katwijk", "Noordwijk"]
    assert [one.for_whom for one in one_desk.preview(number)] == [THREE, "Katwijk", "Noordwijk"]
    assert one_desk.rest(number) == 1
    late = to_hlt(one_desk)[-1]
    assert (late.municipality_key, late.key) == (
        "noordwijk",
        f"regiobericht:{number}:noordwijk:{HLT}",
    )
    assert f"Je werkt ook voor {THREE}" in text_of(late.raw)


def test_a_follow_up_is_for_all_that_it_was_about(one_desk: Desk) -> None:
    number = one_desk.new()
    one_desk.release(number)
    arrive(one_desk)
    one_desk.change(theme="Samen")
    second = one_desk.follow_up(number)
    assert [one.for_whom for one in one_desk.preview(second)] == [THREE, "Katwijk"]
    assert one_desk.release(second).queued == 2


def test_a_deputy_who_works_there_too_has_a_copy_about_the_others(one_desk: Desk) -> None:
    one_desk.add("lisse-beleid", Role.POLICY, "lisse")
    with one_desk.database.session() as session:
        session.add(
            PreferencesRow(
                contact_key=HLT,
                deputy_key="lisse-beleid",
                absent_from=date(2026, 9, 1),
                absent_until=date(2026, 9, 30),
            )
        )
    number = one_desk.new()
    one_desk.release(number)
    about = {
        (one.contact_key, one.copy_of is not None): one.subject.partition(": ")[2]
        for one in one_desk.outbox()
    }
    assert about["lisse-beleid", True] == "doen Hillegom en Teylingen mee?"
    assert about["lisse-beleid", False] == "doet Lisse mee?"
    assert [one.subject.partition(": ")[2] for one in to_hlt(one_desk)] == [
        "doen Hillegom en Teylingen mee?",
        "doet Lisse mee?",
    ]


def test_texts_for_residents_have_a_link_for_each(one_desk: Desk) -> None:
    number = one_desk.new()
    one_desk.write(number, with_texts=True)
    with one_desk.database.read() as session:
        row = broadcasts.find(session, number)
        whose = previews.recipients(session, row, one_desk.clock.today())
        first = whose[0]
        mails, now = one_desk.mails, one_desk.clock.now()
        mail = previews.mail(session, row, first, links=LINKS, mails=mails, now=now)
    assert [one.for_whom for one in whose] == [THREE, "Katwijk"]
    for place in ("hillegom", "lisse", "teylingen"):
        assert LINKS.texts(ORANGE, place) in text_of(mail.raw)


@pytest.mark.parametrize(
    ("place", "sees"), [("hillegom", True), ("lisse", True), ("katwijk", False)]
)
def test_the_list_of_mails_says_for_whom(
    one_desk: Desk,
    place: str,
    sees: bool,  # noqa: FBT001 - a table
) -> None:
    """To who manages one of the gemeenten, also when its contact has left."""
    one_desk.release(one_desk.new())
    (mail,) = to_hlt(one_desk)
    admin = Visitor(Contact("i", "I", "i@example.nl", "", ((Role.ADMIN, place),)), strong=True)
    with one_desk.database.session() as session:
        session.execute(delete(ContactRoleRow).where(col(ContactRoleRow.contact_key) == HLT))
    with one_desk.database.read() as session:
        lines = managed_deliveries.lines(session, admin, limit=10)
        assert (mail.id in {one.id for one in lines}) is sees
        if sees:
            found = managed_deliveries.mail(session, admin, mail.id or 0, one_desk.clock.today())
            assert found.municipality == THREE


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("De links van {{ municipality }}: {{ texts_url }}", 3),
        ("{% for one in links %}{{ one.texts_url }}{% endfor %}", 1),
    ],
)
def test_own_words_with_a_link_for_one_are_a_mail_for_each(
    one_desk: Desk, text: str, count: int
) -> None:
    head = '+++\nonderwerp = "{{ links | length }}"\nkop = "k"\nvoorproef = "v"\n+++\n'
    with one_desk.database.session() as session:
        own = {"name": "regiobericht", "source": head + text, "original": "", "by": "Iemand"}
        session.add(MailTextRow(**own, at=one_desk.clock.now()))
    number = one_desk.new()
    one_desk.release(number)
    found = to_hlt(one_desk)
    assert len(found) == count
    said = " ".join(text_of(one.raw) for one in found)
    for place in ("hillegom", "lisse", "teylingen"):
        assert LINKS.texts(ORANGE, place) in said
    with one_desk.database.read() as session:
        row = broadcasts.find(session, number)
        assert progress.progress(session, row).total == count + 1
