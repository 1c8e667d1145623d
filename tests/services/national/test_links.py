"""The pages of national material, asked for from a real server on loopback."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from functools import partial

import pytest
from sqlmodel import col, select

from campagne import remote
from campagne.clock import SetClock, local_day
from campagne.domain.contacts import Contact
from campagne.domain.delivery import MessageKind
from campagne.domain.news import NewsKind
from campagne.domain.playbook import Role
from campagne.domain.rights import Visitor
from campagne.errors import CampagneError
from campagne.services.national import links, materials
from campagne.services.national.links import Ask, Found
from campagne.services.national.materials import MaterialView
from campagne.services.rotas import rota
from campagne.store import queries
from campagne.store.database import Database
from campagne.store.tables import (
    AuditRow,
    CampaignRow,
    DeliveryRow,
    EditionRow,
    MaterialLinkRow,
    NewsRow,
)
from tests.http_server import Request, Server, answer, serving
from tests.services.changing import ORANGE, WEEK, Office, text_of

KATWIJK, LEIDEN = "katwijk-campagnes", "leiden-centrum"


class Host:
    """A server of an organiser: each path answers with the status that it names."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def ask(self, url: str) -> remote.Reply:
        return remote.get(url, seconds=2.0, max_bytes=0, allow_inner=True)


def answers(request: Request) -> Iterable[bytes]:
    return [answer(int(request.path.strip("/").split("-")[0]), b"x" * 100)]


def have(office: Office, edition: str, url: str | None, **other: date) -> None:
    """Record material, whatever the address: the server on loopback has no certificate."""
    with office.database.session() as session:
        row = session.get_one(EditionRow, edition)
        row.material = (
            None
            if url is None
            else {
                "url": url,
                "since": "2026-09-01",
                "until": None,
                "licence": "vrij",
                "kinds": ["website"],
                "pictures": False,
                **{name: day.isoformat() for name, day in other.items()},
            }
        )
        session.flush()
        now, today = office.clock.now(), office.clock.today()
        rota.follow_up(session, now=now, today=today, editions=[edition])


def check(office: Office, ask: Ask) -> list[Found]:
    return links.check_due(office.database, ask, office.clock)


def view(office: Office, edition: str = WEEK) -> MaterialView:
    with office.database.read() as session:
        (found,) = queries.editions(session, keys=[edition])
        shown = materials.look(session, found, office.clock.today())
    assert shown is not None
    return shown


def told(office: Office) -> dict[str, list[DeliveryRow]]:
    """Let the clock do a round and return the news per contact."""
    office.round()
    with office.database.read() as session:
        rows = session.exec(
            select(DeliveryRow)
            .where(DeliveryRow.kind == MessageKind.NEWS)
            .order_by(col(DeliveryRow.id))
        ).all()
        found: dict[str, list[DeliveryRow]] = {}
        for row in rows:
            found.setdefault(row.contact_key or "", []).append(row)
    return found


def next_day(office: Office, days: int = 1) -> None:
    office.clock.move_to(office.clock.today() + timedelta(days=days), time(6))


@pytest.fixture
def office(world: Database, clock: SetClock) -> Office:
    return Office(world, clock)


def test_a_page_is_asked_for_at_once_and_then_once_a_night(office: Office) -> None:
    with serving(answers) as server:
        ask = Host(server).ask
        have(office, WEEK, f"{server.url}/200")
        have(office, ORANGE, f"{server.url}/403")
        found = check(office, ask)
        assert [(one.edition, one.fault, one.is_dead) for one in found] == [
            ("Week tegen Kindermishandeling 2026", "", False),
            (
                "Orange the World 2026",
                "De server liet ons de pagina niet zien (status 403).",
                False,
            ),
        ]
        assert check(office, ask) == [], "not again"
        office.clock.move_to(office.clock.today(), time(23, 59))
        assert check(office, ask) == [], "not by day"
        next_day(office)
        assert len(check(office, ask)) == 2
        assert check(office, ask) == []
        assert len(server.requests) == 4
        assert view(office).is_offered
        assert told(office) == {}
        with office.database.read() as session:
            row = session.get_one(MaterialLinkRow, WEEK)
            assert local_day(row.next_at) == office.clock.today() + timedelta(days=1)
            assert links.counts(session, office.clock.today()) == (2, 0)


def test_a_page_that_is_gone_is_told_once_and_is_offered_no_more(office: Office) -> None:
    with serving(answers) as server:
        ask = Host(server).ask
        have(office, WEEK, f"{server.url}/404")
        assert not check(office, ask)[0].is_dead
        assert view(office).is_offered, "for one night"
        assert view(office).fault == "Deze pagina is er niet meer (status 404)."
        assert not view(office).unknown
        next_day(office)
        assert check(office, ask)[0].is_dead
        assert not view(office).is_offered
        assert view(office).dead_since == office.clock.today()
        mails = told(office)
        assert mails.keys() == {KATWIJK, LEIDEN}, "who leads, and who can put it right"
        assert "werkt niet meer: Week tegen Kindermishandeling 2026" in mails[KATWIJK][0].subject
        text = text_of(mails[KATWIJK][0])
        assert f"{server.url}/404" in text
        assert "Deze pagina is er niet meer (status 404)." in text
        for _ in range(3):
            next_day(office)
            assert check(office, ask)[0].is_dead
            assert {key: len(many) for key, many in told(office).items()} == {KATWIJK: 1, LEIDEN: 1}
        with office.database.read() as session:
            assert links.counts(session, office.clock.today()) == (1, 1)


