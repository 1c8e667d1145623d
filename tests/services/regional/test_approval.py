"""Four eyes: somebody else of the region looks, and what they approved is what goes."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlmodel import col, select

from campagne.domain.broadcasts import BODY_LIMIT, BroadcastState
from campagne.domain.playbook import Role
from campagne.domain.rota import EditionStatus
from campagne.errors import CampagneError, InvalidInputError, NotFoundError
from campagne.services import lookup
from campagne.services.audit import Author
from campagne.services.regional import approval, broadcasts
from campagne.store.tables import (
    AuditRow,
    ContactRoleRow,
    ContactRow,
    MunicipalityRow,
)
from tests.services.regional.desk import Desk

NEEDS = "Een collega in de regio moet dit regiobericht nog goedkeuren"


def ready(desk: Desk) -> int:
    """Make a broadcast with texts for residents, which waits for an approval."""
    number = desk.new()
    desk.write(number, with_texts=True)
    desk.submit(number)
    return number


def test_with_texts_for_residents_somebody_else_must_look(desk: Desk) -> None:
    number = desk.new()
    desk.write(number, with_texts=True)
    with pytest.raises(InvalidInputError, match=NEEDS):
        desk.release(number)
    desk.submit(number)
    with pytest.raises(InvalidInputError, match=NEEDS):
        desk.release(number)
    desk.approve(number)
    assert desk.row(number).state is BroadcastState.APPROVED
    assert desk.release(number).queued == 2
    assert all(b"/teksten/" in one.raw for one in desk.outbox())
    with desk.database.read() as session:
        log = session.exec(select(AuditRow.what).order_by(col(AuditRow.id))).all()
    assert log == [
        "regiobericht gemaakt",
        "regiobericht gewijzigd",
        "om goedkeuring gevraagd",
        "regiobericht goedgekeurd",
        "regiobericht verstuurd",
    ]


def test_who_is_asked_and_who_asked_get_a_mail(one_desk: Desk) -> None:
    number = one_desk.new()
    one_desk.write(number, with_texts=True)
    for nobody in ("leiden-centrum", "gouda-communicatie", "verzonnen"):
        with pytest.raises(InvalidInputError, match="kan dit bericht niet goedkeuren"):
            one_desk.submit(number, nobody)
    one_desk.submit(number, "katwijk-campagnes")
    one_desk.approve(number, "hltsamen-communicatie")
    assert one_desk.told() == [
        ("katwijk-campagnes", "Wil je een regiobericht nalezen?"),
        ("leiden-centrum", "Je regiobericht is goedgekeurd"),
    ]


def test_nobody_approves_their_own(one_desk: Desk) -> None:
    number = ready(one_desk)
    with pytest.raises(InvalidInputError, match="Je schreef dit regiobericht zelf"):
        one_desk.approve(number, "leiden-centrum")
    with pytest.raises(NotFoundError, match="niet voor jouw regio"):
        one_desk.approve(number, "gouda-communicatie")
    assert one_desk.row(number).state is BroadcastState.SUBMITTED


def test_who_edits_becomes_the_author_and_may_not_approve(one_desk: Desk) -> None:
    """So two people cannot be one: the last who wrote is the one who may not approve."""
    one_desk.add("leiden-twee", Role.CENTRE, "leiden")
    number = one_desk.new(author="leiden-centrum")
    one_desk.write(number, "leiden-twee", with_texts=True)
    one_desk.submit(number)
    with pytest.raises(InvalidInputError, match="zelf"):
        one_desk.approve(number, "leiden-twee")
    one_desk.approve(number, "leiden-centrum")
    one_desk.release(number)
    assert all(b"Reply-To: leiden-twee@example.nl" in one.raw for one in one_desk.outbox())


@pytest.mark.parametrize(
    "changed",
    [{"body": "Anders."}, {"places": ("lisse",)}, {"roles": (Role.POLICY,)}],
    ids=["words", "gemeenten", "roles"],
)
def test_any_edit_voids_an_approval(one_desk: Desk, changed: dict[str, Any]) -> None:
    number = ready(one_desk)
    one_desk.approve(number)
    assert one_desk.write(number) is False, "nothing was changed"
    assert one_desk.row(number).state is BroadcastState.APPROVED
    one_desk.write(number, **changed)
    row = one_desk.row(number)
    assert (row.state, row.approver_key, row.approved) == (BroadcastState.DRAFT, None, "")
    with pytest.raises(InvalidInputError, match=NEEDS):
        one_desk.release(number)
    assert one_desk.outbox() == []


def test_an_approval_of_other_words_counts_for_nothing(one_desk: Desk) -> None:
    """Also when somebody writes in the database itself."""
    number = ready(one_desk)
    one_desk.approve(number)
    with one_desk.database.session() as session:
        row = broadcasts.find(session, number)
        row.body += " Nog iets."
    with pytest.raises(InvalidInputError, match=NEEDS):
        one_desk.release(number)


def test_what_changed_while_somebody_looked_is_not_approved(one_desk: Desk) -> None:
    number = ready(one_desk)
    seen = broadcasts.content(one_desk.row(number)).digest()
    one_desk.write(number, body="Anders.")
    one_desk.submit(number)
    with one_desk.database.session() as session:
        who = lookup.contact(session, "katwijk-campagnes")
        with pytest.raises(InvalidInputError, match="net veranderd"):
            approval.approve(session, number, by=who, version=seen, **one_desk.rules)


def test_two_who_approve_at_once_are_one(desk: Desk) -> None:
    number = ready(desk)
    together = Barrier(2)
    refused: list[str] = []

    def press(who: str) -> None:
        together.wait()
        try:
            desk.approve(number, who)
            desk.release(number)
        except InvalidInputError as error:
            refused.append(str(error))

    people = [
        Thread(target=press, args=[who]) for who in ("katwijk-campagnes", "hltsamen-communicatie")
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()

    assert len(refused) == 1
    assert len(desk.outbox()) == 2


def test_given_back_with_what_must_be_otherwise(one_desk: Desk) -> None:
    number = ready(one_desk)
    with one_desk.database.session() as session:
        katwijk = Author("Katwijk", "katwijk-campagnes")
        rules = {key: one for key, one in one_desk.rules.items() if key != "today"}
        with pytest.raises(InvalidInputError, match="Schrijf erbij wat er anders moet"):
            approval.give_back(session, number, by=katwijk, why="", **rules)
        approval.give_back(session, number, by=katwijk, why="Te lang.", **rules)
    assert one_desk.told() == [("leiden-centrum", "Je regiobericht komt bij je terug")]
    row = one_desk.row(number)
    assert row.state is BroadcastState.DRAFT
    assert row.hindrance == "Katwijk geeft dit regiobericht terug: Te lang."


def approver_leaves(desk: Desk) -> None:
    with desk.database.session() as session:
        session.execute(
            delete(ContactRoleRow).where(col(ContactRoleRow.contact_key) == "katwijk-campagnes")
        )


def author_is_wiped(desk: Desk) -> None:
    with desk.database.session() as session:
        session.execute(
            update(ContactRow).where(col(ContactRow.key) == "leiden-centrum").values(active=False)
        )


def dates_are_in_doubt(desk: Desk) -> None:
    desk.change(status=EditionStatus.PROVISIONAL)


def campaign_is_off(desk: Desk) -> None:
    desk.change(status=EditionStatus.CANCELLED)


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (approver_leaves, "werkt niet meer in deze regio"),
        (author_is_wiped, "is geen contactpersoon centrum van Leiden meer"),
        (dates_are_in_doubt, "zijn veranderd nadat dit regiobericht is gemaakt"),
        (campaign_is_off, "gaat niet door"),
    ],
)
def test_what_happens_after_an_approval(
    one_desk: Desk, happens: Callable[[Desk], None], sentence: str
) -> None:
    number = ready(one_desk)
    one_desk.approve(number)
    happens(one_desk)
    with pytest.raises(InvalidInputError, match=sentence):
        one_desk.release(number)
    assert one_desk.outbox() == []


def test_no_texts_for_residents_on_a_date_in_doubt(one_desk: Desk) -> None:
    number = one_desk.new("publiekscampagne-huiselijk-geweld-2026")
    one_desk.write(number, with_texts=True)
    with pytest.raises(InvalidInputError, match="De datum is nog voorlopig"):
        one_desk.submit(number)
    one_desk.write(number, with_texts=False)
    one_desk.release(number)


def test_a_placeholder_without_a_value_blocks_and_names_the_gemeenten(one_desk: Desk) -> None:
    number = one_desk.new()
    with one_desk.database.session() as session:
        session.execute(
            update(MunicipalityRow)
            .where(col(MunicipalityRow.key).in_(["katwijk", "noordwijk"]))
            .values(local_team="")
        )
    one_desk.write(number, subject="{{ gemeente }}", body="Bel {{lokaal_team}} in {{ gemeente }}.")
    with pytest.raises(InvalidInputError, match=r"\{\{ lokaal_team \}\} is leeg voor Katwijk\."):
        one_desk.release(number)  # nobody gets a mail in Noordwijk
    one_desk.write(number, places=("lisse",))
    (lisse,) = one_desk.preview(number)
    assert lisse.message is not None
    assert lisse.message.subject == "Lisse: doet Lisse mee?"
    assert b"Bel Sociaal Team in Lisse." in lisse.message.raw
    one_desk.write(number, body="{{ verzonnen }}")
    with pytest.raises(InvalidInputError, match=r"verzonnen \}\} bestaat niet. Kies uit: gemeen"):
        one_desk.release(number)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"body": "x" * 5_000_000}, f"hoogstens {BODY_LIMIT} gewone tekens"),
        ({"body": "a\0b"}, "gewone tekens"),
        ({"body": " \n "}, "Vul een onderwerp en een tekst in"),
        ({"subject": "a\nBcc: iemand@example.nl"}, "op één regel"),
        ({"subject": "x" * 151}, "hoogstens 150 gewone tekens"),
        ({"roles": ()}, "Kies wie het bericht krijgt"),
        ({"roles": (Role.ADMIN,)}, "Kies wie het bericht krijgt"),
        ({"places": ("gouda",)}, "kan niet naar Gouda"),
        ({"places": ("leiden",)}, "kan niet naar Leiden"),
        ({"places": ("verzonnen",)}, "De gemeente 'verzonnen' bestaat niet"),
    ],
)
def test_what_cannot_be_written(one_desk: Desk, wrong: dict[str, Any], sentence: str) -> None:
    number = one_desk.new()
    before = one_desk.row(number)
    with pytest.raises(CampagneError, match=sentence):
        one_desk.write(number, **wrong)
    after = one_desk.row(number)
    assert (after.subject, after.body, after.places) == (before.subject, before.body, before.places)


def test_script_in_a_subject_and_a_line_end_in_a_name_stay_text(one_desk: Desk) -> None:
    with one_desk.database.session() as session:
        session.execute(
            update(ContactRow)
            .where(col(ContactRow.key) == "katwijk-campagnes")
            .values(name="Kat\r\nBcc: iemand@example.nl")
        )
    number = one_desk.new()
    one_desk.write(
        number,
        places=("katwijk",),
        subject="<script>alert(1)</script>",
        body="{{ naam }} <img src=x onerror=y> [klik](javascript:alert(1))",
    )
    (katwijk,) = one_desk.preview(number)
    assert katwijk.message is not None
    head, _, body = katwijk.message.raw.partition(b"\r\n\r\n")
    assert b"\r\nBcc:" not in head
    assert b"<script" not in body
    assert b"<img" not in body.replace(b"=\r\n", b"").partition(b"text/html")[2]
    assert b'href="javascript' not in body


def test_all_of_the_safety_region_in_the_name_of_one_centrumgemeente(one_desk: Desk) -> None:
    number = one_desk.new(region="hollands-midden", author="leiden-centrum")
    assert [one.for_whom for one in one_desk.preview(number)] == [
        "Gouda",
        "Hillegom, Lisse en Teylingen",
        "Katwijk",
        "Noordwijk",
    ]


def test_a_moment_that_is_too_late_for_an_answer(one_desk: Desk) -> None:
    number = one_desk.new()
    now = one_desk.clock.now()
    for days, sentence in (
        (-1, "al voorbij"),
        (0, "al voorbij"),
        (22, "Antwoorden kan tot en met"),
    ):
        with pytest.raises(InvalidInputError, match=sentence):
            one_desk.schedule(number, now + timedelta(days=days))
