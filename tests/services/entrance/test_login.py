"""Links to log in with, sessions and codes: what is stored opens no door."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlmodel import Session, col, select

from campagne.clock import SetClock
from campagne.domain.login import IDLE, LINK_LASTS, SESSION_LASTS
from campagne.domain.threeway import Item
from campagne.errors import NotFoundError
from campagne.services.entrance import login, second_factor
from campagne.services.publishing import personal_feeds
from campagne.services.rotas import rota_items
from campagne.store.database import Database
from campagne.store.tables import ContactRow, LoginLinkRow, LoginTryRow, WebSessionRow

SECRET = "s" * 32
KATWIJK = "katwijk-campagnes"
ADDRESS = f"{KATWIJK}@example.nl"
MINUTE = timedelta(minutes=1)


def ask(session: Session, now: datetime, address: str = ADDRESS, client: str = "10.0.0.1") -> str:
    """Return the token of the only link; empty for none."""
    made = login.ask(session, address, client=client, secret=SECRET, now=now)
    assert len(made) <= 1
    return made[0].token if made else ""


def enter(session: Session, now: datetime, **changed: str) -> str:
    return login.enter(session, ask(session, now, **changed), device="x", strong=False, now=now)


def test_a_link_logs_in_once(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        token = ask(session, clock.now(), f" {ADDRESS.upper()} ")
        assert login.peek(session, token, clock.now()).key == KATWIJK
        key = login.enter(session, token, device="Firefox", strong=False, now=clock.now())
    with world.read() as session:
        found = login.visitor(session, key, clock.now())
        assert found is not None
        assert (found.contact.key, found.strong) == (KATWIJK, False)
        with pytest.raises(NotFoundError, match="Vraag een nieuwe link"):
            login.peek(session, token, clock.now())


def test_while_a_link_works_no_second_one_is_mailed(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        old = ask(session, clock.now())
        assert ask(session, clock.now() + LINK_LASTS) == ""
        assert login.peek(session, old, clock.now() + LINK_LASTS).key == KATWIJK
        new = ask(session, clock.now() + LINK_LASTS + MINUTE)
        with pytest.raises(NotFoundError):
            login.peek(session, old, clock.now())
        assert login.peek(session, new, clock.now() + LINK_LASTS + MINUTE).key == KATWIJK


def test_a_stranger_who_asks_all_the_time_leaves_the_owner_a_link(
    world: Database, clock: SetClock
) -> None:
    """At every moment of three hours the newest link in the mailbox works, and it holds few."""
    mailbox: list[str] = []
    with world.session() as session:
        for minute in range(180):
            now = clock.now() + minute * MINUTE
            if token := ask(session, now, client=f"10.0.{minute}.1"):
                mailbox.append(token)
            assert login.peek(session, mailbox[-1], now).key == KATWIJK
    assert len(mailbox) <= 12


def test_a_link_whose_mail_could_not_leave_stands_in_nobodys_way(
    world: Database, clock: SetClock
) -> None:
    with world.session() as session:
        (link,) = login.ask(session, ADDRESS, client="x", secret=SECRET, now=clock.now())
        login.withdraw(session, link)
        assert ask(session, clock.now())


@pytest.mark.parametrize("away", [LINK_LASTS + MINUTE, -LINK_LASTS - MINUTE])
def test_a_link_runs_out(world: Database, clock: SetClock, away: timedelta) -> None:
    """After a quarter of an hour, and when the clock was that far ahead."""
    with world.session() as session:
        token = ask(session, clock.now())
        login.peek(session, token, clock.now() + LINK_LASTS)
        with pytest.raises(NotFoundError):
            login.peek(session, token, clock.now() + away)


def test_an_unknown_address_gets_no_link_and_leaves_the_same_trace(
    world: Database, clock: SetClock
) -> None:
    with world.session() as session:
        assert ask(session, clock.now(), "niemand@example.nl") == ""
        assert len(session.exec(select(LoginTryRow)).all()) == 2


def test_nobody_is_mailed_more_than_four_times_an_hour(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        made = []
        for number in range(6):
            token = ask(session, clock.now(), client=f"10.0.0.{number}")
            made.append(bool(token))
            if token:  # used up at once, so that the next one may be mailed
                login.enter(session, token, device="x", strong=False, now=clock.now())
        assert made == [True] * 4 + [False] * 2
        later = clock.now() + timedelta(hours=1, seconds=1)
        assert ask(session, later)


def test_one_client_cannot_try_many_addresses(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        for number in range(30):
            ask(session, clock.now(), f"iemand{number}@example.nl")
        assert ask(session, clock.now()) == ""
        assert ask(session, clock.now(), ADDRESS, "10.9.9.9")


def test_the_tables_hold_neither_token_nor_key_nor_address(
    world: Database, clock: SetClock
) -> None:
    with world.session() as session:
        token = ask(session, clock.now())
        kept = [*session.exec(select(LoginLinkRow)), *session.exec(select(LoginTryRow))]
        text = " ".join(str(row.model_dump()) for row in kept)
        assert token not in text
        assert ADDRESS not in text
        assert "10.0.0.1" not in text
        key = login.enter(session, token, device="x", strong=False, now=clock.now())
        assert key not in str(session.exec(select(WebSessionRow)).one().model_dump())


def test_a_session_ends_by_itself(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        key = enter(session, clock.now())
        assert login.visitor(session, key, clock.now() + IDLE)
        assert login.visitor(session, key, clock.now() + IDLE + MINUTE) is None
        seen = clock.now()
        while seen < clock.now() + SESSION_LASTS - IDLE:
            seen += IDLE
            assert login.is_to_be_noted(session, key, seen)
            login.note_visit(session, key, seen)
        assert login.visitor(session, key, clock.now() + SESSION_LASTS)
        assert login.visitor(session, key, clock.now() + SESSION_LASTS + MINUTE) is None
        login.forget_the_old(session, clock.now() + SESSION_LASTS + MINUTE)
        assert session.exec(select(WebSessionRow)).all() == []


def test_a_visit_is_noted_now_and_then(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        key = enter(session, clock.now())
        assert not login.is_to_be_noted(session, key, clock.now() + MINUTE)
        assert login.is_to_be_noted(session, key, clock.now() + 5 * MINUTE)


def test_who_leaves_the_files_is_out(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        key = enter(session, clock.now())
        token = ask(session, clock.now())
        session.get_one(ContactRow, KATWIJK).active = False
        session.flush()
        assert login.visitor(session, key, clock.now()) is None
        with pytest.raises(NotFoundError):
            login.peek(session, token, clock.now())


def test_devices_can_be_ended_by_their_owner_alone(world: Database, clock: SetClock) -> None:
    with world.session() as session:
        first, second = (enter(session, clock.now()) for _ in range(2))
        mine = login.devices(session, KATWIJK, first, clock.now())
        assert [one.this_one for one in mine].count(True) == 1
        (other,) = (one.id for one in mine if not one.this_one)
        assert login.end(session, "gouda-communicatie", [other]) == 0
        assert login.visitor(session, second, clock.now())
        assert login.end(session, KATWIJK, [other]) == 1
        assert login.visitor(session, second, clock.now()) is None
        assert login.visitor(session, first, clock.now())
        login.leave(session, first)
        login.leave(session, first)
        assert login.visitor(session, first, clock.now()) is None


@pytest.mark.parametrize(
    ("changed", "stays"),
    [
        ({"email": "opvolger@example.nl"}, False),
        ({"active": False}, False),
        ({"phone": "0100000000"}, True),
        ({"name": "Team Katwijk"}, True),
    ],
)
def test_another_address_in_the_files_ends_what_the_old_one_could_do(
    world: Database,
    clock: SetClock,
    changed: dict[str, object],
    stays: bool,  # noqa: FBT001 - a case
) -> None:
    with world.session() as session:
        key = enter(session, clock.now())
        token = ask(session, clock.now())
        personal_feeds.make(session, KATWIJK, now=clock.now())
        rota_items.change(session, Item("contact", KATWIJK), changed, clock.now())
        session.expire_all()
        assert (login.visitor(session, key, clock.now()) is not None) is stays
        assert (personal_feeds.made_at(session, KATWIJK) is not None) is stays
        if stays:
            assert login.peek(session, token, clock.now()).key == KATWIJK
        else:
            with pytest.raises(NotFoundError):
                login.peek(session, token, clock.now())


def _code(session: Session, now: datetime, cookie: str) -> str:
    secret = second_factor.app_secret(session, KATWIJK, cookie=cookie, secret=SECRET)
    return pyotp.TOTP(secret).at(now)


def _prove(session: Session, code: str, cookie: str, now: datetime) -> str | None:
    return second_factor.prove(session, KATWIJK, code, cookie=cookie, secret=SECRET, now=now)


def test_a_code_makes_this_session_strong_and_no_other(world: Database, clock: SetClock) -> None:
    now = datetime(2026, 9, 7, 6, 0, 10, tzinfo=UTC)
    with world.session() as session:
        key, other = (enter(session, clock.now()) for _ in range(2))
        assert not second_factor.is_set_up(session, KATWIJK)
        code = _code(session, now, key)
        assert _prove(session, f"{code[:3]} {code[3:]}", key, now) is None
        assert second_factor.is_set_up(session, KATWIJK)
        session.flush()
        session.expire_all()
        mine, theirs = (login.visitor(session, one, clock.now()) for one in (key, other))
        assert mine is not None
        assert theirs is not None
        assert (mine.strong, theirs.strong) == (True, False)
        assert _prove(session, code, other, now) is not None, "a code counts once"
        later = now + timedelta(seconds=30)
        assert _prove(session, _code(session, later, other), other, later) is None


@pytest.mark.parametrize("code", ["", "000000", "geheim", "12345६"])
def test_a_wrong_code_gives_nothing(world: Database, clock: SetClock, code: str) -> None:
    now = datetime(2026, 9, 7, 6, 0, 10, tzinfo=UTC)
    with world.session() as session:
        key = enter(session, clock.now())
        assert "klopt niet" in str(_prove(session, code, key, now))
        found = login.visitor(session, key, clock.now())
        assert found is not None
        assert not found.strong
        assert not second_factor.is_set_up(session, KATWIJK)


def test_codes_cannot_be_guessed(world: Database, clock: SetClock) -> None:
    now = datetime(2026, 9, 7, 6, 0, 10, tzinfo=UTC)
    with world.session() as session:
        key = enter(session, clock.now())
        for _ in range(5):
            assert "klopt niet" in str(_prove(session, "000000", key, now))
        assert "te vaak" in str(_prove(session, _code(session, now, key), key, now))
        later = now + timedelta(minutes=16)
        assert _prove(session, _code(session, later, key), key, later) is None


def test_who_looked_before_does_not_know_the_secret_of_the_app(
    world: Database, clock: SetClock
) -> None:
    """A colleague who read along in the mailbox saw a secret too, before the app was set up."""
    now = datetime(2026, 9, 7, 6, 0, 10, tzinfo=UTC)
    later = now + timedelta(seconds=30)
    with world.session() as session:
        mine, theirs = (enter(session, clock.now()) for _ in range(2))
        seen = second_factor.app_secret(session, KATWIJK, cookie=theirs, secret=SECRET)
        assert _prove(session, _code(session, now, mine), mine, now) is None
        session.flush()
        assert "klopt niet" in str(_prove(session, pyotp.TOTP(seen).at(later), theirs, later))
        assert _prove(session, _code(session, later, theirs), theirs, later) is None


def test_who_lost_the_app_begins_anew_with_another_secret(world: Database, clock: SetClock) -> None:
    now = datetime(2026, 9, 7, 6, 0, 10, tzinfo=UTC)
    with world.session() as session:
        key = enter(session, clock.now())
        old = _code(session, now, key)
        assert _prove(session, old, key, now) is None
        second_factor.reset(session, KATWIJK)
        session.flush()
        assert _code(session, now, enter(session, clock.now())) != old
        assert session.exec(select(WebSessionRow).where(col(WebSessionRow.strong))).all() == []
        assert login.visitor(session, key, clock.now()) is None