def test_a_server_that_hangs_is_dead_after_some_nights(office: Office) -> None:
    with serving(lambda _: server.hang()) as server:
        ask = partial(remote.get, seconds=0.2, max_bytes=0, allow_inner=True)
        have(office, WEEK, f"{server.url}/toolkit")
        for is_dead in (False, False, True, True):
            (found,) = check(office, ask)
            assert (found.fault, found.is_dead) == ("Er kwam geen antwoord op tijd.", is_dead)
            assert view(office).is_offered is not is_dead
            next_day(office)
        assert len(told(office)[KATWIJK]) == 1


def test_what_comes_back_and_dies_again_is_told_again(office: Office) -> None:
    with serving(answers) as server:

        def ask(status: int, url: str) -> remote.Reply:
            return Host(server).ask(f"{url}/{status}")

        have(office, WEEK, server.url)
        for status, mails in ((404, 0), (404, 1), (200, 1), (404, 1), (404, 2), (404, 2)):
            check(office, partial(ask, status))
            assert len(told(office).get(KATWIJK, [])) == mails
            next_day(office)
        with office.database.read() as session:
            assert session.get_one(MaterialLinkRow, WEEK).issue == 1, "the address is the same"


def test_what_only_we_run_into_kills_no_link(office: Office) -> None:
    """People may get the page: a certificate that browsers take, a wall against programs."""
    with serving(answers) as server:
        have(office, WEEK, f"{server.url}/503")
        for _ in range(4):
            (found,) = check(office, Host(server).ask)
            assert not found.is_dead
            assert view(office).unknown
            assert view(office).is_offered
            next_day(office)
        # Where the address leads on to one without https, as `remote` refuses it.
        for _ in range(4):
            (found,) = check(office, remote.get)
            assert found.fault == "Het adres begint niet met https://."
            assert view(office).is_offered
            next_day(office)
        with office.database.read() as session:
            kinds = {row.kind for row in session.exec(select(NewsRow))}
        assert kinds == {NewsKind.MATERIAL_UNSURE}


def test_where_we_cannot_look_a_person_does(office: Office) -> None:
    """A site that refuses programs: who can look is asked once, and then the others are told."""
    with serving(answers) as server:
        ask, url = Host(server).ask, f"{server.url}/403"
        have(office, WEEK, url)
        for asked in (0, 0, 1, 1):
            check(office, ask)
            assert {len(many) for many in told(office).values()} <= {asked}
            assert _told_of_material(office) == 0
            next_day(office)
        mail = told(office)[KATWIJK][0]
        assert mail.subject.startswith("Kijk je of de link naar landelijk materiaal werkt?")
        assert url in text_of(mail)
        text = text_of(mail)
        assert "status 403" in text
        assert "log daar in" in text
        assert "laat ons programma niet toe" not in text, "what it was stands there"
        stranger = Visitor(Contact("x", "X", "x@example.nl", "", ()), strong=True)
        for who, address, said in (
            (stranger, url, "niet voor jouw gemeente"),
            (_KATWIJK, "https://example.org", "intussen een ander adres"),
        ):
            with pytest.raises(CampagneError, match=said):
                _vouch(office, address, who)
        _vouch(office, url)
        assert view(office).seen_on == office.clock.today()
        assert _told_of_material(office) > 0
        next_day(office)
        check(office, ask)
        assert view(office).seen_on == office.clock.today() - timedelta(days=1)
        assert len(told(office)[KATWIJK]) == 1
        with office.database.read() as session:
            (noted,) = session.exec(select(AuditRow)).all()
        assert (noted.key, noted.contact_key) == (WEEK, KATWIJK)


def test_who_can_look_is_asked_of_each_address_that_we_cannot_check(office: Office) -> None:
    """And of the same one when it could be checked in between."""
    with serving(answers) as server:
        ask = Host(server).ask

        def some_nights(mails: int) -> None:
            for _ in range(4):
                check(office, ask)
                next_day(office)
            found = told(office)
            assert {key: len(many) for key, many in found.items()} == {
                KATWIJK: mails,
                LEIDEN: mails,
            }
            with office.database.read() as session:
                assert session.get_one(MaterialLinkRow, WEEK).issue == 1

        have(office, WEEK, f"{server.url}/403-oud")
        some_nights(1)
        have(office, WEEK, f"{server.url}/403-nieuw")
        some_nights(2)
        assert f"{server.url}/403-nieuw" in text_of(told(office)[KATWIJK][1])
        _vouch(office, f"{server.url}/403-nieuw")
        check(office, lambda _: ask(f"{server.url}/200"))
        next_day(office)
        some_nights(3)


