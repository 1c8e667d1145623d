"""A broadcast: made, looked at, released once; preview and mail are the same bytes."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.policy import default
from threading import Barrier, Thread

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from campagne.domain.broadcasts import BroadcastState
from campagne.domain.delivery import MessageKind
from campagne.domain.playbook import Role, Scope
from campagne.domain.reminders import StepStatus
from campagne.domain.rota import EditionStatus
from campagne.errors import InvalidInputError, NotFoundError
from campagne.services.planning import due_reminders, reminders
from campagne.services.regional import broadcasts
from campagne.services.regional.broadcasts import BroadcastLine
from campagne.services.regional.releases import ReleaseReport
from campagne.store.tables import (
    CampaignRow,
    ContactRoleRow,
    ContactRow,
    EditionRow,
    MaterialLinkRow,
    StepRow,
    StepStateRow,
)
from tests.services.regional.desk import LINKS, ORANGE, Desk


def without_date(raw: bytes) -> bytes:
    found, count = re.subn(rb"^Date: [^\r]*\r\n", b"", raw, count=1, flags=re.MULTILINE)
    assert count == 1
    return found


def plain(raw: bytes) -> str:
    body = message_from_bytes(raw, policy=default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_a_new_broadcast_is_a_text_and_sends_nothing(desk: Desk) -> None:
    number = desk.new()
    row = desk.row(number)

    assert row.author_key == "leiden-centrum"
    assert row.answer_by == date(2026, 9, 16), "the day on which the playbook asks to decide"
    assert row.subject == "Orange the World, 25 november t/m 10 december 2026"
    assert "woensdag 16 september 2026" in row.body
    assert row.released_at is None
    assert desk.outbox() == []


def test_the_audience_is_every_other_gemeente_of_the_region(desk: Desk) -> None:
    shown = desk.preview(desk.new())

    assert [(one.for_whom, one.recipients) for one in shown] == [
        (
            "Hillegom, Lisse en Teylingen",
            ("Communicatie HLTsamen <hltsamen-communicatie@example.nl>",),
        ),
        ("Katwijk", ("Communicatie en beleid Katwijk <katwijk-campagnes@example.nl>",)),
        ("Noordwijk", ()),
    ]
    assert [one.message is None for one in shown] == [False, False, True]


def test_each_gemeente_gets_its_own_question_and_link(desk: Desk) -> None:
    number = desk.apart()
    links: dict[str, str] = {}
    for one in desk.preview(number):
        if one.message is None:
            continue
        text = plain(one.message.raw)
        assert f"Doet {one.for_whom} mee?" in text
        (token,) = re.findall(r"/antwoord/(\S+)", text)
        found = LINKS.read_answer(token)
        assert (found.broadcast_id, found.municipality) == (number, one.for_whom.lower())
        if one.for_whom == "Lisse":
            assert "Je werkt ook voor Hillegom en Teylingen: met deze link" in text
        links[one.for_whom] = token
    assert len(set(links.values())) == len(links) == 4


def test_what_is_shown_is_what_is_sent_but_for_the_date(desk: Desk) -> None:
    number = desk.apart()
    shown = {m.key: m for one in desk.preview(number) for m in one.messages}
    desk.clock.move_to(date(2026, 9, 9))
    assert desk.release(number) == ReleaseReport(queued=4, without_contact=("Noordwijk",))

    sent = {one.key: one for one in desk.outbox()}
    assert sent.keys() == shown.keys()
    assert f"regiobericht:{number}:lisse:hltsamen-communicatie" in sent
    for key, row in sent.items():
        assert row.raw != shown[key].raw
        assert without_date(row.raw) == without_date(shown[key].raw)
        assert (row.kind, row.broadcast_id) == (MessageKind.BROADCAST, number)
        assert row.municipality_key == key.split(":")[2]
        assert row.contact_key == key.split(":")[3]
    again = {m.key: m.raw for one in desk.preview(number) for m in one.messages}
    assert again == {key: row.raw for key, row in sent.items()}, "afterwards with its own Date"


def test_it_comes_from_a_person(one_desk: Desk) -> None:
    one_desk.release(one_desk.new())

    for row in one_desk.outbox():
        mail = message_from_bytes(row.raw, policy=default)
        assert mail["Reply-To"] == "leiden-centrum@example.nl"
        assert "Auto-Submitted" not in mail
        assert "Team Zorg en Veiligheid Gemeente Leiden" in plain(row.raw)
        assert "bel 071 000 00 00" in plain(row.raw)


def test_a_second_release_does_nothing_and_says_so(desk: Desk) -> None:
    number = desk.new()
    first = desk.release(number)
    assert first.sentence == (
        "2 mails staan klaar voor verzending. Geen mail voor Noordwijk: daar is geen"
        " contactpersoon voor beleid of communicatie bekend."
    )
    before = [(one.key, one.raw) for one in desk.outbox()]
    released_at = desk.row(number).released_at
    desk.clock.move_to(date(2026, 9, 8))

    second = desk.release(number)

    assert second == ReleaseReport(queued=0, released_before=released_at)
    assert second.sentence == (
        "Dit regiobericht is al verstuurd op maandag 7 september 2026."
        " Er is niets nog een keer verstuurd."
    )
    assert [(one.key, one.raw) for one in desk.outbox()] == before
    assert desk.row(number).released_at == released_at


def test_two_people_who_release_at_once_send_it_once(desk: Desk) -> None:
    number = desk.new()
    together = Barrier(2)
    reports: list[ReleaseReport] = []

    def press() -> None:
        together.wait()
        reports.append(desk.release(number))

    people = [Thread(target=press) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join()

    assert sorted(one.queued for one in reports) == [0, 2]
    assert len(desk.outbox()) == 2


def test_a_region_is_not_mailed_twice_about_an_edition(desk: Desk) -> None:
    first, second = desk.new(), desk.new()
    with desk.database.read() as session:
        assert broadcasts.sent_before(session, second) is None, "not yet released"
    desk.release(first)
    sentence = (
        "Over Orange the World 2026 is op maandag 7 september 2026 al een regiobericht aan"
        " Holland Rijnland verstuurd (nummer 1). Dat is ook voor alle gemeenten van dit bericht."
        " Wil je daar toch nog een keer over mailen? Kies dan 'toch nog een keer' (in de opdracht:"
        " --again)."
    )
    with desk.database.read() as session:
        assert broadcasts.sent_before(session, first) is None
        assert broadcasts.sent_before(session, second) == sentence
    with pytest.raises(InvalidInputError) as refused:
        desk.release(second)

    assert str(refused.value) == sentence
    assert len(desk.outbox()) == 2
    assert desk.row(second).released_at is None
    desk.release(desk.new("week-tegen-kindermishandeling-2026"))
    assert len(desk.outbox()) == 4, "another edition is another matter"
    desk.release(second, again=True)
    assert len(desk.outbox()) == 6


def test_two_broadcasts_about_an_edition_at_once_are_one(desk: Desk) -> None:
    numbers = [desk.new(), desk.new()]
    together = Barrier(2)
    refused: list[str] = []

    def press(number: int) -> None:
        together.wait()
        try:
            desk.release(number)
        except InvalidInputError as error:
            refused.append(str(error))

    people = [Thread(target=press, args=[number]) for number in numbers]
    for one in people:
        one.start()
    for one in people:
        one.join()

    assert len(refused) == 1
    assert len(desk.outbox()) == 2


def test_a_release_ticks_off_what_the_centre_promised(desk: Desk) -> None:
    with desk.database.session() as session:
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
        session.flush()
        reminders.replan(session, now=desk.clock.now(), today=desk.clock.today())

    def reminded() -> set[str]:
        with desk.database.read() as session:
            return {
                one.edition
                for one in due_reminders.list_planned(session, until=date(2026, 12, 31))
                if one.step == "regio-informeren"
            }

    before = reminded()
    assert ORANGE in before
    desk.release(desk.new())

    assert reminded() == before - {ORANGE}
    with desk.database.read() as session:
        (state,) = session.exec(select(StepStateRow)).all()
        assert (state.edition_key, state.step_key, state.municipality_key) == (
            ORANGE,
            "regio-informeren",
            "leiden",
        )
        assert (state.status, state.by) == (StepStatus.DONE, "Team Zorg en Veiligheid")
    desk.release(desk.new(), again=True)  # what is ticked off already is no fault


def test_somebody_with_two_roles_gets_one_mail_and_the_centre_none(one_desk: Desk) -> None:
    with one_desk.database.session() as session:
        session.add(
            ContactRoleRow(
                contact_key="leiden-centrum", role=Role.POLICY, municipality_key="leiden"
            )
        )
        session.add(
            ContactRoleRow(
                contact_key="hltsamen-communicatie", role=Role.POLICY, municipality_key="lisse"
            )
        )
        session.add(
            ContactRoleRow(
                contact_key="gouda-communicatie", role=Role.ADMIN, municipality_key="noordwijk"
            )
        )

    assert one_desk.release(one_desk.new()).queued == 2


def test_a_region_with_some_of_the_same_gemeenten_had_it_before(one_desk: Desk) -> None:
    first = one_desk.new(region="hollands-midden", author="leiden-centrum")
    one_desk.write(first, places=("katwijk", "gouda"))
    one_desk.release(first)
    number = one_desk.new()
    with pytest.raises(InvalidInputError) as refused:
        one_desk.release(number)
    said = str(refused.value)
    assert "al een regiobericht aan Hollands Midden verstuurd (nummer 1)" in said
    assert "Dat is ook voor Katwijk. Wil je daar toch nog een keer over mailen?" in said
    one_desk.write(number, places=("lisse",))
    assert one_desk.release(number).queued == 1


def test_two_contacts_of_one_gemeente_get_a_mail_each(one_desk: Desk) -> None:
    with one_desk.database.session() as session:
        session.add(ContactRow(key="lisse-beleid", name="Beleid Lisse", email="bl@example.nl"))
        session.flush()
        session.add(
            ContactRoleRow(contact_key="lisse-beleid", role=Role.POLICY, municipality_key="lisse")
        )

    about_lisse = {
        one.for_whom: [message.recipient for message in one.messages]
        for one in one_desk.preview(one_desk.new())
        if "Lisse" in one.for_whom
    }
    assert about_lisse == {
        "Hillegom, Lisse en Teylingen": ["hltsamen-communicatie@example.nl"],
        "Lisse": ["bl@example.nl"],
    }


def test_a_provisional_edition_may_be_signalled_and_says_so(one_desk: Desk) -> None:
    number = one_desk.new("publiekscampagne-huiselijk-geweld-2026")
    row = one_desk.row(number)

    assert row.subject.endswith("(datum voorlopig)")
    assert "De datum is nog voorlopig" in row.body
    one_desk.release(number)
    assert all("Publiceer nog niets voor inwoners." in plain(one.raw) for one in one_desk.outbox())


@pytest.mark.parametrize(
    ("today", "wanted", "stored"),
    [
        (date(2026, 8, 24), None, date(2026, 9, 14)),  # three weeks
        (date(2026, 9, 7), None, date(2026, 9, 16)),  # ten weeks before, the playbook says
        (date(2026, 9, 10), None, date(2026, 10, 1)),  # too soon for that
        (date(2026, 11, 10), None, date(2026, 11, 24)),
        (date(2026, 11, 24), None, date(2026, 11, 24)),
        (date(2026, 9, 7), date(2026, 9, 7), date(2026, 9, 7)),
        (date(2026, 9, 7), date(2026, 11, 24), date(2026, 11, 24)),
        (date(2026, 9, 7), date(2026, 9, 6), None),
        (date(2026, 9, 7), date(2026, 11, 25), None),
    ],
)
def test_the_day_to_answer_by(
    one_desk: Desk, today: date, wanted: date | None, stored: date | None
) -> None:
    one_desk.clock.move_to(today)
    if stored is None:
        with pytest.raises(InvalidInputError, match=r"Kies een dag van maandag 7 september 2026"):
            one_desk.new(answer_by=wanted)
    else:
        assert one_desk.row(one_desk.new(answer_by=wanted)).answer_by == stored


@pytest.mark.parametrize(
    ("region", "sentence"),
    [
        (
            "duin-en-bollenstreek",
            "heeft geen centrumgemeente. Kies holland-rijnland, hollands-midden of",
        ),
        ("midden-holland", "Gouda heeft geen contactpersoon met de rol centrum"),
    ],
)
def test_a_region_without_a_centre_or_author(one_desk: Desk, region: str, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        one_desk.new(region=region)


def test_the_author_is_a_centrum_contact_of_the_centre(one_desk: Desk) -> None:
    with pytest.raises(NotFoundError, match="Kies uit: leiden-centrum"):
        one_desk.new(author="katwijk-campagnes")
    with one_desk.database.session() as session:
        session.add(ContactRow(key="leiden-twee", name="Twee", email="twee@example.nl"))
        session.flush()
        session.add(
            ContactRoleRow(contact_key="leiden-twee", role=Role.CENTRE, municipality_key="leiden")
        )

    with pytest.raises(InvalidInputError, match="Kies een van: leiden-centrum, leiden-twee"):
        one_desk.new()
    assert one_desk.row(one_desk.new(author="leiden-twee")).author_key == "leiden-twee"


def test_unknown_names(one_desk: Desk) -> None:
    with pytest.raises(NotFoundError, match=f"Bedoel je {ORANGE}"):
        one_desk.new("orange-the-world-2062")
    with pytest.raises(
        NotFoundError, match=r"Bedoel je holland-rijnland .* kan naar holland-rijnland,"
    ):
        one_desk.new(region="hollandrijnland")
    for act in (one_desk.preview, one_desk.release, one_desk.row):
        with pytest.raises(NotFoundError, match="Kijk in de lijst van regioberichten"):
            act(99)


def cancel(desk: Desk) -> None:
    desk.change(status=EditionStatus.CANCELLED)


def start(desk: Desk) -> None:
    desk.clock.move_to(date(2026, 11, 25))


def be_late(desk: Desk) -> None:
    desk.clock.move_to(date(2026, 9, 29))


def move(desk: Desk) -> None:
    desk.change(last=date(2026, 12, 11), date_version=2)


def doubt(desk: Desk) -> None:
    desk.change(status=EditionStatus.PROVISIONAL)


def lose_everybody(desk: Desk) -> None:
    with desk.database.session() as session:
        session.execute(
            update(ContactRow).where(col(ContactRow.key) != "leiden-centrum").values(active=False)
        )


def lose_the_author(desk: Desk) -> None:
    with desk.database.session() as session:
        session.execute(
            update(ContactRow).where(col(ContactRow.key) == "leiden-centrum").values(active=False)
        )


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (cancel, "Orange the World gaat niet door"),
        (start, "Orange the World is al begonnen, op woensdag 25 november 2026"),
        (be_late, "Antwoorden kon tot en met woensdag 16 september 2026"),
        (move, "zijn veranderd nadat dit regiobericht is gemaakt"),
        (doubt, "zijn veranderd nadat dit regiobericht is gemaakt"),
        (lose_everybody, "Geen van de gemeenten heeft een contactpersoon"),
        (lose_the_author, "is geen contactpersoon centrum van Leiden meer"),
    ],
)
def test_what_changed_since_is_not_sent(
    one_desk: Desk, happens: Callable[[Desk], None], sentence: str
) -> None:
    number = one_desk.new()
    happens(one_desk)

    with pytest.raises(InvalidInputError, match=sentence):
        one_desk.release(number)
    assert one_desk.outbox() == []
    assert one_desk.row(number).released_at is None


def have_material(desk: Desk, url: str) -> None:
    desk.change(
        material={
            "url": url,
            "since": "2026-09-01",
            "until": None,
            "licence": "vrij",
            "kinds": [],
            "pictures": False,
        }
    )


def correct_it(desk: Desk) -> None:
    have_material(desk, "https://toolkit.example.org")


def take_it_away(desk: Desk) -> None:
    desk.change(material=None)


def let_it_expire(desk: Desk) -> None:
    with desk.database.session() as session:
        row = session.get_one(EditionRow, ORANGE)
        assert row.material is not None
        row.material = {**row.material, "until": "2026-09-06"}


def lose_the_page(desk: Desk) -> None:
    with desk.database.session() as session:
        row = session.get_one(EditionRow, ORANGE)
        assert row.material is not None
        session.add(
            MaterialLinkRow(
                edition_key=ORANGE,
                url=row.material["url"],
                recorded_at=desk.clock.now(),
                next_at=desk.clock.now(),
                dead_since=date(2026, 9, 3),
            )
        )


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (correct_it, "zijn veranderd nadat dit regiobericht is gemaakt"),
        (take_it_away, "zijn veranderd nadat dit regiobericht is gemaakt"),
        (let_it_expire, "niet meer gebruikt mag worden"),
        (lose_the_page, "materiaal dat er niet meer is"),
    ],
)
def test_no_link_goes_to_national_material_that_is_elsewhere_or_gone(
    one_desk: Desk, happens: Callable[[Desk], None], sentence: str
) -> None:
    have_material(one_desk, "https://toolkit.example.org/een_twee")
    written = one_desk.new()
    happens(one_desk)
    with pytest.raises(InvalidInputError, match=sentence):
        one_desk.release(written)
    one_desk.write(written, body="Doen jullie mee?")
    one_desk.release(written)
    assert one_desk.row(written).released_at is not None


def test_national_material_is_told_and_keeps_no_broadcast_back(one_desk: Desk) -> None:
    written = one_desk.new()
    have_material(one_desk, "https://toolkit.example.org")
    assert "https://toolkit.example.org" not in one_desk.row(written).body
    one_desk.release(written)
    assert one_desk.row(written).released_at is not None
    assert "(https://toolkit.example.org)" in one_desk.row(one_desk.new()).body


@pytest.mark.parametrize(
    ("dates", "dead", "shown"),
    [
        ({"since": "2026-09-01"}, False, True),
        ({"since": "2026-09-01"}, True, False),
        ({"since": "2026-10-01"}, False, False),
        ({"since": "2026-08-01", "until": "2026-08-31"}, False, False),
    ],
)
def test_nobody_is_led_to_material_that_cannot_be_had(
    one_desk: Desk, dates: dict[str, str], *, dead: bool, shown: bool
) -> None:
    toolkit, page = "https://toolkit.example.org", "https://campagne.example.org"
    plain_one: dict[str, object] = {
        "url": toolkit,
        "until": None,
        "licence": "vrij",
        "kinds": [],
        "pictures": False,
    }
    one_desk.change(material={**plain_one, **dates})
    now, today = one_desk.clock.now(), one_desk.clock.today()
    with one_desk.database.session() as session:
        session.get_one(CampaignRow, "orange-the-world").material_url = page
        link = session.get(MaterialLinkRow, ORANGE) or MaterialLinkRow(
            edition_key=ORANGE, url=toolkit, recorded_at=now, next_at=now
        )
        link.url, link.failures, link.dead_since = toolkit, 2 * dead, today if dead else None
        session.add(link)
    number = one_desk.new()
    with one_desk.database.session() as session:
        broadcasts.find(session, number).body += "\n\n{{ materiaal }}"
    there, elsewhere = (toolkit, page) if shown else (page, toolkit)
    body = one_desk.row(number).body
    assert there in body
    assert elsewhere not in body
    mail = plain(one_desk.preview(number)[0].messages[0].raw)
    assert mail.count(there) == 2, "in the text that we wrote, and for the word that people write"
    assert elsewhere not in mail


@pytest.mark.parametrize("happens", [cancel, start])
def test_no_broadcast_about_what_is_past_or_off(
    one_desk: Desk, happens: Callable[[Desk], None]
) -> None:
    happens(one_desk)
    with pytest.raises(InvalidInputError, match="Orange the World"):
        one_desk.new()


def test_a_local_campaign_is_for_its_own_gemeenten_only(one_desk: Desk) -> None:
    with one_desk.database.session() as session:
        session.execute(update(CampaignRow).values(region_key="duin-en-bollenstreek"))
        session.add(
            ContactRoleRow(
                contact_key="gouda-communicatie", role=Role.CENTRE, municipality_key="gouda"
            )
        )

    shown = [one.for_whom for one in one_desk.preview(one_desk.new())]
    assert shown == ["Hillegom, Lisse en Teylingen", "Katwijk", "Noordwijk"]
    with pytest.raises(InvalidInputError, match="geldt voor geen enkele gemeente"):
        one_desk.new(region="midden-holland")


def test_the_list_has_the_newest_first(desk: Desk) -> None:
    first, second = desk.new(), desk.new("week-tegen-kindermishandeling-2026")
    desk.release(first)
    with desk.database.read() as session:
        found = broadcasts.list_all(session)

    line = BroadcastLine(
        id=first,
        edition=ORANGE,
        region="holland-rijnland",
        author="Team Zorg en Veiligheid",
        subject="Orange the World, 25 november t/m 10 december 2026",
        answer_by=date(2026, 9, 16),
        released_at=desk.clock.now(),
        state=BroadcastState.RELEASED,
    )
    assert [one.id for one in found] == [second, first]
    assert found[1] == line
    assert found[0] == replace(
        line,
        id=second,
        edition="week-tegen-kindermishandeling-2026",
        subject="Week tegen Kindermishandeling, 16 t/m 22 november 2026",
        answer_by=date(2026, 9, 28),  # all have it on their rota: nobody has to decide
        released_at=None,
        state=BroadcastState.DRAFT,
    )