def test_a_dead_link_that_a_person_opens_is_offered_again(office: Office) -> None:
    with serving(answers) as server:
        ask, url = Host(server).ask, f"{server.url}/404"
        have(office, WEEK, url)
        for _ in range(2):
            check(office, ask)
            next_day(office)
        assert not view(office).is_offered
        assert len(told(office)[KATWIJK]) == 1
        _vouch(office, url)
        check(office, ask)
        assert view(office).is_offered
        next_day(office, 14)
        for mails in (1, 2):
            check(office, ask)
            assert len(told(office)[KATWIJK]) == mails
            next_day(office)
        assert not view(office).is_offered, "a page that is gone is believed for two weeks"
        have(office, WEEK, f"{server.url}/200")
        check(office, ask)
        with pytest.raises(CampagneError, match="inmiddels zelf gezien"):
            _vouch(office, f"{server.url}/200")


_KATWIJK = Visitor(
    Contact(KATWIJK, "Katwijk", "k@example.nl", "", ((Role.POLICY, "katwijk"),)), strong=True
)


def _vouch(office: Office, url: str, who: Visitor = _KATWIJK) -> None:
    with office.database.session() as session:
        links.vouch(session, WEEK, url, who, now=office.clock.now())


def _told_of_material(office: Office) -> int:
    office.round()
    with office.database.read() as session:
        kind = col(DeliveryRow.kind) == MessageKind.MATERIAL
        return len(session.exec(select(DeliveryRow).where(kind)).all())


def test_what_is_mended_is_not_told_and_another_address_is_a_new_issue(office: Office) -> None:
    with serving(answers) as server:
        ask = Host(server).ask
        have(office, WEEK, f"{server.url}/404")
        check(office, ask)
        next_day(office)
        check(office, ask)
        have(office, WEEK, f"{server.url}/200")
        assert told(office) == {}, "mended before the round"
        with office.database.read() as session:
            assert session.exec(select(NewsRow)).all() == []
            assert session.get_one(MaterialLinkRow, WEEK).issue == 2
        check(office, ask)
        assert view(office).is_offered
        have(office, WEEK, f"{server.url}/200-elders")
        with office.database.read() as session:
            assert session.get_one(MaterialLinkRow, WEEK).issue == 2, "the last was alive"
        have(office, WEEK, f"{server.url}/410")
        check(office, ask)
        next_day(office)
        check(office, ask)
        assert len(told(office)[KATWIJK]) == 1


def test_nobody_is_asked_what_does_not_matter_now(office: Office) -> None:
    with serving(answers) as server:
        ask = Host(server).ask
        today = office.clock.today()
        have(office, WEEK, f"{server.url}/404", since=today + timedelta(days=1))
        have(office, ORANGE, f"{server.url}/404", until=today - timedelta(days=1))
        assert check(office, ask) == []
        next_day(office)
        assert len(check(office, ask)) == 1, "from the day on which it is there"
        office.cancel(WEEK)
        next_day(office)
        assert check(office, ask) == []
        have(office, ORANGE, f"{server.url}/200")
        office.clock.move_to(date(2026, 12, 11))
        assert check(office, ask) == [], "over"
        have(office, WEEK, None)
        assert len(server.requests) == 1


def test_an_answer_about_an_address_that_was_changed_meanwhile_counts_for_nothing(
    office: Office,
) -> None:
    with serving(answers) as server:
        have(office, WEEK, f"{server.url}/404")

        def ask(url: str) -> remote.Reply:
            assert check(office, Host(server).ask) == [], "another machine leaves it alone"
            have(office, WEEK, f"{server.url}/200")
            return Host(server).ask(url)

        assert check(office, ask) == []
        assert view(office).checked_at is None
        assert check(office, Host(server).ask)[0].fault == ""


def test_one_who_died_while_asking_is_taken_over(office: Office) -> None:
    with serving(answers) as server:
        have(office, WEEK, f"{server.url}/200")

        def ask(_: str) -> remote.Reply:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            check(office, ask)
        assert check(office, Host(server).ask) == []
        office.clock.move_to(office.clock.today(), time(8, 6))
        assert len(check(office, Host(server).ask)) == 1


def test_a_campaign_that_is_taken_away_meanwhile_stops_nothing(office: Office) -> None:
    with serving(answers) as server:
        have(office, WEEK, f"{server.url}/200")
        have(office, ORANGE, f"{server.url}/200")

        def ask(url: str) -> remote.Reply:
            with office.database.session() as session:
                for row in session.exec(select(CampaignRow)):
                    row.removed_on = office.clock.today()
            return Host(server).ask(url)

        assert check(office, ask) == []
        assert len(server.requests) == 1, "the other was taken away before its turn"
